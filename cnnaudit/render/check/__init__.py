"""Outputs of ``check``, a file a format; ``formats.py`` lists them."""
