"""The file to start from: read, checked, and called as its user wants."""

import pytest

from cnnaudit.reference.first_file import first_file
from tests.support import audit_text


@pytest.mark.parametrize("name", ["network", "my net", "123", "true", "größer", 'a "b": c', "-"])
def test_any_name_is_kept(name: str) -> None:
    audit = audit_text(first_file(name, "network.yaml"))
    assert audit.graph.name == name
    assert audit.graph.classes == 10


def test_every_key_is_explained() -> None:
    text = first_file("network", "network.yaml")
    keys = [line for line in text.splitlines() if line[:1].isalpha()]
    assert len(keys) == 8
    assert all("#" in line for line in keys if not line.startswith("name"))
    assert max(map(len, text.splitlines())) <= 100
