"""Outcomes made by hand: what the outputs of ``check`` are tried on."""

from typing import Any

from cnnaudit.checking.outcome import Checked, Earlier, Located, Outcome
from cnnaudit.rules.rule import Level

#: What strangers may write into a file, and so into a message about it.
HOSTILE = (
    "two\nlines\r\nand a return",
    "::error file=a::b %0A %",
    "]]> <script>alert(1)</script> &amp; <!-- -->",
    "\x1b[31mred\x1b[0m \x07 \x00 \x9b31m \u202eright to left",
    "| a `b` *c* _d_ [e](http://f) @octocat #1 ~~g~~ $x$",
    "##[error]old commands ##[add-path]",
    "{0} {{ }} [link](https://example.org) \\",
    "naïve 🦆 日本 \ud800 \ufffe \uffff",
    "x" * 10_000,
    "",
    "   ",
)


def short(text: str) -> str:
    """A name for a test on a hostile text."""
    return text[:12].encode("unicode_escape").decode()


def finding(
    code: str = "CA304",
    name: str = "narrow-layer",
    level: Level = Level.WARNING,
    message: str = "4 filters keep 4 of the 363 values that a window reads",
    path: str = "configs/alexnet-adapted.yaml",
    **more: Any,
) -> Located:
    """A finding; without more, of a file as a whole."""
    return Located(code, name, level, message, path)._replace(**more)


NARROW = finding(
    line=7,
    column=5,
    end_line=7,
    end_column=32,
    layer="conv1",
    help="give it 8 filters or more: a first layer's filters cost little",
    excerpt="  - {name: conv1, conv: 4, kernel: 11}",
)
BUDGET = finding(
    "CA402",
    "over-budget",
    Level.ERROR,
    "params is 1,250,000, 250,000 more than the 1,000,000 that this file allows",
    line=3,
    column=10,
    end_line=3,
    end_column=31,
    excerpt="expect: {max_params: 1000000}",
)
WEIGHTS = finding(
    "CA308",
    "initialisation-mismatch",
    Level.NOTE,
    "the signal vanishes over 3 layers: mean square 6.4e-06 at dense3, where 1 enters",
    "configs/mlp.yaml",
    notes=("forward ×0.02 a layer", "backward ×0.04 a layer"),
    help="`cnnaudit report --view signal` shows at which layers",
)
BROKEN = finding(
    "CA905",
    "unknown-key",
    Level.ERROR,
    "unknown key 'widht'",
    "configs/broken.yaml",
    line=3,
    column=1,
    end_line=3,
    end_column=6,
    help="did you mean 'width'?",
    excerpt="widht: 3",
)

BEFORE = {"params": 1_000_000, "macs": 2_000_000, "activation_size": 5_000}
AFTER = {"params": 1_250_000, "macs": 1_999_000, "activation_size": 5_000}

#: Findings of every level and kind, with files that have none.
MIXED = Outcome(
    (
        Checked(
            "configs/alexnet-adapted.yaml",
            "AlexNet for 29 classes",
            AFTER,
            (NARROW, BUDGET),
            1,
            Earlier(BEFORE, "origin/main:configs/alexnet-adapted.yaml"),
        ),
        Checked("configs/broken.yaml", None, None, (BROKEN,), 0, None),
        Checked(
            "configs/lenet.yaml",
            "LeNet",
            BEFORE,
            (),
            0,
            Earlier(BEFORE, "origin/main:configs/lenet.yaml"),
        ),
        Checked(
            "configs/mlp.yaml",
            "MLP",
            AFTER,
            (WEIGHTS,),
            1,
            None,
            ("origin/main has no such file: there is nothing to compare with",),
        ),
    ),
    Level.WARNING,
)

#: A file that is as it should be.
CLEAN = Outcome((Checked("lenet.yaml", "LeNet", BEFORE, ()),), Level.WARNING)


def one_file(
    *findings: Located, fail_on: Level = Level.WARNING, notes: tuple[str, ...] = ()
) -> Outcome:
    """The outcome of a single file."""
    path = findings[0].path if findings else "net.yaml"
    return Outcome((Checked(path, "Net", None, findings, notes=notes),), fail_on)


def hostile(text: str) -> Outcome:
    """An outcome in which everything that a stranger writes is ``text``."""
    path = f"configs/{text}.yaml"
    told = finding(
        message=text,
        path=path,
        line=2,
        column=1,
        end_line=2,
        end_column=len(text) + 1,
        layer=text,
        help=text,
        notes=(text,),
        excerpt=text,
    )
    file = Checked(path, text, AFTER, (told,), 0, Earlier(BEFORE, text), (text,))
    return Outcome((file,), Level.NOTE)
