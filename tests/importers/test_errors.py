"""Files that are broken, too large or incomplete: a message each, and never anything else."""

import io
import json
import random
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.calculator import audit
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.importers.keras import files
from cnnaudit.importers.keras.files import MAX_MODEL_BYTES
from cnnaudit.importers.keras.model import graph
from tests.importers.models import audited, chain, data, entry, functional, layer, ref, wired
from tests.support import ROOT, run

VGG16 = (ROOT / "tests/oracle/keras/VGG16.config.json").read_bytes()
XFER = (ROOT / "tests/oracle/keras/xfer_seq_frozen.config.json").read_bytes()


def message(content: bytes, *inputs: str) -> str:
    with pytest.raises(AuditError) as raised:
        graph(content, "model.json", inputs)
    found = raised.value.diagnostics
    assert all(diagnostic.path == "model.json" for diagnostic in found)
    return "; ".join(f"{d.message} | {d.help}" for d in found)


def test_an_open_size_is_asked_for() -> None:
    model = chain(entry(None, None, 3), layer("Conv2D", "c", filters=2, kernel_size=3))
    said = message(data(model))
    assert "the input 'x' (? × ? × 3) has no height and no width" in said
    assert "--input HEIGHTxWIDTHx3" in said
    assert audited(model, "8x9x3").rows[-1].node.output_shape == (6, 7, 2)
    assert audited(model, "x=8x9x3").rows[-1].node.output_shape == (6, 7, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0/0", "division by zero"),
        ("not 1", "expected sizes such as 7x7x64 or [7, 7, 64], not false"),
        ("0x8x3", "expected sizes such as 7x7x64 or [7, 7, 64], not 0"),
    ],
)
def test_a_size_that_is_none_is_an_error_at_the_option(text: str, expected: str) -> None:
    model = chain(entry(None, None, 3), layer("Conv2D", "c", filters=2, kernel_size=3))
    with pytest.raises(AuditError) as raised:
        graph(data(model), "model.json", (text,))
    (found,) = raised.value.diagnostics
    assert (found.path, found.message) == ("--input", expected)


def test_what_a_reason_quotes_steers_no_terminal() -> None:
    model = chain(entry(8, 8, 3), layer("MaxPooling2D", "p", padding="\x1b[31mred"))
    ((_, _, why),) = audited(model).graph.unknown
    assert why == "its padding '\\x1b[31mred' is not known"


def test_an_open_size_of_channels_first_is_named_as_ours() -> None:
    conv = layer("Conv2D", "c", filters=2, kernel_size=3, data_format="channels_first")
    model = chain(entry(3, None, 10), conv)
    assert "(? × 10 × 3) has no height" in message(data(model))


def test_several_open_inputs_are_all_named() -> None:
    model = functional(
        wired(entry(None, 4, name="a")),
        wired(entry(None, 4, name="b")),
        wired(layer("Add", "s"), [ref("a"), ref("b")]),
        inputs=[["a", 0, 0], ["b", 0, 0]],
        outputs=[["s", 0, 0]],
    )
    said = message(data(model))
    assert "--input a=LENGTHx4" in said
    assert "--input b=LENGTHx4" in said
    assert audited(model, "a=5x4", "b=5x4").rows[-1].node.output_shape == (5, 4)
    for text in ("5x4", "c=5x4", "a=5x-1"):
        with pytest.raises((UsageError, AuditError)):
            audited(model, text)


