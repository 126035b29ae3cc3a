"""Outputs of ``cnnaudit explain``: one file a format, listed in ``formats.FORMATS``."""
