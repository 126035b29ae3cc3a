"""Pages of the reference that no table holds: conventions and guides, by subject."""
