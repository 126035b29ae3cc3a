"""Builds the layer graph of an architecture: blocks, branches and repetitions are expanded.

Shapes are inferred on the way, by the layers' own functions, since expressions may ask for
``in_channels``. A layer whose input is unknown after an error is passed over in silence; its
siblings are still checked, so one run reports everything.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from math import prod
from pathlib import PurePath
from typing import Any

from cnnaudit.errors import Diagnostics
from cnnaudit.formatting import shape_text
from cnnaudit.graph.attributes import INCOMING, uses
from cnnaudit.graph.changes import Changes
from cnnaudit.graph.context import APART, SEVERAL, UNKNOWN, BuildContext, BuiltPart, OverLimitError
from cnnaudit.graph.graph import Graph, Layer, Node, Outline, Section
from cnnaudit.graph.hooks import BuildHooks
from cnnaudit.graph.layer_builder import MAX_NODES, LayerBuilder
from cnnaudit.graph.references import read_by, with_known_share
from cnnaudit.graph.wiring import branch_names, plan_list
from cnnaudit.ops.frameworks import DEFAULT_FRAMEWORK, FRAMEWORKS
from cnnaudit.ops.op import FieldType, Shape
from cnnaudit.ops.registry import OPS
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.backbone import Backbone
from cnnaudit.parsing.field_types import MAX_INTEGER
from cnnaudit.parsing.layer_list import LayerSpec
from cnnaudit.parsing.layer_settings import ParsedAttributes
from cnnaudit.parsing.training import claim_type, training_type
from cnnaudit.parsing.values import ParsedValue

MAX_BLOCK_DEPTH = 16


def build_graph(
    document: Architecture, diagnostics: Diagnostics | None = None, hooks: BuildHooks | None = None
) -> Graph:
    """The layer graph of a document; ``hooks`` may look on, and steer.

    Raises ``AuditError`` with everything that is wrong, ``diagnostics`` found before included.
    """
    diagnostics = Diagnostics() if diagnostics is None else diagnostics
    graph = None
    with suppress(OverLimitError):
        graph = _Builder(document, diagnostics, hooks or BuildHooks()).graph()
    diagnostics.raise_any()
    assert graph is not None
    return graph


class _Builder:
    """Walks the items of a document; the assembly takes the nodes."""

    def __init__(self, document: Architecture, diagnostics: Diagnostics, hooks: BuildHooks) -> None:
        self.document = document
        self.diagnostics = diagnostics
        self.hooks = hooks
        framework = FRAMEWORKS[document.framework or DEFAULT_FRAMEWORK]
        self.assembly = LayerBuilder(framework, document.defaults, diagnostics, hooks)
        self.evaluator = self.assembly.evaluator
        self.changes = Changes(document.changes, diagnostics)
        #: Blocks that were used too deep: opened no more, or they are in every one of their uses.
        self.endless: set[str] = set()

    # The whole network ---------------------------------------------------------------------------

    def graph(self) -> Graph:
        document = self.document
        names = self.evaluator.constants(document.vars, document.classes)
        inputs = self._inputs(names)
        entry = SEVERAL if len(inputs) > 1 else next(iter(inputs.values()), UNKNOWN)
        visible = inputs if len(inputs) > 1 else {**inputs, "input": entry}
        below = BuiltPart(entry)
        if document.backbone is not None and document.backbone_architecture is not None:
            below = self._backbone(document.backbone, document.backbone_architecture, names)
        built = self._list(document.layers, BuildContext("", names, below.output, visible))
        if not len(self.diagnostics):
            self.changes.report_unmatched(built.outline)
            if len(self.assembly.nodes) == len(inputs):
                message = "this network has no layers"
                self.diagnostics.error("empty-network", message, document.span)
        return Graph(
            document.name or PurePath(document.source.path).stem,
            document.source.path,
            self.assembly.framework.name,
            document.framework is not None,
            tuple(self.assembly.nodes),
            Section("", "network", "", (*below.outline, *built.outline)),
            names.get("classes"),
            document.description,
            document.origin,
            self._numbers(document.training, training_type, names),
            self._numbers(document.expect, claim_type, names),
            tuple(document.variants),
        )

    def _backbone(
        self, backbone: Backbone, trunk: Architecture, names: Mapping[str, Any]
    ) -> BuiltPart:
        """The output of the backbone on this network's input, and its part of the outline."""
        from cnnaudit.graph.graft import BackboneHost, insert_backbone  # noqa: PLC0415  most networks have none

        frozen = False
        if backbone.trainable is not None:
            frozen = self.evaluator.number(FieldType.FLAG, backbone.trainable, names) is False
        host = BackboneHost(
            self.assembly,
            self.document.framework,
            lambda document, diagnostics: _Builder(document, diagnostics, BuildHooks()).graph(),
        )
        return insert_backbone(host, backbone, trunk, frozen)

    def _inputs(self, names: Mapping[str, Any]) -> dict[str, int]:
        """A node for everything that enters the network, by its name."""
        inputs = {}
        for name, value in self.document.inputs.items():
            shape = self.evaluator.number(FieldType.SHAPE, value, names)
            if shape is not None and -1 in shape:
                self.diagnostics.error("invalid-value", "an input has no open size", value.span)
                shape = None
            if shape is not None and prod(shape) > MAX_INTEGER:
                message = "the input has more than 2^63 - 1 values"
                self.diagnostics.error("over-limit", message, value.span)
                shape = None
            inputs[name] = UNKNOWN
            if shape is not None:
                node = Node(name, "input", {}, (), shape, (), name, value.span)
                inputs[name] = self.assembly.append(node, value.span)
        return inputs

    def _numbers(
        self,
        values: ParsedAttributes,
        type_of: Callable[[str], FieldType],
        names: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Claims and training settings, evaluated."""
        found = self.evaluator.setting
        return {name: found(type_of(name), value, names) for name, value in values.items()}

    # Lists ---------------------------------------------------------------------------------------

    def _list(self, written: Sequence[LayerSpec], place: BuildContext) -> BuiltPart:
        """Build a layer list; its output is that of the last item in the main line."""
        items = written
        if self.document.changes:
            scope = partial(self.document.scope, self.diagnostics, place.names)
            items = self.changes.apply(written, place.prefix, scope)
        self.hooks.on_list(place.prefix, items)
        before, order, forks, names, last = plan_list(items, self.diagnostics)
        outputs = dict.fromkeys(names, UNKNOWN)
        outlines: list[tuple[Outline, ...]] = [()] * len(items)
        for position in order:
            item, earlier = items[position], before[position]
            line = place.entry if earlier is None else outputs[earlier]
            if item.sources is None and line >= 0:
                sources: tuple[int, ...] = (line,)
            else:
                sources = read_by(item, line, outputs, place, self.diagnostics)
            if item.share is not None:
                item = with_known_share(item, item.share, outputs, self.diagnostics)
            built = self._item(item, sources, place, forks)
            outputs[item.name] = built.output
            if built.ends:
                outputs.update(zip(branch_names(item), built.ends, strict=False))
            outlines[position] = built.outline
        output = place.entry if last is None else outputs[last]
        return BuiltPart(output, tuple([part for parts in outlines for part in parts]))

    # One item ------------------------------------------------------------------------------------

    def _item(
        self, item: LayerSpec, sources: tuple[int, ...], place: BuildContext, forks: int
    ) -> BuiltPart:
        self.assembly.step(item.span)
        if item.settings.broken or item.op_name == "unreadable":
            return BuiltPart(UNKNOWN)
        merges = item.op_name in OPS and OPS[item.op_name].merges
        if not sources or (len(sources) > 1 and not merges):
            message = f"'{item.op_name}' reads one layer, not {len(sources)}"
            self.diagnostics.error("ambiguous-input", message, item.span, "merge them first")
            return BuiltPart(UNKNOWN)
        if item.when is not None:
            wanted = self._wanted(item, item.when, sources[0], place)
            if not wanted:
                # A name that stands for a dropped layer stands for what the layer would have read.
                return BuiltPart(UNKNOWN if wanted is None else sources[0])
        if item.trainable or item.share or item.init:
            place = self._inherited(item, place)
        name = place.prefix + item.name
        if item.repeat is not None:
            built = self._repeated(item, sources, place, name)
        else:
            built = self._once(item, sources, place, name, forks)
        if item.expect is not None and sources[0] >= 0:
            shape = self.assembly.nodes[sources[0]].output_shape
            self._check_expected(item, item.expect, built.output, shape, place)
        return built

    def _wanted(
        self, item: LayerSpec, condition: ParsedValue, source: int, place: BuildContext
    ) -> bool | None:
        """Whether a layer is included; None if its condition has no value (reported)."""
        shape = self.assembly.shape(source)
        if shape is None and uses(condition, INCOMING):
            return None
        return self.hooks.condition(
            place.prefix + item.name,
            lambda evaluator: evaluator.number(FieldType.FLAG, condition, place.names, shape),
            self.evaluator,
        )

    def _inherited(self, item: LayerSpec, place: BuildContext) -> BuildContext:
        """The place with what this item says for itself and for everything inside it."""
        if item.trainable is not None:
            trainable = self.evaluator.number(FieldType.FLAG, item.trainable, place.names)
            place = place._replace(trainable=trainable is not False)
        if item.share is not None:
            share = (place.prefix + item.name, place.prefix + item.share.name)
            place = place._replace(share=share)
        if item.init is not None:
            place = place._replace(init=self.assembly.initialiser(item.init, place))
        return place

    def _repeated(
        self, item: LayerSpec, sources: tuple[int, ...], place: BuildContext, name: str
    ) -> BuiltPart:
        """An item several times, each on the one before; names count from 1, ``i`` from 0."""
        repeat = item.repeat
        assert repeat is not None
        shape = self.assembly.shape(sources[0])
        if shape is None and uses(repeat, INCOMING):
            return BuiltPart(UNKNOWN)
        count = self.evaluator.number(FieldType.NUMBER, repeat, place.names, shape)
        if count is None:
            return BuiltPart(UNKNOWN)
        if count.denominator != 1 or not 0 <= count <= MAX_NODES:
            message = f"expected how often to repeat, 0 to {MAX_NODES:,}, not {count}"
            self.diagnostics.error("invalid-value", message, repeat.span)
            return BuiltPart(UNKNOWN)
        turns: list[Outline] = []
        output = sources[0]
        for turn in range(int(count)):
            inside = place.in_repetition(turn)
            again = item
            self.assembly.step(item.span)
            if turn == 0 and item.first is not None:
                again = item._replace(settings=item.first.over(item.settings))
            entering = sources if turn == 0 else (output,)
            built = self._once(again, entering, inside, f"{name}.{turn + 1}", 0)
            output = built.output
            turns += built.outline
        return BuiltPart(output, (Section(name, "repeat", item.op_name, tuple(turns), item.named),))

    def _once(
        self, item: LayerSpec, sources: tuple[int, ...], place: BuildContext, name: str, forks: int
    ) -> BuiltPart:
        if item.op_name in OPS:
            return self._layer(item, sources, place, name)
        if item.op_name == "head":
            return self._head(item, sources, place, name)
        if item.op_name == "branches":
            # The names of the only branches of a list need no prefix to be unique.
            if forks == 1 and not item.named:
                return self._forked(item, sources[0], place, name, place.prefix)
            return self._branches(item, sources, place, name)
        if item.op_name in self.document.blocks:
            return self._block(item, sources, place, name)
        return self._layer(item, sources, place, name)

    def _layer(
        self, item: LayerSpec, sources: tuple[int, ...], place: BuildContext, name: str
    ) -> BuiltPart:
        """A layer of one operation, or of modifiers alone."""
        labels = tuple([reference.name for reference in item.sources]) if item.sources else ()
        output, nodes = self.assembly.layer(
            item.op_name, item.settings, sources, place, name, item.span, labels
        )
        return BuiltPart(output, (Layer(name, nodes, item.named),) if nodes else ())

    def _head(
        self, item: LayerSpec, sources: tuple[int, ...], place: BuildContext, name: str
    ) -> BuiltPart:
        inside = place.inside(name, sources[0])
        auxiliary = item.auxiliary or place.auxiliary
        built = self._list(item.layers, inside._replace(auxiliary=auxiliary))
        kind = "auxiliary head" if item.auxiliary else "head"
        return BuiltPart(built.output, (Section(name, kind, "", built.outline, True),))

    def _branches(
        self, item: LayerSpec, sources: tuple[int, ...], place: BuildContext, name: str
    ) -> BuiltPart:
        output, outline, ends = self._forked(item, sources[0], place, name, f"{name}.")
        section = Section(name, "branches", item.merge, outline, item.named)
        return BuiltPart(output, (section,), ends)

    def _forked(
        self, item: LayerSpec, source: int, place: BuildContext, name: str, prefix: str
    ) -> BuiltPart:
        """Branches below ``prefix``, and the merge in which they come together, if they do."""
        outputs: list[int] = []
        children: list[Outline] = []
        for branch in item.branches:
            path = prefix + branch.name
            built = self._list(branch.layers, place.inside(path, source))
            if built.output == APART and item.merge != "none":
                message = f"the branch '{branch.name}' ends in branches that stay apart"
                self.diagnostics.error("ambiguous-input", message, branch.span)
            outputs.append(built.output)
            children.append(Section(path, "branch", "", built.outline, True))
        output = APART
        if item.merge != "none":
            labels = tuple(branch.name for branch in item.branches)
            settings, span = item.settings, item.span
            output, nodes = self.assembly.layer(
                item.merge, settings, outputs, place, name, span, labels
            )
            children += [Layer(name, nodes, item.named)] if nodes else []
        return BuiltPart(output, tuple(children), tuple(outputs))

    def _block(
        self, item: LayerSpec, sources: tuple[int, ...], place: BuildContext, name: str
    ) -> BuiltPart:
        block, source = self.document.blocks[item.op_name], sources[0]
        if block.name in self.endless:
            return BuiltPart(UNKNOWN)
        if place.depth >= MAX_BLOCK_DEPTH:
            self.endless.add(block.name)
            message = f"blocks are nested more than {MAX_BLOCK_DEPTH} deep: does one use itself?"
            self.diagnostics.error("nested-blocks", message, item.span)
            return BuiltPart(UNKNOWN)
        if source == UNKNOWN:
            return BuiltPart(UNKNOWN)
        names = self._arguments(item, place, self.assembly.shape(source))
        if names is None:
            return BuiltPart(UNKNOWN)
        self.hooks.on_block(place.prefix + item.name, name, item, names)
        inside = place.inside_block(name, source, names)
        output, outline, _ = self._list(block.layers, inside)
        if item.settings.modifiers:
            settings, span = item.settings, item.span
            output, nodes = self.assembly.modified(settings, output, place, name, span)
            outline += (Layer(name, nodes, item.named),) if nodes else ()
        return BuiltPart(output, (Section(name, "block", block.name, outline, item.named),))

    def _arguments(
        self, item: LayerSpec, place: BuildContext, shape: Shape | None
    ) -> dict[str, Any] | None:
        """The names that a block's layers know: those around it, and its parameters."""
        block = self.document.blocks[item.op_name]
        names = dict(place.names)
        failed = False
        given_ones = item.settings.attributes
        missing = [p for p, default in block.params.items() if not (default or p in given_ones)]
        for param in missing:
            message = f"the block '{block.name}' needs its parameter '{param}'"
            self.diagnostics.error("missing-key", message, item.span)
        for param, default in block.params.items() if not missing else ():
            given = given_ones.get(param)
            value = given or default
            assert value is not None
            # An argument is seen from where the block is used, a default from inside it.
            got = self.evaluator.plain(value, place.names if given else names, shape)
            failed |= got is None
            names[param] = got
        return None if failed or missing else names

    def _check_expected(
        self, item: LayerSpec, expect: ParsedValue, output: int, entered: Shape, place: BuildContext
    ) -> None:
        """``expect: same`` compares heights and widths with the input's, a shape all sizes."""
        shape = self.assembly.shape(output)
        if shape is None:
            return
        if expect.expr == "same":
            if shape[:-1] == entered[:-1]:
                return
            wanted = f"same as its input, {shape_text(entered[:-1] or entered)}"
        else:
            expected = self.evaluator.number(FieldType.SHAPE, expect, place.names, entered)
            if expected is None or expected == shape:
                return
            wanted = shape_text(expected)
        if self.hooks.allow_mismatch(place.prefix + item.name):
            return
        message = f"expected {wanted}, and the output is {shape_text(shape)}"
        self.diagnostics.error("unexpected-shape", message, expect.span)
