"""What every operation does to shapes, weights and work."""
