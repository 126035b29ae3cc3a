"""The size of values and gradients in a network that has just been initialised."""
