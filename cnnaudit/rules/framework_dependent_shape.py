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

from collections.abc import Iterator, Mapping, Set
from itertools import chain, combinations

from cnnaudit.errors import AuditError
from cnnaudit.formatting import shape_text
from cnnaudit.graph.build import build
from cnnaudit.graph.nodes import Graph
from cnnaudit.graph.operation import Operation, fact
from cnnaudit.layers.frameworks import DEFAULT_FRAMEWORK, FRAMEWORKS, Framework
from cnnaudit.layers.kind import Attributes, Shape
from cnnaudit.layers.table import kind_of
from cnnaudit.parsing.document import Document
from cnnaudit.parsing.settings import NO_SETTINGS
from cnnaudit.parsing.values import is_null
from cnnaudit.parsing.yamltree import Mapping as MappingNode
from cnnaudit.rules.rule import Finding, Level, Options
from cnnaudit.rules.subject import Subject

CODE = "CA213"
NAME = "framework-dependent-shape"
LEVEL = Level.WARNING

#: The only layers whose sizes depend on the framework.
_DEPENDENT = ("max_pool", "avg_pool", "conv_transpose")


def check(subject: Subject, _options: Options) -> Iterator[Finding]:
    """Layers that read the same under all frameworks in question and give something else."""
    document = subject.document
    if document is None or subject.graph.framework_named:
        return
    if not subject.where(_depends, *_DEPENDENT):
        return
    built: dict[str, Graph] = {}
    apart = _apart(subject) if document.backbone is None else None
    for name in FRAMEWORKS:
        if name == subject.graph.framework:
            continue
        # Layers of a backbone may have been cut off, whose sizes matter too.
        if _alike(name, subject) if apart is None else name not in apart:
            built[name] = subject.graph
            continue
        try:
            built[name] = build(document._replace(framework=name))
        except AuditError as error:
            found = error.diagnostics[0]
            own = found.span if found.span and found.span.source is document.source else None
            yield Finding(
                None,
                f"this network cannot be built under {name}: {found.message}",
                _POOLS,
                span=own,
            )
    if any(graph is not subject.graph for graph in built.values()):
        yield from _differing(subject.graph, built)


_HELP = "name the `framework`"
#: Caffe's own rule for the last window is another where a size is rounded up.
_POOLS = f"{_HELP}, or write every pool's stride and padding, and `rounding: floor`"


def _alike(name: str, subject: Subject) -> bool:
    """Whether a framework fills in what the file's own does, whatever layers there are."""
    one, other = FRAMEWORKS[name], FRAMEWORKS[subject.graph.framework]
    if one.transpose_fills_stride != other.transpose_fills_stride and subject.of("conv_transpose"):
        return False
    return (one.pool_rounding, one.ceil, one.pool_padding, one.pool_stride) == (
        other.pool_rounding,
        other.ceil,
        other.pool_padding,
        other.pool_stride,
    )


def _apart(subject: Subject) -> frozenset[str]:
    """The frameworks under which some layer may have another shape than in the file's own.

    Nothing is built: under all others the network certainly has the same shapes.
    """
    suspects = subject.where(_elsewhere, *_DEPENDENT)
    if not suspects:
        return frozenset()
    assert subject.document is not None
    said = _written(subject.document)
    found: dict[object, Set[str]] = {}
    for index in suspects:
        node = subject.nodes[index]
        written = said.get((id(node.span), node.kind), _NONE)
        asked = id(node.operation), written
        if asked not in found:
            found[asked] = _under(node.operation, written)
    return frozenset().union(*found.values())


_NONE: Set[str] = frozenset()


def _written(document: Document) -> Mapping[tuple[int, str], Set[str]]:
    """The attributes that the file certainly writes of its layers, by their place and operation.

    Changes may take some away, or make other layers: of those nothing is known.
    """
    taken: set[str] = set()
    for change in document.changes:
        if isinstance(change.settings, MappingNode):
            taken.update(key.text for key, value in change.settings.entries if is_null(value))
    found: dict[tuple[int, str], Set[str]] = {}
    waiting = [document.layers, *[block.layers for block in document.blocks.values()]]
    while waiting:
        for item in waiting.pop():
            defaults = document.defaults.get(item.verb, NO_SETTINGS)
            written = frozenset((*item.settings.attributes, *defaults.attributes))
            found[id(item.span), item.verb] = written - taken
            waiting += [item.layers, *[branch.layers for branch in item.branches]]
    return found


@fact
def _elsewhere(operation: Operation) -> Set[str]:
    """The frameworks under which a layer may have another shape, whatever its file leaves out."""
    return _under(operation, _NONE) if _depends(operation) else _NONE


def _under(operation: Operation, written: Set[str]) -> Set[str]:
    """The frameworks under which a layer may have another shape than where none is named.

    Others certainly give the same, whatever the file leaves out beside what is ``written``.
    """
    return frozenset(
        name
        for name, framework in FRAMEWORKS.items()
        if any(
            _shape(operation, found) != operation.shape
            for found in _completed(operation, framework, written)
        )
    )


def _completed(
    operation: Operation, framework: Framework, written: Set[str]
) -> Iterator[Attributes]:
    """What else a framework makes of everything that the layer's attributes may be made of."""
    own = FRAMEWORKS[DEFAULT_FRAMEWORK]
    kind = kind_of(operation.kind)
    open = [f.name for f in kind.fields if f.default is None and f.name not in written]
    for names in chain.from_iterable(combinations(open, n) for n in range(len(open) + 1)):
        left = {**operation.attributes, **dict.fromkeys(names)}
        if kind.complete(left, own) == operation.attributes:
            found = kind.complete(left, framework)
            if found != operation.attributes:
                yield found


def _shape(operation: Operation, attributes: Attributes) -> Shape | None:
    """The shape with other attributes; None where they are impossible."""
    kind = kind_of(operation.kind)
    impossible = kind.fault(operation.entering, attributes)
    return None if impossible else kind.output(operation.entering, attributes)


def _depends(operation: Operation) -> bool:
    return bool(operation.attributes["kernel"] != "global")


def _differing(graph: Graph, built: Mapping[str, Graph]) -> Iterator[Finding]:
    """One finding for each layer at which some framework parts from the file's own."""
    others = {name: {node.name: node for node in other.nodes} for name, other in built.items()}
    for node in graph.nodes:
        entering = node.entering
        shapes = {graph.framework: node.shape}
        for name, nodes in others.items():
            there = nodes.get(node.name)
            if there is not None and there.entering == entering:
                shapes[name] = there.shape
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
            _POOLS if "pool" in node.kind else _HELP,
        )


def _listed(names: list[str]) -> str:
    """``keras, pytorch and caffe``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
