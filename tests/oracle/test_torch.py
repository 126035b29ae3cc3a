"""Sizes and parameters against PyTorch's own layers: ``pytest -m oracle``, with torch installed."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnaudit.calculator import Row, audit
from cnnaudit.errors import AuditError, Source
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.sources.files import FileResolver, SourceFile

torch: Any = pytest.importorskip("torch")

pytestmark = pytest.mark.oracle

sizes = st.integers(1, 30)
kernels = st.integers(1, 6)
strides = st.integers(1, 5)
dilations = st.integers(1, 3)
paddings = st.integers(0, 4)


def last(layer: str, size: int, channels: int) -> Row | None:
    """The numbers of one layer on a square map, or None where it is impossible."""
    text = f"cnnaudit: 1\nframework: pytorch\ninput: {size}x{size}x{channels}\nlayers: [{layer}]\n"
    folder = FileResolver(Path(), Path.cwd())
    try:
        return audit(
            build_graph(load_architecture(SourceFile(Source("net.yaml", text), folder)))
        ).rows[-1]
    except AuditError:
        return None


def run(module: Any, size: int, channels: int) -> tuple[int, ...] | None:
    """The output of a PyTorch module, channels last; None where PyTorch refuses."""
    try:
        _, filters, height, width = module(torch.zeros(1, channels, size, size)).shape
    except RuntimeError:
        return None
    return (height, width, filters)


def learned(module: Any) -> int:
    """How many parameters a PyTorch module has."""
    return sum(parameter.numel() for parameter in module.parameters())


def compare(row: Row | None, module: Any, size: int, channels: int) -> None:
    """The same output and parameters, or a refusal from both."""
    output = run(module, size, channels)
    assert (row.node.output_shape if row else None) == output
    assert row is None or row.params == learned(module)


@given(sizes, kernels, strides, paddings, dilations, st.integers(1, 3))
@settings(deadline=None)
def test_conv(size: int, kernel: int, stride: int, pad: int, dilation: int, groups: int) -> None:
    window = f"kernel: {kernel}, stride: {stride}, padding: {pad}, dilation: {dilation}"
    row = last(f"{{conv: {2 * groups}, {window}, groups: {groups}}}", size, groups)
    module = torch.nn.Conv2d(groups, 2 * groups, kernel, stride, pad, dilation, groups)
    compare(row, module, size, groups)


@pytest.mark.parametrize("ceil", [False, True])
@given(size=sizes, kernel=kernels, stride=strides, pad=paddings)
@settings(deadline=None)
def test_pool(ceil: bool, size: int, kernel: int, stride: int, pad: int) -> None:
    assume(2 * pad <= kernel)
    rounding = "ceil" if ceil else "floor"
    window = f"{kernel}, stride: {stride}, padding: {pad}, rounding: {rounding}"
    for op, cls in (("max_pool", torch.nn.MaxPool2d), ("avg_pool", torch.nn.AvgPool2d)):
        module = cls(kernel, stride, pad, ceil_mode=ceil)
        compare(last(f"{{{op}: {window}}}", size, 2), module, size, 2)


@given(sizes, kernels, strides, paddings, dilations, st.integers(0, 4))
@settings(deadline=None)
def test_conv_transpose(
    size: int, kernel: int, stride: int, pad: int, dilation: int, extra: int
) -> None:
    assume(extra < max(stride, dilation))
    window = f"kernel: {kernel}, stride: {stride}, padding: {pad}, dilation: {dilation}"
    row = last(f"{{conv_transpose: 4, {window}, output_padding: {extra}}}", size, 3)
    module = torch.nn.ConvTranspose2d(
        3, 4, kernel, stride, pad, output_padding=extra, dilation=dilation
    )
    compare(row, module, size, 3)
