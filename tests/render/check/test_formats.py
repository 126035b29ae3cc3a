"""The table of formats: every entry names a function that writes a result."""

import pytest

from cnnaudit.render.check.formats import FORMATS, CheckOptions
from cnnaudit.render.formats import load_renderer
from tests.render.check.results import CLEAN


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str) -> None:
    assert load_renderer("check", FORMATS[name])(CLEAN, CheckOptions()).endswith("\n")
