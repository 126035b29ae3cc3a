"""``zoo -f markdown``: the shipped networks as a page, as ``configs/README.md`` holds it."""

from collections.abc import Mapping

from cnnaudit.calculator import Audit
from cnnaudit.render.formats import Display
from cnnaudit.render.markdown import grid
from cnnaudit.render.zoo.rows import zoo_table

_INTRODUCTION = """\
# The zoo

Networks that come with cnnaudit, written by `cnnaudit zoo -f markdown`. `cnnaudit report zoo:NAME`
audits one, `zoo:NAME@VARIANT` a variant of it, and `cnnaudit zoo NAME` prints its file. Parameters
count as the file's framework does: under Keras with the running statistics of batch normalisation.

"""


def render(audits: Mapping[str, Audit], _display: Display) -> str:
    """An introduction and a row a network."""
    table = zoo_table(audits)
    return _INTRODUCTION + grid(table.layouts[0], table.rows)
