"""The settings of an analysis of memory, from the options of ``report``."""

from cnnaudit.analysis.memory.max_batch import parse_size
from cnnaudit.analysis.memory.memory import MemorySettings
from cnnaudit.analysis.memory.precision import PRECISIONS
from cnnaudit.analysis.memory.training import OPTIMIZERS
from cnnaudit.cli.memory_options import MemoryOptions
from cnnaudit.errors import UsageError, did_you_mean


def read_settings(options: MemoryOptions) -> MemorySettings:
    """The settings, with defaults for options that are not given.

    Raises ``UsageError`` for a precision, an optimiser or a size that does not exist.
    """
    _check_word("--dtype", options.dtype, tuple(PRECISIONS))
    _check_word("--optimizer", options.optimizer, tuple(OPTIMIZERS))
    budget = None if options.fits is None else parse_size(options.fits)
    return MemorySettings(
        options.batch or 1, options.dtype or "fp32", options.in_place, options.optimizer, budget
    )


def _check_word(option: str, word: str | None, words: tuple[str, ...]) -> None:
    if word is not None and word not in words:
        hint = did_you_mean(word, words) or f"there are {', '.join(words)}"
        raise UsageError(f"{option}: there is no '{word}' ({hint})")
