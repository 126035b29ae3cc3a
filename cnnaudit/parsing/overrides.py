"""Overrides of an architecture's variables and input: variants, ``--set`` and ``--input``."""

from cnnaudit.errors import Diagnostics, Source, Span, UsageError, did_you_mean
from cnnaudit.ops.op import FieldType
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.values import ParsedValue, argument_value, read
from cnnaudit.parsing.yaml_tree import ScalarNode


def with_variant(
    document: Architecture, variant: str, diagnostics: Diagnostics, span: Span
) -> Architecture:
    """The document with a variant's variables; a variant it does not have is reported."""
    if variant in document.variants:
        return document._replace(vars={**document.vars, **document.variants[variant]})
    known = tuple(document.variants)
    message = f"{document.source.path} has no variant '{variant}'"
    help = did_you_mean(variant, known) or (f"it has {', '.join(known)}" if known else None)
    diagnostics.error("unknown-key", message, span, help)
    return document


def with_variable(document: Architecture, assignment: str) -> Architecture:
    """``--set NAME=EXPRESSION``: a variable of the file, or ``classes``, with another value."""
    name, equals, text = assignment.partition("=")
    known = (*document.vars, "classes")
    if not equals or not name:
        raise UsageError(f"--set takes NAME=VALUE, not '{assignment}'")
    if name not in known:
        hint = did_you_mean(name, known) or f"it has {', '.join(known)}"
        raise UsageError(f"--set {name}: {document.source.path} has no such variable ({hint})")
    diagnostics = Diagnostics()
    node = typed(f"--set {name}", text)
    value: ParsedValue | None
    if name == "classes":
        value = read(FieldType.WHOLE, node, document.vars, diagnostics)
    else:
        value = argument_value(node, known, diagnostics)
    diagnostics.raise_any()
    assert value is not None
    if name == "classes":
        return document._replace(classes=value)
    return document._replace(vars={**document.vars, name: value})


def with_input(document: Architecture, text: str) -> Architecture:
    """``--input SHAPE``, or ``--input NAME=SHAPE`` where there are several inputs."""
    name, equals, shape = text.partition("=")
    if not equals:
        name, shape = next(iter(document.inputs), "input"), text
        if len(document.inputs) > 1:
            known = ", ".join(document.inputs)
            raise UsageError(f"--input {text}: say which input, as NAME=SHAPE ({known})")
    if name not in document.inputs:
        known = ", ".join(document.inputs)
        raise UsageError(f"--input {text}: there is no input '{name}' (there is {known})")
    diagnostics = Diagnostics()
    value = read(FieldType.SHAPE, typed("--input", shape), document.vars, diagnostics)
    diagnostics.raise_any()
    assert value is not None
    return document._replace(inputs={**document.inputs, name: value})


def typed(option: str, text: str) -> ScalarNode:
    """What was typed on the command line, as a value whose errors name the option."""
    source = Source(option, text)
    return ScalarNode(text, True, Span(source, 1, 1, 1, len(text) + 1))
