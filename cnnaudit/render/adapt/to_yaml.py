"""``adapt -f yaml``: the adapted file."""

from cnnaudit.render.adapt.formats import Adaptation
from cnnaudit.render.formats import Display


def render(adaptation: Adaptation, _display: Display) -> str:
    """The text of the file."""
    return adaptation.file
