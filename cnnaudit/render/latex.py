r"""Pages and tables as LaTeX for ``\input``: booktabs tables, everything escaped."""

import re
from collections.abc import Iterable, Sequence

from cnnaudit.render.blocks import Block, Bullets, CodeBlock, Grid, Heading, TextBlock

#: Most rows of a table that stays on one page.
_MAX_ROWS = 45
_SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}
#: The width of columns that wrap, together, in parts of the line.
_WRAPPED_WIDTH = 0.5

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    # At the start of a row or an item a bracket would be an option.
    "[": "{[}",
    "]": "{]}",
    # Two hyphens would be a dash.
    "-": "-{}",
    "\u00a0": "~",
} | {character: f"\\{character}" for character in "&%$#_{}"}
#: What stands in mathematics.
_SYMBOLS = {
    "×": r"\times",
    "·": r"\cdot",
    "→": r"\rightarrow",
    "←": r"\leftarrow",
    "↔": r"\leftrightarrow",
    "≥": r"\ge",
    "≤": r"\le",
    "≠": r"\ne",
    "≈": r"\approx",
    "±": r"\pm",
    "−": "-",
    "∞": r"\infty",
    "√": r"\surd",
    "∑": r"\sum",
    "∏": r"\prod",
    "⌊": r"\lfloor",
    "⌋": r"\rfloor",
    "⌈": r"\lceil",
    "⌉": r"\rceil",
    "∈": r"\in",
    "∂": r"\partial",
    "α": r"\alpha",
    "β": r"\beta",
    "γ": r"\gamma",
    "ε": r"\varepsilon",
    "μ": r"\mu",
    "µ": r"\mu",
    "π": r"\pi",
    "σ": r"\sigma",
    "Σ": r"\Sigma",
    "Π": r"\Pi",
}
_SUPERSCRIPTS = {
    character: f"^{digit}" for digit, character in zip("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻", strict=True)
}
_SUBSCRIPTS = {character: f"_{digit}" for digit, character in enumerate("₀₁₂₃₄₅₆₇₈₉")}
_WORDS = {
    "…": r"\dots{}",
    "•": r"\textbullet{}",
    "–": "--",
    "—": "---",
    "’": "'",
    "“": "``",
    "”": "''",
}
#: A cell of a bar, in eighths of its width.
_BAR_CELL = {character: eighths for eighths, character in enumerate("▏▎▍▌▋▊▉█", 1)}


def _bar(eighths: int) -> str:
    rule = rf"\rule{{{eighths / 16:g}em}}{{1ex}}"
    return rule + (rf"\hspace*{{{(8 - eighths) / 16:g}em}}" if eighths < 8 else "")


_PLAIN = str.maketrans(
    _SPECIAL
    | {
        character: f"${symbol}$"
        for character, symbol in (_SYMBOLS | _SUPERSCRIPTS | _SUBSCRIPTS).items()
    }
    | _WORDS
    | {character: _bar(eighths) for character, eighths in _BAR_CELL.items()}
    # What is drawn lighter on a terminal is a thin line.
    | {"▒": r"\rule{0.5em}{0.3ex}"}
)


def write(blocks: Iterable[Block]) -> str:
    """The blocks of a page below a comment with the packages that they need."""
    blocks = list(blocks)
    is_long = any(isinstance(block, Grid) and len(block.rows) > _MAX_ROWS for block in blocks)
    packages = "booktabs,longtable" if is_long else "booktabs"
    head = rf"% needs \usepackage[T1]{{fontenc}} and \usepackage{{{packages}}}"
    return "\n".join((f"{head}\n", *map(_block, blocks)))


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return rf"\{_SECTIONS[block.level]}*{{{_text(block.text, block.marked)}}}" + "\n"
    if isinstance(block, TextBlock):
        return _paragraph(block)
    if isinstance(block, Bullets):
        leads = [rf"\textbf{{{escape(lead)}}} " for lead in block.leads] or [""] * len(block.lines)
        pairs = zip(leads, block.lines, strict=True)
        return _items(f"{lead}{_text(line, block.marked)}" for lead, line in pairs)
    if isinstance(block, CodeBlock):
        return _code(block.text)
    return _table(block)


def _paragraph(block: TextBlock) -> str:
    """A paragraph; the lines of a plain one stay apart, those of a marked one flow."""
    if not block.marked:
        return " \\\\\n".join(map(escape, filter(None, block.lines))) + "\n"
    parts: list[str] = []
    items: list[str] = []
    for line in (*block.lines, ""):
        if line.startswith("- "):
            items.append(marked(line.removeprefix("- ")))
            continue
        if items:
            parts.append(_items(items))
            items = []
        if line:
            parts.append(f"{marked(line)}\n")
    return "".join(parts)


def _items(lines: Iterable[str]) -> str:
    items = [rf"\item {line}" for line in lines]
    return "\n".join((r"\begin{itemize}", *items, r"\end{itemize}")) + "\n" if items else ""


def _code(text: str) -> str:
    """Code on lines that keep their spaces."""
    lines = [escape(line).replace(" ", "~") or "~" for line in text.rstrip("\n").split("\n")]
    body = " \\\\\n".join(lines)
    return f"\\begin{{quote}}\\ttfamily\n{body}\n\\end{{quote}}\n"


def _table(grid: Grid) -> str:
    """A table with rules above, below its titles and below; a long one breaks across pages."""
    environment = "longtable" if len(grid.rows) > _MAX_ROWS else "tabular"
    wrapped_count = sum(column.wraps for column in grid.columns)
    width = f"{_WRAPPED_WIDTH / wrapped_count:.2f}" if wrapped_count else ""
    alignment = "".join(
        rf"p{{{width}\linewidth}}" if column.wraps else "r" if column.right else "l"
        for column in grid.columns
    )
    titles = _row([escape(column.title) for column in grid.columns])
    head = [titles, r"\midrule"]
    if environment == "longtable":
        head.append(r"\endhead")
    rows = [
        _row(_text(cell, column.marked) for column, cell in zip(grid.columns, cells, strict=True))
        for cells in grid.rows
    ]
    lines = (
        rf"\begin{{{environment}}}{{{alignment}}}",
        r"\toprule",
        *head,
        *rows,
        r"\bottomrule",
        rf"\end{{{environment}}}",
    )
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return rf"{' & '.join(cells)} \\"


def _text(text: str, is_marked: bool) -> str:
    return marked(text) if is_marked else escape(text)


def marked(text: str) -> str:
    """A text whose code and bold words are marked as in Markdown."""
    parts: Sequence[str] = re.split(r"(`[^`]+`|\*\*[^*]+\*\*)", text)
    return "".join(
        rf"\texttt{{{escape(part[1:-1])}}}"
        if part.startswith("`") and len(part) > 2
        else rf"\textbf{{{escape(part[2:-2])}}}"
        if part.startswith("**") and len(part) > 4
        else escape(part)
        for part in parts
    )


def escape(text: str) -> str:
    """Text that LaTeX prints as it is."""
    return text.translate(_PLAIN)
