"""Changes of structure: pooled heads, no local response normalisation, 3x3 pairs for 5x5."""

from collections.abc import Callable, Mapping
from typing import Any

from cnnaudit.adaptation.options import InexpressibleError
from cnnaudit.adaptation.patch import Patch, PatchChange
from cnnaudit.adaptation.patterns import set_changes
from cnnaudit.adaptation.target_build import TargetedGraph, build_towards
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.graph.nodes import Graph, Layer, Node, layers
from cnnaudit.layers.kind import product
from cnnaudit.layers.table import KINDS, MODIFIERS
from cnnaudit.parsing.document import Document

ReadPatch = Callable[[Patch], Document]


def pool_heads(read: ReadPatch, patch: Patch, steered: TargetedGraph) -> Patch:
    """A global average pool wherever a flatten reads more than one position.

    What stands behind stays: a hidden dense layer reads the channels instead of all values.
    """
    graph = steered.graph
    found = [
        node.layer
        for node in graph.nodes
        if node.kind == "flatten" and product(graph.nodes[node.inputs[0]].shape[:-1]) > 1
    ]
    if not found:
        message = "--head gap: no flatten here reads more than one position"
        raise UsageError(f"{message}: the network has no such head, or pools already")
    _own("--head gap", found, steered)
    bare = {"avg_pool": "global", "keep_dims": False}
    together = [PatchChange("replace", tuple(found), (), ({"name": "gap", **bare},))]
    # Another layer may read the flatten by its name, which the pool keeps then.
    apart = [
        PatchChange("replace", (path,), (), ({"name": path.rpartition(".")[2], **bare},))
        for path in found
    ]
    for trial in (together, apart):
        if (made := _tried(read, patch, trial)) is not None:
            return made
    raise UsageError(f"--head gap: {found[0]} cannot be replaced by a pool")


def drop_lrn(read: ReadPatch, patch: Patch, steered: TargetedGraph) -> Patch:
    """The network without its local response normalisations; an error where it has none."""
    found = dict.fromkeys(node.layer for node in steered.graph.nodes if node.kind == "lrn")
    if not found:
        raise UsageError("--drop-lrn: the network has no local response normalisation")
    _own("--drop-lrn", list(found), steered)
    kept = [node.name for node in steered.graph.nodes if node.layer in found and node.kind != "lrn"]
    if kept:
        raise UsageError(f"--drop-lrn: {kept[0]} stands on a normalisation: give it its own layer")
    paths = dict.fromkeys(_item(name, steered) for name in found)
    made = _tried(read, patch, [_all("remove", tuple(paths), steered)])
    if made is None:
        # A name that stands for a dropped layer stands for what the layer would have read.
        switched = set_changes({path: {"when": False} for path in paths}, steered.survey.items)
        made = _tried(read, patch, switched)
    if made is None:
        raise UsageError("--drop-lrn: without the normalisations there is no valid network")
    return made


def _all(action: str, paths: tuple[str, ...], steered: TargetedGraph) -> PatchChange:
    entries = set_changes({path: {"when": False} for path in paths}, steered.survey.items)
    return PatchChange(action, tuple(pattern for entry in entries for pattern in entry.patterns))


def factorize_5x5(read: ReadPatch, patch: Patch, steered: TargetedGraph) -> Patch:
    """Two 3x3 convolutions for each 5x5 (Szegedy et al. 2016, section 3.1).

    The second keeps the name, the stride and the modifiers; the first has as many filters, stride
    1, and the same normalisation and activation. Both add half of the padding, so that the output
    shape stays.
    """
    graph = steered.graph
    found = [
        layer
        for layer in layers(graph.outline)
        if graph.nodes[layer.nodes[0]].kind == "conv"
        and graph.nodes[layer.nodes[0]].attributes["kernel"] == (5, 5)
    ]
    if not found:
        raise UsageError("--factorize: the network has no 5x5 convolution")
    _own("--factorize", [layer.name for layer in found], steered)
    repeated = [layer.name for layer in found if layer.name not in steered.survey.items]
    if repeated:
        message = f"--factorize: {repeated[0]} is a repetition"
        raise InexpressibleError(f"{message}: write it out, with --flat")
    settings: dict[str, dict[str, Any]] = {}
    entries: dict[str, tuple[str, dict[str, Any], list[str]]] = {}
    for layer in found:
        node = graph.nodes[layer.nodes[0]]
        first, second = _halves(node.attributes["padding"])
        item = steered.survey.items[layer.name]
        line = _first(graph, layer, first, read(patch))
        settings[layer.name] = {"kernel": 3}
        if second != node.attributes["padding"]:
            settings[layer.name]["padding"] = _amounts(second)
        if item.sources is not None:
            line["from"] = item.sources[0].name
        # Equal layers are one entry; another entry needs another name.
        number = 1 + sum(stem == item.name for stem, _, _ in entries.values())
        key = repr((item.name, line))
        _, named, paths = entries.setdefault(
            key, (item.name, {"name": f"{item.name}_{number}", **line}, [])
        )
        paths.append(layer.name)
        if item.sources is not None:
            settings[layer.name]["from"] = named["name"]
    inserted = [
        PatchChange("insert_before", tuple(paths), (), (line,))
        for _, line, paths in entries.values()
    ]
    # A width that follows from what enters the layer is said, where that is another now.
    filters = {layer.name: graph.nodes[layer.nodes[0]].attributes["filters"] for layer in found}
    said = {name: {**own, "filters": filters[name]} for name, own in settings.items()}
    for trial in (settings, said):
        result = _tried(read, patch, [*set_changes(trial, steered.survey.items), *inserted])
        if result is not None and _keeps_shapes(graph, build_towards(read(result), {}).graph):
            return result
    raise UsageError("--factorize: two 3x3 cannot stand in every place of a 5x5 here")


