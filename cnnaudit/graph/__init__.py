"""The layer graph: ``nodes`` are its values, ``build`` makes it from a document."""
