"""The options of an adaptation, with the checks that need no network."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.adaptation.rounding import Rounding
from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.ops.frameworks import FRAMEWORKS

HEADS = ("gap",)

_ROUNDING_TEXT = {
    "even": "up to even numbers",
    "8": "to multiples of 8",
    "none": "up to whole numbers",
}


class StockUnreachableError(UsageError):
    """The adapted file cannot extend the stock, which is no file or not reachable from there."""


class InexpressibleError(UsageError):
    """Repetitions of a layer need values that no change of the layer can express."""


class AdaptOptions(NamedTuple):
    """The changes of an adaptation; ``factor`` scales the widths, None leaves them as they are."""

    inputs: Sequence[str] = ()
    classes: int | None = None
    factor: Fraction | None = None
    rounding: Rounding = Rounding()
    head: str | None = None
    freeze: Sequence[str] = ()
    drop_lrn: bool = False
    factorize: bool = False
    framework: str | None = None
    variables: Sequence[str] = ()
    name: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the options change nothing but the network's name."""
        return self._replace(name=None) == AdaptOptions()

    def validate(self) -> None:
        """Raise ``UsageError`` for options that are wrong for every network."""
        if self.head not in (None, *HEADS):
            raise UsageError(f"--head {self.head}: there is no such head (there are gap)")
        if self.framework not in (None, *FRAMEWORKS):
            names = tuple(FRAMEWORKS)
            hint = did_you_mean(str(self.framework), names) or f"there are {', '.join(names)}"
            raise UsageError(f"--framework {self.framework}: there is no such framework ({hint})")
        if self.classes is not None and self.classes < 1:
            raise UsageError(f"--classes {self.classes}: a network has 1 class or more")
        variables = [text.partition("=")[0] for text in self.variables]
        repeated_name = next((name for name in variables if variables.count(name) > 1), None)
        if repeated_name is not None:
            raise UsageError(f"--set {repeated_name} is given twice")
        if "classes" in variables:
            raise UsageError("--set classes: the number of classes is --classes here")

    def summary(self) -> str:
        """Summarise the changes: ``29 classes, widths times 29/1000 up to even numbers``."""
        parts = [f"input {', '.join(self.inputs)}"] if self.inputs else []
        if self.classes is not None:
            parts.append(f"{self.classes} class{'es' if self.classes != 1 else ''}")
        if self.factor is not None:
            parts.append(f"widths times {self.factor} {_ROUNDING_TEXT[self.rounding.rule]}")
            if self.rounding.min_width > 1:
                parts.append(f"at least {self.rounding.min_width}")
        parts += ["a global average pool for flatten"] if self.head else []
        parts += ["no local response normalisation"] if self.drop_lrn else []
        parts += ["two 3x3 for each 5x5"] if self.factorize else []
        parts += [f"as {self.framework} builds it"] if self.framework else []
        parts += [", ".join(self.variables)] if self.variables else []
        parts += [f"frozen {', '.join(self.freeze)}"] if self.freeze else []
        return ", ".join(parts)
