"""What each own change between two networks does to the totals, one after the other."""
