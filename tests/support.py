"""What the tests share: networks from text, and the program run in this process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from typer.testing import CliRunner, Result

from cnnaudit.calculator import Audit, audit
from cnnaudit.cli.app import program
from cnnaudit.errors import Diagnostics, Source
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.sources.files import FileResolver, SourceFile

ROOT = Path(__file__).parent.parent


def audit_text(text: str, path: str = "net.yaml") -> Audit:
    """Audit an architecture that is written in the test."""
    here = Path.cwd()
    diagnostics = Diagnostics()
    opened = SourceFile(Source(path, dedent(text)), FileResolver(here, here))
    return audit(build_graph(load_architecture(opened, diagnostics), diagnostics))


def chain(*layers: str, input: str = "32x32x3", more: str = "") -> str:
    """The text of a network whose layers are written one after the other."""
    listed = "\n".join(f"  - {layer}" for layer in layers)
    return f"cnnaudit: 1\ninput: {input}\n{more}\nlayers:\n{listed}\n"


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run the program with these arguments."""
    app, name, left = program(list(arguments))
    return CliRunner().invoke(app, left, input=stdin, prog_name=name)


def said(program: str) -> str:
    """The last line that a Python program, in a process of its own, writes to its errors."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stderr.splitlines()[-1]


@contextmanager
def nobody() -> Iterator[None]:
    """As a user who may not read everything: root, who may, is the user ``nobody`` meanwhile."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