def _keeps_shapes(before: Graph, after: Graph) -> bool:
    shapes = {node.name: node.shape for node in after.nodes}
    return all(shapes.get(node.name) == node.shape for node in before.nodes)


def _halves(padding: Any) -> tuple[Any, Any]:
    """The padding of the first and the second of two 3x3 that stand for a 5x5."""
    if padding == "same":
        return "same", "same"
    first = tuple(((a + 1) // 2, (b + 1) // 2) for a, b in padding)
    second = tuple((a // 2, b // 2) for a, b in padding)
    return first, second


def _amounts(padding: Any) -> Any:
    """Padding as short as it can be written."""
    if isinstance(padding, str):
        return padding
    flat = {amount for pair in padding for amount in pair}
    return flat.pop() if len(flat) == 1 else [list(pair) for pair in padding]


def _first(graph: Graph, layer: Layer, padding: Any, document: Document) -> dict[str, Any]:
    """The first 3x3 of a pair, with what the file's defaults would not give it."""
    node = graph.nodes[layer.nodes[0]]
    line: dict[str, Any] = {"conv": node.attributes["filters"], "kernel": 3}
    said = document.defaults.get("conv")
    if _amounts(padding) != 0 or (said is not None and "padding" in said.attributes):
        line["padding"] = _amounts(padding)
    usual = {"dilation": (1, 1), "groups": 1, "bias": True, "stride": (1, 1)}
    for name, value in usual.items():
        own = value if name == "stride" else node.attributes[name]
        if own != value or (said is not None and name in said.attributes):
            line[name] = list(own) if isinstance(own, tuple) else own
    modifiers = {graph.nodes[i].kind: graph.nodes[i] for i in layer.nodes[1:]}
    modifiers.pop("dropout", None)
    for name in MODIFIERS:
        if name in modifiers:
            line[name] = _modifier(modifiers[name])
        elif said is not None and name in said.modifiers:
            line[name] = False if name == "batch_norm" else "none"
    return line


def _modifier(node: Node) -> Any:
    """The value of a modifier's key: its principal attribute, where the rest is as usual."""
    kind = KINDS[node.kind]
    own = {
        field.name: node.attributes[field.name]
        for field in kind.fields
        if node.attributes.get(field.name) != field.default and field.name in node.attributes
    }
    if not own:
        return True
    return own[kind.principal] if kind.principal and list(own) == [kind.principal] else own


def _own(option: str, names: list[str], steered: TargetedGraph) -> None:
    """Raise ``UsageError`` where a layer is none that a file's changes can name."""
    for name in names:
        if _item(name, steered) not in steered.survey.items:
            raise UsageError(f"{option}: {name} belongs to the backbone, which stays as it is")


def _item(name: str, steered: TargetedGraph) -> str:
    return name if name in steered.survey.items else name.rpartition(".")[0]


def _tried(read: ReadPatch, patch: Patch, added: list[PatchChange]) -> Patch | None:
    """The patch with these changes, where it gives a network."""
    trial = patch._replace(changes=(*patch.changes, *added))
    try:
        build_towards(read(trial), {})
    except AuditError:
        return None
    return trial


def resize_layers(change: PatchChange, sizes: Mapping[str, int]) -> PatchChange:
    """An inserted convolution with the filters that its widths were given."""
    prefix = change.patterns[0].rpartition(".")[0]
    lines = []
    for line in change.layers:
        name = f"{prefix}.{line['name']}" if prefix else line["name"]
        lines.append({**line, "conv": sizes.get(name, line["conv"])} if "conv" in line else line)
    return change._replace(layers=tuple(lines))
