"""Shortens a patch by setting the file's variables and block arguments.

Nothing is assumed about the effect of a variable: it is set, the network is built, and the settings
that the file still lacks are counted. The rest is set layer by layer.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.adaptation import patterns
from cnnaudit.adaptation.options import InexpressibleError
from cnnaudit.adaptation.patch import Patch, PatchChange
from cnnaudit.adaptation.repetitions import INEXPRESSIBLE
from cnnaudit.adaptation.target_build import (
    BlockUse,
    NodeAttributes,
    TargetedGraph,
    build_towards,
)
from cnnaudit.errors import AuditError, Diagnostics
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.graph.graph import Graph, Node
from cnnaudit.parsing.architecture import Architecture

#: Maps a stock width to the adapted one.
ScaleWidth = Callable[[int], int]
#: Settings by layer path.
SettingsByPath = dict[str, dict[str, Any]]

#: The length of a setting that no change expresses: longer than all that can be expressed.
INEXPRESSIBLE_LENGTH = 10**9


class Target(NamedTuple):
    """The network to reach: attributes by node, conditions by layer, and the unscaled graph."""

    attributes: NodeAttributes
    conditions: Mapping[str, bool]
    unscaled: Graph


class Attempt(NamedTuple):
    """A patch, the target build of its file, and the changes that the file still needs."""

    patch: Patch
    target_build: TargetedGraph
    remaining_changes: list[PatchChange]

    @property
    def length(self) -> int:
        """How long the complete file is to read."""
        patch_length = patterns.changes_length(self.patch.changes) + len(self.patch.vars)
        remaining_length = patterns.changes_length(self.remaining_changes)
        return patch_length + remaining_length + self.inexpressible_count * INEXPRESSIBLE_LENGTH

    @property
    def inexpressible_count(self) -> int:
        """How many settings no change can express."""
        return sum(
            value is INEXPRESSIBLE
            for settings in self.target_build.missing_settings.values()
            for value in settings.values()
        )

    @property
    def blocking_layer(self) -> str:
        """The path of the first layer with an inexpressible setting, or else a missing one."""
        missing = self.target_build.missing_settings
        blocking = (path for path, values in missing.items() if INEXPRESSIBLE in values.values())
        return next(blocking, next(iter(missing)))

    @property
    def is_complete(self) -> bool:
        """Whether the patch alone gives the target."""
        return not self.target_build.missing_settings

    @property
    def missing_count(self) -> int:
        """How many settings of single layers are missing."""
        return sum(len(values) for values in self.target_build.missing_settings.values())

    @property
    def full_patch(self) -> Patch:
        """The patch with the remaining changes."""
        return self.patch._replace(changes=(*self.patch.changes, *self.remaining_changes))


#: Makes an attempt of a patch; None if the patch gives no network, or not the target.
TryPatch = Callable[[Patch], Attempt | None]


def shorten(
    read_patch: Callable[[Patch], Architecture],
    patch: Patch,
    target: Target,
    factor: Fraction | None,
    scale_width: ScaleWidth,
) -> Patch:
    """Return a short patch that gives the target; ``read_patch`` reads the file of a patch.

    If widths are scaled, numbers of the file are tried times ``factor`` and as ``scale_width``
    gives them. Raises ``InexpressibleError`` if no change of the file gives the target.
    """
    best = _attempt(read_patch, patch, target)
    target_nodes = _without_spans(best.target_build.graph)

    def try_patch(patch: Patch) -> Attempt | None:
        try:
            attempt = _attempt(read_patch, patch, target)
        except AuditError:
            return None
        return attempt if _without_spans(attempt.target_build.graph) == target_nodes else None

    if factor is not None:
        architecture = read_patch(patch)
        best = _try_variables(best, _numbers(architecture), factor, scale_width, try_patch)
        best = _try_blocks(best, architecture, target, scale_width, try_patch)
    complete = try_patch(best.full_patch)
    if complete is None or not complete.is_complete:
        message = f"no change can say what '{best.blocking_layer}' needs"
        raise InexpressibleError(f"{message}: write every layer out, with --flat")
    return best.full_patch


def _attempt(read_patch: Callable[[Patch], Architecture], patch: Patch, target: Target) -> Attempt:
    target_build = build_towards(read_patch(patch), target.attributes, target.conditions)
    settings = {}
    for path, values in target_build.missing_settings.items():
        expressible = {key: value for key, value in values.items() if value is not INEXPRESSIBLE}
        if expressible:
            settings[path] = expressible
    remaining_changes = patterns.set_changes(settings, target_build.survey.specs)
    return Attempt(patch, target_build, remaining_changes)


def _try_variables(
    best: Attempt,
    numbers: Mapping[str, Any],
    factor: Fraction,
    scale_width: ScaleWidth,
    try_patch: TryPatch,
) -> Attempt:
    """The shortest of an attempt and of those with scaled values of the file's variables."""
    for name, value in numbers.items():
        rounded = scale_width(value) if value == int(value) else 0
        for scaled_value in dict.fromkeys((value * factor, rounded)):
            if best.is_complete:
                return best
            if scaled_value in (0, value):
                continue
            vars = tuple(pair for pair in best.patch.vars if pair[0] != name)
            attempt = try_patch(best.patch._replace(vars=(*vars, (name, scaled_value))))
            if attempt is not None and attempt.length < best.length:
                best = attempt
    return best


