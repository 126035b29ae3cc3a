"""Thousands of files as configuration repositories hold them, made from the shipped networks.

A repository has three sorts of them, here as many of each: networks that are written out layer by
layer, as a converter or a hand writes them; networks with blocks and repetitions; and short files
that extend one of the latter. The first are what ``convert`` makes of a network, the last come from
``adapt`` and from hand. All are edited: other inputs, classes and widths, layers taken out or put
in twice, and comments. Every file can be audited; what the rules find in it is left to chance. The
same seed gives the same files.
"""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import NamedTuple

from cnnaudit.adaptation.adapting import adapt_stock
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.rounding import Rounding
from cnnaudit.adaptation.stock import read_stock
from cnnaudit.calculator import audit
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.loading import load
from cnnaudit.render import architecture
from cnnaudit.sources import zoo

#: Of the short files, how many of a hundred ``adapt`` writes.
_ADAPTED = 25
_TRIES = 8

Mutation = Callable[[Random, str], str]


class Corpus(NamedTuple):
    """What was written of one sort: the folder, how many files, lines in them, and layers."""

    folder: Path
    files: int
    lines: int
    layers: int


def write(folder: Path, count: int, seed: int = 1) -> list[Corpus]:
    """Write about ``count`` files below ``folder``, which is made a repository of its own."""
    (folder / ".git").mkdir(parents=True)
    stocks = _stocks(folder / "stock", count // 6)
    random = Random(seed)
    found = [_counted(folder / "stock", [(path.read_text(), _layers(path)) for path in stocks])]
    for name, making in SORTS.items():
        texts = []
        place = folder / name
        place.mkdir()
        for number in range(count // len(SORTS) - (len(stocks) if name == "blocks" else 0)):
            texts.append(_one(random, making, stocks, place / f"net-{number:05d}.yaml"))
        found.append(_counted(place, texts))
    return found


def _counted(folder: Path, texts: list[tuple[str, int]]) -> Corpus:
    lines = sum(text.count("\n") for text, _ in texts)
    return Corpus(folder, len(texts), lines, sum(layers for _, layers in texts))


def _stocks(folder: Path, most: int) -> list[Path]:
    """Shipped networks in the folders of their families, those that stand alone first."""
    paths = []
    for source in sorted(zoo.files().values(), key=_needs_others)[:most]:
        path = folder / source.parent.name / source.name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(source.read_text())
        paths.append(path)
    return [path for path in paths if _stands(path)]


def _needs_others(path: Path) -> tuple[bool, Path]:
    return re.search("(?m)^(extends|backbone):", path.read_text()) is not None, path


def _stands(path: Path) -> bool:
    """Whether a file can be audited; one that cannot is taken away."""
    try:
        _layers(path)
    except (AuditError, UsageError):
        path.unlink()
        return False
    return True


def _layers(path: Path) -> int:
    return audit(load(str(path))).totals.layers


def _one(
    random: Random, making: Callable[[Random, Path, Path], str], stocks: list[Path], path: Path
) -> tuple[str, int]:
    """A file that can be audited, written to ``path``, and its layers."""
    for _ in range(_TRIES):
        try:
            text = making(random, random.choice(stocks), path)
            path.write_text(text)
            return text, _layers(path)
        except (AuditError, UsageError):
            continue
    text = _extending(random.choice(stocks), path)
    path.write_text(text)
    return text, _layers(path)


# Files that extend -------------------------------------------------------------------------------


def _adapted(random: Random, base: Path, path: Path) -> str:
    """What ``adapt`` writes."""
    found = read_stock(str(base))
    assert found is not None
    recipe = AdaptOptions(
        classes=random.choice([None, 2, 10, 29, 37, 100]),
        factor=Fraction(random.choice([2, 3, 4, 6]), 8),
        rounding=Rounding(random.choice(["even", "8"])),
        name=f"{path.stem}: {base.stem} in small",
    )
    return _commented(random, adapt_stock(found, recipe).text(path.parent))


def _extending(base: Path, path: Path) -> str:
    return (
        f"cnnaudit: 1\nname: {base.stem} of {path.stem}\n"
        f"extends: ../stock/{base.parent.name}/{base.name}\n"
    )


def _short(random: Random, base: Path, path: Path) -> str:
    """A few keys: classes, how it is trained, a layer that is set; or what ``adapt`` writes."""
    if random.randrange(100) < _ADAPTED:
        return _adapted(random, base, path)
    lines = [f"# {random.choice(_REMARKS)}\n", _extending(base, path)]
    if random.random() < 0.6:
        lines.append(f"classes: {random.choice([2, 5, 10, 29, 100, 257])}\n")
    if random.random() < 0.7:
        rate = random.choice(["0.1", "0.01", "3e-4"])
        lines.append(
            f"training:\n  batch_size: {2 ** random.randint(3, 8)}\n"
            f"  epochs: {random.choice([10, 30, 90, 120])}\n"
            f"  optimizer: {{type: {random.choice(['sgd', 'adam', 'rmsprop'])}, lr: {rate}}}\n"
        )
    names = re.findall(r"\{name: ([\w.-]+), conv:", base.read_text())
    if names and random.random() < 0.6:
        lines.append("changes:\n")
        for name in random.sample(names, min(len(names), random.randint(1, 3))):
            change = random.choice(["activation: elu", "batch_norm: true", "dropout: 0.1"])
            lines.append(f"  - {{set: {name}, to: {{{change}}}}}\n")
    return "".join(lines)


# Whole networks ----------------------------------------------------------------------------------


def _whole(random: Random, base: Path, path: Path) -> str:
    """A network under another name, edited in one to four places, with comments."""
    text = re.sub(r"(?m)^name: .*$", f"name: {base.stem} of {path.stem}", base.read_text())
    # Files of another folder would not be found from here, and what was true of the original is
    # not of this one.
    text = re.sub(r"(?m)^(extends|backbone): ", rf"\1: ../stock/{base.parent.name}/", text)
    text = re.sub(r"(?m)^expect:.*\n(?:[ #].*\n)*", "", text)
    return _edited(random, text)


def _written_out(random: Random, base: Path, _path: Path) -> str:
    """A network as ``convert`` writes it, layer by layer, edited likewise."""
    return _edited(random, architecture.render(load(str(base))))


def _edited(random: Random, text: str) -> str:
    for mutation in random.choices(_MUTATIONS, k=random.randint(1, 4)):
        text = mutation(random, text)
    return _commented(random, text)


def _input(random: Random, text: str) -> str:
    size = random.choice([32, 64, 96, 128, 160, 192, 224, 256, 299, 320])
    return re.sub(r"(?m)^input: \d+x\d+x(\d+)", rf"input: {size}x{size}x\1", text)


def _classes(random: Random, text: str) -> str:
    return re.sub(r"(?m)^classes: \d+", f"classes: {random.choice([2, 10, 29, 100])}", text)


def _width(random: Random, text: str) -> str:
    """Another number of filters or units in one layer."""

    def other(match: re.Match[str]) -> str:
        return f"{match[1]}: {max(8, int(match[2]) * random.choice([2, 3, 6, 8]) // 4)}"

    return _in_one_line(random, text, r"\b(conv|dense): (\d+)(?!\d*x)", other)


def _taken_out(random: Random, text: str) -> str:
    return _in_one_line(random, text, r"(?s)\A  - .*\Z", lambda _: "")


def _put_in_twice(random: Random, text: str) -> str:
    def twice(match: re.Match[str]) -> str:
        return match[0] + re.sub(r"name: [^,}]*, ", "", match[0])

    return _in_one_line(random, text, r"(?s)\A  - .*\Z", twice)


_MUTATIONS: tuple[Mutation, ...] = (_input, _classes, _width, _width, _taken_out, _put_in_twice)


def _in_one_line(
    random: Random, text: str, pattern: str, other: Callable[[re.Match[str]], str]
) -> str:
    lines = text.splitlines(keepends=True)
    found = [number for number, line in enumerate(lines) if re.search(pattern, line)]
    if not found:
        return text
    number = random.choice(found)
    lines[number] = re.sub(pattern, other, lines[number], count=1)
    return "".join(lines)


_REMARKS = (
    "as in the paper, but smaller",
    "compare with the run of last week",
    "the batch did not fit into 8 GiB otherwise",
    "same seed as the baseline",
    "see the table in the notes, third row",
)


def _commented(random: Random, text: str) -> str:
    """Remarks behind some lines and above others, as they gather over time."""
    return "".join(_remarked(random, text))


def _remarked(random: Random, text: str) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        chance = random.random()
        layer = line.startswith("  - ")
        if layer and chance < 0.06:
            yield f"  # {random.choice(_REMARKS)}\n"
        yield f"{line[:-1]}  # {random.choice(_REMARKS)}\n" if layer and chance > 0.95 else line


#: What is written, by the folder it is written to.
SORTS: dict[str, Callable[[Random, Path, Path], str]] = {
    "written-out": _written_out,
    "blocks": _whole,
    "short": _short,
}
