"""What ``check`` finds, at the end of a report, and claims that do not hold."""

from pathlib import Path

import pytest

from tests.support import run

NET = """\
cnnaudit: 1
input: 8x8x3
classes: 10
layers:
  - {conv: 16, kernel: 3, activation: relu}
  - {avg_pool: global, keep_dims: false}
  - {dense: 10, activation: softmax}
"""
#: A second convolution that no activation separates from the first.
LINEAR = NET.replace("kernel: 3, activation: relu}", "kernel: 3}\n  - {conv: 16, kernel: 3}", 1)


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(NET, encoding="utf-8")
    Path("linear.yaml").write_text(LINEAR, encoding="utf-8")


@pytest.mark.parametrize("format", ["table", "markdown"])
def test_a_report_ends_with_what_check_finds(format: str) -> None:
    result = run("report", "linear.yaml", "-f", format)
    assert result.exit_code == 0
    assert result.stdout.endswith("warnings: `cnnaudit check linear.yaml`\n")


def test_a_network_without_findings_ends_as_before() -> None:
    assert "cnnaudit check" not in run("report", "net.yaml").stdout


def test_latex_ends_with_it_too() -> None:
    text = run("report", "linear.yaml", "-f", "latex").stdout
    assert text.endswith("warnings: \\texttt{cnnaudit check linear.yaml}\n")


def test_one_line_for_all_networks_names_what_the_user_named() -> None:
    result = run("report", "net.yaml", "linear.yaml")
    assert result.stdout.count("cnnaudit check") == 1
    assert result.stdout.endswith("`cnnaudit check net.yaml linear.yaml`\n")
    folder = run("report", ".")
    assert folder.stdout.endswith("`cnnaudit check .`\n")


def test_the_configuration_holds_for_the_line_too() -> None:
    rules = run("check", "linear.yaml", "-f", "json").stdout
    assert "missing-activation" in rules
    Path(".cnnaudit.yaml").write_text("ignore: [missing-activation]\n", encoding="utf-8")
    assert "cnnaudit check" not in run("report", "linear.yaml").stdout


def test_another_network_than_the_file_has_no_line() -> None:
    assert "cnnaudit check" not in run("report", "linear.yaml", "--input", "16x16x3").stdout


@pytest.mark.parametrize("format", ["table", "json", "csv", "markdown"])
@pytest.mark.parametrize(
    ("claims", "message", "help"),
    [
        ("{params: 5}", "params is 618, not 5: 613 more", "write `params: 618`"),
        ("{output: 9}", "the output is 10, not 9", "write `output: 10`"),
    ],
)
def test_a_wrong_claim_is_an_error_of_the_report(
    format: str, claims: str, message: str, help: str
) -> None:
    Path("net.yaml").write_text(f"{NET}expect: {claims}\n", encoding="utf-8")
    result = run("report", "net.yaml", "-f", format)
    assert result.exit_code == 2
    assert "net.yaml:8:" in result.stderr
    assert message in result.stderr
    assert help in result.stderr
    assert result.stdout == ""


def test_the_other_networks_of_a_report_are_still_printed() -> None:
    Path("net.yaml").write_text(f"{NET}expect: {{params: 5}}\n", encoding="utf-8")
    result = run("report", "net.yaml", "linear.yaml")
    assert result.exit_code == 2
    assert "linear (linear.yaml)" in result.stdout
    assert "net.yaml:8:" in result.stderr


def test_claims_that_hold_are_silent() -> None:
    text = f"{NET}expect: {{params: 618, output: 10, max_params: 1}}\n"
    Path("net.yaml").write_text(text, encoding="utf-8")
    result = run("report", "net.yaml", "-f", "json")
    assert (result.exit_code, result.stderr) == (0, "")


def test_claims_are_those_of_the_main_network() -> None:
    text = f"{NET.replace('conv: 16', 'conv: w')}vars: {{w: 16}}\nvariants: {{small: {{w: 4}}}}\n"
    Path("net.yaml").write_text(f"{text}expect: {{params: 618}}\n", encoding="utf-8")
    assert run("report", "net.yaml").exit_code == 0
    assert run("report", "net.yaml@small").exit_code == 0
    assert run("report", "net.yaml", "--set", "w=4").exit_code == 0


def test_a_large_network_is_not_checked_on_the_way() -> None:
    layers = "layers: [{conv: 16, kernel: 1, repeat: 6000}]\n"
    Path("deep.yaml").write_text(f"cnnaudit: 1\ninput: 8x8x3\n{layers}", encoding="utf-8")
    text = run("report", "deep.yaml").stdout
    assert text.endswith("Not checked, with more than 5,000 nodes: `cnnaudit check deep.yaml`\n")
