"""Explanations of a network: formulas with their values, and a summary."""
