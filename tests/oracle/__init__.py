"""Comparisons with other programs, where they are installed."""
