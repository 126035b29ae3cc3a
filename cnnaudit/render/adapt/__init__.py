"""Outputs of ``cnnaudit adapt``: one file a format, listed in ``formats.FORMATS``."""
