"""Copies of shipped networks: the same network, wherever they stand."""

import pytest

from cnnaudit.calculator import audit
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.loading import load
from cnnaudit.reference.zoo_copy import copy_of_zoo
from cnnaudit.sources import zoo
from tests.support import audit_text

BUILT_ON_OTHERS = [
    name
    for name, path in zoo.files().items()
    if any(line.startswith(("extends:", "backbone:")) for line in path.read_text().splitlines())
]


@pytest.mark.parametrize("name", BUILT_ON_OTHERS)
def test_a_copy_is_the_same_network(name: str) -> None:
    text = copy_of_zoo(name)
    assert audit_text(text).totals == audit(load(f"zoo:{name}")).totals
    assert text != zoo.open_zoo(name).source.text or "zoo:" in text


def test_a_file_that_stands_alone_is_copied_as_it_is() -> None:
    assert copy_of_zoo("alexnet") == zoo.open_zoo("alexnet").source.text


def test_what_is_not_there() -> None:
    with pytest.raises(AuditError, match="there is no network 'alexnt' in the zoo"):
        copy_of_zoo("alexnt")
    with pytest.raises(UsageError, match="a copy holds all variants: write zoo:resnet-50"):
        copy_of_zoo("resnet-50@v1.5")
    with pytest.raises(UsageError, match=r"as in `cnnaudit report efficientnet.yaml@b3`"):
        copy_of_zoo("efficientnet_b3")
