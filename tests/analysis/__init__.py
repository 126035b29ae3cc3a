"""What is derived from a finished walk."""
