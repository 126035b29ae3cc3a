"""Prints the newest versions that work together, as constraints: ``make lock``.

They are those of a new environment with the package, its tests and its build, and pip itself.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: Asks the build backend what it needs besides itself.
_BUILD = "from hatchling.build import get_requires_for_build_editable as g; print(*g(), sep='\\n')"


def frozen() -> list[str]:
    """The versions, one a line."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = f"{folder}/bin/python"
        install = [python, "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, "--upgrade", "pip"], check=True)
        subprocess.run([*install, str(ROOT), "--group", f"{ROOT}/pyproject.toml:dev"], check=True)
        build = subprocess.check_output([python, "-c", _BUILD], cwd=ROOT, text=True)
        subprocess.run([*install, *build.splitlines()], check=True)
        freeze = [python, "-m", "pip", "freeze", "--all", "--exclude", "cnnaudit"]
        # Python 3.11 puts setuptools into every environment, and nothing here asks for it.
        freeze += ["--exclude", "setuptools"]
        return subprocess.check_output(freeze, text=True).splitlines()


if __name__ == "__main__":
    print("# Written by `make lock`: the versions that `make test` installs.")
    print(*frozen(), sep="\n")
