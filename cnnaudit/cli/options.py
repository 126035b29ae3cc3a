"""Options that several commands share."""

from typing import Annotated

import typer

Format = Annotated[str, typer.Option("-f", "--format", help="What to print on standard output.")]
Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "-o", "--output", metavar="FORMAT[:PATH]", help="Write this too; may be given repeatedly."
    ),
]
Inputs = Annotated[
    list[str] | None,
    typer.Option(
        "--input", metavar="SHAPE", help="Another input size; 270x480 keeps the channels."
    ),
]
Variables = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="VAR=EXPR", help="Another value for a variable of the file."),
]
Color = Annotated[str, typer.Option("--color", help="auto, always or never.")]
Width = Annotated[
    int | None, typer.Option("--width", min=20, help="Columns of tables; the terminal's if open.")
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Nothing on standard output.")]
