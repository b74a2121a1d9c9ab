"""Texts as arrays of code points, and the classes of characters that the stages look for."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Flags = NDArray[np.int8]  # 0 and 1, many of them

# Blocks of Han characters, first and last.
HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))

# The same, to stand between the brackets of a regular expression.
HAN = "".join(f"{chr(first)}-{chr(last)}" for first, last in HAN_BLOCKS)

_PLANE = 0x10000


def codes_of(text: str) -> Codes:
    """Give the code points of ``text``: ``(len(text),)``."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def text_of(codes: Codes) -> str:
    """Give the text of code points, none of them a surrogate."""
    return codes.astype("<u4").tobytes().decode("utf-32-le")


def table_of(characters: str) -> Bools:
    """Make a table for ``stand_in`` of characters of the first plane."""
    table = np.zeros(_PLANE, dtype=np.bool_)
    table[codes_of(characters)] = True
    return table


def stand_in(codes: Codes, table: Bools) -> Bools:
    """Say of each code point whether ``table`` has it; no character beyond the first plane is in any."""
    return table.take(codes, mode="clip")  # six times as fast as an index


class Pairs(NamedTuple):
    """Pairs of characters, ascending, and a table of those they begin with."""

    begins: Bools
    pairs: Ints


def table_of_pairs(pairs: Sequence[str]) -> Pairs:
    """Make a table for ``pairs_in`` of pairs of characters of the first plane; of longer words the first two count."""
    numbers = sorted({ord(pair[0]) << 16 | ord(pair[1]) for pair in pairs})
    return Pairs(table_of("".join(pair[0] for pair in pairs)), np.array(numbers, dtype=np.int64))


def pairs_in(codes: Codes, table: Pairs) -> Ints:
    """Say where a pair of ``table`` begins in ``codes``, ascending."""
    known = table.pairs
    if not len(known):
        return known
    first: Ints = np.flatnonzero(stand_in(codes[:-1], table.begins))
    pairs = codes[first].astype(np.int64) << 16 | codes[first + 1]
    found: Ints = first[known[np.minimum(np.searchsorted(known, pairs), len(known) - 1)] == pairs]
    return found


def _han_table() -> Bools:
    table = np.zeros(_PLANE, dtype=np.bool_)
    for first, last in HAN_BLOCKS:
        table[first : last + 1] = True
    return table


_HAN_TABLE = _han_table()


def are_han(codes: Codes) -> Bools:
    """Say of each code point whether it is a Han character."""
    found = stand_in(codes, _HAN_TABLE)
    if codes.max(initial=0) >= _PLANE:
        first, last = HAN_BLOCKS[-1]
        found |= (codes >= first) & (codes <= last)
    return found
