"""A file that names no framework, with layers that have other sizes in another framework.

Why it matters: frameworks fill in differently what a file leaves out. Caffe rounds the size of a
pool up, the others down (pooling_layer.cpp; torch.nn, keras.layers); Darknet pads its pools by
kernel - 1 (maxpool_layer.c); in both a pool steps by 1 unless a stride is written. The same lines
are another network there, with other weights behind the first `flatten`. Without `framework` a file
is read as Keras would. A layer is reported where the difference begins, not where it is inherited,
and a framework under which the network cannot be built counts as a difference.

Example::

    input: 56x56x64
    layers:
      - {max_pool: 3, stride: 2}     # 27 × 27 under keras and pytorch, 28 × 28 under caffe

Instead: name the `framework` the network is for, or write the pool's stride and padding, and
`rounding: floor`: for a size that is rounded up the frameworks have rules of their own.
"""

from collections.abc import Iterator, Mapping

from cnnaudit.errors import AuditError, Span
from cnnaudit.formatting import shape_text
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.graph import Graph, Node
from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA213"
NAME = "framework-dependent-shape"
LEVEL = "warning"

#: The only layers whose sizes depend on the framework.
_DEPENDENT = ("max_pool", "avg_pool", "conv_transpose")


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Layers whose output depends on the framework, although they are written alike."""
    architecture = network.architecture
    if architecture is None or network.graph.framework_named:
        return
    if not network.nodes_where(_has_window, *_DEPENDENT):
        return
    graphs: dict[str, Graph] = {}
    for name in FRAMEWORKS:
        if name == network.graph.framework:
            continue
        if _has_same_defaults(name, network):
            graphs[name] = network.graph
            continue
        try:
            graphs[name] = build_graph(architecture._replace(framework=name))
        except AuditError as error:
            diagnostic = error.diagnostics[0]
            span = None
            if diagnostic.region is not None and diagnostic.path == architecture.source.path:
                span = Span(architecture.source, *diagnostic.region[:4])
            message = f"this network cannot be built under {name}: {diagnostic.message}"
            yield Finding(None, message, _POOLS, span=span)
    if any(graph is not network.graph for graph in graphs.values()):
        yield from _differences(network.graph, graphs)


_HELP = "name the `framework`"
#: Caffe rounds sizes up, and has its own rule for the last window.
_POOLS = f"{_HELP}, or write every pool's stride and padding, and `rounding: floor`"


def _has_same_defaults(name: str, network: AuditedNetwork) -> bool:
    """Whether a framework has the defaults of the file's own, as far as its layers use them."""
    other, file_framework = FRAMEWORKS[name], FRAMEWORKS[network.graph.framework]
    same_transpose = other.transpose_fills_stride == file_framework.transpose_fills_stride
    if not same_transpose and network.nodes_of("conv_transpose"):
        return False
    fields = ("pool_rounding", "ceil", "pool_padding", "pool_stride")
    return all(getattr(other, field) == getattr(file_framework, field) for field in fields)


def _has_window(node: Node) -> bool:
    return bool(node.attributes["kernel"] != "global")


def _differences(graph: Graph, graphs: Mapping[str, Graph]) -> Iterator[Finding]:
    """One finding for each layer whose output differs first under another framework."""
    others = {name: {node.name: node for node in other.nodes} for name, other in graphs.items()}
    for node in graph.nodes:
        input_shapes = node.input_shapes
        shapes = {graph.framework: node.output_shape}
        for name, nodes in others.items():
            other_node = nodes.get(node.name)
            if other_node is not None and other_node.input_shapes == input_shapes:
                shapes[name] = other_node.output_shape
        if len(set(shapes.values())) == 1:
            continue
        names_by_shape: dict[tuple[int, ...], list[str]] = {}
        for name, shape in shapes.items():
            names_by_shape.setdefault(shape, []).append(name)
        sizes = ", ".join(
            f"{shape_text(shape[:-1])} under {_listed(names)}"
            for shape, names in names_by_shape.items()
        )
        yield Finding(
            node.layer,
            f"no framework is named, and this layer's output depends on it: {sizes}",
            _POOLS if "pool" in node.op else _HELP,
        )


def _listed(names: list[str]) -> str:
    """``keras, pytorch and caffe``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
