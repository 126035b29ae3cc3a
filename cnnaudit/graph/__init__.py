"""The layer graph: its values are in ``graph``, ``builder`` builds it from an architecture."""
