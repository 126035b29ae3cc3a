"""ConfigResolver: what they say, where they are found, and what is wrong with them."""

from pathlib import Path
from textwrap import dedent

import pytest

from cnnaudit.checking.budgets import whole_amount
from cnnaudit.checking.config import ConfigResolver, read_config
from cnnaudit.checking.settings import PRESETS, CheckSettings, for_path, matches
from cnnaudit.errors import AuditError
from cnnaudit.rules.catalogue import RULES, SELECTABLE
from tests.counted import counted_calls, growth
from tests.fuzz.bounds import MINUTES, within


def written(folder: Path, text: str, name: str = ".cnnaudit.yaml") -> Path:
    path = folder / name
    path.write_text(dedent(text))
    return path


def wrong(path: Path) -> list[tuple[int, str, str | None]]:
    """Line, message and help of everything that is wrong with a configuration."""
    with pytest.raises(AuditError) as caught:
        read_config(path)
    found = []
    for diagnostic in caught.value.diagnostics:
        assert diagnostic.region is not None
        found.append((diagnostic.region.line, diagnostic.message, diagnostic.help))
    return found


YAML = """
    extends: strict
    select: [CA3, regression]
    ignore: [over-]
    levels: {narrow-layer: error, CA402: note}
    rules:
      narrow-layer: {floor: 12}
    budgets: {max_params: 5M, max_weight_bytes: 4MiB}
    exclude: [legacy]
    baseline: known.json
    overrides:
      - {paths: ["nano/**"], ignore: [narrow-layer], budgets: {max_params: 1K}}
"""
TOML = """
    [tool.other]
    select = 3

    [tool.cnnaudit]
    extends = "strict"
    select = ["CA3", "regression"]
    ignore = ["over-"]
    levels = {narrow-layer = "error", CA402 = "note"}
    budgets = {max_params = "5M", max_weight_bytes = "4MiB"}
    exclude = ["legacy"]
    baseline = "known.json"

    [tool.cnnaudit.rules.narrow-layer]
    floor = 12

    [[tool.cnnaudit.overrides]]
    paths = ["nano/**"]
    ignore = ["narrow-layer"]
    budgets = {max_params = "1K"}
"""


def test_yaml_and_toml_say_the_same(tmp_path: Path) -> None:
    yaml = read_config(written(tmp_path, YAML))
    toml = read_config(written(tmp_path, TOML, "pyproject.toml"))
    assert yaml._replace(path=None) == toml._replace(path=None)
    assert yaml.fail_on == "note"
    assert yaml.levels == {"narrow-layer": "error", "over-budget": "note"}
    assert yaml.rules == {"narrow-layer": {"floor": 12}}
    assert yaml.budgets == {"max_params": 5_000_000, "max_weight_bytes": 4 * 2**20}
    assert yaml.folder == str(tmp_path)


def test_overrides_are_for_their_paths(tmp_path: Path) -> None:
    settings = read_config(written(tmp_path, YAML))
    assert for_path(settings, "big/a.yaml") == settings
    nano = for_path(settings, "nano/deep/a.yaml")
    assert nano.ignore == ("over-", "narrow-layer")
    assert nano.budgets == {"max_params": 1000, "max_weight_bytes": 4 * 2**20}


def test_every_mistake_is_reported_at_its_line(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """\
        fail-on: warning
        extends: strickt
        select: [CA77, narow-layer]
        levels: {narrow-layer: fatal}
        rules:
          narrow-layer: {flor: 3}
          regression: {x: 1}
        budgets: {params: 3, max_macs: lots}
        overrides: [{ignore: [CA3]}]
        """,
    )
    found = wrong(path)
    assert [line for line, _, _ in found] == [1, 2, 3, 3, 4, 6, 7, 8, 8, 9]
    helps = [help for _, _, help in found]
    assert helps[0] == "did you mean 'fail_on'?"
    assert helps[1] == "did you mean 'strict'?"
    assert helps[3] == "did you mean 'narrow-layer'?"
    assert helps[5] == "did you mean 'floor'?"
    assert helps[7] == "did you mean 'max_params'?"


def test_input_errors_cannot_be_chosen(tmp_path: Path) -> None:
    found = wrong(written(tmp_path, "ignore: [unknown-key]\nlevels: {CA905: note}\n"))
    assert [line for line, message, _ in found if "always said" in message] == [1, 2]


