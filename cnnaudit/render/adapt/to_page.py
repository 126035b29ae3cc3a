"""``adapt`` as a page: the diff against the stock, and below it the result of ``--fit``."""

from cnnaudit.render import latex, markdown
from cnnaudit.render.adapt.footer import fit_lines
from cnnaudit.render.adapt.formats import Adaptation
from cnnaudit.render.blocks import Block, Bullets, renderer
from cnnaudit.render.diff import to_page
from cnnaudit.render.diff.formats import DiffOptions
from cnnaudit.render.formats import Display


def page(adaptation: Adaptation, _display: Display) -> list[Block]:
    """The comparison as ``diff`` gives it, then the fit as a list."""
    blocks = to_page.page(adaptation.comparison, DiffOptions())
    lines = fit_lines(adaptation.search, None)
    fit = Bullets([line.removeprefix("Fit").strip() for line in lines])
    return [*blocks, fit] if lines else blocks


render_markdown = renderer(markdown.write, page)
render_latex = renderer(latex.write, page)
