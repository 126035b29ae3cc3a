"""Outputs of ``cnnaudit rules``: one file a format, listed in ``formats.FORMATS``."""
