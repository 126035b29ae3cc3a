"""A format that is new: a table of its operations, a reader, and a line in ``IMPORTERS``."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from cnnaudit import exporters, importers
from cnnaudit.errors import AuditError, error_diagnostic
from cnnaudit.exporters import Exporter
from cnnaudit.graph.graph import Graph
from cnnaudit.importers import Importer
from cnnaudit.importers.graph_builder import GraphBuilder, InvalidModelError, file_errors
from cnnaudit.importers.inputs import input_shapes
from cnnaudit.loading import load
from cnnaudit.sources.detect import BinaryFile, file_in_memory
from tests.support import run

NETWORK = "toy\n8x8x3\nconv:4 act:relu conv:4 flatten dense:10\n"

# The importer ------------------------------------------------------------------------------------

OPS = {
    "act": ("activation", "function"),
    "conv": ("conv", "filters"),
    "dense": ("dense", "units"),
    "flatten": ("flatten", ""),
}


def is_toy(head: bytes) -> bool:
    return head.startswith(b"toy\n")


def read(file: BinaryFile, inputs: Sequence[str]) -> Graph:
    with file.open() as stream, file_errors(file.shown):
        _, shape, layers = stream.read().decode().splitlines()
        sizes = tuple(map(int, shape.split("x")))
        (entry,) = input_shapes({"image": sizes}, inputs, False, file.shown).values()
        builder = GraphBuilder(file.shown, "pytorch")
        node, outline = builder.input("image", entry), []
        for number, text in enumerate(layers.split(), 1):
            name, _, value = text.partition(":")
            layer = builder.layer(f"{name}{number}")
            try:
                if name in OPS:
                    op, argument = OPS[name]
                    attributes = {argument: int(value) if value.isdigit() else value}
                    extra = {"kernel": 3} if op == "conv" else {}
                    node = layer.apply(op, {**attributes, **extra}, [node])
                else:
                    reason, shapes = "its cost is not known", (builder.shape(node),)
                    (node,) = layer.apply_unknown(name, reason, [node], shapes)
            except InvalidModelError as error:
                builder.error(f"layer {number}: {error}")
                continue
            outline.append(builder.add(layer))
        return builder.graph("toy network", outline)


# The exporter ------------------------------------------------------------------------------------


def write(graph: Graph) -> str:
    if graph.unknown:
        raise AuditError(
            (error_diagnostic("inexpressible", "a list knows every layer", graph.path),)
        )
    return "".join(f"{node.name} {node.output_shape}\n" for node in graph.nodes)


# -------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of the new format, in the working folder."""
    toy = Importer("toy network", f"{__name__}:is_toy", f"{__name__}:read")
    monkeypatch.setattr(importers, "IMPORTERS", (*importers.IMPORTERS, toy))
    listing = Exporter(f"{__name__}:write", (".list",))
    monkeypatch.setattr(exporters, "EXPORTERS", {**exporters.EXPORTERS, "list": listing})
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "net.bin"
    path.write_text(NETWORK)
    return path


def test_report() -> None:
    result = json.loads(run("report", "net.bin", "-f", "json").stdout)
    (network,) = result["networks"]
    assert network["name"] == "toy network"
    assert [layer["op"] for layer in network["layers"]] == [
        "conv",
        "activation",
        "conv",
        "flatten",
        "dense",
    ]
    assert network["totals"]["params"] == 4 * 28 + 4 * 37 + 10 * 65


def test_another_input() -> None:
    assert load("net.bin").inputs[0].output_shape == (8, 8, 3)
    assert "16 × 16 × 3" in run("report", "net.bin", "--input", "16x16x3").stdout


def test_diff_and_explain() -> None:
    Path("wide.bin").write_text(NETWORK.replace("conv:4", "conv:8", 1))
    result = run("diff", "net.bin", "wide.bin", "--exit-code")
    assert result.exit_code == 1
    assert "conv1" in result.stdout
    assert "image 8 × 8 × 3 → 6 × 6 × 4" in run("explain", "net.bin", "conv1").stdout


def test_check_finds_the_file_in_a_folder() -> None:
    result = json.loads(run("check", ".", "-f", "json").stdout)
    assert result["summary"]["files"] == 1
    Path("net.bin").write_text("no toy\n")
    assert run("check", ".").exit_code == 3


def test_convert_gives_the_same_numbers(file: Path) -> None:
    assert run("convert", "net.bin", "-o", "net.yaml").exit_code == 0
    assert run("diff", "net.bin", "net.yaml", "--exit-code").exit_code == 0
    assert run("report", file.name, "--set", "a=1").stderr == (
        "cnnaudit: error: --set a: net.bin is a toy network: it has no variables\n"
    )


@pytest.mark.parametrize("arguments", [("-f", "list"), ("-o", "list"), ("-o", "net.list")])
def test_convert_chooses_the_exporter(arguments: tuple[str, ...], file: Path) -> None:
    result = run("convert", "net.bin", *arguments)
    assert result.exit_code == 0, result.stderr
    if arguments[1] == "net.list":
        assert (result.stdout, file.with_name("net.list").read_text()[:5]) == ("", "image")
    else:
        assert result.stdout.startswith("image (8, 8, 3)\nconv1 (6, 6, 4)\n")


def test_convert_writes_several_files_at_once() -> None:
    outputs = ("-o", "a.list", "-o", "b.yml", "-o", "list:c.txt", "-o", "yaml:d.txt")
    assert run("convert", "zoo:alexnet", *outputs).exit_code == 0
    starts = [Path(name).read_text()[:5] for name in ("a.list", "b.yml", "c.txt", "d.txt")]
    assert starts == ["input", "cnnau", "input", "cnnau"]


@pytest.mark.parametrize("option", [("-f", "lits"), ("-o", "lits:net.list")])
def test_a_format_that_there_is_not(option: tuple[str, str]) -> None:
    result = run("convert", "net.bin", *option)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no format 'lits' (did you mean 'list'?)" in result.stderr


def test_what_an_exporter_refuses_is_not_written() -> None:
    Path("net.bin").write_text("toy\n8x8x3\nmagic\n")
    result = run("convert", "net.bin", "-o", "net.list")
    assert result.exit_code == 2
    assert "a list knows every layer" in result.stderr
    assert not Path("net.list").exists()


def test_what_cannot_be_counted_is_listed() -> None:
    Path("net.bin").write_text("toy\n8x8x3\nconv:4 magic flatten dense:10\n")
    ((name, what, reason),) = load("net.bin").unknown
    assert (name, what, reason) == ("magic2", "magic", "its cost is not known")
    result = run("convert", "net.bin")
    assert result.exit_code == 2
    assert "'magic2' (magic) cannot be written" in result.stderr


def test_all_errors_of_a_file_are_reported() -> None:
    data = b"toy\n8x8x3\nconv:0 act:none flatten\n"
    with pytest.raises(AuditError) as raised:
        read(file_in_memory(data, "net.bin"), ())
    assert [d.message.partition(":")[0] for d in raised.value.diagnostics] == ["layer 1", "layer 2"]
