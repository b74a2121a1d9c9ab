"""Which encoding a file is in, told from its bytes: office files come in GBK, Big5 and UTF-16 as often as in UTF-8.

A byte order mark decides, then whether the bytes are UTF-8. Otherwise every Chinese encoding is tried, and
the one kept is that whose text has the largest share of common characters: read the wrong way, Chinese
becomes rare characters. What is in none of them is refused, as a text full of wrong characters is worse.
"""

import codecs
import re
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from minqing.nlp.errors import EntryError

HEAD = 1 << 16
# Readings are compared on this many bytes, some 4,000 characters; more would say the same in more time.
_SAMPLE = 1 << 13
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
# Marks, forms and digits that Chinese text is full of, as Windows writes them.
_PUNCTUATION = (
    "，。、；：？！“”‘’（）《》〈〉「」『』【】〔〕…—－·‧～％＋／．￥＄＆＃＊＝　①②③④⑤⑥⑦⑧⑨⑩℃㎡〇０１２３４５６７８９"
)
# Cantonese as it is written, which no dictionary of the standard language holds.
_CANTONESE = "嘅唔佢哋咗啲喺冇嚟嗰咁嘢噉畀俾睇攞搵揾瞓晒咩喇"
_PLAIN = dict.fromkeys((9, 10, 13, *range(32, 127)))
# French, Russian, Shift-JIS and pictures score up to 0.25, EUC Japanese and Korean more; of 10,000 right readings of 5
# characters and more one scored below the first, and of those of 10 and more one below the second.
_LEAST = 0.27
_GOOD = 0.5
# No strict decoder gives this half of a surrogate pair, so it can stand for bytes that are not of the encoding.
BROKEN = "\udcff"


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding as users call it and as Python does; ``skip`` is the length of the byte order mark.

    ``sure`` is false when a second opinion differed, or the text says too little.
    """

    name: str
    codec: str
    skip: int = 0
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, without byte order mark, and the encoding it was in."""

    text: str
    encoding: str
    sure: bool


@dataclass(frozen=True, slots=True)
class _Head:
    """The bytes that decide, where in the file they begin, and whether the file ends with them."""

    raw: bytes
    offset: int
    is_end: bool


@dataclass(frozen=True, slots=True)
class _Reading:
    encoding: Encoding
    score: float
    broken: bool


UTF8 = Encoding("UTF-8", "utf-8")
GB18030 = Encoding("GB18030", "gb18030")
# Windows' Big5 with Hong Kong's characters where it has none of its own, as such files are written in Hong Kong.
BIG5 = Encoding("Big5", "cp950")
HKSCS = Encoding("Big5-HKSCS", "big5hkscs")
UTF16 = (Encoding("UTF-16", "utf-16-le"), Encoding("UTF-16", "utf-16-be"))
_ALL = (UTF8, GB18030, BIG5, HKSCS, *UTF16)

_MARKS = {
    codecs.BOM_UTF8: Encoding("UTF-8 with BOM", "utf-8", 3),
    codecs.BOM_UTF16_LE: Encoding("UTF-16", "utf-16-le", 2),
    codecs.BOM_UTF16_BE: Encoding("UTF-16", "utf-16-be", 2),
    "\ufeff".encode("gb18030"): Encoding("GB18030", "gb18030", 4),
}
# GB2312 and GBK are parts of GB18030, and files called so often hold characters of the whole.
_ASKED = {
    "utf-8": (UTF8,),
    "utf-8-sig": (UTF8,),
    "utf-16": UTF16,
    "utf-16-le": UTF16[:1],
    "utf-16-be": UTF16[1:],
    "gb18030": (GB18030,),
    "gbk": (GB18030,),
    "gb2312": (GB18030,),
    "cp936": (GB18030,),
    "big5": (BIG5, HKSCS),
    "cp950": (BIG5,),
    "big5hkscs": (HKSCS,),
}


