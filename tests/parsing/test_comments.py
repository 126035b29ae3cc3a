"""Comments are found where YAML has them, and nowhere else."""

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnaudit.errors import Source
from cnnaudit.parsing.comments import Comment, comments
from cnnaudit.sources.files import lines_of


def found(text: str) -> tuple[Comment, ...]:
    return comments(Source("net.yaml", text))


def said(text: str) -> list[str]:
    return [comment.text for comment in found(text)]


def test_a_comment_knows_its_place() -> None:
    above, behind = found("# above\nname: x   ## behind  \n")
    assert above.alone
    assert not behind.alone
    assert (above.text, behind.text) == ("above", "behind")
    assert behind.span[1:] == (2, 11, 2, 22)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b#c # d", ["d"]),
        ('a: "x # y" # z', ["z"]),
        ("a: 'it''s # no' # z", ["z"]),
        ('a: "\\" # no" # z', ["z"]),
        ('a: "first\n  # no\n  last" # z', ["z"]),
        ("a: [1, # x\n 2] # y", ["x", "y"]),
        ("a: |  # x\n  text # no\n  # no\n# z\n", ["x", "z"]),
        ("a: >-\n    text\n\n  # x\nb: 1\n", ["x"]),
        ("a: |\n  text\n  # no", []),
        ("a: &anchor # x\n  'y # no'\n", ["x"]),
        ("a: &b 1\nd: *b # x", ["x"]),
        ("#", [""]),
        ("a: 1\r\n# x\r\n# y\r\n", ["x", "y"]),
        ('é: "ü # no" # ä', ["ä"]),
        ("", []),
    ],
)
def test_what_is_a_comment(text: str, expected: list[str]) -> None:
    assert said(text) == expected


def test_text_that_is_no_yaml_is_read_up_to_the_fault() -> None:
    assert said('# x\na: 1 # y\nb: "open # no\n# no') == ["x", "y"]


#: Pieces of which most texts are YAML: keys with plain, quoted and block texts, and many hashes.
_LINES = st.lists(
    st.sampled_from(
        [
            "a: b",
            "a: b # c",
            "a:  b#c",
            "- x",
            "  # deep",
            "# c",
            'k: "a # b"',
            'k: "a # b" # c',
            "k: 'a # b",
            "  # more' # c",
            "t: |",
            "t: >- # c",
            "    body # no",
            "",
            "  - [a, # c",
            "  b] # c",
            "x: &a",
            "y: *a # c",
            "\tz # c",
        ]
    ),
    max_size=12,
)


def events(text: str) -> list[tuple[type, object]] | None:
    """What YAML reads, without places; None for what is no YAML."""
    try:
        return [
            (type(event), getattr(event, "value", None))
            for event in yaml.parse(text, Loader=yaml.SafeLoader)
        ]
    except yaml.YAMLError:
        return None


@given(_LINES)
def test_comments_mean_nothing_to_yaml_and_every_other_hash_does(lines: list[str]) -> None:
    text = "\n".join(lines)
    before = events(text)
    assume(before is not None)
    assert before is not None
    rows = lines_of(text)
    for comment in reversed(found(text)):
        row = comment.span.line - 1
        assert len(rows[row]) == comment.span.end_column - 1
        rows[row] = rows[row][: comment.span.column - 1] + "#"
    assert events("\n".join(rows)) == before
    hashes = sum(row.count("#") for row in rows)
    read = sum(str(value).count("#") for _, value in before if value)
    assert hashes - read == len(found(text))
