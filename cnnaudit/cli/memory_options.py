"""The options of ``report`` about memory."""

from typing import Annotated, NamedTuple

import typer

Batch = Annotated[
    int | None,
    typer.Option("--batch", metavar="N", min=1, max=2**31, help="Memory for N images at once."),
]
Dtype = Annotated[
    str | None,
    typer.Option(
        "--dtype", metavar="TYPE", help="Memory in this type: fp32, fp16, bf16, int8 or mixed."
    ),
]
InPlace = Annotated[
    bool,
    typer.Option("--in-place", help="Activations, normalisation and sums overwrite their input."),
]
Optimizer = Annotated[
    str | None,
    typer.Option(
        "--optimizer",
        metavar="NAME",
        help="Memory of training with sgd, momentum, adam, adamw, rmsprop or adagrad.",
    ),
]
Fits = Annotated[
    str | None,
    typer.Option("--fits", metavar="SIZE", help="The largest batch in a memory such as 8GiB."),
]


class MemoryOptions(NamedTuple):
    """The options about memory."""

    batch: int | None
    dtype: str | None
    in_place: bool
    optimizer: str | None
    fits: str | None

    @property
    def is_set(self) -> bool:
        """Whether any of them is given."""
        return self != (None, None, False, None, None)
