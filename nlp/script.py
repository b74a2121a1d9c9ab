"""Simplified, traditional or mixed; and one simplified form for the model's eyes.

Conversion is OpenCC's, at the level of characters: ``tw2s`` keeps the number of code points, so offsets
hold without any search, and a text and its conversion end in the same form. OpenCC's vocabulary
conversion (``tw2sp``) does not: it also changes words that both sides share (文件 becomes 文档), so the
same entry would read differently by script. Taiwan and Hong Kong words are folded by ``Vocabulary``
instead, in every script alike.
"""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from . import forms
from .alignment import Aligned, substitute
from .characters import (
    HAN_BLOCKS,
    Bools,
    Codes,
    Pairs,
    are_han,
    codes_of,
    stand_in,
    table_of,
    table_of_pairs,
    text_of,
)
from .records import Script

if TYPE_CHECKING:
    import daachorse
    import opencc

# Characters that ``tw2s`` leaves, or writes one way in one word and another way in the next (乾, 著, 麼):
# read as one, so that a text means the same whichever way it was converted before it came here.
_VARIANTS = (
    "喫纔麪牀裏羣爲衆鷄綫峯喂祂妳揹衞枱著幺麽麼乾赀瞭徵藉鍾餵㓥薹伕濬衹",
    "吃才面床里群为众鸡线峰喂他你背卫台着么么么干赀了征借钟喂劏苔夫浚只",
)


# The same of what no table of single characters of the first plane can hold: OpenCC writes 坐标 as 座標, and reads
# the 坏 of 打坏 and 一坏 in simplified text as the 坯 of traditional text.
_WRITTEN_TWO_WAYS = {"𠮶": "嗰", "座标": "坐标", "打坯": "打坏", "一坯": "一坏"}

# Radicals that stand as characters of their own.
_RADICALS = ((0x2E80, 0x2FDF), (0x31C0, 0x31EF))

_COMMON_HAN = np.arange(0x4E00, 0xA000, dtype=np.uint32)

# Rare characters that OpenCC writes one way alone and another way in some word, or keeps in one.
_CHANGED_IN_WORDS = "覆沈甦鉅昇扞彷逕噁陞濛谿脩剋鍾吒鍊氾釐蒐祕袷劄貲"

# The same of common characters, with a neighbour that every such word has.
_CHANGED_TOGETHER = (
    "一坯", "打坯", "土坏", "坏土", "坏子", "坏布", "坏兒", "坏戶", "拉坏", "捏坏", "毛坏", "磚坏",
    "脫坏", "製坏", "鋼坏", "鑿坏", "陶坏", "座標", "座标", "海哩", "英哩", "傢俱", "計畫", "籌畫",
    "於世", "於乎", "於仲", "於倫", "於其", "於則", "於勇", "於呼", "於單", "於坦", "於崇", "於忠",
    "於惟", "於戲", "於敖", "於期", "於梨", "於清", "於潛", "於琳", "於穆", "於竹", "於菟", "於邑",
    "於陵",
)  # fmt: skip


@cache
def _converter(config: str) -> "opencc.OpenCC":
    import opencc  # few texts need it

    return opencc.OpenCC(config)


@cache
def telling_characters() -> tuple[Bools, Bools]:
    """Give tables of the characters that only simplified text has, and of those that only traditional text has.

    What stands in GB 2312 but not in Big5 is simplified; what OpenCC changes and GB 2312 lacks is
    traditional. Characters of both standards (后, 里, 乾) say nothing.
    """
    return table_of(forms.ONLY_SIMPLIFIED), table_of(forms.ONLY_TRADITIONAL)


def detect_script(text: str) -> Script:
    """Say in which script ``text`` is written: ``hans``, ``hant``, ``mixed``, or ``other`` without Han.

    Mixed means that the rarer script has at least two different telling characters and a tenth of them. Han text
    that could be either counts as ``hans``.
    """
    codes = codes_of(text)
    simplified, traditional = (bool(stand_in(codes, table).any()) for table in telling_characters())
    return pure(bool(are_han(codes).any()), simplified, traditional) or mixture(codes)


