"""Expected outputs in files beside the tests; ``make goldens`` writes them anew."""

import os
from pathlib import Path

HERE = Path(__file__).parent / "golden"


def assert_golden(text: str, name: str) -> None:
    """The text is what the file holds."""
    path = HERE / name
    if os.environ.get("CNNAUDIT_OVERWRITE_GOLDENS"):
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode("utf-8")
