"""Simplified, traditional or mixed; and one simplified form for the model's eyes.

Conversion is OpenCC's, at the level of characters: ``tw2s`` keeps the number of code points, so offsets
hold without any search, and a text and its conversion end in the same form. OpenCC's vocabulary
conversion (``tw2sp``) does not: it also changes words that both sides share (文件 becomes 文档), so the
same entry would read differently by script. Taiwan and Hong Kong words are folded by ``Vocabulary``
instead, in every script alike.
"""

import re
from collections.abc import Mapping
from functools import cache

import daachorse
import opencc

from .alignment import Aligned, substitute
from .clean import HAN
from .records import Script

_HAN = re.compile(f"[{HAN}]")

# Characters that ``tw2s`` leaves, or writes one way in one word and another way in the next (乾, 著, 麼):
# read as one, so that a text means the same whichever way it was converted before it came here.
_VARIANTS = str.maketrans(
    "喫纔麪牀裏羣爲衆鷄綫峯喂祂妳揹衞枱著幺麽麼乾赀瞭徵藉鍾餵㓥薹𠮶伕",
    "吃才面床里群为众鸡线峰喂他你背卫台着么么么干赀了征借钟喂劏苔嗰夫",
)


_VARIANT = re.compile("[" + "".join(map(chr, _VARIANTS)) + "]")


@cache
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)


@cache
def _telling_characters() -> tuple[frozenset[str], frozenset[str]]:
    """Give the characters that only simplified text has, and those that only traditional text has.

    What stands in GB 2312 but not in Big5 is simplified; what OpenCC changes and GB 2312 lacks is
    traditional. Characters of both standards (后, 里, 乾) say nothing.
    """
    han = "".join(map(chr, range(0x4E00, 0xA000)))
    mainland = set(han.encode("gb2312", "ignore").decode("gb2312"))
    taiwan = set(han.encode("big5", "ignore").decode("big5"))
    converted = _converter("tw2s").convert("\n".join(han)).split("\n")
    changed = {a for a, b in zip(han, converted, strict=True) if a != b}
    return frozenset(mainland - taiwan), frozenset(changed - mainland)


def detect_script(text: str) -> Script:
    """Say in which script ``text`` is written: ``hans``, ``hant``, ``mixed``, or ``other`` without Han.

    Mixed means that the rarer script has at least two different telling characters and a tenth of them. Han text
    that could be either counts as ``hans``.
    """
    simplified, traditional = _telling_characters()
    characters = set(text)
    s = len(characters & simplified)
    t = len(characters & traditional)
    if min(s, t) >= 2 and min(s, t) * 10 >= s + t:
        return "mixed"
    if t > s:
        return "hant"
    return "hans" if s or _HAN.search(text) else "other"


def simplify(text: str) -> str:
    """Write ``text`` in simplified characters, one for each of its own.

    >>> simplify("後面的農路著急，羣衆")
    '后面的农路着急，群众'
    """
    converted = str(_converter("tw2s").convert(text))
    if _VARIANT.search(converted):
        converted = converted.translate(_VARIANTS)
    if len(converted) != len(text):
        converted = "".join(map(_simplify_character, text))
    return converted


def _simplify_character(char: str) -> str:
    converted = str(_converter("tw2s").convert(char))
    return converted if len(converted) == 1 else char


class Vocabulary:
    """Words of Taiwan and Hong Kong, and the mainland words they are read as.

    Both sides are in simplified characters; the longest word at a place wins. The result stays aligned:
    each new character stands for the whole word it replaced.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._new = list(words.values())
        kind = daachorse.MATCH_KIND_LEFTMOST_LONGEST
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(list(words), kind) if words else None

    def fold(self, text: str) -> Aligned:
        """Put the mainland word for each regional one."""
        if self._automaton is None:
            return Aligned(text)
        found = self._automaton.find(text)
        if not found:
            return Aligned(text)
        return substitute(text, ((start, end, self._new[word]) for start, end, word in found))
