"""One input: the files of a folder, and the commands that are run on them."""

import re
from typing import NamedTuple

from cnnaudit.render.check.formats import FORMATS as CHECK_FORMATS
from tests.fuzz import surroundings
from tests.fuzz.architectures import architecture
from tests.fuzz.chance import Chance
from tests.fuzz.models import model
from tests.fuzz.mutation import content, mutated, sample
from tests.fuzz.words import HOSTILE, NUMBERS

#: The file that everything is about, and the one that it is compared with.
FILE, BASE = "net.yaml", "base.yaml"
#: A part of a sweep, and where a command writes beside standard output.
PART, WRITTEN = "part", "out"
#: The files that an architecture refers to.
_NAMED = re.compile(rb"(?:extends|file): *([a-z0-9.-]+\.yaml)")
#: Commands that an input is given to, at most.
MOST = 2


class Case(NamedTuple):
    """Files by name, and the arguments of each command."""

    files: dict[str, bytes]
    commands: tuple[tuple[str, ...], ...]


def case(chance: Chance) -> Case:
    """An input of one of the three sorts, and some of the commands."""
    files = chance.one((_drawn, _drawn, _changed, _changed, _model))(chance)
    if chance.once_in(4):
        files |= _around(chance)
    commands = [chance.one(_COMMANDS)(chance) for _ in range(1 + chance.below(MOST))]
    if PART in files:
        commands[0] = ("sweep", "--merge", PART, "-f", chance.one(_SWEPT))
    elif files.keys() & _AROUND.keys():
        commands[0] = _check(chance)
    return Case(files, tuple(_with_more(chance, command) for command in commands))


# Files --------------------------------------------------------------------------------------------


def _drawn(chance: Chance) -> dict[str, bytes]:
    base = architecture(chance)
    text = architecture(chance, chance.one((None, BASE, "zoo:lenet-5-rgb")))
    data = text.encode("utf-8", "surrogatepass")
    if chance.once_in(6):
        data = mutated(chance, data)
    return {FILE: data, BASE: base.encode("utf-8", "surrogatepass")}


def _changed(chance: Chance) -> dict[str, bytes]:
    path = sample(chance)
    data = content(path)
    named = [path.parent / name.decode() for name in _NAMED.findall(data)]
    beside = {other.name: content(other) for other in named if other.is_file()}
    return {FILE: mutated(chance, data), BASE: data, **beside}


def _model(chance: Chance) -> dict[str, bytes]:
    data = model(chance)
    return {FILE: mutated(chance, data) if chance.once_in(3) else data, BASE: model(chance)}


def _around(chance: Chance) -> dict[str, bytes]:
    """A configuration, a baseline and a saved report, one or several of them."""
    names = {chance.one(tuple(_AROUND)), chance.one(tuple(_AROUND))}
    return {name: _AROUND[name](chance) for name in sorted(names)}


_AROUND = {
    ".cnnaudit.yaml": surroundings.settings,
    "pyproject.toml": surroundings.pyproject,
    "known.json": surroundings.baseline,
    "saved.json": surroundings.report,
    PART: surroundings.part,
}


# Commands -----------------------------------------------------------------------------------------

_SWEPT = ("table", "csv", "json", "plot", "svg")
#: Options of each command that take a text.
_TAKING = {
    "report": ("--input", "--set", "--batch", "--columns", "--count", "--fits", "--view"),
    "diff": ("--fail-on", "--max-increase"),
    "check": ("--select", "--budget", "--fail-on", "--max-increase", "--against", "--config"),
    "explain": ("--input", "--set"),
    "adapt": (
        "--input",
        "--set",
        "--widths",
        "--classes",
        "--fit",
        "--vary",
        "--freeze",
        "--round",
    ),
    "sweep": ("--vary", "--where", "--sort", "--pareto", "--top", "--shard", "--input", "--set"),
}


def _with_more(chance: Chance, command: tuple[str, ...]) -> tuple[str, ...]:
    """The command with an option that has a hostile value, or with an output to a file."""
    options = _TAKING.get(command[0], ())
    if options and chance.once_in(8):
        before = chance.one(("", "w=", "params=", "params<=", "input=", "batch="))
        text = _argument(chance.one((*NUMBERS, *HOSTILE)))
        command = (*command, f"{chance.one(options)}={before}{text}")
    if "-f" in command and chance.once_in(8):
        format = command[command.index("-f") + 1]
        command = (*command, "-o", f"{format}:{WRITTEN}")
    return command


