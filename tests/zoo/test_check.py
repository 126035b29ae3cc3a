"""The shipped networks under the rules: they pass, and what they excuse says why."""

from tests.support import run


def test_the_zoo_passes_its_own_check() -> None:
    result = run("check", "configs", "--no-cache", "--jobs", "1", "-f", "text")
    assert result.exit_code == 0, result.stdout
    assert "CA93" not in result.stdout, "every comment is needed, and gives its reason"
