"""Adapts a stock network with given options; the result is a file that extends the stock."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cnnaudit.adaptation import structure
from cnnaudit.adaptation.check_findings import compare_findings
from cnnaudit.adaptation.classes import classifier_attributes
from cnnaudit.adaptation.full_map_pools import keep_full_map_pools
from cnnaudit.adaptation.options import AdaptOptions, StockUnreachableError
from cnnaudit.adaptation.patch import Patch, PatchChange, Verbatim
from cnnaudit.adaptation.short_patch import Target, is_same_network, shorten
from cnnaudit.adaptation.stock import Stock, read_stock
from cnnaudit.adaptation.target_build import NodeAttributes, TargetedGraph, build_towards
from cnnaudit.adaptation.variants import lost_variants, variant_notes
from cnnaudit.adaptation.widths import WidthPlan, plan_widths
from cnnaudit.calculator import audit
from cnnaudit.errors import AuditError, Diagnostics, Source, UsageError, did_you_mean
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.graph.backbone import main_output
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.changes import matches
from cnnaudit.graph.graph import Graph
from cnnaudit.graph.input_override import full_text, with_input
from cnnaudit.ops.op import FieldType
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.parsing.overrides import with_variable
from cnnaudit.sources.files import FileResolver, SourceFile, repository_root


class Draft(NamedTuple):
    """A stock network adapted in everything but its widths, and the plan of those.

    ``notes`` tell the user what the adaptation changes beyond its options.
    """

    stock: Stock
    options: AdaptOptions
    patch: Patch
    target_build: TargetedGraph
    classifier_attributes: NodeAttributes
    width_plan: WidthPlan
    notes: tuple[str, ...] = ()

    def target_attributes(self) -> dict[str, dict[str, Any]]:
        """Return the attributes that the options change: node name → attribute → value."""
        attributes = {name: dict(values) for name, values in self.classifier_attributes.items()}
        factor, rounding = self.options.factor, self.options.rounding
        if factor is not None:
            scaled_attributes = self.width_plan.attributes(
                lambda stock_width, multiple: rounding.scaled_width(factor, stock_width, multiple)
            )
            for name, values in scaled_attributes.items():
                attributes.setdefault(name, {}).update(values)
        return attributes

    def graph(self) -> Graph:
        """Build the adapted network without working out the file that gives it."""
        targets = self.target_attributes()
        architecture = self.stock.read_patch(_resize_patch(self.patch, targets))
        return build_towards(architecture, targets, self.target_build.survey.conditions).graph


class Adapted(NamedTuple):
    """An adapted network: graphs of the stock and of the result, and the content of its file.

    ``notes`` tell the user what the adaptation changes beyond its options.
    """

    stock: Stock
    before: Graph
    graph: Graph
    patch: Patch
    notes: tuple[str, ...] = ()

    def text(self, folder: Path) -> str:
        """Return the text of the file for ``folder``, where it is read again to check it.

        Raises ``StockUnreachableError`` if a file in that folder cannot extend the stock.
        """
        text = self.patch.text(self.stock.reference(folder))
        if not is_same_network(build_in_folder(text, folder), self.graph):
            message = "from where the file is written, what it extends is another network"
            raise StockUnreachableError(f"{message}: write the whole network, with --flat")
        return text


def draft(stock: Stock, options: AdaptOptions) -> Draft:
    """Adapt everything but the widths; raises ``UsageError`` and ``AuditError``."""
    options.validate()
    texts = tuple(full_text(stock.architecture, text) for text in options.inputs)
    options = options._replace(inputs=texts)
    pooled = keep_full_map_pools(
        stock.read_patch, _initial_patch(stock, options), stock.architecture
    )
    patch = pooled.patch
    target_build = build_towards(stock.read_patch(patch), {})
    structure_changes: tuple[tuple[bool, Callable[..., Patch]], ...] = (
        (options.head == "gap", structure.pool_heads),
        (options.drop_lrn, structure.drop_lrn),
        (options.factorize, structure.factorize_5x5),
    )
    for is_selected, change_structure in structure_changes:
        if is_selected:
            patch = change_structure(stock.read_patch, patch, target_build)
            target_build = build_towards(stock.read_patch(patch), {})
    classifiers: NodeAttributes = {}
    if options.classes is not None:
        architecture = stock.architecture
        constants = Evaluator(Diagnostics()).constants(architecture.vars, architecture.classes)
        classifiers = classifier_attributes(
            target_build.graph, options.classes, constants.get("classes")
        )
        target_build = build_towards(stock.read_patch(patch), classifiers)
    _check_frozen(options, target_build)
    width_plan = plan_widths(target_build.graph)
    return Draft(stock, options, patch, target_build, classifiers, width_plan, pooled.notes)


def adapt(operand: str, options: AdaptOptions) -> Adapted:
    """Adapt the network that ``operand`` names: ``adapt("zoo:alexnet", AdaptOptions(classes=29))``.

    ``.graph`` can be audited, ``.text(folder)`` is the file. Raises ``UsageError`` and
    ``AuditError``; a model file of another program must be converted first.
    """
    stock = read_stock(operand)
    if stock is None:
        raise UsageError(f"{operand} is no architecture file that another could extend: convert it")
    return adapt_stock(stock, options)


def adapt_stock(stock: Stock, options: AdaptOptions) -> Adapted:
    """Adapt a stock network; the graph is the one that the resulting file gives.

    Raises ``UsageError`` for options that do not suit this network (``InexpressibleError`` if they
    would suit it with every layer written out), ``AuditError`` if the result cannot be built.
    """
    before = build_graph(stock.architecture)
    if stock.variant is not None:
        before = before._replace(path=f"{before.path}@{stock.variant}")
    unscaled = draft(stock, options)
    targets = unscaled.target_attributes()
    factor, rounding = options.factor, options.rounding
    patch = shorten(
        stock.read_patch,
        _resize_patch(unscaled.patch, targets),
        Target(targets, unscaled.target_build.survey.conditions, unscaled.target_build.graph),
        factor,
        lambda value: rounding.scaled_width(factor, value) if factor is not None else value,
    )
    patch = _with_freeze(patch, options)
    architecture = stock.read_patch(patch)
    lost = lost_variants(stock, options, architecture, _adapted_graph)
    keys = [("variants", dict.fromkeys(variant.name for variant in lost))] if lost else []
    keys += _obsolete_keys(unscaled, architecture)
    patch = patch._replace(keys=(*patch.keys, *keys))
    patch = patch._replace(expect=_claims(build_graph(stock.read_patch(patch))))
    comparison = compare_findings(stock, stock.read_patch(patch))
    patch = patch._replace(comments=tuple(filter(None, (comparison.comment(),))))
    notes = (*unscaled.notes, *variant_notes(lost), *filter(None, (comparison.note(),)))
    return Adapted(stock, before, build_graph(stock.read_patch(patch)), patch, notes)


def _claims(graph: Graph) -> tuple[tuple[str, Any], ...]:
    """The entries of ``expect``: the totals of the adapted network and its output shape."""
    totals = audit(graph).totals
    claims: list[tuple[str, Any]] = [("params", totals.params), ("macs", totals.macs)]
    output = main_output(graph)
    if output is not None:
        claims.append(("output", Verbatim("x".join(map(str, graph.nodes[output].output_shape)))))
    return tuple(claims)


#: Diagnostics of a file that cannot open the one it extends; a folder may be missing.
_UNREACHABLE_DIAGNOSTICS = ("outside-repository", "unreadable")


def build_in_folder(text: str, folder: Path) -> Graph:
    """Build the graph of an architecture text as a file of ``folder``.

    Raises ``StockUnreachableError`` if the file that it extends cannot be opened from there.
    """
    root = folder.resolve()
    resolver = FileResolver(folder, repository_root(root) or root)
    diagnostics = Diagnostics()
    try:
        return build_graph(
            load_architecture(SourceFile(Source("the adapted file", text), resolver), diagnostics),
            diagnostics,
        )
    except AuditError as error:
        if any(diagnostic.name in _UNREACHABLE_DIAGNOSTICS for diagnostic in error.diagnostics):
            message = "the stock network is outside the repository of the file that extends it"
            raise StockUnreachableError(
                f"{message}: write the whole network, with --flat"
            ) from None
        raise


def _initial_patch(stock: Stock, options: AdaptOptions) -> Patch:
    """The keys of the file that follow from the options alone, and its ``vars``."""
    architecture = stock.architecture
    keys: list[tuple[str, Any]] = [("name", options.name or f"{_name(stock)}, adapted")]
    if summary := options.summary():
        keys.append(("description", summary))
    if options.framework is not None:
        keys.append(("framework", options.framework))
    for text in options.variables:
        architecture = with_variable(architecture, text)
    if options.inputs:
        keys.append(("input", _input_shapes(stock, options)))
    if options.classes is not None:
        keys.append(("classes", options.classes))
    assignments = (text.partition("=") for text in options.variables)
    return Patch(tuple(keys), tuple((name, Verbatim(value)) for name, _, value in assignments))


def _adapted_graph(stock: Stock, options: AdaptOptions) -> Graph:
    """The adapted network without the file that gives it."""
    unscaled = draft(stock, options)
    return unscaled._replace(patch=_with_freeze(unscaled.patch, options)).graph()


def _with_freeze(patch: Patch, options: AdaptOptions) -> Patch:
    """The patch with the change that freezes layers, if there are any to freeze."""
    if not options.freeze:
        return patch
    return patch._replace(changes=(*patch.changes, PatchChange("freeze", tuple(options.freeze))))


def _obsolete_keys(unscaled: Draft, architecture: Architecture) -> Iterator[tuple[str, Any]]:
    """Keys that remove facts no longer true of the stock network: data set, loss."""
    graph = build_graph(architecture)
    training_keys = []
    if (
        unscaled.options.classes
        and graph.training.get("dataset.classes", graph.classes) != graph.classes
    ):
        training_keys.append("dataset")
    classifiers = unscaled.classifier_attributes.values()
    if "loss" in graph.training and any("function" in attributes for attributes in classifiers):
        # One sigmoid unit became several units of a softmax, which need another loss.
        training_keys.append("loss")
    if training_keys:
        yield "training", dict.fromkeys(training_keys)


def _name(stock: Stock) -> str:
    architecture = stock.architecture
    name = architecture.name or Path(architecture.source.path).stem
    return f"{name} {stock.variant}" if stock.variant else name


def _input_shapes(stock: Stock, options: AdaptOptions) -> Any:
    """The value of the key ``input``: one shape, or a shape for each named input."""
    architecture = stock.architecture
    for text in options.inputs:
        architecture = with_input(architecture, text)
    evaluator = Evaluator(Diagnostics())
    constants = evaluator.constants(architecture.vars, architecture.classes)
    shapes = {}
    for name, value in architecture.inputs.items():
        shape = evaluator.number(FieldType.SHAPE, value, constants)
        evaluator.diagnostics.raise_any()
        shapes[name] = Verbatim("x".join(map(str, shape)))
    return shapes["input"] if list(shapes) == ["input"] else shapes


def _check_frozen(options: AdaptOptions, target_build: TargetedGraph) -> None:
    """Raise ``UsageError`` for a pattern of ``--freeze`` that matches no layer."""
    paths = tuple(target_build.survey.specs)
    for pattern in options.freeze:
        if not any(matches(pattern, path) for path in paths):
            hint = did_you_mean(pattern, paths)
            raise UsageError(f"--freeze {pattern}: it matches no layer ({hint or 'see `report`'})")


def _resize_patch(patch: Patch, targets: Mapping[str, Mapping[str, Any]]) -> Patch:
    """Give the layers that the patch inserts their target widths."""
    widths = {name: values["filters"] for name, values in targets.items() if "filters" in values}
    changes = tuple(structure.resize_layers(change, widths) for change in patch.changes)
    return patch._replace(changes=changes)
