"""The same inputs, steered by the lines that they reach: where atheris is installed.

``make fuzz-guided``, and ``RUNS=100000`` for how many.
"""

import sys
from importlib import import_module

# No stubs, and no dependency: the installed package or nothing.
atheris = import_module("atheris")

with atheris.instrument_imports(include=["cnnaudit"]):
    from tests.fuzz.cases import case
    from tests.fuzz.chance import Chance
    from tests.fuzz.work import KEPT, one


class BrokenError(Exception):
    """An input that did not end well; libFuzzer keeps the bytes that it was drawn from."""


def try_bytes(data: bytes) -> None:
    """The input that these bytes choose; what they leave open is the plainest."""
    drawn = atheris.FuzzedDataProvider(data)
    made = case(Chance(lambda bound: int(drawn.ConsumeIntInRange(0, bound - 1))))
    seen = one(made)
    if seen is None or seen.wrong:
        raise BrokenError(made, "takes too long" if seen is None else seen.wrong)


if __name__ == "__main__":
    KEPT.mkdir(exist_ok=True)
    atheris.Setup(sys.argv, try_bytes)
    atheris.Fuzz()
