"""A stock network and a recipe become an architecture file that extends the stock."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cnnaudit.adaptation import structure
from cnnaudit.adaptation.classes import classifier_attributes
from cnnaudit.adaptation.options import AdaptOptions, StockUnreachableError
from cnnaudit.adaptation.patch import Patch, PatchChange, Verbatim
from cnnaudit.adaptation.short_patch import Target, is_same_network, shorten
from cnnaudit.adaptation.stock import Stock, read_stock
from cnnaudit.adaptation.target_build import NodeAttributes, TargetedGraph, build_towards
from cnnaudit.adaptation.widths import WidthPlan, plan_widths
from cnnaudit.calculator import audit
from cnnaudit.errors import AuditError, Diagnostics, Source, Span, UsageError, did_you_mean
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.graph.backbone import main_output
from cnnaudit.graph.build import build
from cnnaudit.graph.changes import matches
from cnnaudit.graph.nodes import Graph
from cnnaudit.layers.kind import Type
from cnnaudit.parsing.document import Document
from cnnaudit.parsing.load import load
from cnnaudit.parsing.overrides import with_input, with_variable, with_variant
from cnnaudit.sources.files import FileResolver, SourceFile, repository_root


class Draft(NamedTuple):
    """A stock network with everything of a recipe but its widths, and the plan of those."""

    stock: Stock
    options: AdaptOptions
    patch: Patch
    target_build: TargetedGraph
    classifier_attributes: NodeAttributes
    width_plan: WidthPlan

    def target_attributes(self) -> dict[str, dict[str, Any]]:
        """The attributes of every node that the recipe changes."""
        found = {name: dict(values) for name, values in self.classifier_attributes.items()}
        factor, rounding = self.options.factor, self.options.rounding
        if factor is not None:
            scaled = self.width_plan.attributes(
                lambda stock, n: rounding.scaled_width(factor, stock, n)
            )
            for name, values in scaled.items():
                found.setdefault(name, {}).update(values)
        return found

    def graph(self) -> Graph:
        """The adapted network, without the file that would say it."""
        patch = _sized(self.patch, self.target_attributes())
        document = self.stock.read_patch(patch)
        return build_towards(
            document, self.target_attributes(), self.target_build.survey.conditions
        ).graph


class Adapted(NamedTuple):
    """An adapted network: the graph of the stock, the adapted one, and what its file says."""

    stock: Stock
    before: Graph
    graph: Graph
    patch: Patch

    def text(self, folder: Path) -> str:
        """The file, to be written in ``folder``: read again there, it gives the same network.

        Raises ``OutOfReachError`` where a file there cannot extend the stock.
        """
        text = self.patch.text(self.stock.reference(folder))
        if not is_same_network(build_in_folder(text, folder), self.graph):
            message = "from where the file is written, what it extends is another network"
            raise StockUnreachableError(f"{message}: write the whole network, with --flat")
        return text


def draft(stock: Stock, recipe: AdaptOptions) -> Draft:
    """Everything but the widths; raises ``UsageError`` and ``AuditError``."""
    recipe.validate()
    patch = _keys(stock, recipe)
    steered = build_towards(stock.read_patch(patch), {})
    steps: tuple[tuple[bool, Callable[..., Patch]], ...] = (
        (recipe.head == "gap", structure.pool_heads),
        (recipe.drop_lrn, structure.drop_lrn),
        (recipe.factorize, structure.factorize_5x5),
    )
    for asked, step in steps:
        if asked:
            patch = step(stock.read_patch, patch, steered)
            steered = build_towards(stock.read_patch(patch), {})
    heads: NodeAttributes = {}
    if recipe.classes is not None:
        before = Evaluator(Diagnostics()).constants(
            stock.architecture.vars, stock.architecture.classes
        )
        heads = classifier_attributes(steered.graph, recipe.classes, before.get("classes"))
        steered = build_towards(stock.read_patch(patch), heads)
    _check_frozen(recipe, steered)
    return Draft(stock, recipe, patch, steered, heads, plan_widths(steered.graph))


def adapt(operand: str, recipe: AdaptOptions) -> Adapted:
    """The network that ``operand`` names, adapted: ``adapt("zoo:alexnet", Recipe(classes=29))``.

    ``.graph`` can be audited, ``.text(folder)`` is the file. Raises ``UsageError`` and
    ``AuditError``; another program's file must be converted first.
    """
    found = read_stock(operand)
    if found is None:
        raise UsageError(f"{operand} is no architecture file that another could extend: convert it")
    return adapt_stock(found, recipe)


def adapt_stock(stock: Stock, recipe: AdaptOptions) -> Adapted:
    """The adapted network, as its file gives it.

    Raises ``UsageError`` for what cannot be asked of this network (``UnsayableError`` where it can
    be asked of the network written out), ``AuditError`` where it cannot be built.
    """
    before = build(stock.architecture)
    if stock.variant is not None:
        before = before._replace(path=f"{before.path}@{stock.variant}")
    made = draft(stock, recipe)
    wanted = made.target_attributes()
    wish = Target(wanted, made.target_build.survey.conditions, made.target_build.graph)
    factor, rounding = recipe.factor, recipe.rounding
    patch = shorten(
        stock.read_patch,
        _sized(made.patch, wanted),
        wish,
        factor,
        lambda value: rounding.scaled_width(factor, value) if factor is not None else value,
    )
    if recipe.freeze:
        patch = patch._replace(
            changes=(*patch.changes, PatchChange("freeze", tuple(recipe.freeze)))
        )
    patch = patch._replace(keys=(*patch.keys, *_obsolete(made, patch)))
    graph = build(stock.read_patch(patch))
    totals = audit(graph).totals
    end = main_output(graph)
    claims: list[tuple[str, Any]] = [("params", totals.params), ("macs", totals.macs)]
    if end is not None:
        shape = graph.nodes[end].shape
        claims.append(("output", Verbatim("x".join(map(str, shape)))))
    patch = patch._replace(expect=tuple(claims))
    return Adapted(stock, before, build(stock.read_patch(patch)), patch)


#: What is wrong with a file that cannot open the one it extends; a folder may be missing.
_OUT_OF_REACH = ("outside-repository", "unreadable")


def build_in_folder(text: str, folder: Path) -> Graph:
    """The graph of a file with this text in that folder; what it extends must be in reach."""
    root = folder.resolve()
    library = FileResolver(folder, repository_root(root) or root)
    diagnostics = Diagnostics()
    try:
        return build(
            load(SourceFile(Source("the adapted file", text), library), diagnostics), diagnostics
        )
    except AuditError as error:
        if any(found.name in _OUT_OF_REACH for found in error.diagnostics):
            message = "the stock network is outside the repository of the file that extends it"
            raise StockUnreachableError(
                f"{message}: write the whole network, with --flat"
            ) from None
        raise


def _keys(stock: Stock, recipe: AdaptOptions) -> Patch:
    """The keys of the file that are not layers, and ``vars``."""
    document = stock.architecture
    keys: list[tuple[str, Any]] = [("name", recipe.name or f"{_name(stock)}, adapted")]
    if said := recipe.summary():
        keys.append(("description", said))
    if recipe.framework is not None:
        keys.append(("framework", recipe.framework))
    for text in recipe.variables:
        document = with_variable(document, text)
    if recipe.inputs:
        keys.append(("input", _inputs(stock, recipe)))
    if recipe.classes is not None:
        keys.append(("classes", recipe.classes))
    assigned = (text.partition("=") for text in recipe.variables)
    return Patch(tuple(keys), tuple((name, Verbatim(value)) for name, _, value in assigned))


def _obsolete(made: Draft, patch: Patch) -> Iterator[tuple[str, Any]]:
    """Keys of the stock that no longer hold, taken away: its variants, its data set, its loss."""
    document = made.stock.read_patch(patch)
    if spoilt := [name for name in document.variants if _spoilt(made, document, name)]:
        yield "variants", dict.fromkeys(spoilt)
    graph = build(document)
    gone = []
    if (
        made.options.classes
        and graph.training.get("dataset.classes", graph.classes) != graph.classes
    ):
        gone.append("dataset")
    if "loss" in graph.training and any(
        "function" in own for own in made.classifier_attributes.values()
    ):
        # One sigmoid unit had another loss than several units of a softmax have.
        gone.append("loss")
    if gone:
        yield "training", dict.fromkeys(gone)


def _spoilt(made: Draft, adapted: Document, variant: str) -> bool:
    """Whether a variant is no network any more, or has widths of its own that were not scaled."""
    diagnostics = Diagnostics()
    unscaled = made.stock.read_patch(made.patch)
    span = Span(unscaled.source, 1, 1, 1, 2)
    try:
        before = build(with_variant(unscaled, variant, diagnostics, span))
        build(with_variant(adapted, variant, diagnostics, span))
    except AuditError:
        return True
    if made.options.factor is None:
        return False
    scaled = made.width_plan.attributes(lambda stock, _: stock)
    nodes = {node.name: node.attributes for node in before.nodes}
    return any(
        nodes.get(name, {}).get(key) != value
        for name, values in scaled.items()
        if name not in made.classifier_attributes
        for key, value in values.items()
    )


def _name(stock: Stock) -> str:
    document = stock.architecture
    name = document.name or Path(document.source.path).stem
    return f"{name} {stock.variant}" if stock.variant else name


def _inputs(stock: Stock, recipe: AdaptOptions) -> Any:
    """The value of ``input``: a shape, or all of them by their names."""
    document = stock.architecture
    for text in recipe.inputs:
        document = with_input(document, text)
    evaluator = Evaluator(Diagnostics())
    names = evaluator.constants(document.vars, document.classes)
    shapes = {}
    for name, value in document.inputs.items():
        shape = evaluator.number(Type.SHAPE, value, names)
        evaluator.diagnostics.raise_any()
        shapes[name] = Verbatim("x".join(map(str, shape)))
    return shapes["input"] if list(shapes) == ["input"] else shapes


def _check_frozen(recipe: AdaptOptions, steered: TargetedGraph) -> None:
    """Every pattern of ``--freeze`` must name a layer."""
    for pattern in recipe.freeze:
        if not any(matches(pattern, path) for path in steered.survey.items):
            hint = did_you_mean(pattern, tuple(steered.survey.items))
            raise UsageError(f"--freeze {pattern}: it matches no layer ({hint or 'see `report`'})")


def _sized(patch: Patch, wanted: Mapping[str, Mapping[str, Any]]) -> Patch:
    """The patch whose own layers have the widths that are wanted of them."""
    sizes = {name: values["filters"] for name, values in wanted.items() if "filters" in values}
    changes = tuple(structure.resize_layers(change, sizes) for change in patch.changes)
    return patch._replace(changes=changes)
