"""Outputs of ``cnnaudit zoo``: one file a format, listed in ``formats.FORMATS``."""
