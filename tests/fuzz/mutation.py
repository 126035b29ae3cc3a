"""Files that were sound once: bytes, words and lines of them changed, swapped, doubled, cut."""

import re
from functools import cache
from pathlib import Path

from tests.fuzz.chance import Chance
from tests.fuzz.words import HOSTILE, NUMBERS
from tests.support import ROOT

_NUMBER = re.compile(rb"(?<![\w.])\d+(?![\w.])")
_WORD = re.compile(rb"[A-Za-z_0-9.]+")
_SPECIAL = (
    *(b"\0", b"\xff", b"\xfe", b"\x80", b"\x1b", b"\t", b"\r", b"\n", b"\x7f", b"\xe2\x80\xae"),
    *(b"{", b"}", b"[", b"]", b":", b",", b"&a ", b"*a ", b"<<: ", b"!!x ", b"|", b">", b"'", b'"'),
    *(b"#", b"%", b"@", b"`", b"? ", b"- ", b"--- ", b"...", b"\xef\xbb\xbf"),
)


@cache
def _corpus() -> tuple[tuple[Path, ...], ...]:
    """The shipped networks, the models of Keras, and files that are broken already."""
    folders = (("configs", "**/*.yaml"), ("tests/oracle/keras", "*.config.json"),
               ("tests/broken/files", "*.yaml"))  # fmt: skip
    return tuple(tuple(sorted((ROOT / folder).glob(glob))) for folder, glob in folders)


def sample(chance: Chance) -> Path:
    """A file to start from: a shipped network, most of the time."""
    networks, models, broken = _corpus()
    return chance.one(chance.one((*[networks] * 8, models, broken)))


@cache
def content(path: Path) -> bytes:
    """The bytes of a file of the corpus."""
    return path.read_bytes()


def mutated(chance: Chance, data: bytes) -> bytes:
    """``data`` with one thing done to it, or a few."""
    for _ in range(chance.one((1, 1, 1, 2, 4))):
        data = chance.one(_WAYS)(chance, data)
    return data


def _lines(chance: Chance, data: bytes) -> bytes:
    """A line dropped, doubled, swapped with another, or indented otherwise."""
    lines = data.split(b"\n")
    at, other = chance.below(len(lines)), chance.below(len(lines))
    match chance.below(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = b" " * chance.below(5) + lines[at].lstrip()
        case _:
            lines[at : at + 1 + chance.below(4)] = lines[other : other + chance.below(8)]
    return b"\n".join(lines)


def _bytes(chance: Chance, data: bytes) -> bytes:
    """A few bytes taken out, put in, or turned into others."""
    at = chance.below(len(data) + 1)
    match chance.below(4):
        case 0:
            return data[:at] + data[at + 1 + chance.below(8) :]
        case 1:
            return data[:at] + chance.one(_SPECIAL) + data[at:]
        case 2:
            return data[:at] + bytes([chance.below(256)]) + data[at + 1 :]
    return data[:at]


def _words(chance: Chance, data: bytes) -> bytes:
    """A word replaced by another of the file, a number, or something hostile."""
    word, other = _word(chance, data), _word(chance, data)
    if word is None or other is None:
        return data
    start, end = word
    match chance.below(4):
        case 0:
            new = data[slice(*other)]
        case 1:
            new = chance.one(NUMBERS).encode("utf-8", "surrogatepass")
        case 2:
            new = chance.one(HOSTILE).encode("utf-8", "surrogatepass")
        case _:
            new = str(chance.below(300)).encode()
    return data[:start] + new + data[end:]


def _word(chance: Chance, data: bytes) -> tuple[int, int] | None:
    """Where a word stands, not far behind a place that is drawn."""
    found = _WORD.search(data, chance.below(len(data) + 1))
    return found.span() if found else None


def _digits(chance: Chance, data: bytes) -> bytes:
    """A number replaced by one that may stand there too."""
    found = _NUMBER.search(data, chance.below(len(data) + 1))
    if found is None:
        return data
    new = chance.one((b"1", b"2", b"3", b"0", b"8", b"7", b"16", b"64", b"257", b"2147483648"))
    return data[: found.start()] + new + data[found.end() :]


_WAYS = (_digits, _digits, _digits, _words, _lines, _lines, _bytes)
