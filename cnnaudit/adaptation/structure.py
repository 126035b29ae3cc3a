"""Changes of structure: pooled heads, no local response normalisation, 3x3 pairs for 5x5."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any, NamedTuple

from cnnaudit.adaptation.options import InexpressibleError
from cnnaudit.adaptation.patch import Patch, PatchChange
from cnnaudit.adaptation.patterns import set_changes
from cnnaudit.adaptation.target_build import TargetedGraph, build_towards
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.graph.graph import Graph, Layer, Node, layers_of
from cnnaudit.ops.registry import MODIFIERS, OPS
from cnnaudit.parsing.architecture import Architecture

#: Reads the file of a patch.
ReadPatch = Callable[[Patch], Architecture]


def pool_heads(read_patch: ReadPatch, patch: Patch, target_build: TargetedGraph) -> Patch:
    """Replace every flatten that reads more than one position by a global average pool.

    The layers after it stay: a hidden dense layer reads the channels instead of all values.
    """
    graph = target_build.graph
    flattens = [
        node.layer
        for node in graph.nodes
        if node.op == "flatten" and prod(graph.nodes[node.inputs[0]].output_shape[:-1]) > 1
    ]
    if not flattens:
        message = "--head gap: no flatten here reads more than one position"
        raise UsageError(f"{message}: the network has no such head, or pools already")
    _check_changeable("--head gap", flattens, target_build)
    pool = {"avg_pool": "global", "keep_dims": False}
    renamed = [PatchChange("replace", tuple(flattens), (), ({"name": "gap", **pool},))]
    # If another layer reads a flatten by its name, the pool keeps that name.
    same_names = [
        PatchChange("replace", (path,), (), ({"name": path.rpartition(".")[2], **pool},))
        for path in flattens
    ]
    for changes in (renamed, same_names):
        pooled = _try_changes(read_patch, patch, changes)
        if pooled is not None:
            return pooled
    raise UsageError(f"--head gap: {flattens[0]} cannot be replaced by a pool")


def drop_lrn(read_patch: ReadPatch, patch: Patch, target_build: TargetedGraph) -> Patch:
    """Remove the local response normalisations; an error if the network has none."""
    nodes = target_build.graph.nodes
    names = dict.fromkeys(node.layer for node in nodes if node.op == "lrn")
    if not names:
        raise UsageError("--drop-lrn: the network has no local response normalisation")
    _check_changeable("--drop-lrn", list(names), target_build)
    modifiers = [node.name for node in nodes if node.layer in names and node.op != "lrn"]
    if modifiers:
        raise UsageError(
            f"--drop-lrn: {modifiers[0]} stands on a normalisation: give it its own layer"
        )
    paths = dict.fromkeys(_layer_path(name, target_build) for name in names)
    switch_off = set_changes({path: {"when": False} for path in paths}, target_build.survey.specs)
    patterns = tuple(pattern for change in switch_off for pattern in change.patterns)
    # If a name of a removed layer is read elsewhere, `when: false` lets it mean the layer's input.
    for changes in ([PatchChange("remove", patterns)], switch_off):
        result = _try_changes(read_patch, patch, changes)
        if result is not None:
            return result
    raise UsageError("--drop-lrn: without the normalisations there is no valid network")


class _InsertedLayer(NamedTuple):
    """A convolution to insert before the layers at ``paths``, whose last name is ``before``."""

    before: str
    layer: dict[str, Any]
    paths: list[str]


def factorize_5x5(read_patch: ReadPatch, patch: Patch, target_build: TargetedGraph) -> Patch:
    """Replace each 5x5 convolution by two 3x3 (Szegedy et al. 2016, section 3.1).

    The second keeps the name, the stride and the modifiers; the first has as many filters, stride
    1, and the same normalisation and activation. Each adds half of the padding, so that the output
    shape stays.
    """
    graph = target_build.graph
    convolutions = _convolutions_5x5(target_build)
    settings: dict[str, dict[str, Any]] = {}
    inserted: dict[str, _InsertedLayer] = {}
    for layer in convolutions:
        padding = graph.nodes[layer.nodes[0]].attributes["padding"]
        first_padding, second_padding = _split_padding(padding)
        spec = target_build.survey.specs[layer.name]
        first = _first_3x3(graph, layer, first_padding, read_patch(patch))
        settings[layer.name] = {"kernel": 3}
        if second_padding != padding:
            settings[layer.name]["padding"] = _short_padding(second_padding)
        if spec.sources is not None:
            first["from"] = spec.sources[0].name
        # Equal layers share one change; a different layer needs a name of its own.
        key = repr((spec.name, first))
        if key not in inserted:
            number = 1 + sum(other.before == spec.name for other in inserted.values())
            named_layer = {"name": f"{spec.name}_{number}", **first}
            inserted[key] = _InsertedLayer(spec.name, named_layer, [])
        inserted[key].paths.append(layer.name)
        if spec.sources is not None:
            settings[layer.name]["from"] = inserted[key].layer["name"]
    insertions = [
        PatchChange("insert_before", tuple(paths), (), (layer,))
        for _, layer, paths in inserted.values()
    ]
    # Filters computed from the layer's input may change, so they are set in a second attempt.
    filters = {
        layer.name: graph.nodes[layer.nodes[0]].attributes["filters"] for layer in convolutions
    }
    with_filters = {name: {**layer, "filters": filters[name]} for name, layer in settings.items()}
    for trial in (settings, with_filters):
        changes = [*set_changes(trial, target_build.survey.specs), *insertions]
        result = _try_changes(read_patch, patch, changes)
        if result is not None and _keeps_shapes(graph, build_towards(read_patch(result), {}).graph):
            return result
    raise UsageError("--factorize: two 3x3 cannot stand in every place of a 5x5 here")


def _convolutions_5x5(target_build: TargetedGraph) -> list[Layer]:
    """The 5x5 convolutions of the network, each a layer of its own.

    Raises ``UsageError`` if there is none or one cannot be changed.
    """
    graph = target_build.graph
    convolutions = [
        layer
        for layer in layers_of(graph.outline)
        if graph.nodes[layer.nodes[0]].op == "conv"
        and graph.nodes[layer.nodes[0]].attributes["kernel"] == (5, 5)
    ]
    if not convolutions:
        raise UsageError("--factorize: the network has no 5x5 convolution")
    _check_changeable("--factorize", [layer.name for layer in convolutions], target_build)
    for layer in convolutions:
        if layer.name not in target_build.survey.specs:
            message = f"--factorize: {layer.name} is a repetition"
            raise InexpressibleError(f"{message}: write it out, with --flat")
    return convolutions


def _keeps_shapes(before: Graph, after: Graph) -> bool:
    """Whether every node of ``before`` has the same output shape in ``after``."""
    shapes = {node.name: node.output_shape for node in after.nodes}
    return all(shapes.get(node.name) == node.output_shape for node in before.nodes)


def _split_padding(padding: Any) -> tuple[Any, Any]:
    """The padding of the first and the second of two 3x3 that replace a 5x5."""
    if padding == "same":
        return "same", "same"
    first = tuple(((before + 1) // 2, (after + 1) // 2) for before, after in padding)
    second = tuple((before // 2, after // 2) for before, after in padding)
    return first, second


def _short_padding(padding: Any) -> Any:
    """Padding in its shortest form: a word, one number, or a pair for each axis."""
    if isinstance(padding, str):
        return padding
    amounts = {amount for pair in padding for amount in pair}
    return amounts.pop() if len(amounts) == 1 else [list(pair) for pair in padding]


def _first_3x3(
    graph: Graph, layer: Layer, padding: Any, architecture: Architecture
) -> dict[str, Any]:
    """The first 3x3 of a pair as a layer of the file, without what the file's defaults give."""
    node = graph.nodes[layer.nodes[0]]
    entry: dict[str, Any] = {"conv": node.attributes["filters"], "kernel": 3}
    file_defaults = architecture.defaults.get("conv")
    default_attributes = file_defaults.attributes if file_defaults is not None else {}
    default_modifiers = file_defaults.modifiers if file_defaults is not None else {}
    if _short_padding(padding) != 0 or "padding" in default_attributes:
        entry["padding"] = _short_padding(padding)
    op_defaults = {"dilation": (1, 1), "groups": 1, "bias": True, "stride": (1, 1)}
    for name, default in op_defaults.items():
        value = default if name == "stride" else node.attributes[name]
        if value != default or name in default_attributes:
            entry[name] = list(value) if isinstance(value, tuple) else value
    modifiers = {graph.nodes[index].op: graph.nodes[index] for index in layer.nodes[1:]}
    modifiers.pop("dropout", None)
    for name in MODIFIERS:
        if name in modifiers:
            entry[name] = _modifier_value(modifiers[name])
        elif name in default_modifiers:
            entry[name] = False if name == "batch_norm" else "none"
    return entry


