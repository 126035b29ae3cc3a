"""The documentation of input errors: every code has one, and examples raise what they explain."""

from pathlib import Path

import pytest

from cnnaudit.errors import CODES, AuditError, Diagnostics, Source
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.rules.builtin_docs import DOCS, INPUT_ERRORS
from cnnaudit.rules.catalogue import RULES
from cnnaudit.sources.files import FileResolver, SourceFile

BROKEN = Path(__file__).parents[1] / "broken" / "files"

#: Examples that are no file of their own: commands, other encodings, files beside others.
ELSEWHERE = {
    "unmatched-change",
    "frozen-weights",
    "unreadable",
    "not-utf8",
    "foreign-syntax",
    "foreign-model",
    "open-input",
    "inexpressible",
}


def raised(text: str, folder: Path) -> set[str]:
    """The names of everything that is wrong with a file."""
    path = folder / "net.yaml"
    path.write_text(text)
    diagnostics = Diagnostics()
    opened = SourceFile(Source("net.yaml", text), FileResolver(folder, folder.resolve()))
    with pytest.raises(AuditError) as caught:
        build_graph(load_architecture(opened, diagnostics), diagnostics)
    return {diagnostic.name for diagnostic in caught.value.diagnostics}


def test_every_code_is_documented_in_its_order() -> None:
    assert set(DOCS) == set(CODES)
    assert [rule.code for rule in INPUT_ERRORS.values()] == sorted(CODES.values())


@pytest.mark.parametrize("name", CODES)
def test_an_input_error_is_a_rule_to_read_about(name: str) -> None:
    rule = INPUT_ERRORS[name]
    assert (rule.code, rule.name, rule.level) == (CODES[name], name, "error")
    assert rule.check is None
    assert all(rule.doc)
    assert rule.doc.summary.endswith(".")
    assert "\n" not in rule.doc.summary


@pytest.mark.parametrize("name", [name for name in CODES if name not in ELSEWHERE])
def test_an_example_raises_what_it_explains(name: str, tmp_path: Path) -> None:
    assert name in raised(INPUT_ERRORS[name].doc.example, tmp_path)


def test_only_whole_files_are_left_to_that_test() -> None:
    for name in ELSEWHERE:
        assert not DOCS[name].example.startswith("cnnaudit: 1")


def test_other_mistakes_of_files_are_shown_by_broken_files() -> None:
    said = "\n".join(path.read_text(encoding="utf-8") for path in BROKEN.glob("*.yaml"))
    for name in ("unmatched-change", "unreadable"):
        assert f"# expect {CODES[name]} " in said


def test_a_name_is_a_rule_and_an_input_error_only_with_one_code() -> None:
    for name in RULES.keys() & INPUT_ERRORS.keys():
        assert RULES[name].code == INPUT_ERRORS[name].code
