"""From bytes to a checked document: source, yamltree, expressions, values, document, load."""
