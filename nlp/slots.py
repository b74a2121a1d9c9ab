"""Who needs it, where, how much, and when: details bound to a need, each with the place it stands in.

Rules over the text as the model sees it, so that both scripts are read alike. A detail belongs to the need
whose clause it stands in; who and where may stand earlier, since a household is named once and then only
meant (language.md 1.3).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .characters import Codes, stand_in, table_of
from .records import SLOT_KINDS
from .slot_patterns import FINDERS, GENERAL, Span, beginnings

SENTENCE_MARKS = "。！？\n；"

# How far past its need a sentence is followed; a longer one is no sentence but a text without marks.
LONGEST_REST = 60

# How many characters before its need a detail may stand. A date stands at the head of the entry.
REACH = {"who": 150, "where": 150, "when": 3_000}


# What no name of a place goes on behind: 石桥镇 | 梅溪村.
DISTRICTS = "省市县区乡镇道"


class Detail(NamedTuple):
    """Where a detail stands, in the text as the model sees it."""

    kind: str
    start: int
    end: int


class Details:
    """All details in a text, found once for a batch of entries."""

    def __init__(self, text: str, codes: Codes) -> None:
        self._text = text
        self._marks = np.flatnonzero(stand_in(codes, table_of(SENTENCE_MARKS))).tolist()
        # Where each detail was found, ascending, and the detail. It may begin before: a place is found by its ending.
        self._places: dict[str, list[int]] = {}
        self._spans: dict[str, list[Span]] = {}
        for kind, places in beginnings(codes).items():
            found = _names_of_places(text, places) if kind == "where" else _apart(kind, text, places)
            self._places[kind] = [place for place, _ in found]
            self._spans[kind] = [span for _, span in found]

    def of(self, start: int, end: int, floor: int = 0) -> list[Detail]:
        """Give the details of the need in ``text[start:end]``: all amounts in it, the nearest of each other kind.

        The nearest is the first one inside, else the last one before, though not before ``floor``.

        >>> from minqing.nlp.characters import codes_of
        >>> text = "6月2日，老张差三万元，要修两亩棚"
        >>> [(kind, text[a:b]) for kind, a, b in Details(text, codes_of(text)).of(5, 17)]
        [('who', '老张'), ('amount', '三万元'), ('amount', '两亩'), ('when', '6月2日')]
        """
        found: list[Detail] = []
        for kind in SLOT_KINDS:
            if kind == "amount":
                found += (Detail(kind, *span) for span in self._inside(kind, *self._sentence(start, end, floor)))
            elif nearest := self._nearest(kind, start, end, floor):
                found.append(Detail(kind, *nearest))
        return found

    def _inside(self, kind: str, start: int, end: int) -> Iterator[Span]:
        """Find the details of one kind from ``start`` to ``end``."""
        places, spans = self._places[kind], self._spans[kind]
        return (span for span in spans[bisect_left(places, start) : bisect_left(places, end)] if span[1] <= end)

    def _nearest(self, kind: str, start: int, end: int, floor: int) -> Span | None:
        """Give the first detail of a kind from ``start`` to ``end``, or else the last one before."""
        places, spans = self._places[kind], self._spans[kind]
        here = bisect_left(places, start)
        for span in spans[here : bisect_left(places, end, here)]:
            if start <= span[0] and span[1] <= end:
                return span
        first = max(floor, start - REACH[kind])
        last: Span | None = None
        for span in reversed(spans[bisect_left(places, first, 0, here) : here]):
            if first <= span[0] and span[1] <= start:
                if kind != "who" or self._text[span[0] : span[1]] not in GENERAL:  # a name rather than a group
                    return span
                last = last or span
        return last

    def _sentence(self, start: int, end: int, floor: int) -> tuple[int, int]:
        """Give where the sentence of ``text[start:end]`` begins and ends."""
        before, after = bisect_left(self._marks, start) - 1, bisect_left(self._marks, end)
        first = self._marks[before] + 1 if before >= 0 else 0
        last = self._marks[after] if after < len(self._marks) else len(self._text)
        return max(first, floor), last if last < end + LONGEST_REST else end


def _apart(kind: str, text: str, places: Sequence[int]) -> list[tuple[int, Span]]:
    """Find the details of one kind, none of which begins within another."""
    found: list[tuple[int, Span]] = []
    end = 0
    for place in places:
        if place >= end and (span := FINDERS[kind](text, place)):
            found.append((place, span))
            end = span[1]
    return found


def _names_of_places(text: str, places: Sequence[int]) -> list[tuple[int, Span]]:
    """Find the names of places, each with its ending; of two that go on in one another the longer, 石桥村 for 石桥."""
    found: list[tuple[int, Span]] = []
    behind = 0  # the last district
    for place in places:
        span = FINDERS["where"](text, place)
        if span and max(span[0], behind) < place:
            start = max(span[0], behind)
            if found and start <= found[-1][1][0]:
                found.pop()
            elif found:
                start = max(start, found[-1][1][1])
            if start < place:
                found.append((place, (start, span[1])))
                behind = span[1] if text[span[1] - 1] in DISTRICTS else behind
    return found
