"""Comments that silence a rule: which lines they are for, and what is said of them."""

from pathlib import Path

import pytest

from cnnaudit.checking.inspection import inspect
from cnnaudit.checking.outcome import Checked
from cnnaudit.checking.settings import Settings
from cnnaudit.loading import find

NARROW = "{name: a, conv: 4, kernel: 11}"


END = "  - {conv: 16, kernel: 3}"


def checked(folder: Path, text: str, **settings: tuple[str, ...]) -> Checked:
    """The check of a file, its narrow layers and its comments only."""
    path = folder / "net.yaml"
    path.write_text(text)
    select = settings.get("select", ("narrow-layer", "CA93"))
    return inspect(*find(str(path)), "net.yaml", Settings(select=select))


def network(*lines: str, top: str = "") -> str:
    return f"{top}cnnaudit: 1\ninput: 32x32x3\nlayers:\n" + "\n".join((*lines, END)) + "\n"


def names(result: Checked) -> list[tuple[str, int | None]]:
    return [(finding.name, finding.line) for finding in result.findings]


@pytest.mark.parametrize(
    "text",
    [
        network(f"  - {NARROW}  # cnnaudit: ignore[narrow-layer] grey images"),
        network(f"  - {NARROW}  # cnnaudit: ignore[CA304] grey images"),
        network("  # cnnaudit: ignore[narrow-layer] grey images", f"  - {NARROW}"),
        network("  # cnnaudit: ignore[narrow-layer] grey", "", "  # and so on", f"  - {NARROW}"),
        network(
            "  - name: a", "    conv: 4  # cnnaudit: ignore[narrow-layer] why", "    kernel: 11"
        ),
        network(f"  - {NARROW}", top="# cnnaudit: ignore[narrow-layer] grey images\n"),
        network(f"  - {NARROW}", "# cnnaudit: ignore-file[narrow-layer] grey images"),
        network(f"  - {NARROW}  #cnnaudit:ignore[ dense-dominates , narrow-layer ] grey"),
    ],
)
def test_a_comment_silences(tmp_path: Path, text: str) -> None:
    result = checked(tmp_path, text, select=("narrow-layer",))
    assert (names(result), result.suppressed) == ([], 1)


@pytest.mark.parametrize(
    "text",
    [
        network("  - {conv: 16, kernel: 3}  # cnnaudit: ignore[narrow-layer] no", f"  - {NARROW}"),
        network(
            "  # cnnaudit: ignore[narrow-layer] no", "  - {conv: 16, kernel: 3}", f"  - {NARROW}"
        ),
        network('  - {name: a, conv: 4, kernel: 11, note: " # cnnaudit: ignore[narrow-layer] no"}'),
    ],
)
def test_a_comment_elsewhere_does_not(tmp_path: Path, text: str) -> None:
    result = checked(tmp_path, text, select=("narrow-layer",))
    assert [name for name, _ in names(result)] == ["narrow-layer"]


def test_what_is_said_of_comments(tmp_path: Path) -> None:
    text = network(
        "  - {conv: 16, kernel: 3}  # cnnaudit: ignore[narrow-layer] once it was",
        "  - {conv: 16, kernel: 3}  # cnnaudit: ignore[narow-layer] misspelt",
        "  - {conv: 16, kernel: 3}  # cnnaudit: ignore everything",
        f"  - {NARROW}  # cnnaudit: ignore[narrow-layer]",
    )
    result = checked(tmp_path, text)
    assert names(result) == [
        ("unused-suppression", 4),
        ("unknown-rule", 5),
        ("unknown-rule", 6),
        ("unexplained-suppression", 7),
    ]
    assert result.findings[1].help == "did you mean 'narrow-layer'?"


def test_every_unknown_word_is_named(tmp_path: Path) -> None:
    comment = "# cnnaudit: ignore[narow-layer, nonsense, unknown-key, CA905] misspelt"
    result = checked(tmp_path, network(f"  - {{conv: 16, kernel: 3}}  {comment}"))
    assert [finding.message for finding in result.findings] == [
        "there is no rule 'narow-layer'",
        "there is no rule 'nonsense'",
        "'unknown-key' is an error of the file, which no comment silences",
        "'CA905' is an error of the file, which no comment silences",
    ]


def test_a_comment_for_a_rule_that_is_not_asked_for_is_not_called_unused(tmp_path: Path) -> None:
    text = network("  - {conv: 16, kernel: 3}  # cnnaudit: ignore[narrow-layer] four")
    assert names(checked(tmp_path, text, select=("unused-suppression",))) == []


def test_an_inherited_layer_is_silenced_where_it_is_inherited(
    tmp_path: Path,
) -> None:
    base = tmp_path / "base.yaml"
    adapted = "cnnaudit: 1\nextends: base.yaml\n"
    base.write_text(network(f"  - {NARROW}"))
    result = checked(tmp_path, adapted)
    assert names(result) == [("narrow-layer", 2)]
    assert result.findings[0].notes[0].endswith("base.yaml:4")
    silenced = adapted.replace("base.yaml", "base.yaml  # cnnaudit: ignore[narrow-layer] grey")
    assert names(checked(tmp_path, silenced)) == []
    base.write_text(network(f"  - {NARROW}  # cnnaudit: ignore[narrow-layer] grey"))
    # What the base excuses for itself need not be excusable here.
    assert names(checked(tmp_path, adapted)) == [("narrow-layer", 2)]