def _modifier_value(node: Node) -> Any:
    """The value of a modifier's key: true, its principal attribute, or all that are not default."""
    op = OPS[node.op]
    attributes = {
        field.name: node.attributes[field.name]
        for field in op.fields
        if node.attributes.get(field.name) != field.default and field.name in node.attributes
    }
    if not attributes:
        return True
    if op.principal and list(attributes) == [op.principal]:
        return attributes[op.principal]
    return attributes


def _check_changeable(option: str, names: list[str], target_build: TargetedGraph) -> None:
    """Raise ``UsageError`` if one of the layers cannot be named by the file's ``changes``."""
    for name in names:
        if _layer_path(name, target_build) not in target_build.survey.specs:
            raise UsageError(f"{option}: {name} belongs to the backbone, which stays as it is")


def _layer_path(name: str, target_build: TargetedGraph) -> str:
    """The path of a layer in the file, without the number of a repetition."""
    return name if name in target_build.survey.specs else name.rpartition(".")[0]


def _try_changes(read_patch: ReadPatch, patch: Patch, changes: list[PatchChange]) -> Patch | None:
    """The patch with further changes; None if they give no valid network."""
    trial = patch._replace(changes=(*patch.changes, *changes))
    try:
        build_towards(read_patch(trial), {})
    except AuditError:
        return None
    return trial


def resize_layers(change: PatchChange, widths: Mapping[str, int]) -> PatchChange:
    """Give the convolutions that a change inserts their widths, by layer path."""
    prefix = change.patterns[0].rpartition(".")[0]
    resized = []
    for layer in change.layers:
        if "conv" not in layer:
            resized.append(layer)
            continue
        path = f"{prefix}.{layer['name']}" if prefix else layer["name"]
        resized.append({**layer, "conv": widths.get(path, layer["conv"])})
    return change._replace(layers=tuple(resized))
