"""What each operator does: one family a file, with its shapes, weights, cost and formulas."""
