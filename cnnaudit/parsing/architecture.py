"""Reads the typed and checked ``Architecture`` of a YAML tree.

An architecture with ``extends`` starts from its base and replaces the keys that it has. Its
``changes`` are only read here: the graph builder applies them, since full names exist only there.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from cnnaudit.errors import Diagnostics, Source, Span, did_you_mean
from cnnaudit.lazy import load_function
from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import FieldType
from cnnaudit.ops.registry import OPS
from cnnaudit.parsing.backbone import Backbone, file_of, read_backbone
from cnnaudit.parsing.blocks import Block, block_scope, is_identifier, read_blocks
from cnnaudit.parsing.changes import Change, read_changes
from cnnaudit.parsing.layer_list import LayerSpec, read_items
from cnnaudit.parsing.layer_settings import LayerSettings, Scope, default_settings, read_name
from cnnaudit.parsing.training import read_expect, read_training
from cnnaudit.parsing.values import ParsedValue, argument_value, broken, is_null, read
from cnnaudit.parsing.yaml_tree import MapNode, ScalarNode, YamlNode
from cnnaudit.sources.files import printable

FORMAT_VERSION = 1
#: What to write instead of unknown names; loaded when there are some.
_KEY_HELP = "cnnaudit.parsing.key_corrections:top_level_help"
_KEY_MEANT = "cnnaudit.parsing.key_corrections:top_level_key"
_DEFAULTS_HELP = "cnnaudit.parsing.operation_corrections:defaults_help"
#: Keys that are read under a name of another program, too, after its report.
_READ_ON = frozenset(("layers", "vars", "blocks", "defaults"))
#: The receptive field of each layer is computed for every input: the cost is inputs times layers.
MAX_INPUTS = 100

TOP_LEVEL = (
    "cnnaudit",
    "name",
    "description",
    "source",
    "framework",
    "input",
    "classes",
    "vars",
    "variants",
    "defaults",
    "blocks",
    "layers",
    "extends",
    "changes",
    "backbone",
    "training",
    "expect",
)


class ExtendedFile(NamedTuple):
    """The architecture that a file extends, and the span of the key that names it."""

    document: "Architecture"
    span: Span


class Architecture(NamedTuple):
    """One architecture file, its base included."""

    source: Source
    span: Span
    name: str | None
    description: str | None
    origin: str | None
    framework: str | None
    inputs: Mapping[str, ParsedValue]
    classes: ParsedValue | None
    vars: Mapping[str, ParsedValue]
    variants: Mapping[str, Mapping[str, ParsedValue]]
    defaults: Mapping[str, LayerSettings]
    blocks: Mapping[str, Block]
    layers: tuple[LayerSpec, ...]
    changes: tuple[Change, ...]
    training: Mapping[str, ParsedValue]
    expect: Mapping[str, ParsedValue]
    base: ExtendedFile | None = None
    backbone: Backbone | None = None
    backbone_architecture: "Architecture | None" = None

    def scope(self, diagnostics: Diagnostics, names: Collection[str] = ()) -> Scope:
        """The names and blocks that layers may use; ``names`` are a block's parameters."""
        return block_scope(self.blocks, (*self.vars, *names), diagnostics)


def is_architecture(tree: YamlNode | None) -> bool:
    """Whether a YAML tree is an architecture: a mapping with the key ``cnnaudit``."""
    return isinstance(tree, MapNode) and tree.get("cnnaudit") is not None


def read_architecture(
    source: Source,
    tree: YamlNode | None,
    base: Architecture | None,
    diagnostics: Diagnostics,
    backbone_base: Architecture | None = None,
) -> Architecture | None:
    """The architecture of a YAML tree; None after reporting that it is no architecture.

    ``base`` is the file that it extends, ``backbone_base`` the file of its backbone.
    """
    start = Span(source, 1, 1, 1, 2)
    if tree is None:
        if not len(diagnostics):
            message = "the file is empty"
            diagnostics.error("not-an-architecture", message, start, "start with `cnnaudit: 1`")
        return None
    if not isinstance(tree, MapNode) or not is_architecture(tree):
        what = "has no key `cnnaudit`" if isinstance(tree, MapNode) else "is not a mapping"
        message = f"not an architecture file: this {what}"
        diagnostics.error("not-an-architecture", message, start, "start with `cnnaudit: 1`")
        return None
    return _Reader(source, tree, base, diagnostics, backbone_base).architecture()


