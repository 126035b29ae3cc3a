"""``check``: rules over many files, with configuration, suppressions, a baseline and gates."""
