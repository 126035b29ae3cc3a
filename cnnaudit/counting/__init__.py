"""Whose FLOPs? The conventions of other tools, so that their figures can be reconciled."""
