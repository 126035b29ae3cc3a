"""Options that several commands share."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer


def listed(values: Sequence[str]) -> str:
    """Values as a sentence lists them: ``auto, always or never``."""
    return " or ".join(filter(None, (", ".join(values[:-1]), values[-1])))


def format_option(formats: Sequence[str]) -> Any:
    """The option ``-f`` of a command with these formats."""
    help = f"What to print on standard output: {listed(formats)}."
    return typer.Option("-f", "--format", metavar="FORMAT", help=help)


Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "-o",
        "--output",
        metavar="[FORMAT:]PATH",
        help="Also write a file, in the format of its suffix (net.json) or another (json:PATH);"
        " repeatedly. - is standard output.",
    ),
]
Inputs = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        metavar="SHAPE",
        help="Another input size, such as 270x480x3; NAME=SHAPE for one of several inputs.",
    ),
]
Variables = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="VAR=EXPR",
        help="Another value for a variable of the file, such as width=1/2; repeatedly.",
    ),
]
Color = Annotated[
    str,
    typer.Option(
        "--color",
        metavar="WHEN",
        help="Colours: auto (on a terminal without NO_COLOR), always or never.",
    ),
]
Width = Annotated[
    int | None,
    typer.Option(
        "--width",
        min=20,
        metavar="N",
        help="Characters in a line of a table; the terminal's without it, no limit in a pipe.",
    ),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing on standard output.")]
