"""``adapt`` as a table: the diff against the stock, and below it the result of ``--fit``."""

from cnnaudit.render.adapt.footer import fit_lines
from cnnaudit.render.adapt.formats import Adaptation
from cnnaudit.render.diff import to_table
from cnnaudit.render.diff.formats import DiffOptions
from cnnaudit.render.formats import Display


def render(adaptation: Adaptation, display: Display) -> str:
    """The table of ``diff``, then a blank line and the fit."""
    text = to_table.render(adaptation.comparison, DiffOptions(display.width, display.color))
    lines = fit_lines(adaptation.search, display.width)
    return text + "".join(f"{line}\n" for line in ("", *lines)) if lines else text
