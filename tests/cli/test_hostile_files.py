"""Files written to do harm, given to every command: an error after little work, and no more."""

import codecs
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.counted import counted_calls
from tests.fuzz.trial import diagnostics
from tests.fuzz.words import HOSTILE, quoted
from tests.support import ROOT, chain, run

HEAD = "cnnaudit: 1\ninput: 8x8x3\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNAUDIT_CACHE_DIR", str(tmp_path / ".cache"))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    Path("base.yaml").write_text(f"{HEAD}layers: [{{conv: 8, kernel: 3}}]\n")


# Bombs --------------------------------------------------------------------------------------------


def keras(**more: Any) -> str:
    """A model of Keras with something else in its only layer."""
    config = {"name": "x", "batch_shape": [None, 8, 8, 3], **more}
    layers = [{"class_name": "InputLayer", "config": config, "name": "x"}]
    return json.dumps({"class_name": "Sequential", "config": {"name": "n", "layers": layers}})


def aliases() -> str:
    lines = ["a0: &a0 [1]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)
    ]
    return f"{HEAD}layers: [relu]\n" + "\n".join(lines)


def merges() -> str:
    keys = ", ".join(f"k{n}: 1" for n in range(50))
    lines = [f"m0: &m0 {{{keys}}}"] + [
        f"m{n}: &m{n} {{{', '.join([f'<<: *m{n - 1}'])}, x{n}: [{', '.join([f'*m{n - 1}'] * 9)}]}}"
        for n in range(1, 9)
    ]
    return f"{HEAD}layers: [relu]\n" + "\n".join(lines)


FILES: dict[str, Callable[[], str | bytes]] = {
    "alias bomb": aliases,
    "merge bomb": merges,
    "brackets": lambda: f"{HEAD}layers: {'[' * 100_000}",
    "braces": lambda: f"{HEAD}layers: {'{a: ' * 100_000}",
    "dashes": lambda: f"{HEAD}layers:\n{'- ' * 100_000}relu",
    "brackets in JSON": lambda: keras(x=0).replace('"x": 0', f'"x": {"[" * 100_000}'),
    "digits": lambda: f"{HEAD}layers: [{{dense: {'9' * 5000}}}]",
    "digits in a variable": lambda: f"{HEAD}vars: {{w: {'9' * 5000}}}\nlayers: [{{dense: w}}]",
    "digits in the input": lambda: f"cnnaudit: 1\ninput: {'9' * 5000}x8x3\nlayers: [relu]",
    "digits of an exponent": lambda: f"{HEAD}layers: [{{dense: 1e{'9' * 50}}}]",
    "digits in JSON": lambda: keras(x=0).replace('"x": 0', f'"x": {"9" * 5000}'),
    "digits of a repetition": lambda: f"{HEAD}layers: [{{relu: , repeat: {'9' * 5000}}}]",
    "repetition": lambda: f"{HEAD}layers: [{{lrn: 5, repeat: 1000000000}}]",
    "parentheses": lambda: f"{HEAD}layers: [{{dense: {'(' * 190}1}}]",
    "UTF-16": lambda: f"{HEAD}layers: [relu]".encode("utf-16"),
    "UTF-16 without its mark": lambda: f"{HEAD}layers: [relu]".encode("utf-16-le"),
    "UTF-16, big": lambda: codecs.BOM_UTF16_BE + f"{HEAD}layers: [relu]".encode("utf-16-be"),
    "UTF-32": lambda: f"{HEAD}layers: [relu]".encode("utf-32"),
    "NUL": lambda: f"{HEAD}name: 'a\0b'\nlayers: [relu]",
    "escape": lambda: f"{HEAD}name: '\x1b[2J'\nlayers: [relu]",
    "a tag": lambda: f"{HEAD}layers: !!python/object/apply:os.system ['touch owned']",
    "code": lambda: f"{HEAD}layers: [{{dense: \"__import__('os').system('touch owned')\"}}]",
    "large": lambda: f"{HEAD}layers: [relu]\n" + "#" * 4 * 2**20,
    "itself": lambda: "cnnaudit: 1\nextends: net.yaml\n",
    "a circle": lambda: "cnnaudit: 1\nextends: ./net.yaml@x\n",
    "outside": lambda: "cnnaudit: 1\nextends: ../../../../../../etc/passwd\n",
    "a device": lambda: "cnnaudit: 1\nextends: /dev/zero\n",
    "nothing": lambda: "",
}
COMMANDS = (
    "report net.yaml",
    "diff base.yaml net.yaml",
    "check net.yaml -f markdown",
    "explain net.yaml",
    "adapt net.yaml --widths 1/2",
    "sweep net.yaml --vary batch=1,2",
    "convert net.yaml",
    "check base.yaml --config net.yaml",
)


