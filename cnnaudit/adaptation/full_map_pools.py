"""Pools over the whole map of the stock stay pools over the whole map, whatever the input size.

The average pool of GoogLeNet has a window of 7x7 because its map is 7x7. On a smaller map the
window does not fit, and on a larger one it would leave several positions to the classifier. On a
map of another size such a pool becomes global, which keeps its output shape.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from cnnaudit.adaptation.options import InexpressibleError
from cnnaudit.adaptation.patch import Patch
from cnnaudit.adaptation.patterns import set_changes
from cnnaudit.adaptation.target_build import TargetedGraph, build_towards
from cnnaudit.errors import AuditError
from cnnaudit.formatting import shape_text, sizes_text
from cnnaudit.graph.backbone import NAME as BACKBONE
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.graph import Graph, Node
from cnnaudit.ops.conv_arithmetic import spatial
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.layer_list import LayerSpec

#: Reads the file of a patch.
ReadPatch = Callable[[Patch], Architecture]
#: Node name → sizes of a window or a map.
SizesByNode = Mapping[str, tuple[int, ...]]

#: Attributes of a layer that have no meaning if its pool is global.
_WINDOW_ATTRIBUTES = ("stride", "padding", "rounding")


class PooledPatch(NamedTuple):
    """A patch that makes pools global, and a note to the user on each of them."""

    patch: Patch
    notes: tuple[str, ...] = ()


def keep_full_map_pools(read_patch: ReadPatch, patch: Patch, stock: Architecture) -> PooledPatch:
    """Make those pools global that cover the whole map in the stock, and not after the patch.

    Raises ``InexpressibleError`` if only some repetitions of a layer would become global.
    """
    stock_build = build_towards(stock, {})
    windows = full_map_windows(stock_build.graph)
    if not windows:
        return PooledPatch(patch)
    try:
        covering = full_map_windows(build_graph(read_patch(patch)))
    except AuditError:
        covering = {}
    candidates = [name for name in windows if name not in covering]
    if not candidates:
        return PooledPatch(patch)
    changes = _GlobalPools(stock, stock_build)
    maps = changes.maps(read_patch, patch, candidates)
    resized = {name: size for name, size in maps.items() if size != windows[name]}
    pooled = changes.apply(patch, resized) if resized else patch
    return PooledPatch(pooled, tuple(_note(name, windows[name], maps[name]) for name in resized))


def full_map_windows(graph: Graph) -> dict[str, tuple[int, ...]]:
    """Return the windows of the pools that cover exactly their whole map, by node name."""
    return {
        node.name: node.attributes["kernel"] for node in graph.nodes if _covers_map(graph, node)
    }


def _covers_map(graph: Graph, node: Node) -> bool:
    """Whether the only window of a pool, without padding, is a map of several positions.

    The layers of a backbone do not count: an adaptation leaves them as they are.
    """
    if node.op not in ("avg_pool", "max_pool") or node.name.startswith(f"{BACKBONE}."):
        return False
    sizes = spatial(graph.nodes[node.inputs[0]].output_shape)
    is_map = any(size > 1 for size in sizes)
    is_one_window = all(size == 1 for size in spatial(node.output_shape))
    is_unpadded = node.attributes.get("padding") in ("valid", ((0, 0),) * len(sizes))
    return is_map and is_one_window and is_unpadded and node.attributes["kernel"] == sizes


class _GlobalPools(NamedTuple):
    """The changes that make pools of the stock global."""

    stock: Architecture
    stock_build: TargetedGraph

    def apply(self, patch: Patch, names: Collection[str]) -> Patch:
        """Return the patch with changes that make the named pools global."""
        specs = self.stock_build.survey.specs
        settings = {}
        for node in self.stock_build.graph.nodes:
            if node.name not in names:
                continue
            if node.layer not in specs:
                message = f"{node.layer} would become a global pool, and not its other repetitions"
                raise InexpressibleError(f"{message}: write every layer out, with --flat")
            settings[node.layer] = self.settings(node.op, specs[node.layer])
        return patch._replace(changes=(*patch.changes, *set_changes(settings, specs)))

    def settings(self, op_name: str, spec: LayerSpec) -> dict[str, Any]:
        """Return the settings that make a pool global, and keep the positions of its output."""
        settings: dict[str, Any] = {"kernel": "global"}
        defaults = self.stock.defaults.get(op_name)
        if defaults is not None and "keep_dims" in defaults.attributes:
            settings["keep_dims"] = True
        removed = [name for name in _WINDOW_ATTRIBUTES if name in spec.settings.attributes]
        return {**settings, **dict.fromkeys(removed)}

    def maps(self, read_patch: ReadPatch, patch: Patch, names: Collection[str]) -> SizesByNode:
        """Return the maps that the named pools read after the patch, if all of them are global.

        There are none if even then the file gives no network.
        """
        try:
            graph = build_graph(read_patch(self.apply(patch, names)))
        except AuditError:
            return {}
        return {
            node.name: spatial(graph.nodes[node.inputs[0]].output_shape)
            for node in graph.nodes
            if node.name in names
        }


def _note(name: str, window: tuple[int, ...], size: tuple[int, ...]) -> str:
    """The note that a pool becomes global."""
    return (
        f"{name}: its {sizes_text(window)} window covers the whole map of the stock, so it becomes "
        f"a global pool, here over {shape_text(size)}"
    )
