"""The differences of two networks: aligned layers, causes, and the effect of each change."""