@pytest.mark.parametrize("name", FILES)
def test_bombs_are_errors_after_little_work(name: str) -> None:
    text = FILES[name]()
    Path("net.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    for command in COMMANDS:
        with counted_calls(1_000_000):
            result = run(*command.split())
        empty = name == "nothing" and "--config" in command
        assert result.exit_code == (0 if empty else 2), (command, result.output)
        assert not list(diagnostics(tuple(command.split()), result)), command
    assert not Path("owned").exists()


@pytest.mark.parametrize(("variants", "repeat"), [(5_000, 1), (900, 6_000)])
def test_all_variants_of_a_file_have_one_budget(variants: int, repeat: int) -> None:
    """Each is a network of its own: a file of one line kept a check busy for hours."""
    named = ", ".join(f"v{n}: {{w: {n}}}" for n in range(variants))
    more = f"vars: {{w: 1}}\nvariants: {{{named}}}"
    Path("net.yaml").write_text(chain(f"{{lrn: 5, repeat: {repeat}}}", more=more))
    with counted_calls(1_000_000):
        result = run("check", "net.yaml", "-f", "json")
    (found,) = json.loads(result.stdout)["findings"]
    assert found["code"] == "CA910"
    assert "variants have more than 100,000 layers" in found["message"]


# Names --------------------------------------------------------------------------------------------

#: Those that a layer of ours can have; a layer of Keras can have any.
OURS = ("a|b", "`code`", "<script>", "a&b;", "::error::x", "%0A::warning::", "{0}", "%s%n", "=1+1",
        "-dash", 'say "hi"', "back\\slash", "größe", "層", "a #b", "!tag", "x" * 3000)  # fmt: skip
OUTPUTS = (
    "report FILE",
    "report FILE --color always",
    "report FILE --view signal",
    "report FILE --view memory",
    "report FILE -f csv",
    "report FILE -f json",
    "report FILE -f markdown",
    "diff FILE base.yaml",
    "diff FILE base.yaml --waterfall",
    "diff FILE base.yaml -f markdown",
    "check FILE -f text",
    "check FILE -f github",
    "check FILE -f markdown",
    "check FILE -f junit",
    "check FILE -f sarif",
    "check FILE --show-config",
    "explain FILE",
    "explain FILE *",
    "explain FILE * -f markdown",
    "adapt FILE --name x --input 16x16x3",
    "sweep FILE --vary batch=1,2",
    "sweep FILE --vary batch=1,2 -f svg",
    "sweep FILE --vary batch=1,2 -f csv",
    "convert FILE",
    # Names in what is said of a mistake.
    "explain FILE nowhere",
    "report FILE@nowhere",
    "diff FILE@nowhere base.yaml",
)


def harmful(call: str, file: str) -> list[str]:
    arguments = [file + word[4:] if word.startswith("FILE") else word for word in call.split()]
    result = run(*arguments)
    assert result.exit_code in (0, 1, 2), result.output
    return list(diagnostics(tuple(arguments), result))


def network() -> str:
    """An architecture whose names are hostile."""
    layers = [f"{{name: {quoted(name)}, conv: 8, kernel: 1}}" for name in OURS]
    more = [f"name: {quoted('[red]x[/]'.join(HOSTILE).replace(chr(0xD800), ''))}"]
    return chain(*layers, more="\n".join(more))


def model() -> str:
    """A model of Keras whose names are hostile."""
    tree = json.loads(keras())
    for name in dict.fromkeys(filter(None, HOSTILE)):
        config = {"name": name, "activation": "relu"}
        tree["config"]["layers"].append(
            {"class_name": "Activation", "config": config, "name": name}
        )
    tree["config"]["name"] = "[red]x[/]\x1b[2J\u202e"
    return json.dumps(tree)


@pytest.mark.parametrize("write", [network, model])
@pytest.mark.parametrize("call", OUTPUTS)
def test_names_steer_nothing(call: str, write: Callable[[], str]) -> None:
    """Markup, escapes, other directions of writing: they are shown, or escaped."""
    Path("net.yaml").write_text(write())
    assert run("report", "net.yaml", "-q").exit_code == 0
    assert harmful(call, "net.yaml") == []


@pytest.mark.parametrize("name", HOSTILE)
def test_mistakes_of_any_name_steer_nothing(name: str) -> None:
    """Unknown operations, attributes, names and values are quoted in messages, with their lines."""
    text = quoted(name)
    layers = [f"{{{text}: 3}}", f"{{conv: 3, kernel: {text}}}", f"{{from: {text}, lrn: 5}}"]
    more = f"name: {text}\nframework: {text}\nextends: {text}\n{text}: 1"
    Path("net.yaml").write_text(chain(*layers, f"{{conv: 8, {text}: 1}}", more=more))
    for call in (
        "report FILE",
        "check FILE -f text",
        "check FILE -f github",
        "check FILE -f sarif",
    ):
        assert harmful(call, "net.yaml") == []


@pytest.mark.parametrize(
    "name",
    ["\x1b[31mred.yaml", "[red]a[b].yaml", "new\nline.yaml", "\udcff.yaml", "-f.yaml", "a@b"],
)
def test_files_of_any_name_steer_nothing(name: str) -> None:
    for text in (chain("{conv: 8, kernel: 3}"), chain("{conv: 8}"), "hello\n"):
        Path("folder").mkdir(exist_ok=True)
        Path("folder", name).write_text(text)
        for call in OUTPUTS:
            assert harmful(call, f"folder/{name}") == [], call
        for call in ("check folder -f markdown", "report folder", f"sweep --merge folder/{name}"):
            arguments = call.split(" ")
            assert list(diagnostics(tuple(arguments), run(*arguments))) == []


def test_markup_is_shown_as_it_is_written() -> None:
    Path("net.yaml").write_text(model())
    for call in ("report net.yaml", "diff base.yaml net.yaml", "explain net.yaml [red]bold[/red]"):
        assert "[red]bold[/red]" in run(*call.split()).stdout


def test_the_zoo_is_not_a_way_out() -> None:
    for name in ("../README.md", "/etc/passwd", "../../../../etc/passwd", "a\0b", "\x1b[31m"):
        for arguments in (("zoo", name), ("report", f"zoo:{name}")):
            result = run(*arguments)
            assert result.exit_code == 2
            assert not list(diagnostics(("zoo", "-f", "table"), result))
    assert (ROOT / "README.md").exists()
