"""Who needs it, where, how much, and when: details bound to a need, each with the place it stands in.

Rules over the text as the model sees it, so that both scripts are read alike. A detail belongs to the need
whose clause it stands in; who and where may stand earlier, since a household is named once and then only
meant (language.md 1.3).
"""

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np

from .characters import Codes, stand_in, table_of
from .records import SLOT_KINDS, Slot
from .slot_patterns import GENERAL, READERS, beginnings

# Names keep their characters: their value is what the writer wrote.
AS_WRITTEN = ("who", "where")

_SENTENCE_MARKS = table_of("。！？\n；")

# How far past its need a sentence is followed; a longer one is no sentence but a text without marks.
_LONGEST_REST = 60

# How many characters before its need a detail may stand. A date stands at the head of the entry.
_REACH = {"who": 150, "where": 150, "when": 3_000}

# What stands where nobody has looked yet.
_UNREAD = Slot("", "", 0, 0)


class Details:
    """The places of a text where a detail may begin; made once for a batch of entries."""

    def __init__(self, text: str, codes: Codes) -> None:
        self._text = text
        self._places = beginnings(codes)
        self._marks = np.flatnonzero(stand_in(codes, _SENTENCE_MARKS)).tolist()
        # What stands at each place, once it was looked at: the needs of an entry look at the same places.
        self._read: dict[str, dict[int, Slot | None]] = {kind: {} for kind in SLOT_KINDS}

    def of(self, start: int, end: int, floor: int = 0) -> list[Slot]:
        """Give the details of the need in ``text[start:end]``: all amounts in it, the nearest of each other kind.

        The nearest is the first one inside, else the last one before, though not before ``floor``.

        >>> from minqing.nlp.characters import codes_of
        >>> text = "6月2日，老张差三万元，要修两亩棚"
        >>> [(s.kind, s.value) for s in Details(text, codes_of(text)).of(5, 17)]
        [('who', '老张'), ('amount', '30000 yuan'), ('amount', '2 mu'), ('when', '--06-02')]
        """
        found: list[Slot] = []
        for kind in SLOT_KINDS:
            if kind == "amount":
                found += self._inside(kind, *self._sentence(start, end, floor))
            elif nearest := self._nearest(kind, start, end, floor):
                found.append(nearest)
        return found

    def _inside(self, kind: str, start: int, end: int) -> Iterator[Slot]:
        """Find details of one kind from ``start`` to ``end``, none within another."""
        places = self._places[kind]
        for number in range(bisect_left(places, start), bisect_left(places, end)):
            place = places[number]
            if place >= start:
                slot = self._at(kind, place)
                if slot and start <= slot.start and slot.end <= end:
                    start = slot.end
                    yield slot

    def _nearest(self, kind: str, start: int, end: int, floor: int) -> Slot | None:
        """Give the first detail of a kind from ``start`` to ``end``, or else the last one before."""
        places = self._places[kind]
        here = bisect_left(places, start)
        for number in range(here, bisect_left(places, end, here)):
            slot = self._at(kind, places[number])
            if slot and start <= slot.start and slot.end <= end:
                return slot
        return self._before(kind, here, max(floor, start - _REACH[kind]), start)

    def _before(self, kind: str, here: int, first: int, start: int) -> Slot | None:
        """Give the last detail between ``first`` and ``start``; of a who a name rather than a group.

        ``here`` is the number of the first place from ``start`` on.
        """
        places = self._places[kind]
        last: Slot | None = None
        for number in range(here - 1, bisect_left(places, first) - 1, -1):
            slot = self._at(kind, places[number])
            if slot and first <= slot.start and slot.end <= start:
                if kind != "who" or slot.text not in GENERAL:
                    return slot
                last = last or slot
        return last

    def _at(self, kind: str, place: int) -> Slot | None:
        read = self._read[kind]
        slot = read.get(place, _UNREAD)
        if slot is _UNREAD:
            slot = read[place] = READERS[kind](self._text, place)
        return slot

    def _sentence(self, start: int, end: int, floor: int) -> tuple[int, int]:
        """Give where the sentence of ``text[start:end]`` begins and ends."""
        before, after = bisect_left(self._marks, start) - 1, bisect_left(self._marks, end)
        first = self._marks[before] + 1 if before >= 0 else 0
        last = self._marks[after] if after < len(self._marks) else len(self._text)
        return max(first, floor), last if last < end + _LONGEST_REST else end
