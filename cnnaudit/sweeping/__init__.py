"""Calculates every variant of a network over a grid of variables and input sizes."""
