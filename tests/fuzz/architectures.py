"""Architecture files drawn from the grammar of the format: mostly sound, some of it not.

What a layer may be is read off the table of operations, so an operation that is added is drawn too.
"""

import json
import re
from typing import Any

from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import REQUIRED, Field, FieldType, Op
from cnnaudit.ops.registry import ACTIVATIONS, MERGES, OPS
from cnnaudit.parsing.training import OPTIMIZERS, PRECISIONS
from cnnaudit.quantities import CLAIMS
from cnnaudit.rules.catalogue import SELECTABLE
from tests.fuzz.chance import Chance
from tests.fuzz.words import HOSTILE, NUMBERS, quoted

#: One in so many values is nonsense; more, and hardly a network would get past its first layer.
NONSENSE = 120
#: Layers that keep most networks sound, drawn more often than their share of the table.
USUAL = (
    *("conv", "conv", "conv", "depthwise_conv", "max_pool"),
    *("batch_norm", "activation", "dropout"),
)
INPUTS = ("32x32x3", "32x32x8", "[48, 64, 3]", "224x224x3", "8x8x4", "784", "128x2", "4x8x8x2")
NAMES = ("a", "b", "c", "conv1", "fc", "stem", "head1")
#: What a field of each type is given; a choice is read off the field.
_VALUES: dict[FieldType, tuple[str, ...]] = {
    FieldType.WHOLE: ("8", "4", "16", "in_channels", "classes", "1"),
    FieldType.NUMBER: ("1", "0.001", "1e-5", "1/3", "-1"),
    FieldType.RATE: ("0.5", "0", "1/3"),
    FieldType.FLAG: ("true", "false", "in_channels == 8"),
    FieldType.AXES: ("3", "1", "2", "1x7", "[3, 1]", "5"),
    FieldType.KERNEL: ("3", "1", "2", "1x7", "[3, 1]", "5"),
    FieldType.PADDING: ("same", "same", "same", "half", "1", "[1, 0]", "[[0, 1], [2, 0]]", "valid"),
    FieldType.AMOUNTS: ("1", "0", "[1, 2]", "[[0, 1], [1, 0]]"),
    FieldType.EXTRA: ("1", "0", "[1, 2]", "[[0, 1], [1, 0]]"),
    FieldType.SHAPE: ("1x1x8", "[in_height, in_width, -1]", "64", "-1x4", "[]"),
    FieldType.ORDER: ("[1, 0, 2]", "[2, 0, 1]", "[0]"),
    FieldType.AXIS: ("-1", "0", "1", "[0, 1]", "3"),
    FieldType.AXIS_LIST: ("-1", "0", "1", "[0, 1]", "3"),
    FieldType.RANGE: ("[0, 4]", "[1, 2]", "[4, 2]", "[0, in_channels//2]"),
    FieldType.INIT: ("he", "normal(0.01)", "ones"),
}
_PLAIN = re.compile(r"[A-Za-z][\w.*/+%() -]*|[0-9]+(x[0-9]+)*", re.ASCII)


class Raw(str):
    """Text that goes into the file as it is."""

    __slots__ = ()


def architecture(chance: Chance, base: str | None = None) -> str:
    """The text of one file; ``base`` is a file that it may extend or go on from."""
    return _Drawing(chance).document(base)


def flow(value: Any) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, Raw):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and not value.endswith(" ")
        return value if plain else quoted(value)
    return json.dumps(value)


