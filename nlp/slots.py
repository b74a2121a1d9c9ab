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


class Details:
    """All details in a text, found once for a batch of entries."""

    def __init__(self, text: str, codes: Codes) -> None:
        self._length = len(text)
        self._marks = np.flatnonzero(stand_in(codes, _SENTENCE_MARKS)).tolist()
        # Where each detail was found, ascending, and the detail. It may begin before: a place is found by its ending.
        self._places: dict[str, list[int]] = {}
        self._slots: dict[str, list[Slot]] = {}
        for kind, places in beginnings(codes).items():
            found = [(place, slot) for place in places if (slot := READERS[kind](text, place))]
            self._places[kind] = [place for place, _ in found]
            self._slots[kind] = [slot for _, slot in found]

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
        places, slots = self._places[kind], self._slots[kind]
        for number in range(bisect_left(places, start), bisect_left(places, end)):
            slot = slots[number]
            if places[number] >= start and start <= slot.start and slot.end <= end:
                start = slot.end
                yield slot

    def _nearest(self, kind: str, start: int, end: int, floor: int) -> Slot | None:
        """Give the first detail of a kind from ``start`` to ``end``, or else the last one before."""
        places, slots = self._places[kind], self._slots[kind]
        here = bisect_left(places, start)
        for slot in slots[here : bisect_left(places, end, here)]:
            if start <= slot.start and slot.end <= end:
                return slot
        first = max(floor, start - _REACH[kind])
        before = slots[bisect_left(places, first, 0, here) : here]
        last: Slot | None = None
        for slot in reversed(before):
            if first <= slot.start and slot.end <= start:
                if kind != "who" or slot.text not in GENERAL:  # a name rather than a group
                    return slot
                last = last or slot
        return last

    def _sentence(self, start: int, end: int, floor: int) -> tuple[int, int]:
        """Give where the sentence of ``text[start:end]`` begins and ends."""
        before, after = bisect_left(self._marks, start) - 1, bisect_left(self._marks, end)
        first = self._marks[before] + 1 if before >= 0 else 0
        last = self._marks[after] if after < len(self._marks) else self._length
        return max(first, floor), last if last < end + _LONGEST_REST else end
