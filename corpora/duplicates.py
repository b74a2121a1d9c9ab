"""The same entry handed in twice: exactly, in the other script, with other punctuation, or with a few words changed.

Texts are compared by MinHash signatures of their three-character grams: the share of equal places in two
signatures estimates the share of grams two texts have in common. A mark says that two texts are alike, never
that one was copied from the other.
"""

import re
from collections import OrderedDict
from hashlib import blake2b
from itertools import islice
from typing import Any

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
_FACTORS = np.random.default_rng(0).integers(1, 1 << 63, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)


def bare(text: str) -> str:
    """Write ``text`` in simplified characters, without signs and spaces: what two copies of it have in common.

    >>> bare("農路塌了， 沒人修。") == bare("农路塌了没人修")
    True
    """
    return _SIGNS.sub("", simplify(clean(text).text))


def signature(plain: str) -> Signature:
    """Give the ``(32,)`` signature of a bare text: under each of 32 hashes, the least of its grams."""
    *_, grams = hash_grams(codes_of(plain), GRAM)
    mixed = grams ^ (grams >> np.uint64(29))
    return np.asarray((mixed[:, None] * _FACTORS >> np.uint64(32)).min(axis=0), dtype=np.uint32)


def describe(text: str) -> bytes:
    """Give what ``Seen`` compares: eight bytes for exact copies, and the signature of all but short texts."""
    plain = bare(text)
    key = blake2b(plain.encode("utf-8", "replace"), digest_size=8).digest()
    return key + (signature(plain).tobytes() if len(plain) >= SHORTEST else b"")


class Seen:
    """The entries so far, by what they say."""

    def __init__(self) -> None:
        self._exact: OrderedDict[bytes, str] = OrderedDict()
        self._near: OrderedDict[bytes, tuple[str, bytes]] = OrderedDict()

    def first(self, id: str, described: bytes) -> str:
        """Give the id of the first entry that says the same as this one, or "" and remember this one."""
        key, mine = described[:8], described[8:]
        found = self._exact.get(key) or (self._nearest(id, mine) if mine else "")
        if not found:
            self._exact[key] = id
            _forget(self._exact, REMEMBERED)
        return found

    def _nearest(self, id: str, mine: bytes) -> str:
        width = 4 * ROWS
        bands = [bytes([k]) + mine[k * width : (k + 1) * width] for k in range(BANDS)]
        for band in bands:
            first, other = self._near.get(band, ("", b""))
            if first and alike(mine, other) >= THRESHOLD:
                return first
        for band in bands:
            self._near.setdefault(band, (id, mine))
        _forget(self._near, REMEMBERED * BANDS)
        return ""


def alike(a: bytes, b: bytes) -> float:
    """Give the share of places in which two signatures are equal."""
    return float(np.mean(np.frombuffer(a, dtype=np.uint32) == np.frombuffer(b, dtype=np.uint32)))


def _forget(table: OrderedDict[bytes, Any], most: int) -> None:
    for key in list(islice(table, max(len(table) - most, 0))):
        del table[key]
