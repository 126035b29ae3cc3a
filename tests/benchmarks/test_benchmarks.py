"""The benchmarks on a few files: that they run, and what is made of their figures."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from cnnaudit.loading import expand
from tests.benchmarks.corpus import write
from tests.benchmarks.figures import END, START, Figure, as_json, costs, put_into, table
from tests.benchmarks.throughput import figures


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    texts = []
    for name in ("a", "b"):
        sorts = write(tmp_path / name, 12, seed=3)
        files = [Path(path) for path in expand([str(tmp_path / name)])]
        assert len(files) == sum(corpus.files for corpus in sorts)
        texts.append([path.read_text() for path in files])
    assert texts[0] == texts[1]


def test_files_are_checked_and_linted() -> None:
    found = figures(6)
    assert [figure.least for figure in found] == [1.8, 3, None, None, None, None, 10]
    for figure in found:
        assert (figure.value is None) == (find_spec("yamllint") is None)


def test_a_process_that_holds_more_costs_more() -> None:
    found = costs(
        {
            "little": [sys.executable, "-c", ""],
            "much": [sys.executable, "-c", "'x' * 10**8"],
        },
        1,
    )
    assert found["little"].bytes + 9 * 10**7 < found["much"].bytes


def test_a_process_that_breaks_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="exit code 9"):
        costs({"broken": [sys.executable, "-c", "raise SystemExit(9)"]}, 1)


FIGURES = [
    Figure("fast", 4.0, least=3, detail="4 s, 1 s"),
    Figure("slow", 2.0, most=1.6),
    Figure("absent", None, least=40),
    Figure("small", 250.0, "MiB"),
    Figure("large", 9.5, "MiB", most=8, stated="its tree too"),
    Figure("not large", 7.0, "MiB", most=8, stated="its tree too"),
]


def test_the_table_says_what_is_missed() -> None:
    assert table(FIGURES) == (
        "| | measured | wanted | |\n"
        "|---|---:|---:|---|\n"
        "| fast | 4.00 × | 3 × or more | 4 s, 1 s |\n"
        "| slow | 2.00 × (missed) | 1.6 × or less |  |\n"
        "| absent | not installed | 40 × or more |  |\n"
        "| small | 250 MiB |  |  |\n"
        "| large | 9.50 MiB (stated) | 8 MiB or less | its tree too |\n"
        "| not large | 7.00 MiB | 8 MiB or less |  |\n"
    )


def test_the_headlines_are_ratios_to_be_reached() -> None:
    assert [figure.what for figure in FIGURES if figure.is_headline] == ["fast", "absent"]


def test_the_figures_as_json() -> None:
    found = json.loads(as_json(FIGURES))["figures"]
    assert [(f["value"], f["holds"]) for f in found] == [
        (4.0, True),
        (2.0, False),
        (None, True),
        (250.0, True),
        (9.5, False),
        (7.0, True),
    ]


def test_a_document_keeps_what_stands_around_the_figures() -> None:
    text = f"before\n{START}\nold\n{END}\nafter\n"
    assert put_into(text, "new\n") == f"before\n{START}\nnew\n{END}\nafter\n"
    with pytest.raises(ValueError, match="no place"):
        put_into("text", "new")
