"""A first look at texts, one pass over their characters: simplified, and what each holds, so that few need another.

Then what is looked for in those that may hold it: regional words, clauses and the fields they stand in. The same is
said in C (``c/reading.c``), with the tables made here.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .characters import HAN_BLOCKS, Codes, Ints, are_han, pairs_in, table_of, table_of_pairs, text_of
from .clauses import CLOSING, FIELD_SIGNS, MARKS, NUMBERING, OPENING, SPACES, Field, cut, fields_of, with_ends
from .clauses import NAME_BEGINS as BEFORE_NAME
from .clean import BRACKETS, MOST_SPACES, RARE_BLOCKS
from .script import Vocabulary, changed_in_context, simple_forms, telling_characters

Bits = NDArray[np.uint32]

# What a character of the first plane may be, and a text may hold: Han characters, some of one script alone, what sets
# off a repair, what may begin a field, what takes OpenCC to simplify, what may be a regional word (by its first two
# characters, or its only one), what stands around clauses and around and in the names of fields; and of a text, that
# it has many spaces. ``native.h`` has them in this order.
(
    HAN, SIMPLIFIED, TRADITIONAL, RARE, BRACKET, FIELD, UNUSUAL, IRREGULAR, REGIONAL, REGIONAL_ALONE, MARK, SPACE,
    NAME_BEGINS, NUMBERS_NAME, OPENS_NAME, CLOSES_NAME, SPACED,
) = (1 << bit for bit in range(17))  # fmt: skip

_OF_WORDS = IRREGULAR | REGIONAL | REGIONAL_ALONE

_PLANE = 0x10000


class Regional(NamedTuple):
    """Regional words: the number of the text of each, where it begins in the whole, and its place in the vocabulary."""

    entries: Ints
    places: Ints
    words: Ints


def numbers(found: Bits, bits: int) -> list[int]:
    """Number the texts that hold any of ``bits``."""
    numbered: list[int] = np.flatnonzero(found & np.uint32(bits)).tolist()
    return numbered


def piece(codes: Codes, offsets: Ints, number: int) -> Codes:
    """Give the code points of a text among those laid end to end."""
    end = offsets[number + 1] - 1 if number + 1 < len(offsets) else len(codes)
    return codes[offsets[number] : end]


class Looker:
    """Looks at texts laid end to end, a newline between two; ``offsets`` say where each begins."""

    def __init__(self, vocabulary: Mapping[str, str]) -> None:
        self.vocabulary = Vocabulary(vocabulary)
        words = self.vocabulary.words
        unusual, self.irregular = changed_in_context()
        self.pairs = table_of_pairs([word for word in words if len(word) > 1])
        self.simple = simple_forms()
        simplified, traditional = telling_characters()
        self.classes = np.zeros(_PLANE, dtype=np.uint32)
        for bit, table in (
            (HAN, are_han(np.arange(_PLANE, dtype=np.uint32))),
            (SIMPLIFIED, simplified),
            (TRADITIONAL, traditional),
            (BRACKET, table_of(BRACKETS)),
            (FIELD, table_of(FIELD_SIGNS)),
            (UNUSUAL, unusual),
            (IRREGULAR, self.irregular.begins),
            (REGIONAL, self.pairs.begins),
            (REGIONAL_ALONE, table_of("".join(word for word in words if len(word) == 1))),
            (MARK, table_of(MARKS)),
            (SPACE, table_of(SPACES)),
            (NAME_BEGINS, table_of(BEFORE_NAME)),
            (NUMBERS_NAME, table_of(NUMBERING)),
            (OPENS_NAME, table_of(OPENING)),
            (CLOSES_NAME, table_of(CLOSING)),
        ):
            self.classes[table] |= bit
        for first, last in RARE_BLOCKS:
            self.classes[first : last + 1] |= RARE

    def look(self, codes: Codes, offsets: Ints) -> tuple[Codes, Bits]:
        """Give the codes in simplified characters, as far as one by one will do, and what each text holds."""
        simplified: Codes = np.where(codes < _PLANE, self.simple.take(codes, mode="clip"), codes)
        bits = self._bits(codes, simplified)
        between = offsets[1:] - 1
        bits[between] = 0
        held = np.bitwise_or.reduceat(np.append(bits, np.uint32(0)), offsets) if len(offsets) else bits
        spaces = np.searchsorted(offsets, np.flatnonzero(codes == ord(" ")), side="right") - 1
        many = np.bincount(spaces, minlength=len(offsets)) > MOST_SPACES
        return simplified, np.asarray(held | np.where(many, np.uint32(SPACED), np.uint32(0)), dtype=np.uint32)

    def _bits(self, codes: Codes, simplified: Codes) -> Bits:
        """Say what each character is, and of what pairs the first. Regional words are in simplified characters."""
        bits = self.classes.take(codes, mode="clip") & np.uint32(~_OF_WORDS & 0xFFFFFFFF)
        bits |= self.classes.take(simplified, mode="clip") & np.uint32(REGIONAL_ALONE)
        beyond = codes >= _PLANE
        if beyond.any():
            first, last = HAN_BLOCKS[-1]
            bits[beyond] = RARE | UNUSUAL
            bits[(codes >= first) & (codes <= last)] |= HAN
        bits[pairs_in(codes, self.irregular)] |= IRREGULAR
        bits[pairs_in(simplified, self.pairs)] |= REGIONAL
        return bits

    def regional(self, codes: Codes, offsets: Ints, found: Bits) -> Regional:
        """Find regional words."""
        texts = numbers(found, REGIONAL | REGIONAL_ALONE)
        words = [
            (number, int(offsets[number]) + at, word)
            for number in texts
            for at, word in self.vocabulary.find(text_of(piece(codes, offsets, number)))
        ]
        table = np.array(words, dtype=np.int64).reshape(-1, 3)
        return Regional(table[:, 0], table[:, 1], table[:, 2])

    def clauses(self, codes: Codes, offsets: Ints) -> tuple[Ints, Ints, Ints]:
        """Cut texts into clauses: where they start and end, and the number of the text of each."""
        return cut(codes, offsets)

    def fields(self, codes: Codes, offsets: Ints, found: Bits) -> Iterator[tuple[int, list[Field]]]:
        """Give the fields of the texts that have any, with the number of the text."""
        for number in numbers(found, FIELD):
            text = text_of(piece(codes, offsets, number))
            fields = fields_of(text)
            if fields:
                yield number, with_ends(fields, text)