class _Reader:
    """Reads an architecture; each method returns the value of its key, or that of the base."""

    def __init__(
        self,
        source: Source,
        tree: MapNode,
        base: Architecture | None,
        diagnostics: Diagnostics,
        backbone_base: Architecture | None,
    ) -> None:
        self.source = source
        self.tree = tree
        self.base = base
        self.diagnostics = diagnostics
        self.backbone_base = backbone_base
        #: Keys that are written under a name of another program.
        self.meant: frozenset[str] = frozenset()

    def architecture(self) -> Architecture:
        self._unknown_keys()
        self._version()
        base = self.base
        inherited = next((d.framework for d in (base, self.backbone_base) if d), None)
        own_layers, extends = self.tree.get("layers"), self.tree.get("extends")
        architecture = Architecture(
            self.source,
            self.tree.span,
            self._text("name"),
            self._text("description"),
            self._text("source"),
            self._choice("framework", tuple(FRAMEWORKS)) or inherited,
            {},
            None,
            self._vars(),
            {},
            {},
            base.blocks if base else {},
            base.layers if base else (),
            base.changes if base and own_layers is None else (),
            {},
            {},
            ExtendedFile(base, extends.span) if base and extends else None,
            base.backbone if base else None,
            base.backbone_architecture if base else None,
        )
        scope = architecture.scope(self.diagnostics)
        architecture = self._with_backbone(architecture, scope)
        architecture = architecture._replace(
            inputs=self._inputs(scope, architecture.backbone_architecture),
            classes=self._classes(scope),
            variants=self._variants(architecture),
            defaults=self._defaults(scope),
            blocks=self._blocks(architecture),
            training=self._training(scope),
            expect=self._expect(scope),
        )
        scope = architecture.scope(self.diagnostics)
        if own_layers is not None:
            architecture = architecture._replace(layers=read_items(own_layers, scope))
        elif base is None:
            self._missing("layers", "write the network under `layers:`, top to bottom")
        return architecture._replace(changes=(*architecture.changes, *self._changes(scope)))

    def _unknown_keys(self) -> None:
        """Report unknown keys; what they mean is read on, so that nothing false follows."""
        unknown = [(key, value) for key, value in self.tree.entries if key.text not in TOP_LEVEL]
        meant = {}
        for key, value in unknown:
            help = load_function(_KEY_HELP)(key.text, value, self.tree, TOP_LEVEL)
            message = f"unknown key '{printable(key.text)}'"
            self.diagnostics.error("unknown-key", message, key.span, help)
            name = load_function(_KEY_MEANT)(key.text, value)
            if name and self.tree.get(name) is None:
                meant[name] = key._replace(text=name), value
        self.meant = frozenset(meant)
        readable = [pair for name, pair in meant.items() if name in _READ_ON]
        if readable:
            self.tree = self.tree._replace(entries=(*self.tree.entries, *readable))

    # One key each --------------------------------------------------------------------------------

    def _version(self) -> None:
        node = self.tree.get("cnnaudit")
        if not isinstance(node, ScalarNode) or node.text != str(FORMAT_VERSION):
            span = node.span if node else self.tree.span
            message = f"this version of cnnaudit reads format {FORMAT_VERSION}"
            self.diagnostics.error("invalid-value", message, span, "write `cnnaudit: 1`")

    def _missing(self, key: str, help: str) -> None:
        if self.meant & {key, "extends", "backbone"}:
            return  # the name that it has elsewhere was reported
        self.diagnostics.error("missing-key", f"the key '{key}' is missing", self.tree.span, help)

    def _text(self, key: str) -> str | None:
        node = self.tree.get(key)
        if node is None or is_null(node):
            return None
        if isinstance(node, ScalarNode):
            return printable(" ".join(node.text.split()))
        self.diagnostics.error("invalid-value", "expected a text", node.span)
        return None

    def _choice(self, key: str, choices: tuple[str, ...]) -> str | None:
        node = self.tree.get(key)
        if node is None:
            return None
        value = read(FieldType.CHOICE, node, (), self.diagnostics, choices)
        return str(value.expr) if value else None

    def _mapping(self, key: str) -> MapNode | None:
        """The mapping under ``key``; None if it is absent, null or no mapping (reported)."""
        node = self.tree.get(key)
        if node is None or is_null(node):
            return None
        if isinstance(node, MapNode):
            return node
        self.diagnostics.error("invalid-value", f"expected a mapping under '{key}'", node.span)
        return None

    def _vars(self) -> Mapping[str, ParsedValue]:
        vars: dict[str, ParsedValue] = dict(self.base.vars) if self.base else {}
        node = self._mapping("vars")
        if node is None:
            return vars
        visible_names = {*vars, *(key.text for key, _ in node.entries), "classes"}
        for key, value in node.entries:
            if not is_identifier(key.text):
                message = f"a variable cannot be named '{printable(key.text)}'"
                self.diagnostics.error("invalid-value", message, key.span)
                continue
            parsed = argument_value(value, visible_names, self.diagnostics)
            vars[key.text] = parsed or broken(value.span)
        return vars

    def _with_backbone(self, architecture: Architecture, scope: Scope) -> Architecture:
        node = self.tree.get("backbone")
        if node is None:
            return architecture
        backbone = None
        if not is_null(node):
            if file_of(node) is None:
                message = "expected a backbone as a mapping with a `file`"
                help = "for example `backbone: {file: zoo:vgg-d, until: pool5, trainable: false}`"
                self.diagnostics.error("invalid-value", message, node.span, help)
            elif self.backbone_base is not None:
                backbone = read_backbone(node, scope)
        return architecture._replace(
            backbone=backbone, backbone_architecture=self.backbone_base if backbone else None
        )

    def _inputs(
        self, scope: Scope, backbone_base: Architecture | None
    ) -> Mapping[str, ParsedValue]:
        node = self.tree.get("input")
        backbone = self.tree.get("backbone")
        if backbone is not None and not is_null(backbone):
            if backbone_base is None:
                return {"input": broken(backbone.span)}
            if node is None and self.base is None:
                return backbone_base.inputs
        if node is None:
            if self.base is None:
                self._missing("input", "for example `input: 227x227x3` (HEIGHTxWIDTHxCHANNELS)")
            if self.meant & {"input", "extends", "backbone"}:
                return {"input": broken(self.tree.span)}
            return self.base.inputs if self.base else {}
        if not isinstance(node, MapNode):
            value = read(FieldType.SHAPE, node, scope.names, self.diagnostics)
            return {"input": value or broken(node.span)}
        inputs = {}
        if not node.entries:
            message = "expected a shape, or a mapping of names to shapes"
            self.diagnostics.error("invalid-value", message, node.span)
            return {"input": broken(node.span)}
        if len(node.entries) > MAX_INPUTS:
            message = f"a network has at most {MAX_INPUTS} inputs, and here are {len(node.entries)}"
            self.diagnostics.error("over-limit", message, node.span)
            return {key.text: broken(node.span) for key, _ in node.entries}
        for key, shape in node.entries:
            value = read(FieldType.SHAPE, shape, scope.names, self.diagnostics)
            # One input may be called "input"; for several, names are layers' names.
            name = key.text if key.text == "input" else read_name(key, self.diagnostics)
            if name:
                inputs[name] = value or broken(shape.span)
        return inputs

    def _classes(self, scope: Scope) -> ParsedValue | None:
        node = self.tree.get("classes")
        if node is None and "classes" in self.meant:
            return broken(self.tree.span)
        if node is None:
            return self.base.classes if self.base else None
        return read(FieldType.WHOLE, node, scope.names, self.diagnostics) or broken(node.span)

    def _variants(self, architecture: Architecture) -> Mapping[str, Mapping[str, ParsedValue]]:
        variants = dict(self.base.variants) if self.base else {}
        given = self.tree.get("variants")
        if given is not None and is_null(given):
            return {}
        node = self._mapping("variants")
        for key, values in node.entries if node else ():
            name = key.text
            if not name.isprintable() or not name or set(name) & set("@/,: "):
                message = f"a variant cannot be named '{printable(name)}'"
                self.diagnostics.error("invalid-value", message, key.span)
                continue
            if is_null(values):
                variants.pop(name, None)
                continue
            if not isinstance(values, MapNode):
                message = "expected a mapping of variables"
                self.diagnostics.error("invalid-value", message, values.span)
                continue
            chosen = {}
            for variable, value in values.entries:
                if variable.text not in architecture.vars:
                    help = did_you_mean(variable.text, tuple(architecture.vars))
                    message = f"there is no variable '{printable(variable.text)}' in `vars`"
                    self.diagnostics.error("unknown-key", message, variable.span, help)
                    continue
                parsed = argument_value(value, {*architecture.vars, "classes"}, self.diagnostics)
                if parsed:
                    chosen[variable.text] = parsed
            variants[name] = chosen
        return variants

    def _defaults(self, scope: Scope) -> Mapping[str, LayerSettings]:
        defaults = dict(self.base.defaults) if self.base else {}
        node = self._mapping("defaults")
        for key, values in node.entries if node else ():
            if key.text not in OPS:
                message = f"there is no operation '{printable(key.text)}'"
                help = load_function(_DEFAULTS_HELP)(key.text)
                self.diagnostics.error("unknown-key", message, key.span, help)
                continue
            settings = default_settings(key.text, values, scope)
            before = defaults.get(key.text)
            defaults[key.text] = settings.over(before) if before else settings
        return defaults

    def _blocks(self, architecture: Architecture) -> Mapping[str, Block]:
        node = self._mapping("blocks")
        if node is None:
            return architecture.blocks
        return read_blocks(node, architecture.blocks, architecture.vars, self.diagnostics)

    def _training(self, scope: Scope) -> Mapping[str, ParsedValue]:
        inherited = self.base.training if self.base else {}
        given = self.tree.get("training")
        if given is not None and is_null(given):
            return {}
        node = self._mapping("training")
        return read_training(node, inherited, scope) if node else inherited

    def _expect(self, scope: Scope) -> Mapping[str, ParsedValue]:
        node = self._mapping("expect")
        return read_expect(node, scope) if node else {}

    def _changes(self, scope: Scope) -> tuple[Change, ...]:
        node = self.tree.get("changes")
        if node is None:
            return ()
        if self.base is None and "extends" not in self.meant:
            message = "`changes` say what differs from a file that is extended"
            self.diagnostics.error("missing-key", message, node.span, "add `extends: FILE`")
        taken = [item.name for item in (self.base.layers if self.base else ())]
        return read_changes(node, scope, taken)
