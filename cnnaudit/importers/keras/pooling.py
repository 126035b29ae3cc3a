"""Pooling layers of Keras."""

from functools import partial

from cnnaudit.importers.keras.call import Call, Layout, Rule, Rules, Step, Steps, UnsupportedError
from cnnaudit.importers.keras.convolution import padding


def _pool(kind: str, call: Call) -> Steps:
    config = call.config
    word = padding(config)
    if word == "causal":
        raise UnsupportedError("a pool has no causal padding")
    values = {
        "kernel": config.get("pool_size", "pool_length", default=2),
        "stride": config.get("strides", "stride"),
        "padding": word,
    }
    return (Step(kind, values),)


def _global(kind: str, call: Call) -> Steps:
    keep = call.config.get("keepdims", "keep_dims", default=False)
    return (Step(kind, {"kernel": "global", "keep_dims": keep}),)


def _adaptive(mode: str, call: Call) -> Steps:
    return (Step("adaptive_pool", {"size": call.config.get("output_size"), "mode": mode}),)


def _rules(n: int) -> Rules:
    rules = {}
    for word, kind, mode in (("Max", "max_pool", "max"), ("Average", "avg_pool", "avg")):
        rules[f"{word}Pooling{n}D"] = Rule(partial(_pool, kind), Layout.FORMAT)
        rules[f"Global{word}Pooling{n}D"] = Rule(partial(_global, kind), Layout.FORMAT)
        rules[f"Adaptive{word}Pooling{n}D"] = Rule(partial(_adaptive, mode), Layout.FORMAT)
    return rules


RULES: Rules = {**_rules(1), **_rules(2), **_rules(3)}
