"""Outputs of ``cnnaudit sweep``: one file a format, listed in ``formats.FORMATS``."""