def _argument(text: str) -> str:
    """What a command line can hold: no NUL, and half a character as the byte that was no text."""
    return text.replace("\0", "").replace("\ud800", "\udcff")


def _report(chance: Chance) -> tuple[str, ...]:
    more = chance.one((
        (), (), ("--expand",), ("--view", "memory", "--batch", "32"), ("--view", "signal"),
        ("--view", "receptive-field"), ("--count", "all"), ("--count", "keras"),
        ("--fits", "8GiB", "--optimizer", "adam"), ("--dtype", "mixed", "--in-place"),
        ("--input", "64x48x3"), ("--set", "w=1/3"), ("--width", "20"), ("--width", "300"),
        ("--color", "always"), ("--columns", "layer,params,macs"),
    ))  # fmt: skip
    return "report", FILE, "-f", chance.one(("table", "json", "csv", "markdown")), *more


def _diff(chance: Chance) -> tuple[str, ...]:
    more = chance.one((
        (), ("--waterfall",), ("--only-changed",), ("--exit-code",), ("--fail-on", "increase"),
        ("--max-increase", "params=5%"), ("--color", "always"), ("--width", "40"),
    ))  # fmt: skip
    pair = (FILE, BASE) if chance.below(2) else (BASE, FILE)
    return "diff", *pair, "-f", chance.one(("table", "json", "markdown")), *more


def _check(chance: Chance) -> tuple[str, ...]:
    more = chance.one((
        (), (), (".",), ("--select", "CA"), ("--show-config",), ("--baseline", "known.json"),
        ("--baseline", "known.json", "--write-baseline"), ("--against", "saved.json"),
        ("--baseline", "known.json", "--prune-baseline"), ("--config", ".cnnaudit.yaml"),
        ("--against", "saved.json", "--max-increase", "params=5%"), ("--no-cache",),
        ("--config", "pyproject.toml"), ("--color", "always"), ("--skip-others",),
    ))  # fmt: skip
    return "check", FILE, "-f", chance.one(("auto", *CHECK_FORMATS)), *more


def _explain(chance: Chance) -> tuple[str, ...]:
    layer = chance.one(((), ("*",), ("conv1",), ("conv*",), (f"*{chance.one(HOSTILE)}",)))
    layer = tuple(_argument(word).lstrip("-") for word in layer)
    return "explain", FILE, *layer, "-f", chance.one(("table", "json", "markdown"))


def _adapt(chance: Chance) -> tuple[str, ...]:
    recipe = chance.one((
        ("--classes", "29"), ("--widths", "29/1000"), ("--input", "270x480x3", "--classes", "4"),
        ("--widths", "1/2", "--round", "8", "--min-width", "4"), ("--head", "gap"), ("--drop-lrn",),
        ("--factorize",), ("--freeze", "conv*"), ("--framework", "pytorch"), ("--name", "x"),
        ("--fit", "params<=1M"), ("--fit", "macs<=10M,peak<=4MiB", "--round", "8"),
        ("--fit", "params<=1M", "--vary", "width=1/4..1:1/4", "--vary", "input=96,128"),
        ("--name", _argument(chance.one(HOSTILE))),
    ))  # fmt: skip
    flat = ("--flat",) if chance.below(2) else ()
    format = chance.one(("table", "json", "markdown", "yaml"))
    return "adapt", FILE, "-f", format, *recipe, *flat


def _sweep(chance: Chance) -> tuple[str, ...]:
    vary = chance.one((
        ("--vary", "input=16..48:16"), ("--vary", "w=1/4..1:1/4"), ("--vary", "classes=1,10,17"),
        ("--vary", "batch=1,8", "--vary", "input=32,64"), ("--vary", "w=1,2", "--vary", "depth=1"),
        ("--vary", "w=0,-1,1/0"), ("--vary", "input=32x32x3,1x1x1"),
    ))  # fmt: skip
    more = chance.one(((), ("--where", "params<5M"), ("--sort", "-macs", "--top", "2"),
                       ("--pareto", "macs,params"), ("--shard", "1/2")))  # fmt: skip
    return "sweep", FILE, "-f", chance.one(_SWEPT), *vary, *more


def _convert(_chance: Chance) -> tuple[str, ...]:
    return "convert", FILE


_COMMANDS = (_report, _report, _diff, _check, _check, _explain, _adapt, _sweep, _convert)
