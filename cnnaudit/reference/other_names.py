"""What other programs call an operation, an attribute or a key, and what their names mean here."""

from collections.abc import Iterator

from cnnaudit.parsing.layer_settings import COMMON
from cnnaudit.parsing.other_attributes import ATTRIBUTES
from cnnaudit.parsing.other_keys import EXPECT_NAMES, TOP_LEVEL_NAMES, TRAINING_NAMES
from cnnaudit.parsing.other_names import OPERATIONS, plain_name
from cnnaudit.parsing.other_words import VALUES
from cnnaudit.reference.topic import OtherNames


def operation_names(op: str) -> tuple[OtherNames, ...]:
    """The names of an operation elsewhere; some of them imply attributes."""
    implied: dict[str, list[str]] = {}
    for row in OPERATIONS:
        if row.op == op:
            attributes = ", ".join(f"{name}: {value}" for name, value in row.attributes.items())
            implied.setdefault(attributes, []).extend(row.names)
    return tuple(OtherNames(tuple(names), text) for text, names in implied.items())


def attribute_names(attribute: str) -> tuple[OtherNames, ...]:
    """The names of an attribute elsewhere: those for single operations, if any layer has it too."""
    rows = [row for row in ATTRIBUTES if row.ops or attribute not in COMMON]
    return _names(attribute, [(row.targets, row.names) for row in rows])


def layer_key_names(key: str) -> tuple[OtherNames, ...]:
    """The names elsewhere of a key that any layer may carry."""
    return _names(key, [(row.targets, row.names) for row in ATTRIBUTES if not row.ops])


def file_key_names(key: str) -> tuple[OtherNames, ...]:
    """The names of a file's key elsewhere."""
    return _names(key, [((row.key,), row.names) for row in TOP_LEVEL_NAMES])


def _names(
    name: str, rows: list[tuple[tuple[str, ...], tuple[str, ...]]]
) -> tuple[OtherNames, ...]:
    names = [
        other for targets, others in rows if name in targets for other in others if other != name
    ]
    return (OtherNames(tuple(dict.fromkeys(names))),) if names else ()


def meant_by(word: str) -> tuple[str, ...]:
    """What another program's name may mean here; empty for a word that no program uses."""
    plain = plain_name(word)
    return tuple(dict.fromkeys(name for other, name in _meanings() if plain_name(other) == plain))


def _meanings() -> Iterator[tuple[str, str]]:
    """Every name elsewhere with what it means here: operations first, then values and keys."""
    for operation in OPERATIONS:
        yield from ((other, operation.op) for other in operation.names)
    for table in VALUES:
        for name, others in table.items():
            yield from ((other, name) for other in others)
    for attribute in ATTRIBUTES:
        yield from ((other, name) for other in attribute.names for name in attribute.targets)
    for key in (*TOP_LEVEL_NAMES, *TRAINING_NAMES, *EXPECT_NAMES):
        yield from ((other, key.key) for other in key.names)
