"""What is installed: the zoo comes along, and works from any folder."""

import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.support import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, check=True, cwd=ROOT, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_the_package_and_the_zoo_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    zoo = {f"cnnaudit/{path.relative_to(ROOT)}" for path in (ROOT / "configs").glob("*/*.yaml")}
    assert zoo <= names
    assert all(name.startswith(("cnnaudit/", "cnnaudit-")) for name in names)


def test_the_zoo_works_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r});"
        "sys.argv = ['cnnaudit', 'report', 'zoo:alexnet', '-f', 'json'];"
        "from cnnaudit.cli.app import main; import cnnaudit;"
        "print(cnnaudit.__file__, file=sys.stderr);"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=tmp_path, capture_output=True, text=True
    )
    assert str(tmp_path / "site") in done.stderr
    (network,) = json.loads(done.stdout)["networks"]
    assert (network["path"], network["totals"]["params"]) == ("zoo:alexnet", 62_378_344)


def test_the_runtime_packages_are_four() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = sorted({requirement.partition(">")[0] for requirement in project["dependencies"]})
    assert names == ["numpy", "pyyaml", "rich", "typer"]
