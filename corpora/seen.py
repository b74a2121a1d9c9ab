"""The texts so far, and which of them says the same as a new one; many are asked about and remembered in one go."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minqing.corpora.duplicates import BANDS, DESCRIBED_BYTES, FACTORS, KEY_BYTES, ROWS
from minqing.nlp.characters import Bools, Ints

# Share of equal places from which two texts count as alike; measured by benchmarks/duplicates.py.
THRESHOLD = 0.6

# Texts remembered: older ones are let go, so that memory stays flat however long the run.
REMEMBERED = 150_000

# More than three places for each band of the texts remembered, and nearly two for each text itself.
_PLACE_BITS = 22
_BUCKET_BITS = 18
PLACES = 1 << _PLACE_BITS

_MIX = FACTORS[:ROWS]
_OF_BAND = FACTORS[ROWS : ROWS + BANDS]


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is known of ``n`` texts; those that are short have only a key.

    ``buckets`` (n,) are places of the keys, ``places`` (n, 8) those of the bands of the signatures, -1 of short texts.
    """

    keys: NDArray[np.uint64]
    buckets: Ints
    signatures: NDArray[np.uint16]
    places: Ints

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def of(cls, described: Sequence[bytes]) -> "_Texts":
        raw = b"".join(one.ljust(DESCRIBED_BYTES, b"\0") for one in described)
        table = np.frombuffer(raw, dtype=np.uint8).reshape(len(described), DESCRIBED_BYTES)
        keys = np.ascontiguousarray(table[:, :KEY_BYTES]).view(np.uint64)[:, 0]
        signatures = np.ascontiguousarray(table[:, KEY_BYTES:]).view(np.uint32)
        places = _places(signatures)
        places[[len(one) == KEY_BYTES for one in described]] = -1
        # Halves of the numbers: that two different ones agree in a half is one chance in 65,536.
        return cls(keys, (keys >> np.uint64(64 - _BUCKET_BITS)).astype(np.int64), signatures.astype(np.uint16), places)

    def some(self, numbers: Sequence[int]) -> "_Texts":
        return _Texts(self.keys[numbers], self.buckets[numbers], self.signatures[numbers], self.places[numbers])


class Seen:
    """The texts so far, in arrays of a fixed size, as dictionaries of their keys and bands would fill 300 MB.

    A near copy is looked for where its bands lie in a table; where bands of two different texts fall on one place the
    first keeps it, so that a copy that shares but that band with the second is missed. An exact copy never is.
    """

    def __init__(self) -> None:
        self._count = 0
        self._keys = np.zeros(REMEMBERED, dtype=np.uint64)
        self._signatures = np.zeros((REMEMBERED, BANDS * ROWS), dtype=np.uint16)
        # The text that has each place, counted from 1; zeros take no memory until they are written over.
        self._places = np.zeros(PLACES, dtype=np.int32)
        # The last text of each bucket, and for each text the one before it there.
        self._last = np.zeros(1 << _BUCKET_BITS, dtype=np.int32)
        self._before = np.zeros(REMEMBERED, dtype=np.int32)

    def firsts(self, described: Sequence[bytes]) -> list[int]:
        """Give for each text the number of the first that says the same, or -1 and remember it.

        Texts are numbered from 0 in the order in which they were remembered.
        """
        texts = _Texts.of(described)
        found = self._look(texts)
        # While these texts are remembered, some of the oldest are let go.
        is_sure = found >= max(self._count + len(texts) - REMEMBERED, 0)
        new = np.flatnonzero(~is_sure)
        doubtful = new[(found[new] >= 0) | _depend_on_each_other(texts.some(new.tolist()))]
        begin = 0
        for number in [*doubtful.tolist(), len(texts)]:
            self._remember(texts.some(new[(new >= begin) & (new < number)].tolist()))
            if number < len(texts):
                found[number] = self._first(texts.some([number]))
            begin = number + 1
        firsts: list[int] = found.tolist()
        return firsts

    def _first(self, text: _Texts) -> int:
        """Do the same for one text alone."""
        found = int(self._look(text)[0])
        if found < 0:
            self._remember(text)
        return found

    def _look(self, texts: _Texts) -> Ints:
        """Give for each text the first like it, as things stand, or -1."""
        oldest = max(self._count - REMEMBERED, 0)
        found = self._exact(texts, oldest)
        near = np.where(texts.places >= 0, self._places[texts.places], 0)
        near[found >= 0] = 0
        numbers, bands = np.nonzero(near > oldest)
        texts_met = near[numbers, bands] - 1
        agree = self._signatures[texts_met % REMEMBERED] == texts.signatures[numbers]
        alike = agree.sum(axis=1) >= THRESHOLD * BANDS * ROWS
        # Backwards, so that the smallest number of several stays.
        order = np.argsort(-texts_met[alike], kind="stable")
        found[numbers[alike][order]] = texts_met[alike][order]
        return found

    def _exact(self, texts: _Texts, oldest: int) -> Ints:
        found = np.full(len(texts), -1, dtype=np.int64)
        open_ = np.arange(len(texts))
        met = self._last[texts.buckets]
        while len(open_ := open_[met > oldest]):
            met = met[met > oldest]
            at = (met - 1) % REMEMBERED
            is_same = self._keys[at] == texts.keys[open_]
            found[open_[is_same]] = met[is_same] - 1
            open_, met = open_[~is_same], self._before[at[~is_same]]
        return found

    def _remember(self, texts: _Texts) -> None:
        """Keep texts of which no two share a bucket."""
        numbers = self._count + np.arange(len(texts))
        at = numbers % REMEMBERED
        self._keys[at] = texts.keys
        self._signatures[at] = texts.signatures
        self._before[at] = self._last[texts.buckets]
        self._last[texts.buckets] = numbers + 1
        oldest = np.maximum(numbers - REMEMBERED, 0)[:, None]
        is_free = (texts.places >= 0) & (self._places[texts.places] <= oldest)
        of_text = np.broadcast_to(numbers[:, None] + 1, is_free.shape)
        # Backwards, as the first of several keeps a place.
        self._places[texts.places[is_free][::-1]] = of_text[is_free][::-1]
        self._count += len(texts)


def _places(signatures: NDArray[np.uint32]) -> Ints:
    """Give the place of each band of signatures in the table."""
    bands = signatures.reshape(-1, BANDS, ROWS).astype(np.uint64)
    mixed = (bands * _MIX).sum(axis=2, dtype=np.uint64) + _OF_BAND
    return np.asarray((mixed * FACTORS[0]) >> np.uint64(64 - _PLACE_BITS), dtype=np.int64)


def _depend_on_each_other(texts: _Texts) -> Bools:
    """Say which of these texts may be like another of them, or share a bucket with one."""
    _, place, counts = np.unique(texts.buckets, return_inverse=True, return_counts=True)
    found = np.asarray(counts[place] > 1)
    # Texts in a common form often share a place and are not alike.
    numbers = np.flatnonzero(_share_a_place(texts.places))
    some = texts.signatures[numbers]
    alike = (some[:, None] == some[None]).sum(axis=2) >= THRESHOLD * BANDS * ROWS
    np.fill_diagonal(alike, False)
    found[numbers] |= alike.any(axis=1)
    return found


def _share_a_place(places: Ints) -> Bools:
    places = np.sort(places, axis=1)
    places[:, 1:][places[:, 1:] == places[:, :-1]] = -1  # two bands of one text may lie on one place
    values, counts = np.unique(places[places >= 0], return_counts=True)
    return np.asarray(np.isin(places, values[counts > 1]).any(axis=1))
