"""Outputs of ``cnnaudit report``: one file a format, listed in ``formats.FORMATS``."""
