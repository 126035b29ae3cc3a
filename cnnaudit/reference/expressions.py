"""What expressions may use: their names and functions, each a topic."""

from collections.abc import Mapping

from cnnaudit.parsing.blocks import BUILTIN_NAMES
from cnnaudit.parsing.expressions import FUNCTIONS
from cnnaudit.reference.topic import Topic, TopicEntry, capitalised, entry_of

#: What each name stands for.
NAME_DOCS: Mapping[str, str] = {
    "classes": "the number of classes, as the file's key `classes` says",
    "i": "which repetition of a layer with `repeat` this is, counted from 0",
    "in_channels": "the channels of what enters the layer, or the length of a vector",
    "in_height": "the height of what enters the layer, if it has one",
    "in_width": "the width of what enters the layer, if it has one",
    "in_features": "how many values enter the layer: the product of the sizes of its input",
}

#: What each function gives, with an example and its value.
FUNCTION_DOCS: Mapping[str, tuple[str, str]] = {
    "min": ("the least of its arguments", "min(64, 48) is 48"),
    "max": ("the largest of its arguments", "max(1, 0) is 1"),
    "abs": ("the number without its sign", "abs(3 - 5) is 2"),
    "floor": ("the next whole number below", "floor(96*29/1000) is 2"),
    "ceil": ("the next whole number above", "ceil(96*29/1000) is 3"),
    "round": ("the nearest whole number, halves to the even one", "round(96*29/1000) is 3"),
    "int": ("the whole number towards 0", "int(7/2) is 3"),
    "round_even": ("the next even number, not below", "round_even(96*29/1000) is 4"),
    "ceil_to": ("the next multiple of the second argument, not below", "ceil_to(100, 8) is 104"),
    "round_to": (
        "the nearest multiple of the second argument, at least one, never below nine tenths of"
        " the first (MobileNet's rule for channels)",
        "round_to(100, 8) is 104",
    ),
}

_NAMES_EXAMPLE = """\
cnnaudit: 1
input: 32x32x3
classes: 10
layers:
  - {conv: 8*(i + 1), kernel: 3, padding: same, activation: relu, repeat: 3}
  - {conv: 2*in_channels, kernel: 3, stride: 2, padding: same}
  - {avg_pool: in_height}
  - {reshape: [in_features]}
  - {dense: classes, activation: softmax}
"""

_FUNCTIONS_EXAMPLE = """\
cnnaudit: 1
input: 32x32x3
vars: {width: 29/1000}
layers:
  - {conv: round_even(96*width), kernel: 3, activation: relu}
  - {conv: "ceil_to(256*width, 8)", kernel: 3, activation: relu}
  - {conv: "max(1, floor(384*width))", kernel: 3}
"""

_GRAMMAR = Topic(
    "expressions",
    "expression",
    "Text in place of a number: exact arithmetic over named values.",
    (
        "Where a number is expected, an expression may stand: `+ - * / // % ( )`, the comparisons"
        " `< <= > >= == !=`, `and`, `or`, `not`, and `a if c else b`. There are no powers, and"
        " nothing else can be called than the functions.",
        "Expressions are exact: `29/1000` is a fraction, not a float, and 118.784 filters are an"
        " error with a way out (`floor()`, `ceil()`, `round_even()`, `ceil_to(x, 8)`,"
        " `round_to(x, 8)`).",
        'Inside braces, an expression with a comma needs quotes: `{conv: "ceil_to(100, 8)"}`.'
        " An expression has 200 characters at most.",
        f"Names: the variables of `vars`, a block's parameters, {', '.join(BUILTIN_NAMES)}."
        f" Functions: {', '.join(FUNCTIONS)}.",
    ),
    example=_FUNCTIONS_EXAMPLE,
    see_also=("vars", "blocks", "repeat", "when"),
)


def expression_entries() -> list[TopicEntry]:
    """The grammar, then an entry for each name and each function."""
    names = [_name(name, NAME_DOCS.get(name, "")) for name in BUILTIN_NAMES]
    functions = [_function(name) for name in FUNCTIONS]
    return [
        entry_of(_GRAMMAR, ("expression", "operators", "fractions")),
        *map(entry_of, names),
        *map(entry_of, functions),
    ]


def _name(name: str, doc: str) -> Topic:
    return Topic(
        name,
        "expression",
        capitalised(doc),
        ("A name in expressions.",),
        example=_NAMES_EXAMPLE,
        see_also=("expressions", *(other for other in BUILTIN_NAMES if other != name)),
    )


def _function(name: str) -> Topic:
    doc, example = FUNCTION_DOCS.get(name, ("", ""))
    return Topic(
        name,
        "expression",
        capitalised(doc),
        (f"A function in expressions: `{example.replace(' is ', '` is `')}`.",),
        example=_FUNCTIONS_EXAMPLE,
        see_also=("expressions", *(other for other in FUNCTIONS if other != name)),
    )
