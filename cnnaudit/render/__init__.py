"""What a reader gets: one output a file; only ``grid`` imports rich."""
