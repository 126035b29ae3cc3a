"""Values as text: a folder a command, a file a format; only ``terminal`` imports rich."""
