"""Rows of a sweep equal the report of their variant; thousands are drawn from grids."""

import random

import numpy as np
import pytest

from cnnaudit.calculator import audit
from cnnaudit.errors import AuditError
from cnnaudit.formatting import decimal
from cnnaudit.loading import Overrides, load
from cnnaudit.sweeping.run import SweepTable, sweep
from cnnaudit.sweeping.variants import QUANTITIES

#: Grids over networks of the zoo, and the number of rows that are compared.
GRIDS = [
    ("zoo:alexnet", ["width=1/50..1:1/50", "input=64..512:32,270x480x3", "batch=1,8,32"], 900),
    ("zoo:alexnet", ["classes=1..29:7", "input=67..90:1,100x120x1", "width=29/1000,1/3"], 200),
    ("zoo:mobilenet-v1", ["alpha=1/32..2:1/32", "input=32..256:32"], 120),
    ("zoo:mobilenet-v2", ["alpha=1/20..2:1/20", "pad=half,same", "input=32..256:32"], 60),
    ("zoo:efficientnet", ["width=1/2..2:1/4", "depth=1..3:1/2", "size=33..256:17"], 25),
    ("zoo:densenet-121", ["growth=1..48", "input=32..256:32"], 20),
    ("zoo:resnet-50", ["stride_in_3x3=true,false", "input=32..256:1", "classes=1..100:9"], 50),
    ("zoo:regnet", ["group=4..32:4", "w1=16..64:16", "d3=1..6"], 20),
    ("zoo:convnext", ["width=8..128:8", "depth=1..9:4", "input=32..256:32"], 40),
    ("zoo:shufflenet-v2", ["width=8..128:4", "last=64..512:64", "input=32..256:32"], 40),
    ("zoo:googlenet", ["input=64..300:1", "classes=10,1000"], 50),
    ("zoo:vgg-a", ["input=32..300:1", "classes=1..20"], 260),
    ("zoo:lenet-5-rgb", ["input=10..200:1", "classes=1..20"], 260),
]


def variant_of(table: SweepTable, row: int) -> tuple[Overrides, int]:
    """Return the overrides that give a row's variant, and its batch size."""
    grid = table.grid
    index = int(table.rows.variants[row])
    inputs, variables, batch = [], [], 1
    for axis, position in zip(grid.axes, grid.positions(index), strict=True):
        if axis.name == "batch":
            batch = axis.values[position]
        elif axis.name == "input":
            inputs.append(axis.text(position))
        else:
            variables.append(f"{axis.name}={decimal(axis.values[position])}")
    return Overrides(inputs, variables), batch


def rows_equal_reports(operand: str, table: SweepTable, count: int) -> int:
    """Compare ``count`` rows, or all if there are fewer, with reports; returns their number."""
    drawn = random.Random(count).sample(range(table.size), min(count, table.size))
    for row in drawn:
        overrides, batch = variant_of(table, row)
        totals = audit(load(operand, overrides)).totals
        expected = {name: getattr(totals, name) for name in QUANTITIES}
        expected["activation_bytes"] *= batch
        assert {name: int(table.column(name)[row]) for name in QUANTITIES} == expected, overrides
    return len(drawn)


@pytest.mark.parametrize(("operand", "vary", "count"), GRIDS)
def test_a_row_is_the_report_of_its_variant(operand: str, vary: list[str], count: int) -> None:
    compared = rows_equal_reports(operand, sweep(operand, vary), count)
    assert compared == count


def test_thousands_are_compared() -> None:
    assert sum(count for _, _, count in GRIDS) >= 2_000


@pytest.mark.parametrize(("operand", "vary", "_count"), GRIDS[:3])
def test_invalid_variants_have_no_report(operand: str, vary: list[str], _count: int) -> None:
    table = sweep(operand, vary)
    assert sum(invalid.variant_count for invalid in table.invalid) == table.grid.size - table.size
    for invalid in table.invalid:
        first = table._replace(rows=table.rows._replace(variants=np.array([invalid.first])))
        overrides, _ = variant_of(first, 0)
        with pytest.raises(AuditError) as error:
            load(operand, overrides)
        diagnostic = error.value.diagnostics[0]
        assert (diagnostic.code, diagnostic.message) == (
            invalid.diagnostic.code,
            invalid.diagnostic.message,
        )


def test_a_row_does_not_depend_on_the_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    from cnnaudit.sweeping import run

    vary = ["width=1/10..1:1/10", "input=64..128:8", "batch=1..3"]
    expected = sweep("zoo:alexnet", vary)
    for size in (1, 7, 50):
        monkeypatch.setattr(run, "MAX_BOX_SIZE", size)
        table = sweep("zoo:alexnet", vary)
        assert (table.rows.variants == expected.rows.variants).all()
        assert (table.rows.numbers == expected.rows.numbers).all()
        assert [i[1:] for i in table.invalid] == [i[1:] for i in expected.invalid]
