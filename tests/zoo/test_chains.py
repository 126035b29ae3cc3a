"""The networks without branches, against numbers that were printed or published elsewhere.

``seeds.json`` holds what hand analyses print and what Keras builds from the same code, layer by
layer; ``PUBLISHED`` what the papers and the frameworks' own models come to.
"""

import json
from collections.abc import Iterable
from functools import cache
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cnnaudit.calculator import Audit, Row, audit
from cnnaudit.errors import Diagnostics, Source
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.parsing.overrides import with_variant
from cnnaudit.sources.files import FileResolver, SourceFile, open_path

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / "configs"
FILES = {path.stem: path for path in sorted(CONFIGS.rglob("*.yaml"))}
SEEDS = json.loads((ROOT / "tests" / "reference" / "seeds.json").read_text(encoding="utf-8"))
TABLE = SEEDS["alexnet_structure_table"]

#: Parameters and MACs of convolutions and dense layers, one image of 227x227 or 224x224.
PUBLISHED = {
    "alexnet": (62_378_344, 1_135_256_096),
    "vgg-a": (132_863_336, 7_609_090_048),
    "vgg-a-lrn": (132_863_336, 7_609_090_048),
    "vgg-b": (133_047_848, 11_308_466_176),
    "vgg-c": (133_638_952, 11_770_888_192),
    "vgg-d": (138_357_544, 15_470_264_320),
    "vgg-e": (143_667_240, 19_632_062_464),
}
#: The other AlexNets, as differences from the one with a single tower.
TWO_TOWERS = """
cnnaudit: 1
extends: alexnet.yaml
changes: [{set: [conv2, conv4, conv5], to: {groups: 2}}]
"""
ONE_WEIRD_TRICK = """
cnnaudit: 1
extends: alexnet.yaml
input: 224x224x3
changes:
  - {set: conv1, to: {conv: 64, padding: 2}}
  - {set: conv2, to: {conv: 192}}
  - {set: conv4, to: {conv: 256}}
"""


class Expected(NamedTuple):
    """One row of a reference table; what the table does not give is None."""

    op: str
    shape: tuple[int, ...]
    params: int
    trainable: int | None = None
    size: int | None = None


class Reference(NamedTuple):
    """A network as the reference tables give it."""

    input: tuple[int, ...]
    params: int
    trainable: int | None
    rows: tuple[Expected, ...]

    @property
    def branched(self) -> bool:
        """Whether it is no chain: rows of parallel layers have no order of their own."""
        return any(row.op in ("add", "concat", "backbone") for row in self.rows)


def _references() -> dict[str, Reference]:
    references = {}
    for name, entry in SEEDS["hand"].items():
        rows = tuple(
            Expected(op, tuple(shape), params, size=size)
            for op, shape, size, params in entry["rows"]
        )
        references[name] = Reference(tuple(entry["input"]), entry["total_params"], None, rows)
    for name, entry in SEEDS["keras"].items():
        rows = tuple(
            Expected(op, tuple(shape), params, trainable)
            for op, shape, params, trainable in entry["rows"]
        )
        references[name] = Reference(
            tuple(entry["input"]), entry["total_params"], entry["trainable_params"], rows
        )
    return references


CHAINS = {name: ref for name, ref in _references().items() if not ref.branched}


@cache
def audited(path: Path) -> Audit:
    return audit(build_graph(load_architecture(open_path(path))))


def audited_text(text: str) -> Audit:
    """A file that could stand beside alexnet.yaml."""
    folder = FileResolver(CONFIGS / "alexnet", ROOT)
    return audit(build_graph(load_architecture(SourceFile(Source("adapted.yaml", text), folder))))


def counted(result: Audit) -> list[Row]:
    return [row for row in result.rows if row.node.op != "input"]


def is_op(row: Row, op: str) -> bool:
    """Whether a row is of a reference table's operation, which may be an activation's own name."""
    if row.node.op == "activation" and op != "activation":
        return bool(row.node.attributes["function"] == op)
    return row.node.op == op


def matched(rows: Iterable[Row], expected: Iterable[Expected]) -> list[tuple[Row, Expected]]:
    """Each expected row with the next row of its operation; only what weighs nothing is passed."""
    remaining = iter(rows)
    pairs = []
    for want in expected:
        for row in remaining:
            if is_op(row, want.op):
                pairs.append((row, want))
                break
            assert row.params == 0, f"{row.node.name} is not in the table before {want}"
        else:
            pytest.fail(f"nothing is left for {want}")
    left = [row.node.name for row in remaining if row.params]
    assert not left, f"the table ends before {left}"
    return pairs


# Against the reference tables ---------------------------------------------------------------------


@pytest.mark.parametrize("name", CHAINS)
def test_the_totals_agree(name: str) -> None:
    reference, result = CHAINS[name], audited(FILES[name])
    (entry,) = result.graph.inputs
    assert entry.output_shape == reference.input
    assert result.totals.params == reference.params
    if reference.trainable is not None:
        assert result.totals.trainable_params == reference.trainable
        frozen = reference.params - reference.trainable
        assert result.totals.non_trainable_params == frozen


@pytest.mark.parametrize("name", CHAINS)
def test_every_layer_agrees(name: str) -> None:
    for row, want in matched(counted(audited(FILES[name])), CHAINS[name].rows):
        found = Expected(
            want.op,
            row.node.output_shape,
            row.params,
            None if want.trainable is None else row.trainable_params,
            None if want.size is None else row.activation_size,
        )
        assert found == want, row.node.name


