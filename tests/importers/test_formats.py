"""What the versions of Keras write, in models small enough to count by hand."""

import io
import json
import zipfile
from typing import Any

import pytest

from cnnaudit.calculator import audit
from cnnaudit.exporters import architecture
from cnnaudit.importers.keras.model import graph
from tests.importers.models import (
    Json,
    audited,
    chain,
    data,
    entry,
    functional,
    layer,
    ref,
    rows,
    shapes,
    wired,
)
from tests.support import audit_text


def tensor(name: str, *sizes: int | None, call: int = 0, output: int = 0) -> Json:
    """A tensor as Keras 3 writes it."""
    config = {"shape": [None, *sizes], "dtype": "float32", "keras_history": [name, call, output]}
    return {"class_name": "__keras_tensor__", "config": config}


def called(*arguments: Any, **keywords: Any) -> Json:
    return {"args": list(arguments), "kwargs": keywords}


def operation(cls: str, name: str, *calls: Any) -> Json:
    """A bare operation of Keras 3."""
    return {
        "module": "keras.src.ops.numpy",
        "class_name": cls,
        "config": {"name": name},
        "registered_name": cls,
        "name": name,
        "inbound_nodes": list(calls),
    }


CONV = {"filters": 4, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same"}


def test_keras_2_functional() -> None:
    model = functional(
        wired(entry(8, 8, 3)),
        wired(layer("Conv2D", "conv", **CONV, activation="relu"), [ref("x")]),
        wired(layer("BatchNormalization", "bn", axis=[3], scale=False), [ref("conv")]),
        wired(layer("Add", "sum"), [ref("conv"), ref("bn")]),
        wired(layer("GlobalAveragePooling2D", "pool"), [ref("sum")]),
        wired(layer("Dense", "fc", units=2, activation="softmax"), [ref("pool")]),
        inputs=[["x", 0, 0]],
        outputs=[["fc", 0, 0]],
    )
    result = audited(model)
    assert result.totals.trainable_params == 4 * 27 + 4 + 4 + 10
    assert result.totals.non_trainable_params == 8
    assert shapes(result)["conv.activation"] == (8, 8, 4)
    assert [n.name for n in result.graph.nodes][-2:] == ["fc", "fc.activation"]


def test_keras_1_sequential_is_a_list() -> None:
    model = {
        "class_name": "Sequential",
        "keras_version": "1.2.2",
        "config": [
            layer(
                "Convolution2D",
                "conv",
                nb_filter=8,
                nb_row=3,
                nb_col=5,
                subsample=[2, 1],
                border_mode="valid",
                dim_ordering="tf",
                bias=False,
                batch_input_shape=[None, 9, 9, 1],
                activation="linear",
            ),
            layer("MaxPooling2D", "pool", pool_size=[2, 2], strides=[2, 2], border_mode="valid"),
            layer("Dropout", "drop", p=0.25),
            layer("Flatten", "flat"),
            layer("Dense", "fc", output_dim=10, activation="softmax"),
        ],
    }
    result = audited(model)
    assert shapes(result)["conv"] == (4, 5, 8)
    assert result.totals.params == 8 * 15 + (2 * 2 * 8 + 1) * 10
    assert [node.name for node in result.graph.inputs] == ["conv_input"]


def test_keras_1_with_theanos_order_of_axes() -> None:
    conv = layer(
        "Convolution2D",
        "conv",
        nb_filter=8,
        nb_row=3,
        nb_col=3,
        border_mode="valid",
        dim_ordering="th",
        batch_input_shape=[None, 3, 10, 12],
    )
    norm = layer("BatchNormalization", "bn", axis=1, mode=0)
    result = audited({"class_name": "Sequential", "config": [conv, norm]})
    assert shapes(result) == {"conv_input": (10, 12, 3), "conv": (8, 10, 8), "bn": (8, 10, 8)}
    assert rows(result)["bn"].params == 32


def test_keras_1_merge() -> None:
    model = functional(
        wired(entry(4, 4, 2)),
        wired(layer("Convolution2D", "a", nb_filter=3, nb_row=1, nb_col=1), [["x", 0, 0]]),
        wired(layer("Merge", "m", mode="concat", concat_axis=-1), [["a", 0, 0], ["x", 0, 0]]),
        inputs=[["x", 0, 0]],
        outputs=[["m", 0, 0]],
    )
    assert shapes(audited(model))["m"] == (4, 4, 5)


@pytest.mark.parametrize("wrapping", ["layers-model", "h5", "h5 as text"])
def test_tensorflow_js(wrapping: str) -> None:
    model = chain(layer("Dense", "fc", units=5, batch_input_shape=[None, 7]))
    inner: Any = {"keras_version": "2.4.0", "backend": "tensorflow", "model_config": model}
    if wrapping == "layers-model":
        inner = {**model, "keras_version": "tfjs-layers 1.0", "backend": "tensor_flow.js"}
    elif wrapping == "h5 as text":
        inner["model_config"] = json.dumps(model)
    outer = {"format": "layers-model", "modelTopology": inner, "weightsManifest": []}
    assert audited(outer).totals.params == 40


def test_an_archive_is_its_configuration() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", data(chain(entry(7), layer("Dense", "fc", units=5))))
        archive.writestr("model.weights.h5", b"not looked at")
    assert audit(graph(buffer.getvalue(), "model.keras")).totals.params == 40


def test_a_layer_that_is_called_twice_shares_its_weights() -> None:
    base = chain(
        layer("Conv2D", "conv", **CONV, batch_input_shape=[None, 6, 6, 3]),
        layer("GlobalMaxPooling2D", "pool"),
    )
    base = {**base, "config": {**base["config"], "name": "base"}}
    model = functional(
        wired(entry(6, 6, 3, name="a")),
        wired(entry(6, 6, 3, name="b")),
        # Keras 2 counts the calls of a model from 1.
        wired(base, [ref("a")], [ref("b")]),
        wired(layer("Dense", "fc", units=2), [ref("base", 1)], [ref("base", 2)]),
        wired(layer("Subtract", "d"), [ref("fc"), ref("fc", 1)]),
        inputs=[["a", 0, 0], ["b", 0, 0]],
        outputs=[["d", 0, 0]],
    )
    result = audited(model)
    found = rows(result)
    assert result.totals.params == 4 * 28 + 10
    assert found["base.call2.conv"].macs == found["base.conv"].macs
    shared = found["base.call2.conv"].node.shared
    assert shared is not None
    assert result.graph.nodes[shared].name == "base.conv"
    assert audit_text(architecture.render(result.graph)).totals == result.totals


def test_frozen_models_and_layers() -> None:
    inner = chain(
        entry(4), layer("Dense", "a", units=3), layer("Dense", "b", units=2), trainable=False
    )
    inner["config"]["name"] = "inner"
    result = audited(chain(entry(4), inner, layer("Dense", "c", units=1, trainable=False)))
    assert (result.totals.trainable_params, result.totals.params) == (0, 15 + 8 + 3)


def test_bare_operations_of_keras_3() -> None:
    model = functional(
        wired(entry(4, 4, 2)),
        operation("Multiply", "half", called(tensor("x", 4, 4, 2), 0.5)),
        operation("Subtract", "rest", called(1, tensor("half", 4, 4, 2))),
        operation("Add", "sum", called(tensor("rest", 4, 4, 2), tensor("x", 4, 4, 2))),
        operation("TrueDivide", "less", called(tensor("sum", 4, 4, 2), 3)),
        inputs=["x", 0, 0],
        outputs=["less", 0, 0],
    )
    result = audited(model)
    kinds = {row.node.name: (row.node.op, row.elementwise_ops) for row in result.rows}
    assert kinds == {
        "x": ("input", 0),
        "half": ("rescale", 32),
        "rest": ("rescale", 64),
        "sum": ("add", 32),
        "less": ("rescale", 32),
    }
    assert rows(result)["less"].node.attributes["factor"] * 3 == 1
    assert audit_text(architecture.render(result.graph)).totals == result.totals


def test_bare_operations_of_keras_2() -> None:
    model = functional(
        wired(entry(4, 4, 2)),
        wired(layer("TFOpLambda", "three", function="__operators__.add"), [ref("x", y=3.0)]),
        wired(layer("ReLU", "six", max_value=6.0), [ref("three")]),
        wired(layer("TFOpLambda", "mul", function="math.multiply"), [ref("x", y=["six", 0, 0])]),
        wired(layer("TFOpLambda", "odd", function="math.cumsum"), [ref("mul")]),
        inputs=[["x", 0, 0]],
        outputs=[["odd", 0, 0]],
    )
    result = audited(model)
    assert [row.node.op for row in result.rows] == [
        *("input", "rescale", "activation", "multiply", "unknown")
    ]
    assert result.graph.unknown[0].what == "math.cumsum"


@pytest.mark.parametrize("cls", ["Lambda", "MyOwn"])
def test_what_is_unknown_is_never_zero(cls: str) -> None:
    """Its output comes from the file; where that says nothing, its readers are unknown too."""
    model = functional(
        wired(entry(4, 4, 2)),
        {**wired(layer(cls, "odd"), called(tensor("x", 4, 4, 2))), "module": "mine"},
        wired(layer("Conv2D", "conv", **CONV), called(tensor("odd", 4, 4, 5))),
        inputs=["x", 0, 0],
        outputs=["conv", 0, 0],
    )
    result = audited(model)
    assert not result.complete
    assert [unknown.name for unknown in result.graph.unknown] == ["odd"]
    assert shapes(result)["odd"] == (4, 4, 5)
    assert rows(result)["conv"].params == 4 * 46
    elsewhere = audited(model, "6x6x2")
    assert [unknown.name for unknown in elsewhere.graph.unknown] == ["odd", "conv"]
    assert elsewhere.totals.params == 0


def test_a_lambda_may_say_its_output() -> None:
    lambda_ = layer("Lambda", "odd", output_shape=[3], output_shape_type="raw")
    result = audited(chain(entry(4), lambda_, layer("Dense", "fc", units=2)))
    assert (shapes(result)["odd"], rows(result)["fc"].params) == ((3,), 8)


def test_somebodys_own_class_is_not_keras_one_of_that_name() -> None:
    own = {"class_name": "Dense", "module": "mine", "config": {"name": "fc", "units": 2}}
    old = layer("Custom>Dense", "fc2", units=2)
    assert len(audited(chain(entry(4), own)).graph.unknown) == 1
    assert len(audited(chain(entry(4), old)).graph.unknown) == 1


def test_an_unknown_activation_leaves_the_layer_known() -> None:
    result = audited(chain(entry(4), layer("Dense", "fc", units=2, activation="my_own")))
    assert rows(result)["fc"].params == 10
    assert [(u.name, u.what) for u in result.graph.unknown] == [("fc.activation", "my_own")]


def test_a_shape_that_the_file_contradicts_is_not_believed() -> None:
    model = functional(
        wired(entry(4, 4, 2)),
        wired(layer("Conv2D", "conv", **CONV), called(tensor("x", 4, 4, 2))),
        wired(layer("Flatten", "flat"), called(tensor("conv", 9, 9, 9))),
        inputs=["x", 0, 0],
        outputs=["flat", 0, 0],
    )
    assert [unknown.name for unknown in audited(model).graph.unknown] == ["conv"]


def test_mixed_orders_of_axes_are_turned_on_the_way() -> None:
    first = layer("Conv2D", "first", **CONV, data_format="channels_first")
    last = layer("Conv2D", "last", **CONV, data_format="channels_last")
    result = audited(chain(entry(2, 8, 6), first, last))
    found = shapes(result)
    assert found["first"] == (8, 6, 4)
    assert found["last"] == (4, 8, 4)
    assert (rows(result)["first"].params, rows(result)["last"].params) == (4 * 19, 4 * 55)


def test_recurrent_layers() -> None:
    result = audited(
        chain(
            layer("Embedding", "e", input_dim=50, output_dim=6, input_length=9),
            layer("LSTM", "lstm", units=4, return_sequences=True),
            {
                **layer("Bidirectional", "bi", merge_mode="concat"),
                "config": {
                    "name": "bi",
                    "merge_mode": "concat",
                    "layer": layer("GRU", "gru", units=3, reset_after=True),
                },
            },
            layer("Dense", "fc", units=2),
        )
    )
    found = rows(result)
    assert shapes(result)["e"] == (9, 6)
    assert found["lstm"].params == 4 * (6 * 4 + 4 * 4 + 4)
    assert found["bi.forward"].params == 3 * (4 * 3 + 3 * 3 + 2 * 3)
    assert shapes(result)["bi"] == (6,)
    assert audit_text(architecture.render(result.graph)).totals == result.totals
