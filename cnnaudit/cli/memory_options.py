"""The options of ``report`` that ask for memory, and what they mean together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cnnaudit.errors import UsageError, did_you_mean

if TYPE_CHECKING:  # memory is loaded where it is asked for
    from cnnaudit.analysis.memory import Memory, Settings
    from cnnaudit.calculator import Audit
    from cnnaudit.render.columns import Column

Batch = Annotated[
    int | None,
    typer.Option("--batch", metavar="N", min=1, max=2**31, help="Memory for N images at once."),
]
Dtype = Annotated[
    str | None,
    typer.Option("--dtype", help="Memory in fp32, fp16, bf16, int8 or mixed precision."),
]
InPlace = Annotated[
    bool,
    typer.Option("--in-place", help="Activations, normalisation and sums overwrite their input."),
]
Optimizer = Annotated[
    str | None,
    typer.Option("--optimizer", help="sgd, momentum, adam, adamw, rmsprop or adagrad."),
]
Fits = Annotated[
    str | None,
    typer.Option("--fits", metavar="SIZE", help="The largest batch in a memory such as 8GiB."),
]


def settings(
    batch: int | None,
    dtype: str | None,
    in_place: bool,
    optimizer: str | None,
    fits: str | None,
    columns: str,
) -> "Settings | None":
    """What memory is asked for; None where no option and no column asks.

    Raises ``UsageError`` for a precision, an optimiser or a size that does not exist.
    """
    from cnnaudit.render.keys import MEMORY_KEYS, named

    options = (batch, dtype, in_place or None, optimizer, fits)
    if options == (None,) * len(options) and not set(named(columns)) & set(MEMORY_KEYS):
        return None
    from cnnaudit.analysis.fits import parse_size
    from cnnaudit.analysis.memory import Settings
    from cnnaudit.analysis.precision import PRECISIONS
    from cnnaudit.analysis.training import OPTIMIZERS

    _known("--dtype", dtype, tuple(PRECISIONS))
    _known("--optimizer", optimizer, tuple(OPTIMIZERS))
    budget = None if fits is None else parse_size(fits)
    return Settings(batch or 1, dtype or "fp32", in_place, optimizer, budget)


def _known(option: str, word: str | None, words: tuple[str, ...]) -> None:
    if word is not None and word not in words:
        hint = did_you_mean(word, words) or f"there are {', '.join(words)}"
        raise UsageError(f"{option}: there is no '{word}' ({hint})")


def analysed(
    audits: "Sequence[Audit]", asked: "Settings | None"
) -> "tuple[list[Memory] | None, dict[str, Column]]":
    """The memory of each network and the columns that show it; nothing where it is not asked."""
    if asked is None:
        return None, {}
    from cnnaudit.analysis.memory import memory
    from cnnaudit.render.memory_columns import memory_columns

    memories = [memory(audit, asked) for audit in audits]
    return memories, memory_columns(audits, memories)
