"""Reports operations that are not there; what to write instead is loaded when it is needed."""

from collections.abc import Collection

from cnnaudit.lazy import load_function
from cnnaudit.ops.registry import MODIFIERS
from cnnaudit.parsing.layer_settings import COMMON, Keys, Scope, fields_of
from cnnaudit.parsing.yaml_tree import ScalarNode
from cnnaudit.sources.files import printable

_OPERATION_HELP = "cnnaudit.parsing.operation_corrections:operation_help"
_OPERATION_KEY = "cnnaudit.parsing.operation_corrections:operation_key"
_OTHER_OPERATION = "cnnaudit.parsing.operation_corrections:other_operation"
_SECOND_HELP = "cnnaudit.parsing.operation_corrections:correct_second"
_IS_OPERATION = "cnnaudit.parsing.operation_corrections:is_operation"


def unknown_operation(node: ScalarNode, scope: Scope, key: str, keys: Keys) -> None:
    """Report an op that is not there; it is named under ``key`` of the layer, or by it."""
    message = f"there is no operation or block '{printable(node.text)}'"
    help = load_function(_OPERATION_HELP)(key, keys, tuple(scope.blocks))
    scope.diagnostics.error("unknown-key", message, node.span, help)


def report_unknown(first: ScalarNode, keys: Keys, scope: Scope) -> None:
    """Report a layer without op: the key that names one elsewhere, or the first unknown key."""
    name = load_function(_OPERATION_KEY)(keys, tuple(scope.blocks))
    if name is None:
        unknown_operation(first, scope, first.text, keys)
        return
    key, value = keys[name]
    if load_function(_IS_OPERATION)(name) or not isinstance(value, ScalarNode):
        unknown_operation(key, scope, name, keys)
        return
    message = f"a layer has no key '{printable(name)}': its operation is a key of its own"
    help = load_function(_OPERATION_HELP)(name, keys, tuple(scope.blocks))
    scope.diagnostics.error("unknown-key", message, key.span, help)


def names_another(op_name: str, keys: Keys, scope: Scope) -> bool:
    """Whether another key names an op elsewhere of which ``op_name`` is an attribute (reported)."""
    if op_name in scope.blocks:
        return False
    valid_keys = {*COMMON, *MODIFIERS, *fields_of(op_name), op_name}
    if valid_keys.issuperset(keys) or (
        op_name == "modifiers" and not any(m in keys for m in MODIFIERS)
    ):
        return False
    name = load_function(_OTHER_OPERATION)(op_name, keys)
    if name is not None:
        unknown_operation(keys[name][0], scope, name, keys)
    return name is not None


def second_operation_help(names: Collection[str], keys: Keys) -> str:
    """The help of a layer with two operations."""
    return str(load_function(_SECOND_HELP)(names, keys))
