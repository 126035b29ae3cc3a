"""Grids of variants: the numbers of a network over its variables, input sizes and batch sizes."""
