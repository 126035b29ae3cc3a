"""What may look on while a graph is built, and say what holds there whatever the file gives."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from cnnaudit.errors import Span
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.ops.op import Field, Kind
from cnnaudit.parsing.layer_list import Item
from cnnaudit.parsing.layer_settings import Values
from cnnaudit.parsing.values import Value

#: What a file's condition says, asked with the evaluator that takes what is wrong with it.
Condition: TypeAlias = Callable[[Evaluator], bool | None]
#: What a file's value of a field is, asked likewise.
Reading: TypeAlias = Callable[[Evaluator, Field, Value], Any]


class Guide:
    """Lets everything be as the file says; others record, or steer."""

    def layers(self, prefix: str, items: Sequence[Item]) -> None:
        """A list of layers below ``prefix`` is about to be built."""

    def arguments(self, path: str, name: str, item: Item, names: Mapping[str, Any]) -> None:
        """A block is about to be built: the path of its item, its own, what its layers know."""

    def wanted(self, _path: str, says: Condition, evaluator: Evaluator) -> bool | None:
        """Whether a layer with a condition is there; None where nobody knows (and reported)."""
        return says(evaluator)

    def values(
        self, _name: str, _kind: Kind, values: Values, _says: Reading, _span: Span
    ) -> Values:
        """The values of a layer's attributes."""
        return values

    def excused(self, _path: str) -> bool:
        """Whether a layer's ``expect``, which does not hold, is no error."""
        return False
