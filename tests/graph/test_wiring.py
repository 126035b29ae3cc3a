"""The order in which layers are built, and circles."""

import itertools

import pytest

from cnnaudit.calculator import Audit
from tests.counted import growth
from tests.reading import complaint, complaints, names, place
from tests.support import audit_text, chain


def test_written_order_is_kept_where_it_can_be() -> None:
    audit = audit_text(
        chain("{name: a, lrn: 5}", "{name: b, from: d, lrn: 5}", "{name: c, from: a, lrn: 5}",
              "{name: d, from: c, lrn: 5}")
    )  # fmt: skip
    assert names(audit) == ["a", "c", "d", "b"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_order_of_named_layers_does_not_matter(order: tuple[int, ...]) -> None:
    written = ["{name: a, from: in, conv: 2, kernel: 1}", "{name: b, from: a, conv: 3, kernel: 1}",
               "{name: c, from: a, conv: 4, kernel: 1}", "{name: d, concat: [b, c]}"]  # fmt: skip
    audit = audit_text(chain(*(written[i] for i in order)))
    assert {row.node.name: row.params for row in audit.rows} == {
        "input": 0, "a": 8, "b": 9, "c": 12, "d": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "circle", "line"),
    [
        (["{name: a, from: a, lrn: 5}"], {"a"}, 5),
        (["{name: a, from: b, lrn: 5}", "{name: b, from: a, lrn: 5}"], {"a", "b"}, 5),
        (["{name: x, lrn: 5}", "{name: a, from: c, lrn: 5}", "{name: b, lrn: 5}",
          "{name: c, lrn: 5}"], {"a", "b", "c"}, 6),
        (["{name: j, add: [in, j]}"], {"j"}, 5),
        (["{head: h, from: h, layers: [relu]}", "relu"], {"h"}, 5),
    ],
)  # fmt: skip
def test_circles_are_reported_at_their_first_line(
    layers: list[str], circle: set[str], line: int
) -> None:
    found = complaint(chain(*layers))
    assert place(found) == ("CA102", line, 5)
    _, _, listed = found.message.partition(": ")
    path = listed.split(" → ")
    assert set(path) == circle
    assert path[0] == path[-1]


def test_two_circles_are_two_complaints() -> None:
    found = complaints(
        chain("{name: a, from: b, lrn: 5}", "{name: b, from: a, lrn: 5}",
              "{name: c, from: d, lrn: 5}", "{name: d, from: c, lrn: 5}")
    )  # fmt: skip
    assert [place(one) for one in found] == [("CA102", 5, 5), ("CA102", 7, 5)]


def test_what_stands_beside_a_circle_is_still_checked() -> None:
    found = complaints(chain("{name: a, from: a, lrn: 5}", "{from: in, dense: 5}"))
    assert [one.code for one in found] == ["CA102", "CA201"]


def backwards(count: int) -> Audit:
    """A list whose first layer reads the second, and so on."""
    layers = [f"{{name: n{n}, from: n{n + 1}, lrn: 5}}" for n in range(count)]
    return audit_text(chain(*layers, f"{{name: n{count}, from: in, lrn: 5}}"))


def test_a_long_list_backwards() -> None:
    assert names(backwards(3000)) == [f"n{n}" for n in range(3000, -1, -1)]
    assert growth(backwards, 300) < 2.5
