"""Answers that are kept because the same is asked again: in repetitions, and file after file."""

from collections.abc import Hashable
from typing import TypeVar

Answer = TypeVar("Answer")


class Known(dict[Hashable, Answer]):
    """Answers by what was asked, of a size of ``most`` in all: when it is reached, they start anew.

    What is larger alone is not kept. A question may hold the identity of an object, as long as its
    answer holds the object.
    """

    __slots__ = ("most", "size")

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.size = 0

    def keep(self, asked: Hashable, answer: Answer, size: int = 1) -> Answer:
        """Keep an answer, and give it back."""
        if size > self.most:
            return answer
        self.size += size
        if self.size > self.most:
            self.clear()
            self.size = size
        self[asked] = answer
        return answer
