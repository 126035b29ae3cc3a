"""Networks of any number of layers, by their shape; the largest fit into a file of 4 MiB."""

from collections.abc import Callable, Iterable

_HEAD = "cnnaudit: 1\nframework: keras\n"
_CONV = "defaults: {conv: {kernel: 3, padding: same}}\n"
_MAP = f"{_HEAD}input: 8x8x8\n{_CONV}"


def _listed(lines: Iterable[str]) -> str:
    return f"{_MAP}layers:\n" + "".join(f"{_item(line)}\n" for line in lines)


def _item(line: str) -> str:
    return line if line.startswith("#") else f"- {line}"


def chain(n: int) -> str:
    """Layers written one below the other, without names."""
    return _listed(["{conv: 8, kernel: 3, padding: same}"] * n)


def named(n: int) -> str:
    """The same with names."""
    return _listed(f"{{name: c{k}, conv: 8, kernel: 3}}" for k in range(n))


def _edits(n: int, every: int, layer: Callable[[int, int], str]) -> str:
    """One layer in so many edited, removed or inserted in turn."""
    lines = []
    for k in range(n):
        if k % (3 * every) != every:
            lines.append(layer(k, 5 if k % (3 * every) == 0 else 3))
        if k % (3 * every) == 2 * every:
            lines.append("{conv: 8, kernel: 1}")
    return _listed(lines)


def edited(n: int, every: int = 100) -> str:
    """``named`` with one layer in a hundred edited."""
    return _edits(n, every, lambda k, kernel: f"{{name: c{k}, conv: 8, kernel: {kernel}}}")


def rewritten(n: int, every: int = 100) -> str:
    """``chain`` with the same edits: nothing but what a layer is says which is which."""
    return _edits(n, every, lambda _k, kernel: f"{{conv: 8, kernel: {kernel}, padding: same}}")


def repeat(n: int) -> str:
    """One line, ``n`` layers."""
    return _listed([f"{{conv: 8, repeat: {n}}}"])


def blocks(n: int) -> str:
    """Blocks in blocks: five layers in each of two in each repetition."""
    inner = f"  inner: {{params: [width], layers: [{', '.join(['{conv: width}'] * 5)}]}}\n"
    outer = "  outer: {params: [width], layers: [{inner: width}, {inner: width}]}\n"
    return f"{_listed([f'{{outer: 8, repeat: {n // 10}}}'])}blocks:\n{inner}{outer}"


def branches(n: int) -> str:
    """A thousand branches at most into one merge, each a chain."""
    count = min(1000, n // 10)
    layers = ", ".join(["{conv: 8}"] * (n // count))
    listed = ", ".join(f"b{k}: [{layers}]" for k in range(count))
    return _listed([f"{{branches: {{{listed}}}, merge: add}}"])


def residual(n: int) -> str:
    """A residual chain: every other layer adds the one before to the sum before that."""
    lines = ["{name: a0, conv: 8}"]
    for k in range(1, n // 2):
        lines += [f"{{name: c{k}, conv: 8}}", f"{{name: a{k}, add: [c{k}, a{k - 1}]}}"]
    return _listed(lines)


def dense(n: int) -> str:
    """Concatenations as in DenseNet: each reads the one before and the layer on it."""
    lines = ["{name: a0, conv: 8}"]
    for k in range(1, n // 2):
        lines += [f"{{name: c{k}, conv: 2}}", f"{{name: a{k}, concat: [a{k - 1}, c{k}]}}"]
    return _listed(lines)


def heads(n: int, more: str = "") -> str:
    """A head at every third layer."""
    lines = []
    for k in range(n // 3):
        lines += [f"{{name: c{k}, conv: 8}}", f"{{head: h{k}, from: c{k}, layers: [top]{more}}}"]
    return f"{_listed(lines)}blocks: {{top: {{layers: [{{max_pool: global}}, {{conv: 9}}]}}}}\n"


def auxiliaries(n: int) -> str:
    """The same with heads that exist in training only."""
    return heads(n, ", auxiliary: true")


def shared(n: int) -> str:
    """All layers use the weights of the first."""
    return _listed(["{name: c0, conv: 8}", *["{conv: 8, share: c0}"] * (n - 1)])


def modifiers(n: int) -> str:
    """Layers with all modifiers: four nodes each."""
    line = "{conv: 8, batch_norm: true, activation: relu, dropout: 0.5}"
    return _listed([line] * (n // 4))


def pyramid(n: int) -> str:
    """Layers that differ: kernels and widths that come again after long."""
    lines = []
    for k in range(n // 2):
        lines += [f"{{name: c{k}, conv: {4 + 4 * (k % 61)}, kernel: {1 + 2 * (k % 3)}}}", "relu"]
    return _listed(lines)


def transparent(n: int) -> str:
    """Operations on each value alone, one behind the other."""
    lines = ["{conv: 8}", "relu", "{batch_norm: true}", "{dropout: 0.5}"]
    return _listed([lines[0], *(lines[1 + k % 3] for k in range(n - 2)), lines[0]])


def fan(n: int) -> str:
    """Layers that all read the first one, and are concatenated."""
    lines = ["{name: a, conv: 8}", *(f"{{name: c{k}, conv: 8, from: a}}" for k in range(n - 2))]
    return _listed([*lines, f"{{concat: [{', '.join(f'c{k}' for k in range(n - 2))}]}}"])


def product(n: int) -> str:
    """One product of all layers but the first two, each on the second: the network is wide."""
    listed = ", ".join(f"b{k}: [relu]" for k in range(n - 3))
    return _listed(["{conv: 8}", f"{{branches: {{{listed}}}, merge: multiply}}"])


def suppressed(n: int) -> str:
    """Every layer is found fault with, and excused by a comment of its own."""
    line = "{conv: 8, batch_norm: true} # cnnaudit: ignore[redundant-bias] as published"
    return _listed([line] * (n // 2))


def faulty(n: int) -> str:
    """Every layer is found fault with."""
    return _listed(["{conv: 8, batch_norm: true}"] * (n // 2))


#: Networks of about ``n`` nodes, by their shape.
NETWORKS: dict[str, Callable[[int], str]] = {
    made.__name__: made
    for made in (
        *(chain, named, repeat, blocks, branches, residual, dense, heads, auxiliaries, shared),
        *(modifiers, pyramid, transparent, fan, product, suppressed, faulty),
    )
}


def commented(n: int) -> str:
    """A single layer, and above it as many comments that name a rule that finds nothing there."""
    return _listed(["{conv: 8}", *["# cnnaudit: ignore[narrow-layer] why"] * n, "{conv: 8}"])


def variants(n: int) -> str:
    """Ten layers, and a variant for every ten of ``n``."""
    sets = "".join(f"  v{k}: {{width: {8 + k}}}\n" for k in range(n // 10))
    return f"{_listed(['{conv: width}'] * 10)}vars: {{width: 8}}\nvariants:\n{sets}"


def frozen(n: int) -> str:
    """What freezes the layers of ``base.yaml`` one by one, the first by patterns."""
    lines = [f"  - {{freeze: 'c{k}'}}\n" for k in range(n // 2)]
    return f"cnnaudit: 1\nextends: base.yaml\nchanges:\n{''.join(lines)}"


def changed(n: int) -> str:
    """What sets and removes layers of ``base.yaml``, by their names."""
    lines = []
    for k in range(0, n, 6):
        lines.append(f"  - {{set: c{k}, to: {{kernel: 5}}}}\n")
        lines.append(f"  - {{remove: c{k + 1}}}\n")
    return f"cnnaudit: 1\nextends: base.yaml\nchanges:\n{''.join(lines)}"