def test_no_shape_at_all() -> None:
    said = message(data(chain(layer("Dense", "fc", units=2))))
    assert "does not say what shape its input 'fc_input' has" in said


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ({"class_name": "Model", "config": {"layers": []}}, "it has no layers"),
        ({"class_name": "Mine", "config": {}}, "a Mine without its layers"),
        ({"config": {}}, "this is not a model"),
        ([], "this is not a model"),
        (chain(entry(4), layer("Dense", "fc", units=0)), "layer 'fc' (Dense): expected a whole"),
        (chain(entry(4), layer("Dense", "fc", units="2")), "layer 'fc' (Dense): expected a whole"),
        (chain(entry(4), layer("Dense", "fc")), "'dense' needs `units`"),
        (chain(entry(4), layer("Conv2D", "c", filters=2, kernel_size=3)), "its input is a vector"),
        (chain(entry(4, 4, 3), layer("Conv2D", "c", filters=2)), "it has no kernel_size"),
        (chain(entry(4, -4, 3), layer("Flatten", "f")), "is no list of sizes"),
        (chain(entry(4), layer("Dense", "x", units=2)), "two layers are called 'x'"),
        (
            functional(
                wired(entry(4)),
                wired(layer("Add", "a"), [ref("x"), ref("b")]),
                wired(layer("Add", "b"), [ref("a"), ref("x")]),
                inputs=[["x", 0, 0]],
                outputs=[["b", 0, 0]],
            ),
            "in a circle",
        ),
        (
            functional(
                wired(entry(4)),
                wired(layer("Flatten", "a"), {"args": 1, "kwargs": {}}),
                inputs=[["x", 0, 0]],
                outputs=[["a", 0, 0]],
            ),
            "layer 'a' (Flatten): it reads nothing",
        ),
        (
            functional(
                wired(entry(4)),
                wired(layer("Flatten", "a"), [ref("nothing")]),
                inputs=[["x", 0, 0]],
                outputs=[["a", 0, 0]],
            ),
            "no call 1 of 'nothing'",
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_said(model: Any, said: str) -> None:
    assert said in message(data(model))


def test_one_error_does_not_hide_the_next() -> None:
    model = functional(
        wired(entry(4)),
        wired(layer("Dense", "a", units=0), [ref("x")]),
        wired(layer("Dense", "b", units=2), [ref("a")]),
        wired(layer("Dense", "c", units=-1), [ref("x")]),
        inputs=[["x", 0, 0]],
        outputs=[["b", 0, 0], ["c", 0, 0]],
    )
    with pytest.raises(AuditError) as raised:
        audited(model)
    assert len(raised.value.diagnostics) == 2


def test_syntax_errors_have_a_place() -> None:
    with pytest.raises(AuditError) as raised:
        graph(b'{"class_name": "Model",\n "config": {]}', "model.json")
    (found,) = raised.value.diagnostics
    assert found.region is not None
    assert (found.region.line, found.region.column) == (2, 13)


def test_depth_and_size_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nested too deep" in message(b'{"class_name":' + b"[" * 200_000)
    deep = chain(entry(4), layer("Dense", "fc", units=2))
    for n in range(40):
        deep = chain(entry(4), {**deep, "config": {**deep["config"], "name": f"m{n}"}})
    assert "nested more than" in message(data(deep))
    monkeypatch.setattr(files, "MAX_MODEL_BYTES", 100)
    assert "larger than" in message(b'{"class_name": ' + b" " * 100)


def test_a_model_that_grows_when_it_is_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten calls of a model of ten calls of … : small in the file, large as a graph."""
    model = functional(
        wired(entry(4)),
        wired(layer("Dense", "fc", units=4), [ref("x")]),
        inputs=[["x", 0, 0]],
        outputs=[["fc", 0, 0]],
        name="m0",
    )
    for n in range(1, 8):
        calls = [[ref("x")], *([ref(f"m{n - 1}", k)] for k in range(1, 10))]
        model = functional(
            wired(entry(4)),
            wired(model, *calls),
            inputs=[["x", 0, 0]],
            outputs=[[f"m{n - 1}", 10, 0]],
            name=f"m{n}",
        )
    monkeypatch.setattr("cnnaudit.importers.graph_builder.MAX_NODES", 2000)
    assert "more than 2,000 layers" in message(data(model))


def test_archives_that_are_none() -> None:
    assert "a broken archive" in message(b"PK\x03\x04" + b"\0" * 50)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("other.json", "{}")
    assert "no config.json" in message(buffer.getvalue())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b" " * (MAX_MODEL_BYTES + 100))
    assert len(buffer.getvalue()) < 100_000
    assert "larger than 8 MiB" in message(buffer.getvalue())


def test_overrides_that_a_model_does_not_have() -> None:
    path = str(ROOT / "tests/oracle/keras/VGG16.config.json")
    result = run("report", path, "--set", "a=1")
    assert (result.exit_code, "it has no variables" in result.stderr) == (2, True)
    result = run("report", f"{path}@n")
    assert (result.exit_code, "it has no variant 'n'" in result.stderr) == (2, True)


def test_from_standard_input() -> None:
    result = run("report", "-", "-f", "json", stdin=VGG16)
    assert json.loads(result.stdout)["networks"][0]["totals"]["params"] == 138_357_544


# Anything at all ----------------------------------------------------------------------------------


def attempt(content: bytes) -> None:
    try:
        audit(graph(content, "model.json"))
    except AuditError as error:
        assert error.diagnostics


@given(st.integers(0, len(XFER)))
@settings(max_examples=30, deadline=None)
def test_a_truncated_file_is_an_error(length: int) -> None:
    if length < len(XFER):
        message(XFER[:length])


SMALL = functional(
    wired(entry(8, 8, 3)),
    wired(layer("Conv2D", "c", filters=4, kernel_size=[3, 3], padding="same"), [ref("x")]),
    wired(layer("BatchNormalization", "bn", axis=[3]), [ref("c")]),
    wired(layer("PReLU", "p", shared_axes=[1, 2]), [ref("bn")]),
    wired(layer("Concatenate", "cat", axis=-1), [ref("p"), ref("c")]),
    wired(layer("ZeroPadding2D", "pad", padding=[[1, 0], [0, 1]]), [ref("cat")]),
    wired(layer("Reshape", "r", target_shape=[-1, 8]), [ref("pad")]),
    wired(layer("Permute", "t", dims=[2, 1]), [ref("r")]),
    wired(layer("Dense", "fc", units=5, activation="softmax"), [ref("t")]),
    inputs=[["x", 0, 0]],
    outputs=[["fc", 0, 0]],
)
JUNK: list[Any] = [
    None,
    True,
    -1,
    0,
    7,
    10**30,
    0.5,
    "x",
    "",
    [],
    [None],
    {},
    [[[[[[1]]]]]],
    {"a": []},
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    if isinstance(value, dict | list):
        for key, item in items:
            found += paths(item, (*path, key)) if isinstance(item, dict | list) else [(*path, key)]
    return found


@pytest.mark.parametrize("seed", range(20))
def test_a_mutated_file_is_counted_or_refused(seed: int) -> None:
    """Any value of the settings replaced by any other, and any taken away."""
    chance = random.Random(seed)
    places = paths(SMALL)
    for _ in range(60):
        model = json.loads(json.dumps(SMALL))
        for place in chance.sample(places, chance.choice((1, 1, 2, 3))):
            target = model
            try:
                for key in place[:-1]:
                    target = target[key]
                if chance.random() < 0.2:
                    del target[place[-1]]
                else:
                    target[place[-1]] = chance.choice(JUNK)
            except (KeyError, IndexError, TypeError):
                continue
        attempt(data(model))


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes(content: bytes) -> None:
    attempt(content)
    attempt(b"PK\x03\x04" + content)
    attempt(b'{"class_name": "Sequential", "config": ' + content)


def test_a_model_in_utf_16_is_told_so() -> None:
    with pytest.raises(AuditError) as caught:
        graph(VGG16.decode().encode("utf-16"), "model.json")
    (found,) = caught.value.diagnostics
    assert found.code == "CA902"
    assert found.help == "this is UTF-16: save the file as UTF-8"
