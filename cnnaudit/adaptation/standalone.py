"""An adapted network as a file that extends no other: the stock's text with values edited in place.

Comments, order and layout stay, since only the text of changed values is replaced. That works if
the stock is one file with a separate place for each change. The result is read again; if it is not
the adapted network, there is no such text.
"""

from collections.abc import Collection, Sequence
from typing import Any

from cnnaudit.adaptation.adapting import Adapted
from cnnaudit.adaptation.patch import PatchChange, line_text, yaml_text
from cnnaudit.adaptation.short_patch import is_same_network
from cnnaudit.adaptation.target_build import build_towards
from cnnaudit.adaptation.yaml_editor import NotEditableError, YamlEditor
from cnnaudit.errors import AuditError, Diagnostics, Source
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.changes import matches
from cnnaudit.ops.registry import ACTIVATIONS
from cnnaudit.parsing.layer_list import LayerSpec
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.parsing.values import ParsedValue
from cnnaudit.parsing.yaml_tree import MapNode
from cnnaudit.sources.files import SourceFile


def standalone_text(adapted: Adapted) -> str | None:
    """Return the stock's text with all changes in place; None if that is impossible."""
    stock = adapted.stock
    architecture = stock.architecture
    if (
        architecture.base is not None
        or architecture.backbone_architecture is not None
        or stock.variant is not None
    ):
        return None
    try:
        text = _edited_text(adapted)
        source_file = SourceFile(
            Source(stock.source_file.source.path, text), stock.source_file.resolver
        )
        diagnostics = Diagnostics()
        graph = build_graph(load_architecture(source_file, diagnostics), diagnostics)
    except (NotEditableError, AuditError):
        return None
    return text if is_same_network(graph, adapted.graph) else None


def _edited_text(adapted: Adapted) -> str:
    """The stock's text with the patch applied; raises ``NotEditableError``."""
    editor = YamlEditor(adapted.stock.source_file.source)
    patch = adapted.patch
    for key, value in patch.keys:
        if key in ("training", "variants"):
            _drop_keys(editor, key, value)
            continue
        is_line = isinstance(value, str) and not editor.is_flow
        editor.set_file_key(key, line_text(value) if is_line else yaml_text(value))
    vars = editor.tree.get("vars")
    for name, value in patch.vars:
        node = vars.get(name) if isinstance(vars, MapNode) else None
        if node is None:
            raise NotEditableError
        editor.replace(node.span, yaml_text(value))
    specs = build_towards(adapted.stock.architecture, {}).survey.specs
    frozen = [
        pattern
        for change in patch.changes
        if change.action == "freeze"
        for pattern in change.patterns
    ]
    for path, spec in specs.items():
        changes = [change for change in patch.changes if _matches_any(change.patterns, path)]
        _edit_layer(editor, path, spec, changes, frozen)
    editor.set_file_key("expect", yaml_text(dict(patch.expect)))
    return editor.text()


def _drop_keys(editor: YamlEditor, name: str, keys: Collection[str]) -> None:
    """Remove keys of a mapping of the file, or the mapping if none would be left."""
    node = editor.tree.get(name)
    if not isinstance(node, MapNode):
        raise NotEditableError
    if all(key.text in keys for key, _ in node.entries):
        editor.drop_key(editor.tree.span, name)
        return
    for key in keys:
        editor.drop_key(node.span, key)


def _matches_any(patterns: Sequence[str], path: str) -> bool:
    return any(matches(pattern, path) for pattern in patterns)


def _edit_layer(
    editor: YamlEditor,
    path: str,
    spec: LayerSpec,
    changes: Sequence[PatchChange],
    frozen: Sequence[str],
) -> None:
    """Apply the changes that match one layer; of several settings of a key the last one counts."""
    settings = {name: value for change in changes for name, value in change.settings}
    if _matches_any(frozen, path):
        settings["trainable"] = False
    if not any(change.action in ("remove", "replace") for change in changes):
        for name, value in settings.items():
            _set_value(editor, spec, name, value)
    for change in changes:
        if change.action not in ("set", "freeze"):
            _edit_list(editor, spec, change, path[: -len(spec.name)], frozen)


def _edit_list(
    editor: YamlEditor, spec: LayerSpec, change: PatchChange, prefix: str, frozen: Sequence[str]
) -> None:
    """Replace, remove or insert layers; new layers that ``frozen`` matches are not trainable."""
    new_entries = []
    for layer in change.layers:
        is_frozen = _matches_any(frozen, prefix + layer["name"])
        new_entries.append(yaml_text({**layer, "trainable": False} if is_frozen else layer))
    if change.action == "replace":
        editor.replace(spec.span, ", ".join(new_entries))
    elif change.action == "insert_before":
        editor.insert_before(spec.span, new_entries)
    elif change.action == "remove":
        editor.remove_entry(spec.span)
    else:
        raise NotEditableError


def _set_value(editor: YamlEditor, spec: LayerSpec, name: str, value: Any) -> None:
    """Set a key of a layer where it is written, or after its other keys; None removes the key."""
    settings = spec.settings
    modifier = settings.modifiers.get(name)
    attribute = settings.attributes.get(name)
    layer_field = getattr(spec, name, None)
    if value is None:
        editor.drop_key(spec.span, name)
    elif name == "first" and spec.first is not None:
        for key, first_value in value.items():
            if key not in spec.first.attributes:
                raise NotEditableError
            editor.replace(spec.first.attributes[key].span, yaml_text(first_value))
    elif modifier is not None:
        spans = [v.span for v in modifier.attributes.values()] or [modifier.switch.span]
        if len(spans) > 1:
            raise NotEditableError
        editor.replace(spans[0], yaml_text(value))
    elif attribute is not None:
        editor.replace(attribute.span, yaml_text(value))
    elif isinstance(layer_field, ParsedValue):
        editor.replace(layer_field.span, yaml_text(value))
    elif (word := editor.bare_word(spec.span)) is not None:
        # The name is kept: as a mapping, an activation such as `relu` would be `activation1`.
        layer = {"name": spec.name, "activation": word} if word in ACTIVATIONS else {word: True}
        editor.replace(spec.span, yaml_text({**layer, name: value}))
    else:
        editor.add_key(spec.span, name, yaml_text(value))
