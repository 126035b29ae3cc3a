"""What each layer of a list reads, and the order in which the layers can be built."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from cnnaudit.errors import Diagnostics, Span, did_you_mean
from cnnaudit.graph.context import APART, SEVERAL, UNKNOWN, BuildContext
from cnnaudit.parsing.layer_list import LayerSpec
from cnnaudit.parsing.layer_settings import PREVIOUS, Reference


class ListPlan(NamedTuple):
    """How to build a list: the name of the layer before each in the main line, and the order.

    ``forks`` counts the layers of branches; ``names`` are the outputs that layers of the list may
    read, ends of branches included; ``last`` is the last layer of the main line.
    """

    before: Sequence[str | None]
    order: Sequence[int]
    forks: int
    names: Sequence[str]
    last: str | None


def plan_list(specs: Sequence[LayerSpec], diagnostics: Diagnostics) -> ListPlan:
    """Plan the build of a layer list; independent of its input."""
    names, ends = list[str](), list[str]()
    before: list[str | None] = []
    last, forks = None, 0
    for spec in specs:
        before.append(last)
        names.append(spec.name)
        if spec.op_name != "head":
            last = spec.name
        if spec.op_name == "branches":
            forks += 1
            ends += branch_names(spec)
    return ListPlan(before, build_order(specs, diagnostics), forks, (*names, *ends), last)


def build_order(specs: Sequence[LayerSpec], diagnostics: Diagnostics) -> list[int]:
    """Positions of ``specs``, written order kept wherever the references allow it.

    Layers on a circle are reported at their line and left out, with everything that needs them.
    """
    if all(spec.sources is None and spec.share is None for spec in specs):
        return list(range(len(specs)))
    needs = _needs(specs)
    if all(need < index for index, wanted in enumerate(needs) for need in wanted):
        return list(range(len(specs)))
    order: list[int] = []
    state = ["new"] * len(specs)
    for start in range(len(specs)):
        _visit(start, specs, needs, state, order, diagnostics)
    return order


def previous(specs: Sequence[LayerSpec]) -> list[int | None]:
    """The position of the layer before each one in the main line; heads are not part of it."""
    before: list[int | None] = []
    last = None
    for index, spec in enumerate(specs):
        before.append(last)
        if spec.op_name != "head":
            last = index
    return before


def branch_names(spec: LayerSpec) -> tuple[str, ...]:
    """The names of the ends of a layer's branches: ``res.main``."""
    return tuple(f"{spec.name}.{branch.name}" for branch in spec.branches)


def _needs(specs: Sequence[LayerSpec]) -> list[list[int]]:
    position = {spec.name: index for index, spec in enumerate(specs)}
    for index, spec in enumerate(specs):
        for branch in branch_names(spec) if spec.branches else ():
            position.setdefault(branch, index)
    needs = []
    for index, (spec, before) in enumerate(zip(specs, previous(specs), strict=True)):
        if spec.sources is None:
            wanted = [] if before is None else [before]
        else:
            wanted = [position[r.name] for r in spec.sources if r.name in position]
            if before is not None and any(r.name == PREVIOUS for r in spec.sources):
                wanted.append(before)
        if spec.share is not None and position.get(spec.share.name, index) != index:
            wanted.append(position[spec.share.name])
        needs.append(wanted)
    return needs


def _visit(
    start: int,
    specs: Sequence[LayerSpec],
    needs: list[list[int]],
    state: list[str],
    order: list[int],
    diagnostics: Diagnostics,
) -> None:
    """Depth first without recursion: a list may hold a hundred thousand layers."""
    path: list[tuple[int, int]] = [(start, 0)] if state[start] == "new" else []
    if path:
        state[start] = "open"
    while path:
        index, position = path.pop()
        if position < len(needs[index]):
            path.append((index, position + 1))
            need = needs[index][position]
            if state[need] == "new":
                state[need] = "open"
                path.append((need, 0))
            elif state[need] == "open":
                circle = [i for i, _ in path]
                circle = circle[circle.index(need) :]
                names = " → ".join(specs[i].name for i in (*reversed(circle), circle[-1]))
                first = specs[min(circle)]
                message = f"these layers need each other in a circle: {names}"
                diagnostics.error("cyclic-layers", message, first.span)
                for i in circle:
                    state[i] = "cyclic"
            elif state[need] == "cyclic":
                state[index] = "cyclic"
        elif state[index] == "open":
            state[index] = "done"
            order.append(index)