def _try_blocks(
    best: Attempt,
    architecture: Architecture,
    target: Target,
    scale_width: ScaleWidth,
    try_patch: TryPatch,
) -> Attempt:
    """The shortest of an attempt and of those with other arguments of the file's blocks."""
    block_uses = best.target_build.survey.block_uses
    for arguments in _block_arguments(block_uses, architecture, target, scale_width):
        if best.is_complete:
            break
        best = _try_arguments(best, arguments, try_patch)
    return best


def _try_arguments(best: Attempt, arguments: list[SettingsByPath], try_patch: TryPatch) -> Attempt:
    """The shorter of an attempt and one with those arguments of a block that reduce settings.

    All arguments of one use form one change, so the length is compared after all of them.
    """
    specs = best.target_build.survey.specs
    accepted: SettingsByPath = {}
    trial = best
    for argument in arguments:
        merged = {
            path: {**accepted.get(path, {}), **argument.get(path, {})}
            for path in (*accepted, *argument)
        }
        changes = patterns.set_changes(merged, specs)
        attempt = try_patch(best.patch._replace(changes=(*best.patch.changes, *changes)))
        if attempt is not None and attempt.missing_count < trial.missing_count:
            trial, accepted = attempt, merged
    return trial if trial.length < best.length else best


def _without_spans(graph: Graph) -> list[Node]:
    """The nodes of a graph without their places in files."""
    return [node._replace(span=None) for node in graph.nodes]


def is_same_network(a: Graph, b: Graph) -> bool:
    """Whether two graphs are equal except for places in files."""
    return _without_spans(a) == _without_spans(b)


def _numbers(architecture: Architecture) -> dict[str, Any]:
    """The variables of a file that are positive numbers."""
    constants = Evaluator(Diagnostics()).constants(architecture.vars, architecture.classes)
    constants.pop("classes", None)
    return {
        name: value
        for name, value in constants.items()
        if isinstance(value, int | Fraction) and not isinstance(value, bool) and value > 0
    }


def _block_arguments(
    uses: list[BlockUse], architecture: Architecture, target: Target, scale_width: ScaleWidth
) -> Iterator[list[SettingsByPath]]:
    """For each block, one entry a parameter: other values for it at every use of the block."""
    by_block: dict[str, dict[str, list[BlockUse]]] = {}
    for use in uses:
        by_block.setdefault(use.spec.op_name, {}).setdefault(use.path, []).append(use)
    changed_values = _changed_values(target)
    for block, uses_by_path in by_block.items():
        arguments = []
        for name in architecture.blocks[block].params:
            settings = {}
            for path, repetitions in uses_by_path.items():
                value = _common_argument(name, repetitions)
                if value is None:
                    continue
                new_value = _new_argument(value, repetitions, changed_values, scale_width)
                if new_value != value:
                    settings[path] = {name: new_value}
            if settings:
                arguments.append(settings)
        yield arguments


def _common_argument(name: str, repetitions: list[BlockUse]) -> int | None:
    """The argument that all repetitions of a block have; None if it is no width or differs."""
    value = repetitions[0].names.get(name)
    first = repetitions[0].spec.first
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        return None
    if any(use.names.get(name) != value for use in repetitions):
        return None
    return None if first is not None and name in first.attributes else value


def _new_argument(
    value: int,
    repetitions: list[BlockUse],
    changed_values: Mapping[str, list[tuple[Any, Any]]],
    scale_width: ScaleWidth,
) -> Any:
    """The value that replaces ``value`` in all attributes of the block, else the scaled one."""
    replacements = {
        new for use in repetitions for old, new in changed_values.get(use.name, ()) if old == value
    }
    return replacements.pop() if len(replacements) == 1 else scale_width(value)


def _changed_values(target: Target) -> dict[str, list[tuple[Any, Any]]]:
    """Pairs of old and new value of the target attributes below each prefix of a node's name."""
    pairs: dict[str, list[tuple[Any, Any]]] = {}
    for node in target.unscaled.nodes:
        for attribute, new in target.attributes.get(node.name, {}).items():
            prefix = node.name
            while prefix:
                prefix = prefix.rpartition(".")[0]
                pairs.setdefault(prefix, []).append((node.attributes[attribute], new))
    return pairs
