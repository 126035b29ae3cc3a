"""The options of ``adapt`` that change the network."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

import typer

from cnnaudit.adaptation.bounds import read_bounds
from cnnaudit.adaptation.grid import read_axis
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.rounding import Rounding, read_fraction, read_rule
from cnnaudit.adaptation.search import Search
from cnnaudit.cli.options import listed
from cnnaudit.errors import UsageError
from cnnaudit.ops.frameworks import FRAMEWORKS

Classes = Annotated[
    int | None, typer.Option("--classes", metavar="N", help="Another number of classes.")
]
Factor = Annotated[
    str | None,
    typer.Option(
        "--widths", metavar="RATIO", help="Filters and units times this, such as 29/1000."
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Allow widths of more than 4 times the stock's.")
]
#: A text, so that a ratio in its place is answered with the option that takes ratios.
TableWidth = Annotated[
    str | None,
    typer.Option(
        "--width",
        "--table-width",
        metavar="N",
        help="Characters in a line of a table; the terminal's without it, no limit in a pipe.",
    ),
]
Round = Annotated[
    str | None,
    typer.Option(
        "--round",
        metavar="even|8|none",
        help="Scaled widths: up to even numbers, to multiples of 8 (MobileNet), up to whole ones.",
    ),
]
MinWidth = Annotated[
    int | None,
    typer.Option("--min-width", metavar="N", min=1, help="No scaled width below this."),
]
Head = Annotated[
    str | None,
    typer.Option(
        "--head", metavar="gap", help="`gap`: a global average pool instead of a flatten."
    ),
]
Freeze = Annotated[
    list[str] | None,
    typer.Option(
        "--freeze",
        metavar="PATTERN",
        help="Layers that are not trained, such as 'conv*'; repeatedly.",
    ),
]
DropLrn = Annotated[
    bool, typer.Option("--drop-lrn", help="Leave out local response normalisation.")
]
Factorize = Annotated[
    bool, typer.Option("--factorize", help="Replace each 5x5 convolution by two of 3x3.")
]
FrameworkName = Annotated[
    str | None,
    typer.Option(
        "--framework",
        metavar="NAME",
        help=f"Build it as this framework does: {listed(tuple(FRAMEWORKS))}.",
    ),
]
Name = Annotated[
    str | None, typer.Option("--name", metavar="TEXT", help="Another name of the network.")
]
FitBounds = Annotated[
    list[str] | None,
    typer.Option("--fit", metavar="BOUNDS", help="The largest width within: params<=1M,peak<=4MiB"),
]
MaxWidth = Annotated[
    str | None,
    typer.Option("--max-width", metavar="RATIO", help="No larger width for --fit; 1 without it."),
]
Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary", metavar="NAME=VALUES", help="A grid for --fit: width=1/4..1:1/4, input=96,128."
    ),
]


#: A larger factor is more often a slip than a wish: it multiplies parameters by more than 16.
MAX_UNFORCED_FACTOR = 4
MIN_TABLE_WIDTH = 20


def read_table_width(text: str | None) -> int | None:
    """The columns of tables; raises ``UsageError`` for a ratio, which is a factor of widths."""
    if text is None:
        return None
    columns = int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None
    if columns is not None and columns >= MIN_TABLE_WIDTH:
        return columns
    message = f"--width {text}: expected the columns of tables, at least {MIN_TABLE_WIDTH}"
    if re.fullmatch(r"[\d./]+", text, re.ASCII):
        message += f"; --widths {text} scales filters and units"
    raise UsageError(message)


def check_factor(option: str, factor: Fraction) -> None:
    """Raise ``UsageError`` for a factor that asks for ``--force``."""
    if factor > MAX_UNFORCED_FACTOR:
        message = f"{option} {factor}: more than {MAX_UNFORCED_FACTOR} times the stock's widths"
        raise UsageError(f"{message}: add --force if that is meant")


def read_recipe(
    recipe: AdaptOptions,
    widths: str | None,
    round: str | None,
    min_width: int | None,
    search: Search,
    *,
    force: bool,
) -> AdaptOptions:
    """The recipe with its width; raises ``UsageError`` if options contradict each other."""
    factor = read_fraction("--widths", widths) if widths is not None else None
    is_varied = any(axis.name == "width" for axis in search.axes)
    if factor is not None and search.bounds and not search.axes:
        raise UsageError("--fit finds the width: leave out --widths")
    is_scaled = factor is not None or is_varied or (search.bounds and not search.axes)
    for option, value in (("--round", round), ("--min-width", min_width)):
        if value is not None and not is_scaled:
            raise UsageError(f"{option} {value}: no width is scaled: add --widths or --fit")
    if not force:
        _check_factors(factor, search)
    rounding = Rounding(read_rule(round or "even"), min_width or 1)
    recipe = recipe._replace(factor=factor, rounding=rounding)
    recipe.validate()
    if recipe.is_empty and not search.bounds:
        raise UsageError("there is nothing to adapt: say --input, --classes, --widths, --fit …")
    return recipe


def _check_factors(factor: Fraction | None, search: Search) -> None:
    """Raise ``UsageError`` for the first factor that asks for ``--force``."""
    if factor is not None:
        check_factor("--widths", factor)
    check_factor("--max-width", search.max_factor)
    for axis in search.axes:
        if axis.name == "width":
            for value in axis.values:
                check_factor("--vary width", read_fraction("--vary width:", str(value)))


def read_search(
    fit: Sequence[str] | None, vary: Sequence[str] | None, max_width: str | None
) -> Search:
    """The bounds and the grid; raises ``UsageError``."""
    if vary and not fit:
        raise UsageError("--vary needs --fit: bounds by which to choose")
    if max_width is not None and (vary or not fit):
        raise UsageError("--max-width is for --fit without --vary")
    max_factor = read_fraction("--max-width", max_width) if max_width is not None else Fraction(1)
    return Search(read_bounds(fit or ()), [read_axis(text) for text in vary or ()], max_factor)
