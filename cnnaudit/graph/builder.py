"""Builds the layer graph of an architecture: blocks, branches and repetitions are expanded.

Shapes are inferred during the build, since expressions may use ``in_channels``. After an error the
layers that depend on it are skipped without a message; all others are still checked.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import PurePath
from typing import Any

from cnnaudit.errors import Diagnostics
from cnnaudit.graph.attributes import INCOMING, uses
from cnnaudit.graph.changes import Changes
from cnnaudit.graph.context import APART, SEVERAL, UNKNOWN, BuildContext, BuiltPart, OverLimitError
from cnnaudit.graph.graph import Graph, Layer, Outline, Section
from cnnaudit.graph.hooks import BuildHooks
from cnnaudit.graph.layer_builder import MAX_NODES, LayerBuilder
from cnnaudit.graph.wiring import (
    branch_names,
    chained_inputs,
    chains,
    plan_list,
    read_by,
    report_lone_branch,
    report_lone_merge,
    with_known_share,
)
from cnnaudit.lazy import load_function
from cnnaudit.ops.frameworks import DEFAULT_FRAMEWORK, FRAMEWORKS
from cnnaudit.ops.op import FieldType, Shape
from cnnaudit.ops.registry import OPS
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.backbone import Backbone
from cnnaudit.parsing.layer_list import LayerSpec
from cnnaudit.parsing.layer_settings import ParsedAttributes
from cnnaudit.parsing.training import claim_type, training_type
from cnnaudit.parsing.values import ParsedValue

MAX_BLOCK_DEPTH = 16
#: What names another order of an input's axes; loaded when a network cannot be built.
_NAME_AXES = "cnnaudit.graph.axes_errors:name_axes"


def build_graph(
    architecture: Architecture,
    diagnostics: Diagnostics | None = None,
    hooks: BuildHooks | None = None,
) -> Graph:
    """Return the layer graph of an architecture; ``hooks`` may observe and override its build.

    Raises ``AuditError`` with all errors, those already in ``diagnostics`` included.
    """
    diagnostics = Diagnostics() if diagnostics is None else diagnostics
    earlier_count = len(diagnostics)
    graph, node_count = _build(architecture, diagnostics, hooks)
    if hooks is None and graph is not None and len(diagnostics) > earlier_count:
        name_axes = load_function(_NAME_AXES)
        diagnostics = name_axes(architecture, diagnostics, earlier_count, node_count, _build)
    diagnostics.raise_any()
    assert graph is not None
    return graph


def _build(
    architecture: Architecture, diagnostics: Diagnostics, hooks: BuildHooks | None = None
) -> tuple[Graph | None, int]:
    """The graph, None if it is over a limit, and the number of its nodes."""
    graph, builder = None, _Builder(architecture, diagnostics, hooks or BuildHooks())
    with suppress(OverLimitError):
        graph = builder.graph()
    return graph, len(builder.layer_builder.nodes)


class _Builder:
    """Walks the layer specs of an architecture; its layer builder collects the nodes."""

    def __init__(
        self, architecture: Architecture, diagnostics: Diagnostics, hooks: BuildHooks
    ) -> None:
        self.architecture = architecture
        self.diagnostics = diagnostics
        self.hooks = hooks
        framework = FRAMEWORKS[architecture.framework or DEFAULT_FRAMEWORK]
        self.layer_builder = LayerBuilder(framework, architecture.defaults, diagnostics, hooks)
        self.evaluator = self.layer_builder.evaluator
        self.changes = Changes(architecture.changes, diagnostics)
        #: Blocks that were nested too deeply: reported once, and not opened again.
        self.endless: set[str] = set()

    # The whole network ---------------------------------------------------------------------------

    def graph(self) -> Graph:
        architecture = self.architecture
        names = self.evaluator.constants(architecture.vars, architecture.classes)
        inputs = self.layer_builder.inputs(architecture.inputs, names)
        entry = SEVERAL if len(inputs) > 1 else next(iter(inputs.values()), UNKNOWN)
        visible = inputs if len(inputs) > 1 else {**inputs, "input": entry}
        below = BuiltPart(entry)
        if architecture.backbone is not None and architecture.backbone_architecture is not None:
            below = self._backbone(architecture.backbone, architecture.backbone_architecture, names)
        built = self._list(architecture.layers, BuildContext("", names, below.output, visible))
        if not len(self.diagnostics):
            self.changes.report_unmatched(built.outline)
            if len(self.layer_builder.nodes) == len(inputs):
                message = "this network has no layers"
                self.diagnostics.error("empty-network", message, architecture.span)
        return Graph(
            architecture.name or PurePath(architecture.source.path).stem,
            architecture.source.path,
            self.layer_builder.framework.name,
            architecture.framework is not None,
            tuple(self.layer_builder.nodes),
            Section("", "network", "", (*below.outline, *built.outline)),
            names.get("classes"),
            architecture.description,
            architecture.origin,
            self._numbers(architecture.training, training_type, names),
            self._numbers(architecture.expect, claim_type, names),
            tuple(architecture.variants),
        )

    def _backbone(
        self, backbone: Backbone, backbone_file: Architecture, names: Mapping[str, Any]
    ) -> BuiltPart:
        """Build the backbone on this network's input; returns its output and outline."""
        from cnnaudit.graph.backbone import BackboneHost, insert_backbone  # noqa: PLC0415  most networks have none

        frozen = False
        if backbone.trainable is not None:
            frozen = self.evaluator.number(FieldType.FLAG, backbone.trainable, names) is False
        host = BackboneHost(
            self.layer_builder,
            self.architecture.framework,
            lambda architecture, diagnostics: _Builder(
                architecture, diagnostics, BuildHooks()
            ).graph(),
        )
        return insert_backbone(host, backbone, backbone_file, frozen)

    def _numbers(
        self,
        values: ParsedAttributes,
        type_of: Callable[[str], FieldType],
        names: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Evaluate claims or training settings."""
        evaluate = self.evaluator.setting
        return {name: evaluate(type_of(name), value, names) for name, value in values.items()}

    # Lists ---------------------------------------------------------------------------------------

    def _list(self, written: Sequence[LayerSpec], context: BuildContext) -> BuiltPart:
        """Build a layer list; its output is that of the last layer in the main line."""
        specs = written
        if self.architecture.changes:
            scope = partial(self.architecture.scope, self.diagnostics, context.names)
            specs = self.changes.apply(written, context.prefix, scope)
        self.hooks.on_list(context.prefix, specs)
        before, order, forks, names, last = plan_list(specs, self.diagnostics)
        outputs: dict[str, int] = dict.fromkeys(names, UNKNOWN)
        outlines: list[tuple[Outline, ...]] = [()] * len(specs)
        for position in order:
            spec, earlier = specs[position], before[position]
            line = context.entry if earlier is None else outputs[earlier]
            if spec.sources is None and line >= 0:
                sources: tuple[int, ...] = (line,)
            else:
                sources = read_by(spec, line, outputs, context, self.diagnostics)
            if len(sources) == 1 and spec.op_name in OPS and OPS[spec.op_name].merges:
                report_lone_merge(spec, earlier, self.diagnostics)
                sources = (UNKNOWN,)
            if spec.share is not None:
                spec = with_known_share(spec, spec.share, outputs, self.diagnostics)
            built = self._item(spec, sources, context, forks)
            outputs[spec.name] = built.output
            if built.ends:
                outputs.update(zip(branch_names(spec), built.ends, strict=False))
            outlines[position] = built.outline
        output = context.entry if last is None else outputs[last]
        return BuiltPart(output, tuple([part for parts in outlines for part in parts]))

    # One layer -----------------------------------------------------------------------------------

    def _item(
        self, spec: LayerSpec, sources: tuple[int, ...], context: BuildContext, forks: int
    ) -> BuiltPart:
        self.layer_builder.step(spec.span)
        if spec.settings.broken or spec.op_name == "unreadable":
            return BuiltPart(UNKNOWN)
        merges = spec.op_name in OPS and OPS[spec.op_name].merges
        if not sources or (len(sources) > 1 and not merges):
            message = f"'{spec.op_name}' reads one layer, not {len(sources)}"
            self.diagnostics.error("ambiguous-input", message, spec.span, "merge them first")
            return BuiltPart(UNKNOWN)
        if spec.when is not None:
            is_included = self._is_included(spec, spec.when, sources[0], context)
            if not is_included:
                # The name of a dropped layer refers to the layer's input.
                return BuiltPart(UNKNOWN if is_included is None else sources[0])
        if spec.trainable or spec.share or spec.init:
            context = self._inherited(spec, context)
        name = context.prefix + spec.name
        if spec.repeat is not None:
            built = self._repeated(spec, sources, context, name)
        else:
            built = self._once(spec, sources, context, name, forks)
        if spec.expect is not None and sources[0] >= 0:
            shape = self.layer_builder.nodes[sources[0]].output_shape
            self.layer_builder.check_expected(spec, spec.expect, built.output, shape, context)
        return built

    def _is_included(
        self, spec: LayerSpec, condition: ParsedValue, source: int, context: BuildContext
    ) -> bool | None:
        """Whether a layer is included; None if its condition has no value (reported)."""
        shape = self.layer_builder.shape(source)
        if shape is None and uses(condition, INCOMING):
            return None
        return self.hooks.condition(
            context.prefix + spec.name,
            lambda evaluator: evaluator.number(FieldType.FLAG, condition, context.names, shape),
            self.evaluator,
        )

    def _inherited(self, spec: LayerSpec, context: BuildContext) -> BuildContext:
        """The context with the attributes that a layer passes on to everything inside it."""
        if spec.trainable is not None:
            trainable = self.evaluator.number(FieldType.FLAG, spec.trainable, context.names)
            context = context._replace(trainable=trainable is not False)
        if spec.share is not None:
            share = (context.prefix + spec.name, context.prefix + spec.share.name)
            context = context._replace(share=share)
        if spec.init is not None:
            context = context._replace(init=self.layer_builder.initialiser(spec.init, context))
        return context

    def _repeated(
        self, spec: LayerSpec, sources: tuple[int, ...], context: BuildContext, name: str
    ) -> BuiltPart:
        """Build a layer several times in a chain; names count from 1, ``i`` from 0."""
        repeat = spec.repeat
        assert repeat is not None
        shape = self.layer_builder.shape(sources[0])
        if shape is None and uses(repeat, INCOMING):
            return BuiltPart(UNKNOWN)
        count = self.evaluator.number(FieldType.NUMBER, repeat, context.names, shape)
        if count is None:
            return BuiltPart(UNKNOWN)
        if count.denominator != 1 or not 0 <= count <= MAX_NODES:
            message = f"expected how often to repeat, 0 to {MAX_NODES:,}, not {count}"
            self.diagnostics.error("invalid-value", message, repeat.span)
            return BuiltPart(UNKNOWN)
        if count > 1 and not chains(spec, self.diagnostics):
            return BuiltPart(UNKNOWN)
        repetitions: list[Outline] = []
        output = sources[0]
        for number in range(int(count)):
            inside = context.in_repetition(number)
            repeated = spec
            self.layer_builder.step(spec.span)
            if number == 0 and spec.first is not None:
                repeated = spec._replace(settings=spec.first.over(spec.settings))
            inputs = chained_inputs(spec, sources, output) if number else sources
            built = self._once(repeated, inputs, inside, f"{name}.{number + 1}", 0)
            output = built.output
            repetitions += built.outline
        return BuiltPart(
            output, (Section(name, "repeat", spec.op_name, tuple(repetitions), spec.named),)
        )

    def _once(
        self,
        spec: LayerSpec,
        sources: tuple[int, ...],
        context: BuildContext,
        name: str,
        forks: int,
    ) -> BuiltPart:
        if spec.op_name in OPS:
            return self._layer(spec, sources, context, name)
        if spec.op_name == "head":
            return self._head(spec, sources, context, name)
        if spec.op_name == "branches":
            # If a list forks once, the names of its branches are unique without a prefix.
            if forks == 1 and not spec.named:
                return self._forked(spec, sources[0], context, name, context.prefix)
            return self._branches(spec, sources, context, name)
        if spec.op_name in self.architecture.blocks:
            return self._block(spec, sources, context, name)
        return self._layer(spec, sources, context, name)

    def _layer(
        self, spec: LayerSpec, sources: tuple[int, ...], context: BuildContext, name: str
    ) -> BuiltPart:
        """Build a layer of one op, or of modifiers alone."""
        labels = tuple([reference.name for reference in spec.sources]) if spec.sources else ()
        output, nodes = self.layer_builder.layer(
            spec.op_name, spec.settings, sources, context, name, spec.span, labels
        )
        return BuiltPart(output, (Layer(name, nodes, spec.named),) if nodes else ())

    def _head(
        self, spec: LayerSpec, sources: tuple[int, ...], context: BuildContext, name: str
    ) -> BuiltPart:
        inside = context.inside(name, sources[0])
        auxiliary = spec.auxiliary or context.auxiliary
        built = self._list(spec.layers, inside._replace(auxiliary=auxiliary))
        kind = "auxiliary head" if spec.auxiliary else "head"
        return BuiltPart(built.output, (Section(name, kind, "", built.outline, True),))

    def _branches(
        self, spec: LayerSpec, sources: tuple[int, ...], context: BuildContext, name: str
    ) -> BuiltPart:
        output, outline, ends = self._forked(spec, sources[0], context, name, f"{name}.")
        section = Section(name, "branches", spec.merge, outline, spec.named)
        return BuiltPart(output, (section,), ends)

    def _forked(
        self, spec: LayerSpec, source: int, context: BuildContext, name: str, prefix: str
    ) -> BuiltPart:
        """Build branches below ``prefix``, and their merge if they have one."""
        outputs: list[int] = []
        children: list[Outline] = []
        for branch in spec.branches:
            path = prefix + branch.name
            built = self._list(branch.layers, context.inside(path, source))
            if built.output == APART and spec.merge != "none":
                message = f"the branch '{branch.name}' ends in branches that stay apart"
                self.diagnostics.error("ambiguous-input", message, branch.span)
            outputs.append(built.output)
            children.append(Section(path, "branch", "", built.outline, True))
        output: int = APART
        if spec.merge != "none" and len(spec.branches) == 1:
            report_lone_branch(spec, self.diagnostics)
            output = UNKNOWN
        elif spec.merge != "none":
            labels = tuple(branch.name for branch in spec.branches)
            settings, span = spec.settings, spec.span
            output, nodes = self.layer_builder.layer(
                spec.merge, settings, outputs, context, name, span, labels
            )
            children += [Layer(name, nodes, spec.named)] if nodes else []
        return BuiltPart(output, tuple(children), tuple(outputs))

    def _block(
        self, spec: LayerSpec, sources: tuple[int, ...], context: BuildContext, name: str
    ) -> BuiltPart:
        block, source = self.architecture.blocks[spec.op_name], sources[0]
        if block.name in self.endless:
            return BuiltPart(UNKNOWN)
        if context.depth >= MAX_BLOCK_DEPTH:
            self.endless.add(block.name)
            message = f"blocks are nested more than {MAX_BLOCK_DEPTH} deep: does one use itself?"
            self.diagnostics.error("nested-blocks", message, spec.span)
            return BuiltPart(UNKNOWN)
        if source == UNKNOWN:
            return BuiltPart(UNKNOWN)
        names = self._arguments(spec, context, self.layer_builder.shape(source))
        if names is None:
            return BuiltPart(UNKNOWN)
        self.hooks.on_block(context.prefix + spec.name, name, spec, names)
        inside = context.inside_block(name, source, names)
        output, outline, _ = self._list(block.layers, inside)
        if spec.settings.modifiers:
            settings, span = spec.settings, spec.span
            output, nodes = self.layer_builder.modified(settings, output, context, name, span)
            outline += (Layer(name, nodes, spec.named),) if nodes else ()
        return BuiltPart(output, (Section(name, "block", block.name, outline, spec.named),))

    def _arguments(
        self, spec: LayerSpec, context: BuildContext, shape: Shape | None
    ) -> dict[str, Any] | None:
        """The names that a block's layers may use: those around it, and its parameters.

        Returns None after reporting a missing or invalid argument.
        """
        block = self.architecture.blocks[spec.op_name]
        names = dict(context.names)
        failed = False
        arguments = spec.settings.attributes
        missing = [p for p, default in block.params.items() if not (default or p in arguments)]
        for param in missing:
            message = f"the block '{block.name}' needs its parameter '{param}'"
            self.diagnostics.error("missing-key", message, spec.span)
        for param, default in block.params.items() if not missing else ():
            argument = arguments.get(param)
            expression = argument or default
            assert expression is not None
            # An argument uses the names around the block, a default those inside it.
            scope = context.names if argument else names
            names[param] = self.evaluator.plain(expression, scope, shape)
            failed |= names[param] is None
        return None if failed or missing else names