def read_by(
    spec: LayerSpec,
    line: int,
    outputs: Mapping[str, int],
    context: BuildContext,
    diagnostics: Diagnostics,
) -> tuple[int, ...]:
    """The outputs that a layer reads: those it names, or ``line``, the output of the layer before.

    ``outputs`` are those of its list by name. An output that does not exist is reported and
    UNKNOWN.
    """
    if spec.sources is None:
        return (_read_line(line, spec.span, context, diagnostics),)
    sources = []
    for name, span in spec.sources:
        if name == PREVIOUS:
            sources.append(_read_line(line, span, context, diagnostics))
        elif name in outputs:
            sources.append(outputs[name])
            if outputs[name] == APART:
                message = f"the branches of '{name}' stay apart: say which of them"
                ends = [other for other in outputs if other.startswith(f"{name}.")]
                help = f"for example `{ends[0]}`" if ends else "give its list one end"
                diagnostics.error("ambiguous-input", message, span, help)
        elif name == "in" and context.entry != SEVERAL:
            sources.append(context.entry)
        elif name in context.inputs:
            sources.append(context.inputs[name])
        elif _may_be_unreadable(name, outputs):
            sources.append(UNKNOWN)
        else:
            names = ("in", PREVIOUS, *context.inputs, *outputs)
            message = f"there is no layer '{name}' in this list"
            diagnostics.error("unknown-layer", message, span, did_you_mean(name, names))
            sources.append(UNKNOWN)
    return tuple(output if output >= 0 else UNKNOWN for output in sources)


def _may_be_unreadable(name: str, outputs: Collection[str]) -> bool:
    """Whether ``name`` may be that of a layer without a name that was reported, such as conv1."""
    return name[-1:].isdigit() and any(
        other.startswith("unreadable") and other.removeprefix("unreadable").isdigit()
        for other in outputs
    )


def _read_line(line: int, span: Span, context: BuildContext, diagnostics: Diagnostics) -> int:
    """The output of the layer above; UNKNOWN after reporting that it is none, or several."""
    if line == APART:
        message = "the branches before this layer stay apart: say which one it reads"
        diagnostics.error("ambiguous-input", message, span, "add `from: NAME`")
    if line == SEVERAL:
        message = f"this network has several inputs: {', '.join(context.inputs)}"
        diagnostics.error("ambiguous-input", message, span, "add `from: NAME`")
    return line if line >= 0 else UNKNOWN


def report_lone_merge(spec: LayerSpec, above: str | None, diagnostics: Diagnostics) -> None:
    """Report a merge that reads one layer; ``above`` is the layer before it, None for the first."""
    op, above = spec.op_name, above or "in"
    named = spec.sources[0].name if spec.sources else PREVIOUS
    message = f"'{op}' joins two layers or more, and this reads one"
    if named in (above, PREVIOUS):
        help = f"name the other one too: `{op}: [{above}, NAME]`"
    elif above == "in":
        help = f"what enters this list is `in`: write `{op}: [{named}, in]`"
    else:
        help = f"the layer above is '{above}': write `{op}: [{named}, {above}]`"
    span = spec.sources[0].span if spec.sources else spec.span
    diagnostics.error("ambiguous-input", message, span, help)


def report_lone_branch(spec: LayerSpec, diagnostics: Diagnostics) -> None:
    """Report branches that are merged, and of which there is one."""
    message = f"'{spec.merge}' joins two branches or more, and there is one"
    help = "an empty list is the identity: add `skip: []`, or write the layers without branches"
    diagnostics.error("ambiguous-input", message, spec.span, help)


def chains(spec: LayerSpec, diagnostics: Diagnostics) -> bool:
    """Whether each repetition of a layer reads the one before it; False after reporting it."""
    sources = spec.sources or ()
    if len(sources) < 2 or any(source.name == PREVIOUS for source in sources):
        return True
    message = f"each repetition of '{spec.op_name}' would read the same, and not the one before"
    names = ", ".join(source.name for source in sources[1:])
    help = f"write `{spec.op_name}: [{PREVIOUS}, {names}]`"
    diagnostics.error("ambiguous-input", message, spec.span, help)
    return False


def chained_inputs(spec: LayerSpec, sources: tuple[int, ...], output: int) -> tuple[int, ...]:
    """The inputs of a repetition after the first: ``output`` is that of the repetition before."""
    if len(sources) < 2 or spec.sources is None:
        return (output,)
    pairs = zip(spec.sources, sources, strict=True)
    return tuple(output if reference.name == PREVIOUS else source for reference, source in pairs)


def with_known_share(
    spec: LayerSpec, share: Reference, outputs: Collection[str], diagnostics: Diagnostics
) -> LayerSpec:
    """The layer spec; without its ``share`` if the list has no such layer (reported)."""
    name, span = share
    if name in outputs:
        return spec
    if _may_be_unreadable(name, outputs):
        return spec._replace(share=None)
    message = f"there is no layer '{name}' in this list whose weights could be shared"
    diagnostics.error("shared-weights", message, span, did_you_mean(name, tuple(outputs)))
    return spec._replace(share=None)
