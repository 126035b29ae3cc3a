"""``python -m cnnaudit``, and what the installed script runs."""

import gc


def main() -> None:
    """Run the program, without the searches for garbage that would take a sixth of its time.

    What it reads and works out are trees of tuples that are needed up to the end: there are no
    circles to find in them, neither after every 700th nor, several times over, at the end.
    """
    gc.set_threshold(100_000)
    try:
        from cnnaudit.cli.app import main as program  # noqa: PLC0415  the search is off by then

        program()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
