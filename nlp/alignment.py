"""A changed text that still knows where each of its characters came from."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable

from msgspec import Struct

Edit = tuple[int, int, str]  # what stands from here to there, and what is put in its place


class Aligned(Struct, frozen=True):
    """A text made from another one, with the way back.

    What was put in stands at ``text[starts[i]:ends[i]]``, in order, for the stretch ``replaced[i]`` of the text it was
    made from; all else stands as it stood. That text may be one made from yet another: ``earlier``.
    """

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    replaced: tuple[tuple[int, int], ...] = ()
    earlier: "Aligned | None" = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the offsets in the original text of the non-empty ``text[start:end]``.

        >>> replace("a--b", re.compile("-+"), lambda m: "").span(1, 2)
        (3, 4)
        """
        if self.starts:
            start, end = self._back(start)[0], self._back(end - 1)[1]
        return self.earlier.span(start, end) if self.earlier else (start, end)

    def _back(self, at: int) -> tuple[int, int]:
        """Give what ``text[at]`` was made from."""
        edit = bisect_right(self.starts, at) - 1
        if edit < 0:
            return at, at + 1
        if at < self.ends[edit]:
            return self.replaced[edit]
        shift = self.replaced[edit][1] - self.ends[edit]
        return at + shift, at + shift + 1

    def same_length(self, text: str) -> "Aligned":
        """Put ``text``, of the same length, in place of the present one; the way back stays.

        Raises:
            ValueError: the lengths differ, so that characters could not be told apart.
        """
        if len(text) != len(self.text):
            raise ValueError(f"a text of {len(text)} characters cannot stand for one of {len(self.text)}")
        return Aligned(text, self.starts, self.ends, self.replaced, self.earlier)

    def then(self, later: "Aligned") -> "Aligned":
        """Give ``later``, which was made from this text in one step, as made from this one's original."""
        if not later.starts:
            return Aligned(later.text, self.starts, self.ends, self.replaced, self.earlier)
        return Aligned(later.text, later.starts, later.ends, later.replaced, self if self.starts else self.earlier)


def replace(text: str, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> Aligned:
    """Put ``new(match)`` for every match of ``pattern``.

    Each new character stands for the whole match: inside a replaced stretch nobody can say more.
    """
    return substitute(text, ((m.start(), m.end(), new(m)) for m in pattern.finditer(text)))


def substitute(text: str, edits: Iterable[Edit]) -> Aligned:
    """Apply ``edits``, which are in order and do not overlap."""
    pieces: list[str] = []
    sizes: list[tuple[int, int, int]] = []
    at = 0
    for start, end, new in edits:
        pieces += (text[at:start], new)
        sizes.append((start, end, len(new)))
        at = end
    if not sizes:
        return Aligned(text)
    return unedited(sizes, "".join([*pieces, text[at:]]))


def unedited(edits: Iterable[tuple[int, int, int]], text: str = "") -> Aligned:
    """Give the way back from edits, of which the length of what is put in is enough, and which made ``text``."""
    starts: list[int] = []
    ends: list[int] = []
    replaced: list[tuple[int, int]] = []
    moved = 0
    for start, end, size in edits:
        starts.append(start + moved)
        ends.append(start + moved + size)
        replaced.append((start, end))
        moved += size - (end - start)
    return Aligned(text, tuple(starts), tuple(ends), tuple(replaced))
