"""From YAML text to a checked ``Architecture``; ``loader`` reads a file and what it builds on."""