def test_a_mistake_in_toml_is_reported_at_its_line(tmp_path: Path) -> None:
    text = '[tool.cnnaudit]\nselect = ["CA3"]\nfail-on = "note"\n'
    ((line, message, help),) = wrong(written(tmp_path, text, "pyproject.toml"))
    assert (line, message) == (3, "unknown key 'fail-on'")
    assert help == "did you mean 'fail_on'?"
    ((line, message, _),) = wrong(written(tmp_path, "[tool.cnnaudit]\nx = \n", "pyproject.toml"))
    assert line == 2
    assert message.startswith("not TOML")


@pytest.mark.parametrize("text", ["- a\n", "1\n"])
def test_a_configuration_is_a_mapping(tmp_path: Path, text: str) -> None:
    ((_, message, _),) = wrong(written(tmp_path, text))
    assert message == "expected a mapping of settings"


def test_a_name_that_is_nearly_right_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    written(tmp_path, "budgets: {max_params: 1}\n", ".cnnaudit.yml")
    with pytest.raises(AuditError) as raised:
        ConfigResolver().for_folder(tmp_path)
    (found,) = raised.value.diagnostics
    assert found.help == "call the file .cnnaudit.yaml"
    written(tmp_path, "budgets: {max_params: 2}\n")
    assert ConfigResolver().for_folder(tmp_path).budgets == {"max_params": 2}


def test_the_nearest_one_stands_alone(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    written(tmp_path, "budgets: {max_params: 1}\n")
    found = ConfigResolver()
    assert found.for_folder(inner).budgets == {"max_params": 1}
    written(tmp_path / "a", "budgets: {max_macs: 2}\n")
    assert ConfigResolver().for_folder(inner).budgets == {"max_macs": 2}
    assert ConfigResolver().for_folder(tmp_path).budgets == {"max_params": 1}
    # A project file that says nothing about this program is none.
    written(inner, "[tool.ruff]\n", "pyproject.toml")
    assert ConfigResolver().for_folder(inner).budgets == {"max_macs": 2}
    written(inner, "[tool.cnnaudit]\n", "pyproject.toml")
    assert ConfigResolver().for_folder(inner).budgets == {}


@pytest.mark.parametrize(
    "text",
    [
        '[tool.cnnaudit]\nselect = ["CA3"]\n',
        '[ tool . cnnaudit ]\nselect = ["CA3"]\n',
        '[tool."cnnaudit"]\nselect = ["CA3"]\n',
        '[tool]\ncnnaudit = {select = ["CA3"]}\n',
        'tool.cnnaudit.select = ["CA3"]\n',
    ],
)
def test_a_table_in_every_form_of_toml(text: str, tmp_path: Path) -> None:
    written(tmp_path, text, "pyproject.toml")
    assert ConfigResolver().for_folder(tmp_path).select == ("CA3",)


@pytest.mark.parametrize(
    "text",
    [
        "# tool.cnnaudit\n[tool.ruff]\n",
        "[tool.cnnaudit-other]\na = 1\n",
        '[project]\ndependencies = ["cnnaudit"]\n',
        'x = """\n[tool.cnnaudit]\n"""\n',
    ],
)
def test_a_project_file_that_only_mentions_it(text: str, tmp_path: Path) -> None:
    written(tmp_path, "budgets: {max_params: 1}\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    written(inner, text, "pyproject.toml")
    assert ConfigResolver().for_folder(inner).budgets == {"max_params": 1}


@pytest.mark.parametrize("text", ["[tool.cnnaudit\n", "[tool]\ncnnaudit = 3\n"])
def test_a_table_that_is_none_is_an_error(text: str, tmp_path: Path) -> None:
    written(tmp_path, text, "pyproject.toml")
    with pytest.raises(AuditError):
        ConfigResolver().for_folder(tmp_path)


def test_what_lies_above_the_repository_is_not_looked_at(tmp_path: Path) -> None:
    written(tmp_path, "budgets: {max_params: 1}\n")
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    assert ConfigResolver().for_folder(repository) == CheckSettings()


def test_a_named_configuration_is_for_all(tmp_path: Path) -> None:
    other = written(tmp_path, "fail_on: error\n", "other.yaml")
    assert ConfigResolver(other).for_folder(tmp_path).fail_on == "error"


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("1000000", 1_000_000),
        ("5M", 5_000_000),
        ("1.5M", 1_500_000),
        ("2.5 KiB", 2560),
        ("0.5", None),
        ("1.0001K", None),
        ("1e6", 1_000_000),
        ("5m", 5_000_000),
        ("-1", None),
        ("٣", None),
    ],
)
def test_an_amount_is_a_whole_number(text: str, bound: int | None) -> None:
    assert whole_amount(text, "weight_bytes" if "B" in text else "params") == bound


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_says_what_a_configuration_may_say(preset: str) -> None:
    settings = PRESETS[preset]
    assert settings.levels.keys() <= SELECTABLE.keys()
    for name, options in settings.rules.items():
        defaults = RULES[name].defaults
        assert options.keys() <= defaults.keys(), name
        for option, value in options.items():
            assert type(value) is type(defaults[option]), (name, option)


