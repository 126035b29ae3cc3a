"""What is derived from a finished walk: each number in a file of its own."""
