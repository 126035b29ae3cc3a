"""A case is run, and what must hold for every one of them is looked for."""

import csv
import io
import json
import os
import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import yaml
from typer.testing import Result

from tests.fuzz.bounds import Bound
from tests.fuzz.cases import WRITTEN, Case
from tests.support import run

#: What a command may end with: 101 is an error of the program's own.
CODES = (0, 1, 2, 3)
_COLOR = re.compile(r"\x1b\[[0-9;]*m")


class Seen(NamedTuple):
    """What a case came to: what is wrong, a line each; a digest of all that was printed; and the
    seconds of processor that the longest command took.
    """

    wrong: tuple[str, ...]
    digest: str
    seconds: float


def tried(case: Case, folder: Path, bound: Bound, *, twice: bool = False, layers: int = 0) -> Seen:
    """Run a case in an empty folder, which is the working folder afterwards.

    With ``twice``, each command runs again and must print the same. Raises ``TooMuchWorkError`` if
    a command exceeds the bound for so many layers.
    """
    for name, data in case.files.items():
        (folder / name).write_bytes(data)
    os.chdir(folder)
    os.environ["CNNAUDIT_CACHE_DIR"] = str(folder / ".cache")
    wrong: list[str] = []
    printed = sha256()
    longest = 0.0
    for command in case.commands:
        start = time.process_time()
        with bound(layers):
            result = run(*command)
        longest = max(longest, time.process_time() - start)
        shown = " ".join(command)
        found = [*diagnostics(command, result), *_written(command, folder)]
        wrong += [f"{problem}: {shown!r}" for problem in found]
        if twice and "--write-baseline" not in command and "--prune-baseline" not in command:
            with bound(layers):
                again = run(*command)
            (folder / WRITTEN).unlink(missing_ok=True)
            if _all(again) != _all(result):
                wrong.append(f"says something else the second time: {shown!r}")
        printed.update(_all(result))
    return Seen(tuple(wrong), printed.hexdigest(), longest)


def _all(result: Result) -> bytes:
    return f"{result.exit_code}\n{result.stdout}\n{result.stderr}".encode("utf-8", "surrogatepass")


def diagnostics(command: tuple[str, ...], result: Result) -> Iterator[str]:
    """What is wrong with the result of a command."""
    if result.exit_code not in CODES:
        yield f"exit code {result.exit_code}, {result.stderr[-300:]!r}, {result.exception!r}"
    elif result.exception is not None and not isinstance(result.exception, SystemExit):
        yield f"{result.exception!r}"
    for name, text in (("standard output", result.stdout), ("standard error", result.stderr)):
        bad = _steering(text, "--color" in command)
        if "--flat" in command and bad != "\x1b":
            # A file that is written out anew is what it was, its comments included.
            bad = None
        if bad is not None:
            yield f"{bad!r} on {name}"
    if result.exit_code == 2 and command[0] not in ("check", "sweep") and result.stdout:
        yield "prints something although its input is wrong"
    shown = f"-o {_format(command)}:{WRITTEN}" not in " ".join(command)
    if shown and (result.exit_code in (0, 1) or (command[0] == "check" and result.stdout)):
        yield from _unreadable(command, result.stdout)


def _written(command: tuple[str, ...], folder: Path) -> Iterator[str]:
    """What is wrong with the file that a command writes: it is whole, or it is not there."""
    for path in folder.glob(f".{WRITTEN}*"):
        yield f"leaves {path.name} behind"
    path = folder / WRITTEN
    if path.exists():
        yield from _unreadable(command, path.read_text("utf-8"))
        path.unlink()


def _unreadable(command: tuple[str, ...], text: str) -> Iterator[str]:
    try:
        _reader(command)(text)
    except (ValueError, SyntaxError, yaml.YAMLError, csv.Error) as error:
        yield f"cannot be read back: {error}"


def _steering(text: str, colored: bool) -> str | None:
    """The first character that could steer a terminal, or is none."""
    if colored:
        text = _COLOR.sub("", text)
    # A no-break space is not printable to Python, and indents the steps of a waterfall in Markdown.
    text = text.replace("\n", "").replace("\xa0", "")
    return None if text.isprintable() else next(c for c in text if not c.isprintable())


def _reader(command: tuple[str, ...]) -> Callable[[str], object]:
    """What reads the output of a command."""
    format = _format(command)
    readers: dict[str, Callable[[str], object]] = {
        "json": json.loads,
        "sarif": json.loads,
        "csv": _table,
        "junit": ET.fromstring,
        "svg": ET.fromstring,
        "yaml": yaml.safe_load,
    }
    return readers.get(format, str)


def _format(command: tuple[str, ...]) -> str:
    if "--show-config" in command or command[0] == "convert":
        return "yaml"
    return command[command.index("-f") + 1] if "-f" in command else "table"


def _table(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text)))
    widths = {len(row) for row in rows if row and not row[0].startswith("#")}
    if len(widths) > 1:
        raise ValueError(f"rows of {sorted(widths)} cells")
