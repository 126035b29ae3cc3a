"""The command line: one command a file, no logic; ``app`` puts them together."""
