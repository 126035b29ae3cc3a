"""A stock network and a recipe become an architecture file that extends the stock."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cnnaudit.adaptation import structure
from cnnaudit.adaptation.classes import classifiers
from cnnaudit.adaptation.patch import Change, Exactly, Patch
from cnnaudit.adaptation.recipe import OutOfReachError, Recipe
from cnnaudit.adaptation.settle import Wish, same, settle
from cnnaudit.adaptation.steering import Steered, Wanted, steer
from cnnaudit.adaptation.stock import Stock, stock
from cnnaudit.adaptation.widths import Plan, plan
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
from cnnaudit.parsing.source import Folder, Opened, repository_root


class Draft(NamedTuple):
    """A stock network with everything of a recipe but its widths, and the plan of those."""

    stock: Stock
    recipe: Recipe
    patch: Patch
    steered: Steered
    heads: Wanted
    plan: Plan

    def wanted(self) -> dict[str, dict[str, Any]]:
        """The attributes of every node that the recipe changes."""
        found = {name: dict(values) for name, values in self.heads.items()}
        factor, rounding = self.recipe.factor, self.recipe.rounding
        if factor is not None:
            scaled = self.plan.attributes(lambda stock, n: rounding.width(factor, stock, n))
            for name, values in scaled.items():
                found.setdefault(name, {}).update(values)
        return found

    def graph(self) -> Graph:
        """The adapted network, without the file that would say it."""
        patch = _sized(self.patch, self.wanted())
        document = self.stock.read(patch)
        return steer(document, self.wanted(), self.steered.survey.conditions).graph


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
        if not same(read_again(text, folder), self.graph):
            message = "from where the file is written, what it extends is another network"
            raise OutOfReachError(f"{message}: write the whole network, with --flat")
        return text


def draft(stock: Stock, recipe: Recipe) -> Draft:
    """Everything but the widths; raises ``UsageError`` and ``AuditError``."""
    recipe.check()
    patch = _keys(stock, recipe)
    steered = steer(stock.read(patch), {})
    steps: tuple[tuple[bool, Callable[..., Patch]], ...] = (
        (recipe.head == "gap", structure.pooled),
        (recipe.drop_lrn, structure.without_lrn),
        (recipe.factorize, structure.factorized),
    )
    for asked, step in steps:
        if asked:
            patch = step(stock.read, patch, steered)
            steered = steer(stock.read(patch), {})
    heads: Wanted = {}
    if recipe.classes is not None:
        before = Evaluator(Diagnostics()).constants(stock.document.vars, stock.document.classes)
        heads = classifiers(steered.graph, recipe.classes, before.get("classes"))
        steered = steer(stock.read(patch), heads)
    _check_frozen(recipe, steered)
    return Draft(stock, recipe, patch, steered, heads, plan(steered.graph))


def adapt(operand: str, recipe: Recipe) -> Adapted:
    """The network that ``operand`` names, adapted: ``adapt("zoo:alexnet", Recipe(classes=29))``.

    ``.graph`` can be audited, ``.text(folder)`` is the file. Raises ``UsageError`` and
    ``AuditError``; another program's file must be converted first.
    """
    found = stock(operand)
    if found is None:
        raise UsageError(f"{operand} is no architecture file that another could extend: convert it")
    return adapted(found, recipe)


def adapted(stock: Stock, recipe: Recipe) -> Adapted:
    """The adapted network, as its file gives it.

    Raises ``UsageError`` for what cannot be asked of this network (``UnsayableError`` where it can
    be asked of the network written out), ``AuditError`` where it cannot be built.
    """
    before = build(stock.document)
    if stock.variant is not None:
        before = before._replace(path=f"{before.path}@{stock.variant}")
    made = draft(stock, recipe)
    wanted = made.wanted()
    wish = Wish(wanted, made.steered.survey.conditions, made.steered.graph)
    factor, rounding = recipe.factor, recipe.rounding
    patch = settle(
        stock.read,
        _sized(made.patch, wanted),
        wish,
        factor,
        lambda value: rounding.width(factor, value) if factor is not None else value,
    )
    if recipe.freeze:
        patch = patch._replace(changes=(*patch.changes, Change("freeze", tuple(recipe.freeze))))
    patch = patch._replace(keys=(*patch.keys, *_obsolete(made, patch)))
    graph = build(stock.read(patch))
    totals = audit(graph).totals
    end = main_output(graph)
    claims: list[tuple[str, Any]] = [("params", totals.params), ("macs", totals.macs)]
    if end is not None:
        shape = graph.nodes[end].shape
        claims.append(("output", Exactly("x".join(map(str, shape)))))
    patch = patch._replace(expect=tuple(claims))
    return Adapted(stock, before, build(stock.read(patch)), patch)


#: What is wrong with a file that cannot open the one it extends; a folder may be missing.
_OUT_OF_REACH = ("outside-repository", "unreadable")


def read_again(text: str, folder: Path) -> Graph:
    """The graph of a file with this text in that folder; what it extends must be in reach."""
    root = folder.resolve()
    library = Folder(folder, repository_root(root) or root)
    diagnostics = Diagnostics()
    try:
        return build(
            load(Opened(Source("the adapted file", text), library), diagnostics), diagnostics
        )
    except AuditError as error:
        if any(found.name in _OUT_OF_REACH for found in error.diagnostics):
            message = "the stock network is outside the repository of the file that extends it"
            raise OutOfReachError(f"{message}: write the whole network, with --flat") from None
        raise


def _keys(stock: Stock, recipe: Recipe) -> Patch:
    """The keys of the file that are not layers, and ``vars``."""
    document = stock.document
    keys: list[tuple[str, Any]] = [("name", recipe.name or f"{_name(stock)}, adapted")]
    if said := recipe.text():
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
    return Patch(tuple(keys), tuple((name, Exactly(value)) for name, _, value in assigned))


def _obsolete(made: Draft, patch: Patch) -> Iterator[tuple[str, Any]]:
    """Keys of the stock that no longer hold, taken away: its variants, its data set, its loss."""
    document = made.stock.read(patch)
    if spoilt := [name for name in document.variants if _spoilt(made, document, name)]:
        yield "variants", dict.fromkeys(spoilt)
    graph = build(document)
    gone = []
    if (
        made.recipe.classes
        and graph.training.get("dataset.classes", graph.classes) != graph.classes
    ):
        gone.append("dataset")
    if "loss" in graph.training and any("function" in own for own in made.heads.values()):
        # One sigmoid unit had another loss than several units of a softmax have.
        gone.append("loss")
    if gone:
        yield "training", dict.fromkeys(gone)


def _spoilt(made: Draft, adapted: Document, variant: str) -> bool:
    """Whether a variant is no network any more, or has widths of its own that were not scaled."""
    diagnostics = Diagnostics()
    unscaled = made.stock.read(made.patch)
    span = Span(unscaled.source, 1, 1, 1, 2)
    try:
        before = build(with_variant(unscaled, variant, diagnostics, span))
        build(with_variant(adapted, variant, diagnostics, span))
    except AuditError:
        return True
    if made.recipe.factor is None:
        return False
    scaled = made.plan.attributes(lambda stock, _: stock)
    nodes = {node.name: node.attributes for node in before.nodes}
    return any(
        nodes.get(name, {}).get(key) != value
        for name, values in scaled.items()
        if name not in made.heads
        for key, value in values.items()
    )


def _name(stock: Stock) -> str:
    document = stock.document
    name = document.name or Path(document.source.path).stem
    return f"{name} {stock.variant}" if stock.variant else name


def _inputs(stock: Stock, recipe: Recipe) -> Any:
    """The value of ``input``: a shape, or all of them by their names."""
    document = stock.document
    for text in recipe.inputs:
        document = with_input(document, text)
    evaluator = Evaluator(Diagnostics())
    names = evaluator.constants(document.vars, document.classes)
    shapes = {}
    for name, value in document.inputs.items():
        shape = evaluator.number(Type.SHAPE, value, names)
        evaluator.diagnostics.raise_any()
        shapes[name] = Exactly("x".join(map(str, shape)))
    return shapes["input"] if list(shapes) == ["input"] else shapes


def _check_frozen(recipe: Recipe, steered: Steered) -> None:
    """Every pattern of ``--freeze`` must name a layer."""
    for pattern in recipe.freeze:
        if not any(matches(pattern, path) for path in steered.survey.items):
            hint = did_you_mean(pattern, tuple(steered.survey.items))
            raise UsageError(f"--freeze {pattern}: it matches no layer ({hint or 'see `report`'})")


def _sized(patch: Patch, wanted: Mapping[str, Mapping[str, Any]]) -> Patch:
    """The patch whose own layers have the widths that are wanted of them."""
    sizes = {name: values["filters"] for name, values in wanted.items() if "filters" in values}
    changes = tuple(structure.resized(change, sizes) for change in patch.changes)
    return patch._replace(changes=changes)
