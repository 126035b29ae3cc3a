"""What an adaptation is asked for, typed and checked as far as that needs no network."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.adaptation.rounding import Rounding
from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.layers.frameworks import FRAMEWORKS

HEADS = ("gap",)

_ROUNDED = {"even": "up to even numbers", "8": "to multiples of 8", "none": "up to whole numbers"}


class OutOfReachError(UsageError):
    """The stock network is no file that the adapted one could extend from where it is."""


class UnsayableError(UsageError):
    """What is asked for differs between repetitions, and no change of their layer can say it."""


class Recipe(NamedTuple):
    """What shall be different. ``factor`` scales the widths; None leaves them alone."""

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
    def empty(self) -> bool:
        """Whether nothing is asked for, but perhaps another name."""
        return self._replace(name=None) == Recipe()

    def check(self) -> None:
        """Raise ``UsageError`` for what no network could be given."""
        if self.head not in (None, *HEADS):
            raise UsageError(f"--head {self.head}: there is no such head (there are gap)")
        if self.framework not in (None, *FRAMEWORKS):
            known = tuple(FRAMEWORKS)
            hint = did_you_mean(str(self.framework), known) or f"there are {', '.join(known)}"
            raise UsageError(f"--framework {self.framework}: there is no such framework ({hint})")
        if self.classes is not None and self.classes < 1:
            raise UsageError(f"--classes {self.classes}: a network has 1 class or more")
        names = [text.partition("=")[0] for text in self.variables]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UsageError(f"--set {twice} is given twice")
        if "classes" in names:
            raise UsageError("--set classes: the number of classes is --classes here")

    def text(self) -> str:
        """What is different, in a line: ``29 classes, widths times 29/1000 up to even numbers``."""
        said = [f"input {', '.join(self.inputs)}"] if self.inputs else []
        if self.classes is not None:
            said.append(f"{self.classes} class{'es' if self.classes != 1 else ''}")
        if self.factor is not None:
            said.append(f"widths times {self.factor} {_ROUNDED[self.rounding.rule]}")
            if self.rounding.least > 1:
                said.append(f"at least {self.rounding.least}")
        said += ["a global average pool for flatten"] if self.head else []
        said += ["no local response normalisation"] if self.drop_lrn else []
        said += ["two 3x3 for each 5x5"] if self.factorize else []
        said += [f"as {self.framework} builds it"] if self.framework else []
        said += [", ".join(self.variables)] if self.variables else []
        said += [f"frozen {', '.join(self.freeze)}"] if self.freeze else []
        return ", ".join(said)