def names(**keys: tuple[str, ...]) -> set[str]:
    settings = CheckSettings(**keys)  # type: ignore[arg-type]
    return {entry.name for entry in SELECTABLE.values() if settings.wants(entry)}


def test_select_and_ignore() -> None:
    everything = set(SELECTABLE)
    costs = {entry.name for entry in SELECTABLE.values() if entry.code.startswith("CA3")}
    assert names() == everything
    assert names(select=("CA3",)) == costs
    assert names(ignore=("CA3",)) == everything - costs
    # The longer prefix knows better; a whole name or code is the longest.
    assert names(select=("narrow-layer",), ignore=("CA3",)) == {"narrow-layer"}
    assert names(select=("CA304",), ignore=("CA3",)) == {"narrow-layer"}
    assert names(select=("CA3",), ignore=("CA304",)) == costs - {"narrow-layer"}
    assert names(select=("CA3",), ignore=("CA3",)) == set()


@pytest.mark.parametrize(
    ("glob", "path", "matched"),
    [
        ("legacy", "legacy/a.yaml", True),
        ("legacy", "x/legacy/deep/a.yaml", True),
        ("legacy", "legacy2/a.yaml", False),
        ("*.yaml", "x/a.yaml", True),
        ("/x/*.yaml", "x/a.yaml", True),
        ("x/*.yaml", "x/y/a.yaml", False),
        ("x/**", "x/y/a.yaml", True),
        ("x/**/a.yaml", "x/a.yaml", True),
        ("x/**/a.yaml", "x/y/z/a.yaml", True),
        ("a?.yaml", "a1.yaml", True),
        ("a.yaml", "aXyaml", False),
        ("[a].yaml", "a.yaml", False),
        ("[a].yaml", "[a].yaml", True),
        ("x/**", "x", False),
        ("**/b*/**/*.yaml", "a/b/b1/c/d.yaml", True),
        ("**/b*/**/*.yaml", "a/c/d.yaml", False),
        ("x/y*z/a.yaml", "x/y/z/a.yaml", False),
    ],
)
def test_globs(glob: str, path: str, matched: bool) -> None:
    assert matches([glob], path) is matched


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*a" * 40, f"{'a' * 250}b"),
        ("**/" * 40 + "b", "a/" * 120 + "a"),
        ("**/*a/" * 40 + "b", "a/" * 120 + "a"),
    ],
)
def test_a_glob_of_many_stars_is_no_trap(glob: str, path: str) -> None:
    """A regular expression that goes back tries every way to share the path among the stars."""
    # Calls do not show what goes on inside of one expression: that would end after minutes.
    with within(MINUTES), counted_calls(100_000):
        assert not matches([glob], path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"x = {'9' * 5000}", "a number is too long"),
        (f"x = {'[' * 5000}{']' * 5000}", "nested too deep"),
        (f"{'.'.join('a' * 5000)} = 1", "nested more than 64 deep"),
    ],
    ids=["digits", "brackets", "dots"],
)
def test_hostile_toml(tmp_path: Path, text: str, says: str) -> None:
    """Python's reader raises its own errors."""
    path = written(tmp_path, f"[tool.cnnaudit]\n{text}\n", "pyproject.toml")
    with counted_calls(1_000_000):
        assert wrong(path)[0][1] == says


def test_a_key_of_toml_is_not_looked_for_in_all_lines(tmp_path: Path) -> None:
    def go(count: int) -> None:
        keys = "\n".join(f"key{n} = 1" for n in range(count))
        path = written(tmp_path, f"[tool.cnnaudit]\n{keys}\n", "pyproject.toml")
        assert wrong(path)[0][1] == "unknown key 'key0'"

    assert growth(go, 500) < 2.5
