"""Dropout with a batch normalisation behind it.

Why it matters: dropout changes the variance of what comes behind it between training and inference,
while batch normalisation normalises inference by the statistics of training. Li et al. 2018
("Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift",
arXiv:1801.05134) measure this shift and the accuracy it costs, with and without a layer with
weights in between, and find dropout harmless behind the last batch normalisation. Ioffe & Szegedy
2015 (section 4.2.1) leave it out. Merges end the search: past them other values keep the variance.

Example::

    layers:
      - {dense: 4096, activation: relu, dropout: 0.4}
      - batch_norm

Instead: dropout only behind the last batch normalisation, in front of the last layer, or none.
"""

from collections.abc import Iterator

from cnnaudit.layers.table import kind_of
from cnnaudit.rules.rule import Finding, Level, Options
from cnnaudit.rules.subject import Subject
from cnnaudit.text import value_text

CODE = "CA118"
NAME = "dropout-before-batch-norm"
LEVEL = Level.NOTE


def check(subject: Subject, _options: Options) -> Iterator[Finding]:
    """Every dropout and the first batch normalisation that its values reach."""
    if not any(node.kind == "dropout" for node in subject.nodes):
        return
    behind = _next_normalisations(subject)
    for index, node in enumerate(subject.nodes):
        found = behind[index]
        if node.kind != "dropout" or not node.attributes["rate"] or found is None:
            continue
        yield Finding(
            node.layer,
            f"dropout {value_text(node.attributes['rate'])} shifts the variance that the batch"
            f" normalisation of '{subject.nodes[found].layer}' has measured in training",
            "keep dropout behind the last batch normalisation, or leave it out",
        )


def _next_normalisations(subject: Subject) -> list[int | None]:
    """For each node the first batch normalisation behind it, None past a merge."""
    behind: list[int | None] = [None] * len(subject.nodes)
    for index in reversed(range(len(subject.nodes))):
        found = []
        for reader in subject.readers[index]:
            node = subject.nodes[reader]
            if kind_of(node.kind).merges:
                continue
            found.append(reader if node.kind == "batch_norm" else behind[reader])
        behind[index] = min((i for i in found if i is not None), default=None)
    return behind
