"""LaTeX: what a small reader of its syntax finds in the pages of every command."""

import re
from pathlib import Path

import pytest

from cnnaudit.render import latex
from cnnaudit.render.blocks import Bullets, CodeBlock, Grid, GridColumn, Heading, TextBlock
from tests.support import run

HOSTILE = r"a_b & 50 % \\input{x} $#{}~^ <|> \"q\" `c` [o] -- × → ²"
NET = """\
cnnaudit: 1
name: 'A_b & c % $ # {d} ~ ^ \\end{x} [x]'
input: 8x8x3
layers:
  - {conv: 4, kernel: 3, name: conv_1}
  - flatten
  - dense: 10
"""
TOKEN = re.compile(r"\\\\|\\[a-zA-Z]+\*?|\\[&%$#_{}]|[&%$#_{}^~]|[^\\&%$#_{}^~]+", re.DOTALL)


def check(text: str) -> None:
    """Fail unless groups, mathematics and environments close and every row has all its cells."""
    comment, _, body = text.partition("\n")
    assert comment.startswith("% needs ")
    depth, in_math = 0, False
    tokens = TOKEN.findall(body)
    assert "".join(tokens) == body
    for token in tokens:
        depth += (token == "{") - (token == "}")
        assert depth >= 0
        in_math ^= token == "$"
        assert token not in ("#", "%")
        assert in_math or token not in ("^", "_")
    assert (depth, in_math) == (0, False)
    environments: list[str] = []
    for kind, name in re.findall(r"^\\(begin|end)\{(\w+)\}", body, re.MULTILINE):
        if kind == "begin":
            environments.append(name)
        else:
            assert environments.pop() == name
    assert not environments
    for alignment, cells in rows(text):
        assert len(cells) == len(re.sub(r"\{[^}]*\}", "", alignment))


def rows(text: str) -> list[tuple[str, list[str]]]:
    """Every row of the tables of a page as its cells, with the alignment of the table."""
    tables = re.findall(
        r"\\begin\{(?:tabular|longtable)\}\{([^\n]*)\}\n\\toprule\n(.*?)\\bottomrule",
        text,
        re.DOTALL,
    )
    rules = (r"\midrule", r"\endhead")
    return [
        (alignment, re.split(r"(?<!\\)&", line))
        for alignment, body in tables
        for line in body.splitlines()
        if line not in rules
    ]


def test_a_page_of_every_block_with_everything_escaped() -> None:
    columns = (GridColumn(HOSTILE), GridColumn("n", right=True), GridColumn("long", wraps=True))
    text = latex.write(
        [
            Heading(2, HOSTILE),
            TextBlock([HOSTILE, "second"]),
            Bullets([HOSTILE], [HOSTILE]),
            CodeBlock(f"  {HOSTILE}\n\nend\n"),
            Grid(columns, [(HOSTILE, "1 × 2", HOSTILE)]),
        ]
    )
    check(text)
    assert r"\input" not in text
    assert r"{lrp{0.50\linewidth}}" in text
    assert r"1 $\times$ 2" in text
    assert "[" not in text.partition("\n")[2].replace("{[}", "")


def test_escaped_text() -> None:
    assert latex.escape("a_b & 5 %") == r"a\_b \& 5 \%"
    assert latex.escape("3×3 → x²") == r"3$\times$3 $\rightarrow$ x$^2$"
    assert latex.escape("--width") == "-{}-{}width"
    assert latex.escape("\\input") == r"\textbackslash{}input"


def test_marked_text() -> None:
    text = latex.write([TextBlock(["Use `a_b` **now**:", "- one", "- `two`"], marked=True)])
    check(text)
    assert r"Use \texttt{a\_b} \textbf{now}:" in text
    assert "\\item one\n\\item \\texttt{two}\n\\end{itemize}" in text


def test_a_long_table_breaks_across_pages() -> None:
    text = latex.write([Grid((GridColumn("a"), GridColumn("b")), [("1", "2")] * 60)])
    check(text)
    assert text.startswith("% needs \\usepackage[T1]{fontenc} and \\usepackage{booktabs,longtable}")
    assert r"\begin{longtable}{ll}" in text


@pytest.mark.parametrize(
    "command",
    [
        ("report", "net.yaml"),
        ("report", "net.yaml", "--count", "all"),
        ("report", "net.yaml", "--columns", "layer,params_share,attributes"),
        ("diff", "net.yaml", "zoo:alexnet"),
        ("diff", "zoo:lenet-5", "zoo:alexnet", "--waterfall"),
        ("explain", "net.yaml"),
        ("explain", "net.yaml", "conv_1"),
        ("explain", "conv"),
        ("explain", "padding"),
        ("explain", "CA304"),
        ("explain",),
        ("adapt", "net.yaml", "--classes", "3"),
        ("sweep", "net.yaml", "--vary", "batch=1,2"),
        ("rules",),
        ("zoo",),
    ],
)
def test_every_command_writes_latex(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(NET)
    result = run(*command, "-f", "latex")
    assert result.exit_code == 0, result.stderr
    check(result.stdout)
    assert not re.findall(r"[⁰-₟←-⇿∀-⋿⌀-⏿─-▟]", result.stdout)


def test_numbers_are_right_aligned_and_markdown_has_the_same_rows() -> None:
    text = run("report", "zoo:lenet-5", "-f", "latex").stdout
    assert r"\begin{tabular}{llrrrrrr}" in text
    page = run("report", "zoo:lenet-5", "-f", "markdown").stdout
    assert len(rows(text)) == page.count("\n| ")
    assert (
        run("sweep", "zoo:lenet-5", "--vary", "batch=1,2", "-f", "markdown").stdout.count("|") > 9
    )
