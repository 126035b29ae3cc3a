"""Notes on standard error about ``--input``: which sizes are the file's."""

from collections.abc import Iterable, Sequence

from cnnaudit.cli.errors import print_error
from cnnaudit.graph.graph import Graph
from cnnaudit.graph.input_override import channel_notes, file_input_shape
from cnnaudit.parsing.architecture import Architecture


def print_notes(texts: Sequence[str], graphs: Iterable[Graph]) -> None:
    """Print where ``--input`` leaves the channels to the file, once for equal inputs."""
    shapes = ({node.name: node.output_shape for node in graph.inputs} for graph in graphs)
    notes = (note for inputs in shapes for note in channel_notes(texts, inputs))
    for note in dict.fromkeys(notes):
        print_error(note)


def print_document_notes(texts: Sequence[str], architecture: Architecture) -> None:
    """The same for a network that is not built."""
    shapes = {name: file_input_shape(architecture, name) or () for name in architecture.inputs}
    for note in channel_notes(texts, shapes):
        print_error(note)
