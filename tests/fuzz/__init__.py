"""Hostile and broken input by the thousand: what is made, what is run, and what must hold."""
