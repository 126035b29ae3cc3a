"""Answers that are kept because the same is asked again: in repetitions, and file after file."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Known(Generic[Answer]):
    """Answers by what was asked, ``most`` at a time: when they are full, they start anew.

    A question may hold the identity of an object, as long as its answer holds the object.
    """

    __slots__ = ("answers", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self.answers: dict[Hashable, Answer] = {}

    def get(self, asked: Hashable) -> Answer | None:
        """The answer that is kept, or None."""
        return self.answers.get(asked)

    def keep(self, asked: Hashable, answer: Answer) -> Answer:
        """Keep an answer, and give it back."""
        if len(self.answers) >= self.most:
            self.answers.clear()
        self.answers[asked] = answer
        return answer