class _Drawing:
    """One document on its way: the choices, and the names that it has so far."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.names: list[str] = []
        self.blocks: dict[str, int] = {}
        self.depth = 0
        self.vars = False

    # The file ------------------------------------------------------------------------------------

    def document(self, base: str | None) -> str:
        chance = self.chance
        keys: dict[str, Any] = {"cnnaudit": 1, "name": self.text("net")}
        if chance.below(2):
            keys["framework"] = chance.one(tuple(FRAMEWORKS))
        way = chance.below(3) if base is not None else 0
        if way == 0 or chance.below(3) == 0:
            keys["input"] = self.input()
        keys["classes"] = self.number("10")
        if chance.below(2):
            keys["vars"] = {"w": self.number("1/2"), "depth": self.number("2")}
            self.vars = True
            if chance.below(2):
                keys["variants"] = {"s": {"w": "1"}, self.text("l"): {"w": self.number("2")}}
        if chance.below(3) == 1:
            keys["defaults"] = self.defaults()
        if chance.below(3) == 1:
            keys["blocks"] = dict(self.block() for _ in range(1 + chance.below(2)))
        if way == 1:
            keys["extends"] = base
            keys["changes"] = [self.change() for _ in range(chance.below(4))]
        elif way == 2:
            keys["backbone"] = {"file": base, "trainable": chance.once_in(2)}
            if chance.once_in(4):
                keys["backbone"]["until"] = chance.one(NAMES)
        if way != 1 or chance.once_in(6):
            keys["layers"] = self.layers(8)
        if chance.below(3) == 1:
            keys["training"] = self.training()
        if chance.below(3) == 1:
            keys["expect"] = self.expect()
        return self.written(keys)

    def written(self, keys: dict[str, Any]) -> str:
        """The file, its layers one a line, with comments, an anchor and an odd key perhaps."""
        chance = self.chance
        lines = []
        for key, value in keys.items():
            if isinstance(value, list) and value:
                lines.append(f"{key}:")
                lines += [f"  - {flow(entry)}{self.comment()}" for entry in value]
            else:
                lines.append(f"{key}: {flow(value)}{self.comment()}")
        if chance.once_in(NONSENSE):
            lines.append(f"{flow(chance.one(HOSTILE))}: 1")
        if chance.once_in(30):
            lines.insert(0, "# Total params: 62,378,344, 1.1 GMACs")
        return "\n".join(lines) + "\n"

    def comment(self) -> str:
        chance = self.chance
        if not chance.once_in(15):
            return ""
        rule = chance.one((*SELECTABLE, "CA304", "nothing", "", "conv, ,"))
        hostile = chance.one(HOSTILE).replace("\n", " ")
        reason = chance.one(("", " because", f" {hostile}"))
        whole = chance.one(("", "", "-file"))
        return f"  # cnnaudit: ignore{whole}[{rule}]{reason}"

    # Layers --------------------------------------------------------------------------------------

    def layers(self, most: int) -> list[Any]:
        self.depth += 1
        outer, self.names = self.names, []
        found = [self.layer() for _ in range(1 + self.chance.below(most))]
        self.names = outer
        self.depth -= 1
        if self.depth == 0 and self.chance.below(3):
            found += [{"avg_pool": "global", "keep_dims": False}, {"dense": "classes"}, "softmax"]
        return found

    def layer(self) -> Any:
        chance = self.chance
        way = chance.below(16)
        if way == 0:
            return chance.one((*ACTIVATIONS, *self.blocks))
        if way == 1 and self.depth < 4:
            return self.branches()
        if way == 2 and self.depth < 3:
            return {"head": self.name("aux"), "auxiliary": True, "layers": self.layers(3)}
        if way == 3 and self.blocks:
            block = chance.one(tuple(self.blocks))
            values = [self.number("4") for _ in range(self.blocks[block])]
            return {block: values, **self.common()}
        names = tuple(OPS) if chance.once_in(8) else USUAL
        return self.operation(OPS[chance.one(names)])

    def operation(self, kind: Op) -> dict[str, Any]:
        chance = self.chance
        layer: dict[str, Any] = {}
        if chance.below(3) == 0:
            layer["name"] = self.name(chance.one(NAMES))
        principal = kind.field(kind.principal) if kind.principal else None
        if kind.merges:
            layer[kind.name] = [self.reference() for _ in range(2)]
        elif principal is not None:
            layer[kind.name] = self.value(principal)
        else:
            layer[kind.name] = True
        for field in kind.fields:
            wanted = field.default is REQUIRED or chance.once_in(6) or field.name == "padding"
            if wanted and field is not principal:
                layer[field.name] = self.value(field)
        if chance.once_in(4):
            layer["activation"] = chance.one(ACTIVATIONS)
        return layer | self.common()

    def common(self) -> dict[str, Any]:
        """What any layer may carry."""
        chance = self.chance
        found: dict[str, Any] = {}
        if not chance.once_in(3):
            return found
        for key in chance.some(
            ("repeat", "repeat", "when", "trainable", "init", "note", "note", "batch_norm",
             "dropout", *(("from", "share", "expect", "first") if chance.once_in(5) else ())), 2
        ):  # fmt: skip
            found[key] = self.carried(key)
        return found

    def carried(self, key: str) -> Any:
        chance = self.chance
        match key:
            case "from" | "share":
                return self.reference()
            case "repeat":
                return self.number(chance.one(("2", "3", "6", *(("depth",) if self.vars else ()))))
            case "first":
                return {"stride": 2}
            case "when":
                return chance.one(("in_channels != 4", "in_height > 3", "false", "true"))
            case "init":
                return chance.one(("he", "normal(0.01)", {"normal": 0.01}, "zeros", "xavier", "x"))
            case "expect":
                return chance.one(("same", "1x1x10", "[8, 8, 4]"))
            case "note":
                return self.text("why")
            case "dropout":
                return self.number("0.5")
        return Raw(chance.one(("true", "false")))

    def branches(self) -> dict[str, Any]:
        chance = self.chance
        inner = {self.name(f"b{k}"): self.layers(2) for k in range(1 + chance.below(3))}
        if chance.below(2):
            inner["skip"] = []
        return {"branches": inner, "merge": chance.one(MERGES), **self.common()}

    def block(self) -> tuple[str, Any]:
        chance = self.chance
        name, count = self.name("blk"), chance.below(3)
        self.blocks[name] = count
        params: list[Any] = ["p", {"q": self.number("2")}, "r"][:count]
        return name, {"params": params, "layers": self.layers(3)}

    def defaults(self) -> dict[str, Any]:
        chance = self.chance
        return {
            "conv": {"padding": "same", "batch_norm": True, "activation": "relu"},
            chance.one(("max_pool", "avg_pool", "depthwise_conv")): {"stride": self.number("1")},
        }

    def change(self) -> dict[str, Any]:
        chance = self.chance
        where: Any = "*"
        if chance.once_in(3):
            where = chance.one(("conv1", "a", "*", "conv*", ["b", "fc"]))
        match chance.below(5):
            case 0:
                return {"remove": where}
            case 1:
                return {"set": where, "to": {"stride": self.number("2")}}
            case 2:
                return {"replace": where, "with": self.layers(2)}
            case 3:
                return {"insert_after": where, "layers": self.layers(2)}
        return {"freeze": where}

    # Around the layers ---------------------------------------------------------------------------

    def training(self) -> dict[str, Any]:
        chance = self.chance
        return {
            "batch_size": self.number("32"),
            "optimizer": {"type": chance.one(OPTIMIZERS), "lr": self.number("0.1")},
            "loss": chance.one(("categorical_crossentropy", "mse", self.text("loss"))),
            "precision": chance.one(PRECISIONS),
            "dataset": {"images": self.number("1360"), "classes": self.number("17")},
        }

    def expect(self) -> dict[str, Any]:
        names = [self.chance.one(("", "max_")) + self.chance.one(CLAIMS) for _ in range(2)]
        return {name: self.number("1000") for name in names} | {"output": self.number("10")}

    def input(self) -> Any:
        if self.chance.once_in(30):
            return {"x": Raw(self.chance.one(INPUTS)), self.name("y"): Raw(self.chance.one(INPUTS))}
        return self.number(self.chance.one(INPUTS if self.chance.once_in(8) else INPUTS[:4]))

    # Values --------------------------------------------------------------------------------------

    def number(self, usual: str) -> Raw:
        text = self.chance.one(NUMBERS) if self.chance.once_in(NONSENSE) else usual
        return Raw(text)

    def text(self, usual: str) -> str:
        return self.chance.one(HOSTILE) if self.chance.once_in(100) else usual

    def name(self, usual: str) -> str:
        chosen = self.text(usual)
        if chosen in self.names:
            chosen = f"{chosen}{len(self.names)}"
        self.names.append(chosen)
        return chosen

    def reference(self) -> str:
        if self.names and not self.chance.once_in(20):
            return self.chance.one(self.names[-6:])
        return self.chance.one(("in", "input", *NAMES))

    def value(self, field: Field) -> Any:
        chance = self.chance
        if chance.once_in(NONSENSE):
            return Raw(chance.one(NUMBERS))
        if field.type is FieldType.CHOICE:
            return chance.one(field.choices or ("relu",))
        options = _VALUES[field.type]
        if field.type is FieldType.WHOLE and self.vars:
            options = (*options, "w*16")
        return Raw(chance.one(options))
