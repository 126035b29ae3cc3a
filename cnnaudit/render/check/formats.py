"""The formats of ``check``: by name, the module in this package and the function that writes it."""

from typing import NamedTuple

FORMATS = {
    "text": "to_text:render",
    "json": "to_json:render",
    "sarif": "to_sarif:render",
    "github": "to_github:render",
    "junit": "to_junit:render",
    "markdown": "to_markdown:render",
}


class CheckOptions(NamedTuple):
    """The options of every format.

    ``folder`` is the working folder's path from the root of the repository: pull requests name
    files from there.
    """

    width: int | None = None
    color: bool = False
    folder: str = ""
