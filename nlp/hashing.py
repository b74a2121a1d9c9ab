"""Hashes of stretches of text, many at once: polynomials over code points, the same on every machine.

The polynomial of a word is that of the n-gram with the same characters, so a word list can be looked up
among the n-grams of a text.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .characters import Codes, Ints, codes_of

Hashes = NDArray[np.uint64]

BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)


def hash_grams(codes: Codes, longest: int) -> Iterator[Hashes]:
    """Give the hashes of all n-grams of ``codes``, in text order, for ``n`` from 1 to ``longest``."""
    wide = codes.astype(np.uint64)
    value = wide.copy()
    for n in range(1, min(longest, len(codes)) + 1):
        if n > 1:
            value = value[:-1] * BASE + wide[n - 1 :]
        yield value


def hash_spans(codes: Codes, starts: Ints, ends: Ints) -> Hashes:
    """Give the hash of each ``codes[start:end]``."""
    value = np.zeros(len(starts), dtype=np.uint64)
    lengths = ends - starts
    for k in range(int(lengths.max(initial=0))):
        more = lengths > k
        value[more] = value[more] * BASE + codes[starts[more] + k]
    return value


def hash_text(text: str) -> int:
    """Give the hash of a whole text.

    >>> hash_text("水渠") == int(hash_spans(codes_of("修水渠"), np.array([1]), np.array([3]))[0])
    True
    """
    codes = codes_of(text)
    return int(hash_spans(codes, np.zeros(1, dtype=np.int64), np.array([len(codes)]))[0])


def top_bits(value: Hashes, bits: int) -> Ints:
    """Spread hashes over ``2 ** bits`` numbers; the polynomial alone would crowd them."""
    return (value * _MIX >> np.uint64(64 - bits)).view(np.int64)
