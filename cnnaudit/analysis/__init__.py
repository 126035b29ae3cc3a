"""Analyses of an audit: receptive field, memory and training, and the signal at initialisation."""
