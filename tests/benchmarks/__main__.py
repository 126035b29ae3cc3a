"""``make bench``: each benchmark of the table prints what it measured, as ratios within one run."""

import sys
from collections.abc import Callable

from tests.benchmarks import sweep

#: What is measured; each gives lines, and whether it reached what it must reach.
BENCHMARKS: dict[str, Callable[[], tuple[list[str], bool]]] = {"sweep": sweep.measure}


def main() -> int:
    """Run those that are named, or all."""
    reached = True
    for name in sys.argv[1:] or BENCHMARKS:
        lines, good = BENCHMARKS[name]()
        reached &= good
        print(name, *(f"  {line}" for line in lines), sep="\n")
    return 0 if reached else 1


sys.exit(main())
