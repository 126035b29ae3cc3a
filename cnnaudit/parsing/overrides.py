"""Overrides of an architecture's variables: variants and ``--set``."""

from cnnaudit.errors import Diagnostics, Source, Span, UsageError, did_you_mean
from cnnaudit.ops.op import FieldType
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.values import ParsedValue, argument_value, read
from cnnaudit.parsing.yaml_tree import ScalarNode


def with_variant(
    architecture: Architecture, variant: str, diagnostics: Diagnostics, span: Span
) -> Architecture:
    """The architecture with a variant's variables; an unknown variant is reported."""
    if variant in architecture.variants:
        return architecture._replace(vars={**architecture.vars, **architecture.variants[variant]})
    valid_names = tuple(architecture.variants)
    message = f"{architecture.source.path} has no variant '{variant}'"
    help = did_you_mean(variant, valid_names) or (
        f"it has {', '.join(valid_names)}" if valid_names else None
    )
    diagnostics.error("unknown-key", message, span, help)
    return architecture


def with_variable(architecture: Architecture, assignment: str) -> Architecture:
    """``--set NAME=EXPRESSION``: a variable of the file, or ``classes``, with another value."""
    name, equals, text = assignment.partition("=")
    valid_names = (*architecture.vars, "classes")
    if not equals or not name:
        raise UsageError(f"--set takes NAME=VALUE, not '{assignment}'")
    if name not in valid_names:
        hint = did_you_mean(name, valid_names) or f"it has {', '.join(valid_names)}"
        raise UsageError(f"--set {name}: {architecture.source.path} has no such variable ({hint})")
    diagnostics = Diagnostics()
    node = typed(f"--set {name}", text)
    value: ParsedValue | None
    if name == "classes":
        value = read(FieldType.WHOLE, node, architecture.vars, diagnostics)
    else:
        value = argument_value(node, valid_names, diagnostics)
    diagnostics.raise_any()
    assert value is not None
    if name == "classes":
        return architecture._replace(classes=value)
    return architecture._replace(vars={**architecture.vars, name: value})


def typed(option: str, text: str) -> ScalarNode:
    """The text of a command-line option as a YAML node; errors name the option."""
    source = Source(option, text)
    return ScalarNode(text, True, Span(source, 1, 1, 1, len(text) + 1))
