"""Hooks that observe a build and may override conditions and attributes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from cnnaudit.errors import Span
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.ops.op import Field, Op
from cnnaudit.parsing.layer_list import LayerSpec
from cnnaudit.parsing.layer_settings import ParsedAttributes
from cnnaudit.parsing.values import ParsedValue

#: What a file's condition says, asked with the evaluator that takes what is wrong with it.
Condition: TypeAlias = Callable[[Evaluator], bool | None]
#: What a file's value of a field is, asked likewise.
Reading: TypeAlias = Callable[[Evaluator, Field, ParsedValue], Any]


class BuildHooks:
    """Default hooks: no effect."""

    def on_list(self, prefix: str, items: Sequence[LayerSpec]) -> None:
        """A list of layers below ``prefix`` is about to be built."""

    def on_block(self, path: str, name: str, item: LayerSpec, names: Mapping[str, Any]) -> None:
        """A block is about to be built: the path of its item, its own, what its layers know."""

    def condition(self, _path: str, says: Condition, evaluator: Evaluator) -> bool | None:
        """Whether a conditional layer is included; None after reporting that it has no value."""
        return says(evaluator)

    def attributes(
        self, _name: str, _kind: Op, values: ParsedAttributes, _says: Reading, _span: Span
    ) -> ParsedAttributes:
        """The values of a layer's attributes."""
        return values

    def allow_mismatch(self, _path: str) -> bool:
        """Whether a layer's ``expect``, which does not hold, is no error."""
        return False
