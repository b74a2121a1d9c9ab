"""Repairs of a text, for the model's eyes only: one small function each, all named in ``REPAIRS``.

A repair never decides what an entry means; it only makes two ways of writing the same thing look alike.
Cleaning twice gives what cleaning once gave.
"""

import re
from collections.abc import Callable, Iterable

from .alignment import Aligned, replace, substitute
from .characters import HAN

Repair = Callable[[str], Aligned]

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]+"
)
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000]")

# Classes of Han characters take re milliseconds to compile: these wait until a text calls for them.
_SPACED = f"[{HAN}，。、；：！？](?: [{HAN}，。、；：！？0-9]){{3,}}"
_PINYIN = f"(?<=[{HAN}])[(（][a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]{{1,6}}[1-5]?[)）]"

# Full-width letters, digits and the signs around them; the comma, colon, brackets and marks of Chinese
# prose keep their width, since the clause rules read them.
_KEEP = "！（），：；？"
_ASCII_OF_FULL_WIDTH = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c) not in _KEEP} | {0x3000: 0x20}


def drop_surrogates(text: str) -> Aligned:
    """Put U+FFFD for a lone surrogate, which no converter and no UTF-8 file can hold."""
    return Aligned(_SURROGATES.sub("\ufffd", text))


def blank_controls(text: str) -> Aligned:
    """Put a space for a control character other than tab and the line ends."""
    return Aligned(_CONTROLS.sub(" ", text))


def join_line_ends(text: str) -> Aligned:
    """Write every kind of line end as one newline."""
    return replace(text, _LINE_ENDS, lambda _: "\n")


def drop_invisible(text: str) -> Aligned:
    """Leave out zero-width, direction and variation characters."""
    return replace(text, _INVISIBLE, lambda _: "")


def fold_width(text: str) -> Aligned:
    """Write full-width ASCII as ASCII; leave Chinese punctuation alone.

    >>> fold_width("ＡＢＣ，１２３").text
    'ABC，123'
    """
    return Aligned(text.translate(_ASCII_OF_FULL_WIDTH)) if _FULL_WIDTH.search(text) else Aligned(text)


def close_spaces(text: str) -> Aligned:
    """Close the single spaces that optical reading puts between characters.

    Only runs of four and more spaced characters are closed: two words set apart by a space stay apart.

    >>> close_spaces("村 口 的 路 烂 了，走访 记录").text
    '村口的路烂了，走访 记录'
    """
    runs = re.finditer(_SPACED, text)
    return substitute(text, ((i, i + 1, "") for m in runs for i in range(m.start() + 1, m.end(), 2)))


def drop_pinyin(text: str) -> Aligned:
    """Leave out a reading in brackets after its character, as converted web pages carry it.

    >>> drop_pinyin("開會(huì)說路").text
    '開會說路'
    """
    return replace(text, re.compile(_PINYIN), lambda _: "")


REPAIRS: dict[str, Repair] = {
    "drop_surrogates": drop_surrogates,
    "blank_controls": blank_controls,
    "join_line_ends": join_line_ends,
    "drop_invisible": drop_invisible,
    "fold_width": fold_width,
    "close_spaces": close_spaces,
    "drop_pinyin": drop_pinyin,
}

# Every repair but the last two is set off by one of these characters, from first to last, and few texts hold any.
RARE_BLOCKS = (
    (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x2069),
    (0x3000, 0x3000), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFF02, 0xFF07), (0xFF0A, 0xFF0B), (0xFF0D, 0xFF19),
    (0xFF1C, 0xFF1E), (0xFF20, 0xFF5E), (0xD800, 0xDFFF), (0xE0100, 0xE01EF),
)  # fmt: skip
_RARE = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in RARE_BLOCKS) + "]")

# Of the last two, one closes the single spaces of a text with more of them than this, the other looks into brackets.
MOST_SPACES, BRACKETS = 2, "(（"


def clean(text: str) -> Aligned:
    """Apply every repair in turn; the result knows where each character stood in ``text``."""
    done = Aligned(text)
    for name in _needed(text):
        step = REPAIRS[name](done.text)
        if step.text != done.text:
            done = done.then(step)
    return done


def _needed(text: str) -> Iterable[str]:
    """Name the repairs that may find something: looking costs more than most of them."""
    if _RARE.search(text):
        return REPAIRS
    spaced = text.count(" ") > MOST_SPACES
    bracketed = any(bracket in text for bracket in BRACKETS)
    return ("close_spaces",) * spaced + ("drop_pinyin",) * bracketed


def clean_and_explain(text: str) -> tuple[str, tuple[str, ...]]:
    """Give the cleaned text and the names of the repairs that changed something, in order.

    >>> clean_and_explain("ＡＢ\u200b村")
    ('AB村', ('drop_invisible', 'fold_width'))
    """
    steps = []
    for name, repair in REPAIRS.items():
        repaired = repair(text).text
        if repaired != text:
            steps.append(name)
        text = repaired
    return text, tuple(steps)
