"""``make bench``: what must be reached, measured in one run as ratios to what runs beside it.

All together they are written down, as JSON and as a table beside this file, and the headlines in
the README of the project; those that are named are only printed.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import hostile, large, start, sweep, throughput
from tests.benchmarks.figures import Figure, as_json, page, put_into, table
from tests.support import ROOT

#: What is measured, by name.
BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "start": start.figures,
    "throughput": throughput.figures,
    "scale": large.figures,
    "sweep": sweep.figures,
    "hostile": hostile.figures,
}


def main() -> int:
    """Run those that are named, or all; 1 where something is missed."""
    named = sys.argv[1:]
    figures: list[Figure] = []
    for name in named or BENCHMARKS:
        print(f"{name} …", file=sys.stderr, flush=True)
        figures += BENCHMARKS[name]()
    if named:
        print(table(figures), end="")
    else:
        print(page(figures), end="")
        Path(__file__).with_name("last.json").write_text(as_json(figures))
        for readme, shown in (
            (Path(__file__).with_name("README.md"), figures),
            (ROOT / "README.md", [figure for figure in figures if figure.is_headline]),
        ):
            readme.write_text(put_into(readme.read_text(), page(shown)))
    return int(any(figure.mark == "missed" for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