def decode(raw: bytes, where: str, encoding: str | None = None) -> Decoded:
    """Decode a whole file, in the ``encoding`` named or else in the one it seems to be in.

    >>> decode("村里的水渠断了".encode("gbk"), "走访.txt")
    Decoded(text='村里的水渠断了', encoding='GB18030', sure=True)

    Raises:
        EntryError: the bytes are in no encoding known or not in the one named, or nothing is known by that name.
    """
    found = _find(_head(BytesIO(raw)), where, encoding)
    try:
        text = str(memoryview(raw)[found.skip :], found.codec, "minqing.hkscs")
    except UnicodeDecodeError as error:
        raise not_in(found, where, f"byte {found.skip + error.start + 1:,}") from None
    return Decoded(text, found.name, found.sure)


def tell_encoding(path: Path, where: str, encoding: str | None = None) -> Encoding:
    """Tell the encoding of a file; only the first part of it that is not ASCII decides.

    Bytes here and there that are not of the encoding make it doubtful, no more: a line that holds them is one of many.

    Raises:
        EntryError: as for ``decode``.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return _find(_head(file), where, encoding, may_break=True)


def _head(file: BinaryIO) -> _Head:
    """Read the first bytes that can tell: from the first beyond ASCII on, rounded down for UTF-16."""
    offset = 0
    while (piece := file.read(HEAD)) and piece.isascii():
        offset += len(piece)
    first = _BEYOND_ASCII.search(piece)
    if first is None:
        return _Head(b"", 0, is_end=True)
    offset += first.start() // 2 * 2
    file.seek(offset)
    raw = file.read(HEAD)
    return _Head(raw, offset, is_end=len(raw) < HEAD)


def _find(head: _Head, where: str, asked: str | None, may_break: bool = False) -> Encoding:
    marked = _marked(head)
    if asked is not None:
        among = _named(asked, where)
        fits = marked is not None and any(one.codec == marked.codec for one in among)
        return marked if marked and fits else _best(head, among).encoding
    return marked or _guessed(head, where, may_break)


def _marked(head: _Head) -> Encoding | None:
    if head.offset:
        return None
    return next((encoding for mark, encoding in _MARKS.items() if head.raw.startswith(mark)), None)


def _named(asked: str, where: str) -> tuple[Encoding, ...]:
    """Give the encodings meant by a name, however it is spelt; those shown to users are understood too."""
    known = {_letters(name): among for name, among in _ASKED.items()}
    found = known.get(_letters(asked).removesuffix("withbom"))
    if found is None:
        raise EntryError(f"{where}: no encoding {asked!r}; there are {', '.join(_ASKED)}")
    return found


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _guessed(head: _Head, where: str, may_break: bool) -> Encoding:
    """Give UTF-8 if the bytes are that, else the best of all readings, if it is good enough."""
    is_utf8 = _breaks_at(head, UTF8) is None
    if is_utf8 and (not head.raw or _reading(head, UTF8).score):
        return UTF8
    best = _best(head, _ALL)
    if is_utf8:
        # Letters of other scripts, that would be Chinese in another encoding: 元状态 in GBK is Ԫ״̬ in UTF-8.
        return replace(UTF8, sure=best.score < _GOOD)
    if may_break and best.broken and best.score >= _GOOD:
        return replace(best.encoding, sure=False)
    _check(best, head, where)
    family = best.encoding.name.removesuffix("-HKSCS")
    return replace(best.encoding, sure=best.score >= _GOOD and _second_opinion(head.raw) in ("", family))


def _check(best: _Reading, head: _Head, where: str) -> None:
    """Refuse a file of which even the best reading will not do."""
    advice = "save it as UTF-8 or name its encoding with --encoding"
    if best.broken:
        # UTF-8 may be it: a file in UTF-8 that lost half a character is not to be read as rare characters.
        name, at = best.encoding.name, _breaks_at(head, best.encoding)
        raise EntryError(
            f"{where}: in no encoding known here; {name} comes nearest and breaks at byte {at:,}; {advice}"
        )
    if best.score < _LEAST:
        raise EntryError(f"{where}: no Chinese in any encoding known here, from byte {head.offset + 1:,} on; {advice}")


def _best(head: _Head, among: tuple[Encoding, ...]) -> _Reading:
    """Give the reading with the best score, the first of equals."""
    return max((_reading(head, encoding) for encoding in among), key=lambda reading: reading.score)


def _reading(head: _Head, encoding: Encoding) -> _Reading:
    raw, is_end = head.raw[:_SAMPLE], head.is_end and len(head.raw) <= _SAMPLE
    # The incremental decoder leaves out the character that the end of the sample may cut in two.
    text = codecs.getincrementaldecoder(encoding.codec)("minqing.broken").decode(raw, is_end)
    return _Reading(encoding, _score(text), BROKEN in text)


def _score(text: str) -> float:
    """Give the share of common characters among those that are not plain ASCII, from 0 to 1.

    The commonest count 1, the last of the list half. One more that counts nothing is assumed, so that of two
    readings as good as each other the one with more Chinese wins.
    """
    beyond = text.translate(_PLAIN)
    worth = _common()
    return sum(worth.get(char, 0.0) for char in beyond) / (len(beyond) + 1)


@cache
def _common() -> dict[str, float]:
    lines = (Path(__file__).parent / "common_characters.txt").read_text(encoding="utf-8").splitlines()
    chars = "".join(line for line in lines if not line.startswith("#"))
    worth = {char: 1 - rank / len(chars) / 2 for rank, char in enumerate(chars)}
    return worth | dict.fromkeys(_PUNCTUATION + _CANTONESE, 1.0)


def _breaks_at(head: _Head, encoding: Encoding) -> int | None:
    """Give the byte of the file, counted from 1, that is not of the encoding, if there is one in the head."""
    try:
        codecs.getincrementaldecoder(encoding.codec)("minqing.hkscs").decode(head.raw, head.is_end)
    except UnicodeDecodeError as error:
        return head.offset + error.start + 1
    return None


def _second_opinion(raw: bytes) -> str:
    """Say what chardet takes the bytes for, "GB18030" or "Big5"; empty when it has no opinion."""
    # Its import takes as long as reading a hundred files, and most files are UTF-8.
    import chardet

    found = chardet.detect(
        raw,
        # ASCII, which these bytes are not, stands for no opinion.
        include_encodings=("gb18030", "big5hkscs", "ascii"),
        no_match_encoding="ascii",
        prefer_superset=True,
        compat_names=False,
    )
    return {"gb18030": "GB18030", "big5hkscs": "Big5"}.get(found["encoding"] or "", "")


def not_in(encoding: Encoding, where: str, place: str) -> EntryError:
    """Say that what stands at ``place`` is not of the encoding, and what to do."""
    return EntryError(f"{where}: not {encoding.name} at {place}; save the file as UTF-8 or try another --encoding")


def _hkscs(error: UnicodeDecodeError) -> tuple[str, int] | None:
    """Read what Windows' Big5 lacks as one of Hong Kong's characters, if it is one."""
    pair = error.object[error.start : error.start + 2] if error.encoding == "cp950" else b""
    found = pair.decode("big5hkscs", "ignore")
    return (found, error.start + 2) if found and not found.isascii() else None


def _take_hkscs(error: Any) -> tuple[str, int]:
    found = _hkscs(error)
    if found is None:
        raise error
    return found


def _mark_broken(error: Any) -> tuple[str, int]:
    # Not by way of _take_hkscs: thousands of errors raised in vain hold on to each other and to memory.
    return _hkscs(error) or (BROKEN, error.end)


codecs.register_error("minqing.hkscs", _take_hkscs)
codecs.register_error("minqing.broken", _mark_broken)