def pure(han: bool, simplified: bool, traditional: bool) -> Script | None:
    """Say the same of a text that holds Han characters or not, and any of one script alone; None where of both."""
    if traditional:
        return None if simplified else "hant"
    return "hans" if simplified or han else "other"


def mixture(codes: Codes) -> Script:
    """Weigh a text with telling characters of both scripts by how many different ones it has of each."""
    simplified, traditional = (len(set(codes[stand_in(codes, table)].tolist())) for table in telling_characters())
    fewer = min(simplified, traditional)
    if fewer >= 2 and fewer * 10 >= simplified + traditional:
        return "mixed"
    return "hant" if traditional > simplified else "hans"


def simplify(text: str) -> str:
    """Write ``text`` in simplified characters, one for each of its own.

    >>> simplify("後面的農路著急，羣衆")
    '后面的农路着急，群众'
    """
    converted = str(_converter("tw2s").convert(text))
    if len(converted) != len(text):
        converted = "".join(map(_simplify_character, text))
    for one, other in _WRITTEN_TWO_WAYS.items():
        converted = converted.replace(one, other)
    # str.translate looks up every character of a long text one by one: thirty times slower than an array.
    return text_of(np.take(_common_form(), codes_of(converted)))


@cache
def simple_forms() -> Codes:
    """Give the simplified form of each character of the first plane that stands alone: ``(65536,)``.

    Those few of which it is beyond the plane are given themselves: ``changed_in_context`` has them.
    """
    table = _common_form()[:0x10000].copy()
    changed, simple = _forms_of_changed()
    table[changed] = np.where(simple < 0x10000, simple, changed)
    return table


@cache
def changed_in_context() -> tuple[Bools, Pairs]:
    """Say what takes more to simplify than a look at ``simple_forms``: single characters, and pairs.

    A text that holds none of these is simplified as its characters are, one by one.
    """
    table = table_of(_CHANGED_IN_WORDS)
    for first, last in (*HAN_BLOCKS, *_RADICALS):
        if first != _COMMON_HAN[0] and last < 0x10000:
            table[first : last + 1] = True
    changed, simple = _forms_of_changed()
    table[changed[simple >= 0x10000]] = True
    return table, table_of_pairs(_CHANGED_TOGETHER)


def _forms_of_changed() -> tuple[Codes, Codes]:
    """Give the common characters that are changed when they stand alone, and what they become."""
    return codes_of(forms.CHANGED), codes_of(forms.FORMS)


@cache
def _common_form() -> Codes:
    """Give, for each code point, the common one of its variants."""
    table = np.arange(0x110000, dtype=np.uint32)
    table[codes_of(_VARIANTS[0])] = codes_of(_VARIANTS[1])
    return table


def _simplify_character(char: str) -> str:
    converted = str(_converter("tw2s").convert(char))
    return converted if len(converted) == 1 else char


class Vocabulary:
    """Words of Taiwan and Hong Kong, and the mainland words they are read as.

    Both sides are in simplified characters; the longest word at a place wins. The result stays aligned:
    each new character stands for the whole word it replaced.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words, self.new = tuple(words), tuple(words.values())

    @cached_property
    def _automaton(self) -> "daachorse.CharwiseDoubleArrayAhoCorasick":
        import daachorse  # not on the fast path

        return daachorse.CharwiseDoubleArrayAhoCorasick(list(self.words), daachorse.MATCH_KIND_LEFTMOST_LONGEST)

    def fold(self, text: str) -> Aligned:
        """Put the mainland word for each regional one."""
        return substitute(text, ((at, at + len(self.words[word]), self.new[word]) for at, word in self.find(text)))

    def find(self, text: str) -> list[tuple[int, int]]:
        """Find the regional words in ``text``: where each starts, and its number."""
        return [(start, word) for start, _, word in self._automaton.find(text)] if self.words else []
