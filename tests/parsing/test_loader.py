"""Files that extend others: what is kept, what is replaced, and what is refused."""

from pathlib import Path

import pytest

from cnnaudit.calculator import Audit, audit
from cnnaudit.errors import AuditError, Diagnostic, Diagnostics
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.loader import load_architecture, split_variant
from cnnaudit.sources.files import open_path
from tests.reading import names, place, shapes, write

BASE = """\
cnnaudit: 1
name: Base
description: the first
framework: pytorch
input: 8x8x3
classes: 10
vars: {w: 4, k: 3}
variants: {n: {w: 2}, s: {w: 2*k}}
defaults: {conv: {padding: same}}
blocks: {b: {params: [c], layers: [{conv: c, kernel: k}]}}
training: {batch_size: 32, optimizer: {type: sgd, lr: 0.1}}
expect: {params: 1}
layers:
  - {name: one, conv: w, kernel: k}
  - {name: two, b: 2*w}
  - flatten
  - {name: last, dense: classes}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, base=BASE)
    return tmp_path


def read(path: str | Path) -> Audit:
    diagnostics = Diagnostics()
    return audit(build_graph(load_architecture(open_path(Path(path)), diagnostics), diagnostics))


def extended(text: str) -> Audit:
    """The network of a file that extends ``base.yaml``."""
    return read(write(Path.cwd(), net=f"cnnaudit: 1\nextends: base.yaml\n{text}"))


def faults(path: str | Path) -> list[Diagnostic]:
    with pytest.raises(AuditError) as caught:
        read(path)
    return list(caught.value.diagnostics)


def fault(text: str) -> Diagnostic:
    """The only thing wrong with a file."""
    (found,) = faults(write(Path.cwd(), net=text))
    return found


def test_nothing_said_is_nothing_changed() -> None:
    base, net = read("base.yaml"), extended("")
    assert net.totals == base.totals
    assert names(net) == names(base)
    assert net.graph.framework == "pytorch"
    assert net.graph.classes == 10


def test_what_is_not_inherited() -> None:
    graph = extended("").graph
    assert graph.name == "net"
    assert graph.description is None
    assert graph.expect == {}


@pytest.mark.parametrize(
    ("more", "shape"),
    [
        ("vars: {w: 5}", (8, 8, 5)),
        ("vars: {w: 2*k}", (8, 8, 6)),
        ("vars: {k: 5}", (8, 8, 4)),
        ("input: 16x16x1", (16, 16, 4)),
        ("defaults: {conv: {stride: 2}}", (4, 4, 4)),
        ("defaults: {conv: {padding: valid}}", (6, 6, 4)),
    ],
)
def test_what_is_named_is_replaced_and_the_rest_kept(more: str, shape: tuple[int, ...]) -> None:
    assert shapes(extended(more))["one"] == shape


def test_classes_and_framework_are_replaced() -> None:
    net = extended("classes: 7\nframework: keras")
    assert shapes(net)["last"] == (7,)
    assert net.graph.framework == "keras"


def test_layers_replace_all_layers_and_may_use_the_blocks() -> None:
    assert names(extended("layers: [{b: 5}]")) == ["b1.conv1"]


def test_blocks_are_replaced_by_name() -> None:
    net = extended("blocks: {b: {params: [c], layers: [{conv: c, kernel: 1, stride: 2}]}}")
    assert shapes(net)["two.conv1"] == (4, 4, 8)


def test_training_is_merged_and_null_takes_away() -> None:
    assert extended("training: {optimizer: {lr: 0.5}}").graph.training["batch_size"] == 32
    assert "optimizer.lr" not in extended("training: {optimizer: null}").graph.training
    assert extended("training: null").graph.training == {}


def test_variants_of_the_base_are_inherited() -> None:
    write(Path.cwd(), net="cnnaudit: 1\nextends: base.yaml@n\n")
    assert shapes(read("net.yaml"))["one"] == (8, 8, 2)


def test_a_variant_may_use_variables() -> None:
    write(Path.cwd(), net="cnnaudit: 1\nextends: base.yaml@s\nvars: {k: 1}\n")
    assert shapes(read("net.yaml"))["one"] == (8, 8, 2)


def test_a_chain_of_files() -> None:
    write(Path.cwd(), a="cnnaudit: 1\nextends: base.yaml\nvars: {w: 6}\n")
    write(Path.cwd(), b="cnnaudit: 1\nextends: a.yaml\nclasses: 3\n")
    net = shapes(read("b.yaml"))
    assert net["one"] == (8, 8, 6)
    assert net["last"] == (3,)


def test_files_are_found_beside_the_file_that_names_them(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "deep" / "er").mkdir(parents=True)
    write(folder / "deep", mid="cnnaudit: 1\nextends: ../base.yaml\n")
    write(folder / "deep" / "er", net="cnnaudit: 1\nextends: ../mid.yaml\n")
    assert names(read("deep/er/net.yaml")) == names(read("base.yaml"))


# What is refused ----------------------------------------------------------------------------------


def test_a_missing_base_suggests_its_neighbour() -> None:
    found = fault("cnnaudit: 1\nextends: bas.yaml\n")
    assert place(found) == ("CA901", 2, 10)
    assert found.help == "did you mean 'base.yaml'?"


@pytest.mark.parametrize("reference", ["../other.yaml", "/etc/hostname", "a/../../other.yaml"])
def test_a_base_outside_the_repository(reference: str) -> None:
    found = fault(f"cnnaudit: 1\nextends: {reference}\n")
    assert place(found) == ("CA911", 2, 10)


def test_a_link_outside_the_repository(tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = write(tmp_path_factory.mktemp("outside"), secret=BASE)
    Path("link.yaml").symlink_to(outside)
    found = fault("cnnaudit: 1\nextends: link.yaml\n")
    assert place(found) == ("CA911", 2, 10)
    assert str(outside) not in found.message


def test_a_folder_as_base() -> None:
    assert "folder" in fault("cnnaudit: 1\nextends: .\n").message


@pytest.mark.parametrize("written", ["", "[base.yaml]", "{file: base.yaml}"])
def test_extends_is_a_path(written: str) -> None:
    write(Path.cwd(), net=f"cnnaudit: 1\nextends: {written}\ninput: 8\nlayers: [{{dense: 1}}]\n")
    found = faults("net.yaml")
    assert "CA906" in [one.code for one in found]
    assert "path of the file to extend" in " ".join(one.message for one in found)


def test_a_file_that_extends_itself() -> None:
    found = fault("cnnaudit: 1\nextends: net.yaml\n")
    assert place(found) == ("CA912", 2, 10)
    assert "net.yaml → net.yaml" in found.message


def test_files_that_extend_each_other() -> None:
    write(Path.cwd(), a="cnnaudit: 1\nextends: b.yaml\n", b="cnnaudit: 1\nextends: a.yaml\n")
    (found,) = faults("a.yaml")
    assert (found.path, *place(found)) == ("b.yaml", "CA912", 2, 10)
    assert "a.yaml → b.yaml → a.yaml" in found.message


def test_the_same_circle_under_another_name() -> None:
    Path("sub").mkdir()
    found = fault("cnnaudit: 1\nextends: sub/../net.yaml\n")
    assert found.code == "CA912"


def test_a_base_that_is_no_architecture() -> None:
    write(Path.cwd(), other="a: 1\n")
    (found,) = faults(write(Path.cwd(), net="cnnaudit: 1\nextends: other.yaml\n"))
    assert (found.path, found.code) == ("other.yaml", "CA904")


def test_errors_of_the_base_are_named_with_its_path() -> None:
    write(Path.cwd(), base=BASE.replace("kernel: k}\n", "kernal: k}\n"))
    write(Path.cwd(), net="cnnaudit: 1\nextends: base.yaml\nnmae: x\n")
    found = faults("net.yaml")
    assert [(one.path, *place(one)) for one in found] == [
        ("base.yaml", "CA905", 14, 26),
        ("net.yaml", "CA905", 3, 1),
    ]


def test_what_a_new_variable_breaks_in_the_base() -> None:
    found = fault("cnnaudit: 1\nextends: base.yaml\nvars: {k: 3.5}\n")
    assert (found.path, *place(found)) == ("base.yaml", "CA206", 14, 34)


def test_an_unknown_variant() -> None:
    found = fault("cnnaudit: 1\nextends: base.yaml@m\n")
    assert place(found) == ("CA905", 2, 20)
    assert "no variant 'm'" in found.message
    assert found.help == "it has n, s"


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("a.yaml", ("a.yaml", None)),
        ("a.yaml@n", ("a.yaml", "n")),
        ("a@b/c.yaml", ("a@b/c.yaml", None)),
        ("a@b/c.yaml@n", ("a@b/c.yaml", "n")),
        ("a.yaml@v1.5", ("a.yaml", "v1.5")),
    ],
)
def test_where_a_variant_begins(reference: str, parts: tuple[str, str | None]) -> None:
    assert split_variant(reference) == parts
