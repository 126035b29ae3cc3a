"""``python -m cnnaudit``."""

from cnnaudit.cli.app import main

main()
