"""The same entry handed in twice: exactly, in the other script, with other punctuation, or with a few words changed.

Texts are compared by MinHash signatures of their three-character grams: the share of equal places in two
signatures estimates the share of grams two texts have in common. A mark says that two texts are alike, never
that one was copied from the other.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from minqing.nlp.characters import HAN, codes_of
from minqing.nlp.clean import clean
from minqing.nlp.hashing import hash_grams
from minqing.nlp.script import simplify

GRAM = 3
BANDS, ROWS = 8, 4

# Share of equal places from which two texts count as alike; measured by benchmarks/duplicates.py.
THRESHOLD = 0.6

# Shorter texts (bare, without signs) are alike by chance: only exact copies of them count.
SHORTEST = 30

# Entries remembered: older ones are let go, so that memory stays flat however long the run.
REMEMBERED = 150_000

Signature = NDArray[np.uint32]

_SIGNS = re.compile(f"[^{HAN}A-Za-z0-9]+")
# More than three places for each band of the entries remembered.
_PLACE_BITS = 22
PLACES = 1 << _PLACE_BITS
_FACTORS = np.random.default_rng(0).integers(1, 1 << 63, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)

_MIX = _FACTORS[:ROWS]
_OF_BAND = _FACTORS[ROWS : ROWS + BANDS]


def bare(text: str) -> str:
    """Write ``text`` in simplified characters, without signs and spaces: what two copies of it have in common.

    >>> bare("農路塌了， 沒人修。") == bare("农路塌了没人修")
    True
    """
    return bare_all([text])[0]


def bare_all(texts: Sequence[str]) -> list[str]:
    """Do the same for many texts, converted in one go."""
    cleaned = [clean(text).text for text in texts]
    whole = simplify("\n".join(cleaned))
    starts = accumulate((len(text) + 1 for text in cleaned), initial=0)
    return [_SIGNS.sub("", whole[at : at + len(text)]) for at, text in zip(starts, cleaned, strict=False)]


def signature(plain: str) -> Signature:
    """Give the ``(32,)`` signature of a bare text: under each of 32 hashes, the least of its grams."""
    *_, grams = hash_grams(codes_of(plain), GRAM)
    mixed = grams ^ (grams >> np.uint64(29))
    return np.asarray((mixed[:, None] * _FACTORS >> np.uint64(32)).min(axis=0), dtype=np.uint32)


def describe(text: str) -> bytes:
    """Give what ``Seen`` compares: eight bytes for exact copies, and the signature of all but short texts."""
    return describe_all([text])[0]


def describe_all(texts: Sequence[str]) -> list[bytes]:
    """Do the same for many texts."""
    return [_described(plain) for plain in bare_all(texts)]


def _described(plain: str) -> bytes:
    key = blake2b(plain.encode("utf-8", "replace"), digest_size=8).digest()
    return key + (signature(plain).tobytes() if len(plain) >= SHORTEST else b"")


class Seen:
    """The entries so far, by what they say: arrays of a fixed size, as a dictionary of their bands would fill 300 MB.

    A near copy is looked for where its bands lie in a table; where bands of two different texts fall on one place the
    first keeps it, so that a copy that shares but that band with the second is missed. An exact copy never is.
    """

    def __init__(self) -> None:
        self._count = 0
        self._ids = [""] * REMEMBERED
        self._keys: list[bytes] = [b""] * REMEMBERED
        self._exact: dict[bytes, int] = {}
        # Halves of the numbers: that two different ones agree in a half is one chance in 65,536.
        self._signatures = np.zeros((REMEMBERED, BANDS * ROWS), dtype=np.uint16)
        # The entry that has each place, counted from 1; zeros take no memory until they are written over.
        self._places = np.zeros(PLACES, dtype=np.int32)

    def first(self, id: str, described: bytes) -> str:
        """Give the id of the first entry that says the same as this one, or "" and remember this one."""
        key = described[:8]
        same = self._exact.get(key)
        if same is not None:
            return self._ids[same % REMEMBERED]
        mine: Signature = np.frombuffer(described, dtype=np.uint32, offset=8)
        places = _places(mine) if len(mine) else None
        if places is not None:
            near = self._nearest(mine, places)
            if near is not None:
                return self._ids[near % REMEMBERED]
        self._remember(id, key, mine, places)
        return ""

    def _nearest(self, mine: Signature, places: NDArray[np.int64]) -> int | None:
        found = self._places[places] - 1
        met = np.unique(found[found >= max(self._count - REMEMBERED, 0)])
        if not len(met):
            return None
        alike = (self._signatures[met % REMEMBERED] == mine.astype(np.uint16)).mean(axis=1)
        best = met[alike >= THRESHOLD]
        return int(best[0]) if len(best) else None

    def _remember(self, id: str, key: bytes, mine: Signature, places: NDArray[np.int64] | None) -> None:
        at = self._count % REMEMBERED
        if self._count >= REMEMBERED:
            del self._exact[self._keys[at]]
        self._ids[at], self._keys[at] = id, key
        self._exact[key] = self._count
        if places is not None:
            self._signatures[at] = mine.astype(np.uint16)
            free = self._places[places] <= max(self._count - REMEMBERED, 0)
            self._places[places[free]] = self._count + 1
        self._count += 1


def _places(mine: Signature) -> NDArray[np.int64]:
    """Give the place of each band of a signature in the table."""
    bands = mine.reshape(BANDS, ROWS).astype(np.uint64)
    mixed = (bands * _MIX).sum(axis=1, dtype=np.uint64) + _OF_BAND
    return np.asarray((mixed * _FACTORS[0]) >> np.uint64(64 - _PLACE_BITS), dtype=np.int64)
