"""Hooks that observe a build and may override conditions and attributes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from cnnaudit.errors import Span
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.ops.op import Field, Op
from cnnaudit.parsing.layer_list import LayerSpec
from cnnaudit.parsing.layer_settings import ParsedAttributes
from cnnaudit.parsing.values import ParsedValue

#: Evaluates a condition of the file; the evaluator collects its errors.
Condition: TypeAlias = Callable[[Evaluator], bool | None]
#: Evaluates the value of a field in the file; the evaluator collects its errors.
Reading: TypeAlias = Callable[[Evaluator, Field, ParsedValue], Any]


class BuildHooks:
    """Default hooks: no effect."""

    def on_list(self, prefix: str, specs: Sequence[LayerSpec]) -> None:
        """Called before a list of layers below ``prefix`` is built."""

    def on_block(self, path: str, name: str, spec: LayerSpec, names: Mapping[str, Any]) -> None:
        """Called before a block is built: path of its layer, full name, names for expressions."""

    def condition(self, _path: str, evaluate: Condition, evaluator: Evaluator) -> bool | None:
        """Whether a conditional layer is included; None after reporting that it has no value."""
        return evaluate(evaluator)

    def attributes(
        self, _name: str, _op: Op, values: ParsedAttributes, _read: Reading, _span: Span
    ) -> ParsedAttributes:
        """The attributes of a layer, as written or others."""
        return values

    def allow_mismatch(self, _path: str) -> bool:
        """Whether a layer may have another output than its ``expect`` states."""
        return False
