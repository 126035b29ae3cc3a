"""What each framework refuses of a layer: one file a framework."""
