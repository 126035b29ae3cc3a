"""Outputs of ``cnnaudit diff``: one file a format, listed in ``formats.FORMATS``."""
