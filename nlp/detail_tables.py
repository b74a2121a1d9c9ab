"""What ``c/details.c`` must know of characters and words, from the tables of the patterns it follows."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from . import slot_patterns as patterns
from .characters import Codes, Ints, codes_of, table_of, text_of
from .numerals import DIGITS, MYRIADS, ROUGH, SCALES, TENS, WRITTEN
from .records import SLOT_KINDS
from .slots import DISTRICTS, LONGEST_REST, REACH, SENTENCE_MARKS

_ARABIC = "0123456789"
_MONTHS = "一二三四五六七八九十"

# What a character may be to a detail: the signs of ``native.h``, in their order.
SIGNS = (
    *(patterns.NUMERALS, _ARABIC, WRITTEN, SCALES, ROUGH),
    *(patterns.SURNAMES, "老小阿", patterns.AFTER_NAME, patterns.BEFORE_NAME, "户家", "位名个", "社组队"),
    *(patterns.NO_NAME, "".join(patterns.NO_END), DISTRICTS),
    *(patterns.COUNTED + patterns.NO_COUNT, patterns.NOT_BEFORE["块"]),
    *(_MONTHS, _MONTHS + "廿", "正二三四五六七八九十冬腊", "〇零一二三四五六七八九", ".-/", "日号"),
    *(SENTENCE_MARKS, text_of(np.arange(0x4E00, 0xA000, dtype=np.uint32))),
    "".join(word[0] for word in patterns.PEOPLE),
    "".join(end[0] for end in patterns.PLACE_ENDS.split("|")),
    "农旧正冬腊廿",
    "".join(kin[0] for kin in patterns.KIN.split("|")),
    "".join(unit[0] for unit in patterns.UNITS_BY_LENGTH),
    patterns.NO_GIVEN,
)


def detail_tables() -> tuple[NDArray[np.generic], ...]:
    """Give all of it, in the order of ``c/types_of_model.c``."""
    groups = patterns.GROUPS.split("|")
    lists = (
        patterns.KIN.split("|"),
        ("人家", *groups),
        groups,
        patterns.PEOPLE,
        sorted(patterns.GENERAL),
        patterns.PLACE_ENDS.split("|"),
        patterns.UNITS_BY_LENGTH,
        patterns.ONLY_BEFORE["个"].split("|"),
    )
    return (_signs(), *map(_word_list, lists), _numbers(), _reach())


def _signs() -> NDArray[np.uint32]:
    signs = np.zeros(0x10000, dtype=np.uint32)
    for bit, characters in enumerate(SIGNS):
        signs[table_of(characters)] |= np.uint32(1 << bit)
    return signs


def _word_list(words: Iterable[str]) -> Codes:
    """Lay words end to end, each behind its length; a 0 ends the list."""
    return np.concatenate(
        [*(np.append(np.uint32(len(word)), codes_of(word)) for word in words), np.zeros(1, np.uint32)]
    )


def _numbers() -> NDArray[np.uint32]:
    """Give each written numeral and its number; the few digits that are none of their own are 0."""
    values = DIGITS | TENS | MYRIADS
    return np.array([number for char, value in values.items() for number in (ord(char), value)] + [0], dtype=np.uint32)


def _reach() -> Ints:
    return np.array([*(REACH.get(kind, 0) for kind in SLOT_KINDS), LONGEST_REST], dtype=np.int64)
