"""A first look at texts, one pass over their characters: simplified, and what each holds, so that few need another.

The same is said in C (``c/reading.c``), with the tables made here.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from . import clauses
from .characters import HAN_BLOCKS, Codes, Ints, Pairs, are_han, pairs_in, table_of, table_of_pairs
from .clean import BRACKETS, MOST_SPACES, RARE_BLOCKS
from .script import changed_in_context, simple_forms, telling_characters

Bits = NDArray[np.uint32]

# What a character of the first plane may be, and a text may hold: Han characters, some of one script alone, what sets off
# a repair, what may begin a field, what takes OpenCC to simplify, what may be a regional word (by its first two
# characters, or its only one), and what stands around clauses; and of a text, that it has many spaces. ``native.h`` has
# them in this order.
(
    HAN, SIMPLIFIED, TRADITIONAL, RARE, BRACKET, FIELD, UNUSUAL, IRREGULAR, REGIONAL, REGIONAL_ALONE, MARK, SPACE, SPACED
) = (1 << bit for bit in range(13))  # fmt: skip

_PLANE = 0x10000


class Looker:
    """Looks at texts laid end to end, a newline between two; ``words`` are those that ``REGIONAL`` tells of."""

    def __init__(self, words: Iterable[str]) -> None:
        unusual, self.irregular = changed_in_context()
        words = tuple(words)
        self.regional = table_of_pairs([word for word in words if len(word) > 1])
        self.simple = simple_forms()
        simplified, traditional = telling_characters()
        self.classes = np.zeros(_PLANE, dtype=np.uint32)
        for bit, table in (
            (HAN, are_han(np.arange(_PLANE, dtype=np.uint32))),
            (SIMPLIFIED, simplified),
            (TRADITIONAL, traditional),
            (BRACKET, table_of(BRACKETS)),
            (FIELD, table_of(clauses.FIELD_SIGNS)),
            (UNUSUAL, unusual),
            (IRREGULAR, self.irregular.begins),
            (REGIONAL, self.regional.begins),
            (REGIONAL_ALONE, table_of("".join(word for word in words if len(word) == 1))),
            (MARK, table_of(clauses.MARKS)),
            (SPACE, table_of(clauses.SPACES)),
        ):
            self.classes[table] |= bit
        for first, last in RARE_BLOCKS:
            self.classes[first : last + 1] |= RARE

    def look(self, codes: Codes, offsets: Ints) -> tuple[Codes, Bits]:
        """Give the codes in simplified characters, as far as one by one will do, and what each text holds."""
        bits = self._bits(codes)
        between = offsets[1:] - 1
        bits[between] = 0
        simplified = np.where(codes < _PLANE, self.simple.take(codes, mode="clip"), codes)
        held = np.bitwise_or.reduceat(np.append(bits, np.uint32(0)), offsets) if len(offsets) else bits
        spaces = np.searchsorted(offsets, np.flatnonzero(codes == ord(" ")), side="right") - 1
        many = np.bincount(spaces, minlength=len(offsets)) > MOST_SPACES
        return simplified, held | np.where(many, np.uint32(SPACED), np.uint32(0))

    def _bits(self, codes: Codes) -> Bits:
        bits = self.classes.take(codes, mode="clip") & np.uint32(~(IRREGULAR | REGIONAL) & 0xFFFFFFFF)
        beyond = codes >= _PLANE
        if beyond.any():
            first, last = HAN_BLOCKS[-1]
            bits[beyond] = RARE | UNUSUAL
            bits[(codes >= first) & (codes <= last)] |= HAN
        for bit, pairs in ((IRREGULAR, self.irregular), (REGIONAL, self.regional)):
            bits[pairs_in(codes, pairs)] |= bit
        return bits

    def clauses(self, codes: Codes, offsets: Ints) -> tuple[Ints, Ints, Ints]:
        """Cut texts into clauses: where they start and end, and the number of the text of each."""
        return clauses.cut(codes, offsets)


def pairs_of(table: Pairs) -> Ints:
    """Give the pairs of a table, for C."""
    return np.ascontiguousarray(table.pairs)
