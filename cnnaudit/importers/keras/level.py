"""One model while its calls are gone through: its wiring, the outputs so far, and their order."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.importers.keras.call import MistakeError
from cnnaudit.importers.keras.wiring import Ref, Sizes, Written, is_model

#: More outputs than any layer has: a number in a file costs nothing, and a node does.
MAX_OUTPUTS = 1000

#: A layer's name, and which of its calls.
CallId: TypeAlias = tuple[str, int]


class Said(NamedTuple):
    """Shapes that a file gives for the outputs of one call.

    ``stated`` stand in the graph itself; ``built`` is what a reader was built on, which need not
    have been this call.
    """

    stated: Mapping[int, Sizes]
    built: Mapping[int, Sizes]


class Level:
    """The calls of one model.

    ``trusted`` says that what enters it has the sizes that the file was written for, so that the
    shapes it states hold. ``outputs`` is for the walk to fill.
    """

    def __init__(self, written: Written) -> None:
        self.written = written
        self.outputs: dict[CallId, Any] = {}
        self.trusted = True
        self._last: dict[str, int] = {}
        self._widths: dict[CallId, int] = {}
        refs = [ref for calls in written.calls.values() for call in calls for ref in call.refs]
        refs += written.outputs
        for ref in refs:
            self._last[ref.layer] = max(self._last.get(ref.layer, 0), ref.call)
        for ref in refs:
            if ref.output >= MAX_OUTPUTS:
                raise MistakeError(f"'{ref.layer}' has no output {ref.output + 1}")
            call = self.resolved(ref)
            self._widths[call] = max(self._widths.get(call, 1), ref.output + 1)
        self._stated, self._built = self._by_call(written.stated), self._by_call(written.built)

    def _by_call(self, sizes: Mapping[Ref, Sizes]) -> dict[CallId, dict[int, Sizes]]:
        found: dict[CallId, dict[int, Sizes]] = {}
        for ref, said in sizes.items():
            found.setdefault(self.resolved(ref), {})[ref.output] = said
        return found

    def resolved(self, ref: Ref) -> CallId:
        """The call that a reference means.

        Keras 2 counts the calls of a model from 1: its own making was number 0.
        """
        layer = self.written.layers.get(ref.layer)
        calls = len(self.written.calls.get(ref.layer, ()))
        if calls and layer and is_model(layer) and self._last.get(ref.layer) == calls:
            return ref.layer, ref.call - 1
        return ref.layer, ref.call

    def width(self, call: CallId) -> int:
        """How many outputs of a call are read, the unread ones before them included."""
        return self._widths.get(call, 1)

    def said(self, call: CallId) -> Said:
        """What the file says of the outputs of a call, as far as it holds here."""
        if not self.trusted:
            return Said({}, {})
        return Said(self._stated.get(call, {}), self._built.get(call, {}))

    def order(self) -> Iterator[CallId]:
        """The calls, each behind what it reads; first calls before second ones."""
        calls = self.written.calls
        first = [(name, 0) for name, found in calls.items() if found]
        later = [(name, n) for name, found in calls.items() for n in range(1, len(found))]
        state = dict.fromkeys(self.outputs, "done")
        for start in (*first, *later):
            yield from self._visit(start, state)

    def _visit(self, start: CallId, state: dict[CallId, str]) -> Iterator[CallId]:
        """Depth first without recursion: a model may be a chain of a hundred thousand layers."""
        path = [] if start in state else [(start, 0)]
        state.setdefault(start, "open")
        while path:
            call, position = path.pop()
            refs = self.written.calls[call[0]][call[1]].refs
            if position == len(refs):
                state[call] = "done"
                yield call
                continue
            path.append((call, position + 1))
            need = self.resolved(refs[position])
            if state.get(need) == "open":
                raise MistakeError(f"'{call[0]}' and '{need[0]}' read from each other in a circle")
            if need not in state and 0 <= need[1] < len(self.written.calls.get(need[0], ())):
                state[need] = "open"
                path.append((need, 0))
