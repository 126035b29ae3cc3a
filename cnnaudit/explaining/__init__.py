"""Why a number is what it is: the formulas of a layer with their values, and a network's story."""
