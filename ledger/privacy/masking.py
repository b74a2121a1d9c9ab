"""A text in which nobody can be told any more, as long as it was: every span of it still stands where it stood."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

import daachorse

from minqing.ledger.privacy.details import ILLNESSES, find_details
from minqing.ledger.privacy.finds import FULL_WIDTH, KINDS, Find, Kind
from minqing.ledger.privacy.names import find_names
from minqing.ledger.privacy.numbers import find_numbers
from minqing.nlp.script import simplify

# What is taken out when a ledger is filled: nobody needs it there, unlike the names of grown-ups.
ON_IMPORT: frozenset[Kind] = frozenset(KINDS) - {"name"}


# Half a character, which no converter takes.
_SURROGATE = re.compile("[\ud800-\udfff]")


# Names are looked for, which takes longest, where a child may be spoken of.
_CHILD = re.compile(
    "[岁歲]|年级|年級|小学|小學|[初高国國中小][一二三四五六中]|幼儿园|幼兒園|[孙孫娃孩仔]|儿子|"
    "兒子|女儿|女兒|[上读讀个個]|同学|弟|妹|小名|大名|补课|发烧"
)


# Every number, door, illness and grade holds one of these, so that most texts need no closer look.
_MAY_HOLD = re.compile(
    rf"[\dA-Z]|[组社队屯邻]|[一二三四五六七八九十百零〇两幺][号栋幢座单楼层室门巷弄房字段大一二三四五六七八九零〇]|级|度|严重|{ILLNESSES}"
)


def mask_on_import(text: str, stands: "Stands") -> str:
    """Mask what no ledger needs to hold: numbers, doors, illnesses, grades, the names of children.

    >>> from minqing.ledger.privacy.pseudonyms import Pseudonyms
    >>> mask_on_import("罗德福患尿毒症，住三组", Pseudonyms(b"secret"))
    '罗德福患某某病，住某组'
    """
    if _CHILD.search(text):
        return mask(text, stands, ON_IMPORT).text
    simple = _simple(text)
    if not _MAY_HOLD.search(simple):
        return text
    return _put(text, _apart([*find_numbers(simple), *find_details(simple)], len(text)), stands)


class Stands(Protocol):
    """Gives what stands for a find."""

    def stand_in(self, text: str, kind: Kind) -> str:
        """Give as many characters as ``text`` has."""


class Masked(NamedTuple):
    """The masked text, as long as the text, and what was masked."""

    text: str
    finds: tuple[Find, ...]


def find(text: str, names: Iterable[str] = ()) -> tuple[Find, ...]:
    """Find what must not be seen, in order; of two finds that overlap the longer stays.

    ``names`` are names known beforehand, which are found wherever they stand.
    """
    simple = _simple(text)
    found = [*find_numbers(simple), *find_details(simple), *find_names(simple), *_known(simple, names)]
    return _apart(found, len(text))


def mask(text: str, stands: Stands, kinds: Iterable[Kind] = KINDS, names: Iterable[str] = ()) -> Masked:
    """Put something else in the place of every find of ``kinds``.

    >>> from minqing.ledger.privacy.pseudonyms import Pseudonyms
    >>> masked = mask("尿毒症，住三组，打13857264190", Pseudonyms(b"secret"))
    >>> masked.text[:9], len(masked.text)
    ('某某病，住某组，打', 20)
    """
    wanted = frozenset(kinds)
    finds = tuple(one for one in find(text, names) if one.kind in wanted)
    return Masked(_put(text, finds, stands), finds)


def _simple(text: str) -> str:
    """Write a text in simplified characters and narrow digits, one character for one."""
    return simplify(_SURROGATE.sub("?", text.translate(FULL_WIDTH)))


def _apart(found: Iterable[Find], length: int) -> tuple[Find, ...]:
    """Take the longest finds that do not overlap, of two of one length the first kind; give them in order."""
    taken: list[Find] = []
    covered = bytearray(length)
    for one in sorted(found, key=lambda f: (f.start - f.end, KINDS.index(f.kind), f.start)):
        if not any(covered[one.start : one.end]):
            covered[one.start : one.end] = b"x" * (one.end - one.start)
            taken.append(one)
    return tuple(sorted(taken))


def _put(text: str, finds: Iterable[Find], stands: Stands) -> str:
    pieces, at = [], 0
    for one in finds:
        pieces += [text[at : one.start], stands.stand_in(text[one.start : one.end], one.kind)]
        at = one.end
    return "".join([*pieces, text[at:]])


def _known(simple: str, names: Iterable[str]) -> Iterator[Find]:
    known = _automaton(frozenset(names))
    for start, end, _ in known.find(simple) if known else ():
        yield Find(start, end, "name")


@lru_cache(maxsize=8)
def _automaton(names: frozenset[str]) -> daachorse.CharwiseDoubleArrayAhoCorasick | None:
    """Look for all names of a village at once: one by one, a table of many rows would take hours."""
    plain = sorted({simplify(name) for name in names if len(name) > 1})
    return daachorse.CharwiseDoubleArrayAhoCorasick(plain, daachorse.MATCH_KIND_LEFTMOST_LONGEST) if plain else None
