"""Results of checks made by hand, for the tests of each output."""

from typing import Any

from cnnaudit.checking.results import CheckResult, FileResult, PreviousTotals
from cnnaudit.errors import Diagnostic, Level, Region

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
    level: Level = "warning",
    message: str = "4 filters keep 4 of the 363 values that a window reads",
    path: str = "configs/alexnet-adapted.yaml",
    **more: Any,
) -> Diagnostic:
    """A finding; without more, of a file as a whole."""
    return Diagnostic(code, name, level, message, path)._replace(**more)


NARROW = finding(
    region=Region(7, 5, 7, 32, "  - {name: conv1, conv: 4, kernel: 11}"),
    layer="conv1",
    help="give it 8 filters or more: a first layer's filters cost little",
)
BUDGET = finding(
    "CA402",
    "over-budget",
    "error",
    "params is 1,250,000, 250,000 more than the 1,000,000 that this file allows",
    region=Region(3, 10, 3, 31, "expect: {max_params: 1000000}"),
)
WEIGHTS = finding(
    "CA308",
    "initialisation-mismatch",
    "note",
    "the signal vanishes over 3 layers: mean square 6.4e-06 at dense3, where 1 enters",
    "configs/mlp.yaml",
    notes=("forward ×0.02 a layer", "backward ×0.04 a layer"),
    help="`cnnaudit report --view signal` shows at which layers",
)
BROKEN = finding(
    "CA905",
    "unknown-key",
    "error",
    "unknown key 'widht'",
    "configs/broken.yaml",
    region=Region(3, 1, 3, 6, "widht: 3"),
    help="did you mean 'width'?",
)

BEFORE = {"params": 1_000_000, "macs": 2_000_000, "activation_size": 5_000}
AFTER = {"params": 1_250_000, "macs": 1_999_000, "activation_size": 5_000}

#: Findings of every level and kind, with files that have none.
MIXED = CheckResult(
    (
        FileResult(
            "configs/alexnet-adapted.yaml",
            "AlexNet for 29 classes",
            AFTER,
            (NARROW, BUDGET),
            1,
            PreviousTotals(BEFORE, "origin/main:configs/alexnet-adapted.yaml"),
        ),
        FileResult("configs/broken.yaml", None, None, (BROKEN,), 0, None),
        FileResult(
            "configs/lenet.yaml",
            "LeNet",
            BEFORE,
            (),
            0,
            PreviousTotals(BEFORE, "origin/main:configs/lenet.yaml"),
        ),
        FileResult(
            "configs/mlp.yaml",
            "MLP",
            AFTER,
            (WEIGHTS,),
            1,
            None,
            ("origin/main has no such file: there is nothing to compare with",),
        ),
    ),
    "warning",
)

#: A file that is as it should be.
CLEAN = CheckResult((FileResult("lenet.yaml", "LeNet", BEFORE, ()),), "warning")


def one_file(
    *findings: Diagnostic, fail_on: Level = "warning", notes: tuple[str, ...] = ()
) -> CheckResult:
    """The result of a single file."""
    path = findings[0].path if findings else "net.yaml"
    return CheckResult((FileResult(path, "Net", None, findings, notes=notes),), fail_on)


def hostile(text: str) -> CheckResult:
    """A result in which everything that a stranger writes is ``text``."""
    path = f"configs/{text}.yaml"
    told = finding(
        message=text,
        path=path,
        region=Region(2, 1, 2, len(text) + 1, text),
        layer=text,
        help=text,
        notes=(text,),
    )
    file = FileResult(path, text, AFTER, (told,), 0, PreviousTotals(BEFORE, text), (text,))
    return CheckResult((file,), "note")
