"""Adapts a network to another input, other classes or other widths, as a file that extends it."""
