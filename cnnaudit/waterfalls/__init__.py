"""The effect of each own change between two networks on the totals, one after the other."""
