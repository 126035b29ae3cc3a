"""Adapting a network: another input, other classes, other widths, as a file that extends it."""
