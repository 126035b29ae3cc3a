"""``adapt -f markdown``: the diff against the stock, and below it the result of ``--fit``."""

from cnnaudit.render.adapt.footer import fit_lines
from cnnaudit.render.adapt.formats import Adaptation
from cnnaudit.render.diff import to_markdown
from cnnaudit.render.diff.formats import DiffOptions
from cnnaudit.render.formats import Display
from cnnaudit.render.markdown import bullets


def render(adaptation: Adaptation, _display: Display) -> str:
    """The comparison as ``diff`` gives it, then the fit as a list."""
    text = to_markdown.render(adaptation.comparison, DiffOptions())
    lines = fit_lines(adaptation.search, None)
    return (
        f"{text}\n{bullets(line.removeprefix('Fit').strip() for line in lines)}" if lines else text
    )
