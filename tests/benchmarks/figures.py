"""What a benchmark measures: figures, most of them ratios to something that ran beside it."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import cnnaudit

START, END = "<!-- what `make bench` wrote: -->", "<!-- end of it -->"


class Figure(NamedTuple):
    """One figure: what of, how much, and what it was worked out from.

    ``value`` is None where a peer is not installed. ``least`` and ``most`` are what it must reach;
    where that cannot be, ``stated`` says what takes more.
    """

    what: str
    value: float | None
    unit: str = "×"
    least: float | None = None
    most: float | None = None
    detail: str = ""
    stated: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is what it must be; so is what could not be measured."""
        if self.value is None:
            return True
        return (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )

    @property
    def mark(self) -> str:
        """What is said of it where it does not hold."""
        if self.holds:
            return ""
        return "stated" if self.stated else "missed"

    @property
    def wanted(self) -> str:
        """The bound in words."""
        if self.least is not None:
            return f"{self.least:g} {self.unit} or more"
        return "" if self.most is None else f"{self.most:g} {self.unit} or less"

    @property
    def is_headline(self) -> bool:
        """Whether the project's README shows it: a ratio that must at least be reached."""
        return self.unit == "×" and self.least is not None

    @property
    def measured(self) -> str:
        """The value with its unit."""
        if self.value is None:
            return "not installed"
        digits = 0 if self.value >= 100 else 1 if self.value >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}"


class Cost(NamedTuple):
    """What a process took: CPU seconds of itself and the system for it, and its largest size."""

    seconds: float
    bytes: int


#: Runs a program without its output and prints what it took. A process of its own, and a small one:
#: what starts another counts as the other's memory.
_STARTER = """
import json, os, sys
silent = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in range(3)]
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(pid, 0)
seconds = usage.ru_utime + usage.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss]))
"""


def cost(command: list[str], codes: Collection[int] = (0,), **variables: str) -> Cost:
    """Run a program to its end, without its output; raises ``RuntimeError`` for other exit codes.

    ``variables`` are set in its environment.
    """
    # Compiled modules are kept, as they are where a program is installed.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", _STARTER, *command],
        check=True,
        stdout=subprocess.PIPE,
        env={**kept, **variables},
    )
    code, seconds, size = json.loads(done.stdout)
    if code not in codes:
        raise RuntimeError(f"{' '.join(command)[:80]}: exit code {code}")
    return Cost(seconds, size * (1 if sys.platform == "darwin" else 1024))


def costs(commands: Mapping[str, list[str]], rounds: int) -> dict[str, Cost]:
    """The least of each program over rounds in which all take turns, after one to warm up."""
    for command in commands.values():
        cost(command)
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            found[name].append(cost(command))
    return {name: best(runs) for name, runs in found.items()}


def best(runs: Collection[Cost]) -> Cost:
    """The least time and the least size of several runs."""
    return Cost(min(run.seconds for run in runs), min(run.bytes for run in runs))


def program(name: str) -> str:
    """A program that is installed beside this interpreter."""
    return str(Path(sys.executable).with_name(name))


def machine() -> str:
    """What the figures were measured on."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} on {platform.machine()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def table(figures: Sequence[Figure]) -> str:
    """The figures as a table in Markdown."""
    lines = ["| | measured | wanted | |", "|---|---:|---:|---|"]
    for figure in figures:
        mark = f" ({figure.mark})" if figure.mark else ""
        detail = figure.stated if figure.mark == "stated" else figure.detail
        cells = (figure.what, f"{figure.measured}{mark}", figure.wanted, detail)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def page(figures: Sequence[Figure]) -> str:
    """The table with the run that it is of."""
    return (
        f"The run of {date.today().isoformat()}, cnnaudit {cnnaudit.__version__}, on"
        f" {machine()}; seconds are CPU time.\n\n{table(figures)}"
    )


def as_json(figures: Sequence[Figure]) -> str:
    """The figures for programs; null for what could not be measured."""
    listed = [{**figure._asdict(), "holds": figure.holds} for figure in figures]
    run = {"date": date.today().isoformat(), "machine": machine()}
    return json.dumps({**run, "version": cnnaudit.__version__, "figures": listed}, indent=2) + "\n"


def put_into(text: str, shown: str) -> str:
    """A document with ``shown`` between its marks, in place of what stands there."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError("the document has no place for the figures")
    return f"{before}{START}\n{shown}{END}{after}"
