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


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Layers that read the same under all frameworks in question and give something else."""
    architecture = subject.document
    if architecture is None or subject.graph.framework_named:
        return
    if not subject.nodes_where(_depends, *_DEPENDENT):
        return
    built: dict[str, Graph] = {}
    for name in FRAMEWORKS:
        if name == subject.graph.framework:
            continue
        if _alike(name, subject):
            built[name] = subject.graph
            continue
        try:
            built[name] = build_graph(architecture._replace(framework=name))
        except AuditError as error:
            reason = error.diagnostics[0]
            span = None
            if reason.region is not None and reason.path == architecture.source.path:
                span = Span(architecture.source, *reason.region[:4])
            message = f"this network cannot be built under {name}: {reason.message}"
            yield Finding(None, message, _POOLS, span=span)
    if any(graph is not subject.graph for graph in built.values()):
        yield from _differing(subject.graph, built)


_HELP = "name the `framework`"
#: Caffe's own rule for the last window is another where a size is rounded up.
_POOLS = f"{_HELP}, or write every pool's stride and padding, and `rounding: floor`"


def _alike(name: str, subject: AuditedNetwork) -> bool:
    """Whether a framework fills in what the file's own does, whatever layers there are."""
    one, other = FRAMEWORKS[name], FRAMEWORKS[subject.graph.framework]
    if one.transpose_fills_stride != other.transpose_fills_stride and subject.nodes_of(
        "conv_transpose"
    ):
        return False
    return (one.pool_rounding, one.ceil, one.pool_padding, one.pool_stride) == (
        other.pool_rounding,
        other.ceil,
        other.pool_padding,
        other.pool_stride,
    )


def _depends(node: Node) -> bool:
    return bool(node.attributes["kernel"] != "global")


def _differing(graph: Graph, built: Mapping[str, Graph]) -> Iterator[Finding]:
    """One finding for each layer at which some framework parts from the file's own."""
    others = {name: {node.name: node for node in other.nodes} for name, other in built.items()}
    for node in graph.nodes:
        entering = node.input_shapes
        shapes = {graph.framework: node.output_shape}
        for name, nodes in others.items():
            there = nodes.get(node.name)
            if there is not None and there.input_shapes == entering:
                shapes[name] = there.output_shape
        if len(set(shapes.values())) == 1:
            continue
        groups: dict[tuple[int, ...], list[str]] = {}
        for name, shape in shapes.items():
            groups.setdefault(shape, []).append(name)
        said = ", ".join(
            f"{shape_text(shape[:-1])} under {_listed(names)}" for shape, names in groups.items()
        )
        yield Finding(
            node.layer,
            f"no framework is named, and this layer's output depends on it: {said}",
            _POOLS if "pool" in node.op else _HELP,
        )


def _listed(names: list[str]) -> str:
    """``keras, pytorch and caffe``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
