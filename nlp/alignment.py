"""A changed text that still knows where each of its characters came from."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Edit = tuple[int, int, str]  # what stands from here to there, and what is put in its place


@dataclass(frozen=True, slots=True)
class Aligned:
    """A text made from another one, with the way back.

    Character ``i`` of ``text`` stands for ``original[starts[i]:ends[i]]``. ``starts`` and ``ends`` are empty
    while every character still stands where it stood, which is nearly always: then nothing is stored.
    """

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the offsets in the original text of the non-empty ``text[start:end]``.

        >>> replace("a--b", re.compile("-+"), lambda m: "").span(1, 2)
        (3, 4)
        """
        if not self.starts:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def same_length(self, text: str) -> "Aligned":
        """Put ``text``, of the same length, in place of the present one; the way back stays.

        Raises:
            ValueError: the lengths differ, so that characters could not be told apart.
        """
        if len(text) != len(self.text):
            raise ValueError(f"a text of {len(text)} characters cannot stand for one of {len(self.text)}")
        return Aligned(text, self.starts, self.ends)

    def then(self, later: "Aligned") -> "Aligned":
        """Give ``later``, which was made from this text, as made from this one's original."""
        if not later.starts:
            return Aligned(later.text, self.starts, self.ends)
        if not self.starts:
            return later
        starts = tuple(self.starts[i] for i in later.starts)
        ends = tuple(self.ends[i - 1] for i in later.ends)
        return Aligned(later.text, starts, ends)


def replace(text: str, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> Aligned:
    """Put ``new(match)`` for every match of ``pattern``.

    Each new character stands for the whole match: inside a replaced stretch nobody can say more.
    """
    return substitute(text, ((m.start(), m.end(), new(m)) for m in pattern.finditer(text)))


def substitute(text: str, edits: Iterable[Edit]) -> Aligned:
    """Apply ``edits``, which are in order and do not overlap."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, new in edits:
        pieces += (text[at:start], new)
        starts += (*range(at, start), *[start] * len(new))
        ends += (*range(at + 1, start + 1), *[end] * len(new))
        at = end
    if not pieces:
        return Aligned(text)
    pieces.append(text[at:])
    starts += range(at, len(text))
    ends += range(at + 1, len(text) + 1)
    return Aligned("".join(pieces), tuple(starts), tuple(ends))