@pytest.mark.parametrize("name", CHAINS)
def test_macs_follow_from_the_printed_rows(name: str) -> None:
    """Each weight of a convolution meets every output position; no layer here lacks a bias."""
    macs = sum(
        prod(row.shape[:-1]) * (row.params - row.shape[-1])
        for row in CHAINS[name].rows
        if row.op in ("conv", "dense")
    )
    assert audited(FILES[name]).totals.macs == macs


def test_the_structure_table_of_alexnet() -> None:
    """Its forward computation counts a bias as one more weight at every position."""
    result = audited(FILES["alexnet-structure-table"])
    rows = [
        [row.node.name, row.params, row.macs + row.bias_adds]
        for row in counted(result)
        if row.params
    ]
    assert rows == TABLE["rows"]
    computation = sum(row.macs + row.bias_adds for row in counted(result))
    assert [result.totals.params, computation] == TABLE["overall"]
    conv, dense = (result.totals.by_kind[kind] for kind in ("conv", "dense"))
    assert TABLE["conv_vs_fc"] == {
        "params_conv": conv.params,
        "params_fc": dense.params,
        "computation_conv": conv.macs + result.totals.bias_adds,
        "computation_fc": dense.macs,
    }
    order = [row.node.op for row in counted(result)]
    assert order[order.index("flatten") :] == [
        *("flatten", "dropout", "dense", "activation", "dropout", "dense", "activation"),
        *("dense", "activation"),
    ]


@pytest.mark.parametrize("layer", SEEDS["single_layers"], ids=str)
def test_a_single_layer(layer: dict[str, Any], tmp_path: Path) -> None:
    sizes = layer["input"]
    channels = [] if layer["op"] == "dense" or len(sizes) == 3 else [1]
    written = {key: layer[key] for key in ("kernel", "stride", "padding") if key in layer}
    principal = {"conv": "filters", "max_pool": "kernel", "dense": "units"}[layer["op"]]
    document: dict[str, Any] = {
        "cnnaudit": 1,
        "input": [*sizes, *channels],
        "layers": [{"op": layer["op"], **written, principal: layer.get(principal, 1)}],
    }
    path = tmp_path / "layer.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    (row,) = counted(audited(path))
    output = layer.get("output", [layer.get("units")])
    assert list(row.node.output_shape) == [*output, *channels]
    assert row.activation_size == layer.get("activation_size", row.activation_size)
    assert row.params == layer.get("params", row.params)


# Against published numbers ------------------------------------------------------------------------


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_numbers(name: str) -> None:
    totals = audited(FILES[name]).totals
    assert (totals.params, totals.macs) == PUBLISHED[name]


@pytest.mark.parametrize(
    ("text", "params", "macs"),
    [
        pytest.param(TWO_TOWERS, 60_965_224, 724_406_816, id="Caffe, 2012"),
        pytest.param(ONE_WEIRD_TRICK, 61_100_840, 714_188_480, id="torchvision, 2014"),
    ],
)
def test_the_other_alexnets(text: str, params: int, macs: int) -> None:
    totals = audited_text(text).totals
    assert (totals.params, totals.macs) == (params, macs)


def test_depths_of_vgg() -> None:
    """The letters stand for 11, 11, 13, 16, 16 and 19 layers with weights."""
    letters = ("a", "a-lrn", "b", "c", "d", "e")
    weighted = [sum(row.params > 0 for row in audited(FILES[f"vgg-{x}"]).rows) for x in letters]
    assert weighted == [11, 11, 13, 16, 16, 19]
    assert [n.name for n in audited(FILES["vgg-a-lrn"]).graph.nodes if n.op == "lrn"] == ["norm1"]


# The files themselves -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_every_file_keeps_its_claims(name: str) -> None:
    result = audited(FILES[name])
    claims = dict(result.graph.expect)
    if "output" in claims:
        claimed = claims.pop("output")
        inference = [node for node in result.graph.nodes if not node.auxiliary]
        assert inference[-1].output_shape == (claimed if isinstance(claimed, tuple) else (claimed,))
    for claim, value in claims.items():
        if claim.startswith("max_"):
            assert getattr(result.totals, claim.removeprefix("max_")) <= value, claim
        else:
            assert getattr(result.totals, claim) == value, claim


@pytest.mark.parametrize("name", CHAINS)
def test_the_claims_of_a_chain_are_complete(name: str) -> None:
    assert audited(FILES[name]).graph.expect.keys() >= {"params", "macs", "output"}


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_first_where_it_comes_from(name: str) -> None:
    first = FILES[name].read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")


def test_no_two_files_have_one_name() -> None:
    assert len(FILES) == len(list(CONFIGS.rglob("*.yaml")))


def test_alexnet_is_short() -> None:
    assert len(FILES["alexnet"].read_text(encoding="utf-8").splitlines()) <= 25


@pytest.mark.parametrize(
    ("variant", "name", "scale"),
    [
        (None, "he", None),
        ("he", "he", None),
        ("xavier", "xavier", None),
        ("zeros", "zeros", None),
        ("normal", "normal", 0.01),
    ],
)
def test_the_variants_of_the_initialiser_study(
    variant: str | None, name: str, scale: float | None
) -> None:
    document = load_architecture(open_path(FILES["mlp-init-study"]))
    if variant is not None:
        diagnostics = Diagnostics()
        document = with_variant(document, variant, diagnostics, document.span)
        diagnostics.raise_any()
    nodes = [node for node in build_graph(document).nodes if node.op == "dense"]
    assert len(nodes) == 3
    for node in nodes:
        assert node.init is not None
        assert node.init.name == name
        found = node.init.scale
        assert (None if found is None else float(found)) == scale
