"""Slips of YAML: one error each, with its place and the corrected line, which works.

A broken line is written as templates: ``N`` is a number, ``¦`` stands before the place that the
error points at. Every correction is written back in place of the line, and the file is loaded.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from cnnaudit.errors import AuditError, Diagnostic, Source
from cnnaudit.parsing import yaml_tokens, yaml_tree
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.parsing.yaml_rewrites import rewrites
from cnnaudit.sources.files import FileResolver, SourceFile

NUMBERS = ("8", "16", "24", "48", "96", "160", "512")

#: By kind: code, broken line, right line.
LAYERS = {
    "comma in parentheses": [
        (
            "CA905",
            "- {conv: ¦ceil_to(N*width, 8), kernel: 3}",
            '- {conv: "ceil_to(N*width, 8)", kernel: 3}',
        ),
        ("CA909", "- {conv: N, kernel: ¦(3,3)}", "- {conv: N, kernel: [3, 3]}"),
        (
            "CA909",
            "- {conv: N, kernel: ¦(3, 5), stride: (2,2)}",
            "- {conv: N, kernel: [3, 5], stride: [2, 2]}",
        ),
        (
            "CA905",
            "- {dense: ¦max(N, 4*width), bias: false}",
            '- {dense: "max(N, 4*width)", bias: false}',
        ),
    ],
    "comma in a number": [
        ("CA905", "- {dense: ¦N,000}", "- {dense: N000}"),
        ("CA905", "- {conv: N, kernel: ¦3, 3}", "- {conv: N, kernel: [3, 3]}"),
        (
            "CA905",
            "- {conv: N, kernel: ¦3, 5, padding: half}",
            "- {conv: N, kernel: [3, 5], padding: half}",
        ),
    ],
    "blank after a colon": [
        ("CA905", "- ¦conv:N", "- conv: N"),
        ("CA905", "- {¦conv:N, kernel:3}", "- {conv: N, kernel: 3}"),
        ("CA905", "- {¦dense:N}", "- {dense: N}"),
        ("CA905", "- {conv: N, ¦kernel:3}", "- {conv: N, kernel: 3}"),
    ],
    "blank after a dash": [
        ("CA903", "¦-conv: N", "- conv: N"),
        ("CA903", "¦-{conv: N, kernel: 3}", "- {conv: N, kernel: 3}"),
        ("CA903", "¦-dense: N", "- dense: N"),
    ],
    "missing dash": [
        ("CA903", "¦conv: N", "- conv: N"),
        ("CA903", "¦{conv: N, kernel: 3}", "- {conv: N, kernel: 3}"),
        ("CA903", "¦{dense: N, bias: false}", "- {dense: N, bias: false}"),
    ],
    "missing braces": [
        ("CA903", "- conv: N, ¦kernel: 3", "- {conv: N, kernel: 3}"),
        ("CA903", "- dense: N, ¦bias: false", "- {dense: N, bias: false}"),
        ("CA903", "- conv: N, ¦kernel: 3, stride: 2", "- {conv: N, kernel: 3, stride: 2}"),
        ("CA903", "- conv: N ¦kernel: 3", "- {conv: N, kernel: 3}"),
    ],
    "list for a mapping": [
        ("CA906", "- ¦[conv, N]", "- {conv: N}"),
        ("CA906", "- ¦[conv: N, kernel: 3]", "- {conv: N, kernel: 3}"),
        ("CA906", "- ¦[conv, N, kernel, 3]", "- {conv: N, kernel: 3}"),
        ("CA903", "- ¦(conv: N, kernel: 3)", "- {conv: N, kernel: 3}"),
        ("CA903", "- ¦{{conv: N, kernel: 3}}", "- {conv: N, kernel: 3}"),
        ("CA905", "- ¦{conv, N}", "- {conv: N}"),
    ],
    "open bracket": [
        ("CA903", "- ¦{conv: N, kernel: 3", "- {conv: N, kernel: 3}"),
        ("CA903", "- {conv: N, kernel: 3¦]", "- {conv: N, kernel: 3}"),
        ("CA903", "- {conv: N, kernel: [3, 3¦}", "- {conv: N, kernel: [3, 3]}"),
        (
            "CA903",
            "- {conv: N, kernel: ¦[3, 3, stride: 2}",
            "- {conv: N, kernel: [3, 3], stride: 2}",
        ),
        ("CA903", "- {conv: N, kernel: 3}¦}", "- {conv: N, kernel: 3}"),
    ],
    "equals sign": [
        ("CA905", "- {conv¦=N, kernel=3}", "- {conv: N, kernel: 3}"),
        ("CA905", "- conv¦=N", "- conv: N"),
        ("CA905", "- {dense¦ = N, bias = false}", "- {dense: N, bias: false}"),
    ],
    "separator": [
        ("CA903", "- {conv: N¦; kernel: 3}", "- {conv: N, kernel: 3}"),
        ("CA903", "- {conv: N ¦kernel: 3}", "- {conv: N, kernel: 3}"),
        ("CA903", "- {dense: N ¦bias: false}", "- {dense: N, bias: false}"),
    ],
    "missing colon": [
        ("CA905", "- {conv¦ N, kernel 3}", "- {conv: N, kernel: 3}"),
        ("CA905", "- conv¦ N", "- conv: N"),
        ("CA905", "- {dense¦ N}", "- {dense: N}"),
    ],
    "comment": [
        ("CA903", "- {conv: N ¦# wide, kernel: 3}", "- {conv: N, kernel: 3}  # wide"),
        (
            "CA903",
            "- {conv: N, note: see ¦#3, kernel: 3}",
            '- {conv: N, note: "see #3", kernel: 3}',
        ),
        ("CA903", "- {dense: N ¦# logits}", "- {dense: N}  # logits"),
    ],
    "quotes": [
        ("CA903", '- {conv: N, note: ¦"wide}', "- {conv: N, note: wide}"),
        ("CA903", "- {conv: N, note: ¦'wide\"}", "- {conv: N, note: wide}"),
        (
            "CA903",
            "- {conv: N, note: ¦'it's wide', kernel: 3}",
            '- {conv: N, note: "it\'s wide", kernel: 3}',
        ),
        ("CA903", '- {conv: N, name: ¦"a" b}', '- {conv: N, name: "a b"}'),
        ("CA909", "- {conv: ¦“N”, kernel: 3}", "- {conv: N, kernel: 3}"),
    ],
    "mark of YAML": [
        ("CA903", "- {conv: N, note: ¦@home}", '- {conv: N, note: "@home"}'),
        ("CA903", "- {conv: N, note: ¦%wide}", '- {conv: N, note: "%wide"}'),
        ("CA903", "- {conv: ¦`N`, kernel: 3}", "- {conv: N, kernel: 3}"),
        ("CA903", "- {conv: N, kernel: ¦*width}", "- {conv: N, kernel: width}"),
        ("CA903", "- {conv: ¦!int N, kernel: 3}", "- {conv: N, kernel: 3}"),
    ],
    "two dashes": [
        ("CA906", "- ¦- conv: N", "- conv: N"),
        ("CA906", "- ¦- {conv: N, kernel: 3}", "- {conv: N, kernel: 3}"),
        ("CA906", "- ¦- dense: N", "- dense: N"),
    ],
    "two slips": [
        ("CA905", "- {¦conv:N, kernel:(3,3)}", "- {conv: N, kernel: [3, 3]}"),
        (
            "CA905",
            "- {conv: ceil_to¦(N*width, 8, kernel: 3}",
            '- {conv: "ceil_to(N*width, 8)", kernel: 3}',
        ),
    ],
}
#: Lines at the top of a file, and what is written for them.
TOP = {
    "input:32x32x3": ["input: 32x32x3"],
    "input = 32x32x3": ["input: 32x32x3"],
    "input 32x32x3": ["input: 32x32x3"],
    "input: 32,32,3": ["input: 32x32x3"],
    "input: {image: 32, 32, 3}": ["input: {image: 32x32x3}"],
    "input: 32x32x3 classes: 10": ["input: 32x32x3", "classes: 10"],
    "name: @net": ['name: "@net"'],
    'name: "net" v2': ['name: "net v2"'],
    "name: 'net\"": ["name: net"],
    "name: Net: the first": ['name: "Net: the first"'],
    "  name: net": ["name: net"],
    "\tname: net": ["name: net"],
    "vars: depth: 1": ["vars: {depth: 1}"],
    "vars: [depth: 1, growth: 2]": ["vars: {depth: 1, growth: 2}"],
    "vars: {depth=1}": ["vars: {depth: 1}"],
    "expect: params: 224": ["expect: {params: 224}"],
}
BLOCKS = [
    ("vars:\n  - depth: 1\n", "vars: {depth: 1}"),
    ("vars:\n  - depth: 1\n  - growth: 2\n", "vars: {depth: 1, growth: 2}"),
    ("layers: {conv: 3}\n", "layers: [{conv: 3}]"),
    ("layers:\n  conv: 3\n", "layers: [{conv: 3}]"),
    ("layers:\n  conv: 8\n  relu: true\n", None),
]
INDENTED = [
    ("  - conv: N\n   kernel: 3\n", "    kernel: 3"),
    ("  - conv: N\n     kernel: 3\n", "    kernel: 3"),
    ("  - conv: N\n  kernel: 3\n", "    kernel: 3"),
    ("  - flatten\n   - dense: N\n", "  - dense: N"),
    ("  - relu\n    - conv: N\n", "  - conv: N"),
    ("  - conv: N\n\t- relu\n", "  - relu"),
]


class Case(NamedTuple):
    """A broken layer, where its error is, and the right one."""

    code: str
    column: int
    broken: str
    right: str


def cases(kind: str) -> list[Case]:
    written = []
    for code, broken, right in LAYERS[kind]:
        for number in NUMBERS * (1 if len(LAYERS[kind]) > 2 else 2):
            line = broken.replace("N", number)
            written.append(
                Case(code, 3 + line.index("¦"), line.replace("¦", ""), right.replace("N", number))
            )
    return written


def network(*lines: str) -> str:
    layers = "".join(f"  {line}\n" for line in lines)
    head = "cnnaudit: 1\ninput: 32x32x3\nvars: {width: 1}\nlayers:\n"
    return f"{head}  - {{conv: 8, kernel: 3}}\n{layers}  - relu\n"


def load(text: str) -> tuple[Diagnostic, ...]:
    """The errors of a text, which is loaded as a file."""
    here = Path.cwd()
    try:
        load_architecture(SourceFile(Source("net.yaml", text), FileResolver(here, here)))
    except AuditError as error:
        return error.diagnostics
    return ()


def proposal(error: Diagnostic) -> list[str]:
    """The lines that the help writes out."""
    lines = re.findall(r"`([^\n]*?)`(?= and below it |$)", error.help or "")
    assert lines
    return lines


def corrected(text: str, error: Diagnostic) -> str:
    """The text with the lines of a help in place of the line that it is for."""
    assert error.region is not None
    lines = text.split("\n")
    at = error.region.line - 1
    broken, new = lines[at], proposal(error)
    indent = broken[: len(broken) - len(broken.lstrip())]
    is_moved = "indent" in error.message or "tab" in error.message
    lines[at : at + 1] = new if is_moved else [indent + line for line in new]
    return "\n".join(lines)


@pytest.mark.parametrize("kind", LAYERS)
def test_a_slip_in_a_layer_is_one_error_with_the_right_line(kind: str) -> None:
    assert len(cases(kind)) >= 20
    for case in cases(kind):
        text = network(case.broken)
        (error,) = load(text)
        assert error.region is not None
        assert (error.code, error.region.line, error.region.column, error.help) == (
            case.code,
            6,
            case.column,
            f"write `{case.right}`",
        ), case
        assert load(corrected(text, error)) == (), case


@pytest.mark.parametrize("broken", TOP)
def test_a_slip_at_the_top_is_one_error_with_the_right_line(broken: str) -> None:
    shape = "" if broken.startswith("input") else "input: 32x32x3\n"
    text = f"cnnaudit: 1\n{shape}{broken}\nlayers:\n  - {{conv: 8, kernel: 3}}\n"
    (error,) = load(text)
    assert error.region is not None
    assert error.region.line == 3 - (not shape)
    assert proposal(error) == TOP[broken]
    assert load(corrected(text, error)) == ()


@pytest.mark.parametrize(("block", "line"), BLOCKS)
def test_a_block_of_another_type_is_written_in_one_line(block: str, line: str | None) -> None:
    rest = "" if block.startswith("layers") else "layers: [relu]\n"
    (error, *_) = load(f"cnnaudit: 1\ninput: 32x32x3\n{block}{rest}")
    if line is None:
        assert error.message == "expected a list of layers" or error.help
    else:
        assert proposal(error) == [line]
        assert load(f"cnnaudit: 1\ninput: 32x32x3\n{line}\n{rest}") == ()


@pytest.mark.parametrize(("lines", "line"), INDENTED)
@pytest.mark.parametrize("number", NUMBERS[:4])
def test_wrong_indentation(lines: str, line: str, number: str) -> None:
    text = f"cnnaudit: 1\ninput: 32x32x3\nlayers:\n{lines}  - relu\n".replace("N", number)
    (error,) = load(text)
    assert error.region is not None
    assert error.region.line == 5
    assert [new.strip() for new in proposal(error)] == [line.replace("N", number).strip()]
    fixed = text.split("\n")
    fixed[4] = line.replace("N", number)
    assert load("\n".join(fixed)) == ()


def test_two_slips_in_two_lines_are_corrected_one_after_the_other() -> None:
    text = network("- {conv: 8, kernel: 3", "- {dense: 10; bias: false}")
    (first,) = load(text)
    assert proposal(first) == ["- {conv: 8, kernel: 3}"]
    (second,) = load(corrected(text, first))
    assert proposal(second) == ["- {dense: 10, bias: false}"]


def test_two_slips_that_yaml_reads_are_two_errors() -> None:
    errors = load(network("- {conv: 8, kernel: (3,3)}", "- conv:64"))
    assert [proposal(error) for error in errors] == [
        ["- {conv: 8, kernel: [3, 3]}"],
        ["- conv: 64"],
    ]


def test_a_slip_beside_another_mistake_is_corrected_first() -> None:
    (error,) = load(network("- {conv: 64, kernel_size: (3,3)}"))
    assert proposal(error) == ["- {conv: 64, kernel_size: [3, 3]}"]


@pytest.mark.parametrize(
    "line",
    [
        "- {conv: 64, kernal: 3}",
        "- {convolve: 64}",
        "- {conv: 64, kernel: 3, strides: 2}",
        "- {conv: width+, kernel: 3}",
        "- {conv: 64, conv: 64}",
        "- {conv: 64, kernel: 3, name: a.b}",
        "- {batch_norm: {scale: false}, scale: true}",
        "- {branches: {a: [relu]}}",
    ],
)
def test_another_mistake_has_no_corrected_line(line: str) -> None:
    for error in load(network(line)):
        assert not (error.help or "").startswith("write `- ")


def test_right_lines_are_not_corrected_for_an_error_elsewhere() -> None:
    right = [
        "- {conv: 8, kernel: [3, 3]}",
        "- conv: ceil_to(8*width, 8)\n    kernel: 3",
        '- {conv: 8, note: "a: b"}',
    ]
    (error,) = load(network(*right, "- {conv: 64, kernal: 3}"))
    assert error.region is not None
    assert error.region.line == 10


@pytest.mark.parametrize("path", sorted(Path("cnnaudit/zoo").rglob("*.yaml"))[:40], ids=str)
def test_no_line_of_the_zoo_is_corrected(path: Path) -> None:
    for line in path.read_text("utf-8").split("\n")[:200]:
        list(rewrites(line))  # proposals are pure and raise nothing


def test_the_python_parser_leads_to_the_same_corrections(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [network(case.broken) for kind in LAYERS for case in cases(kind)[::7]]
    expected = [load(text) for text in texts]
    monkeypatch.setattr(yaml_tree, "LOADER", yaml.Loader)
    monkeypatch.setattr(yaml_tokens, "LOADER", yaml.Loader)
    assert [load(text) for text in texts] == expected


def test_a_long_file_is_read_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    parse = yaml_tree._Builder.build

    def build(builder: yaml_tree._Builder, text: str) -> yaml_tree.YamlNode | None:
        texts.append(text)
        return parse(builder, text)

    monkeypatch.setattr(yaml_tree._Builder, "build", build)
    load(network(*["- {conv: 64, kernel: (3,3), kernal: 3}"] * 150))
    assert len(texts) < 200
