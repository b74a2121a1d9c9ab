"""A text in which nobody can be told any more, as long as it was: every span of it still stands where it stood."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from minqing.ledger.privacy.details import find_details
from minqing.ledger.privacy.finds import FULL_WIDTH, KINDS, Find, Kind
from minqing.ledger.privacy.names import find_names
from minqing.ledger.privacy.numbers import find_numbers
from minqing.nlp.script import simplify

# What is taken out when a ledger is filled: nobody needs it there, unlike the names of grown-ups.
ON_IMPORT: frozenset[Kind] = frozenset(KINDS) - {"name"}


# Half a character, which no converter takes.
_SURROGATE = re.compile("[\ud800-\udfff]")


# Without one of these a text holds nothing that is masked on import; looking for them costs a hundredth.
_MAY_HOLD = re.compile(
    "[0-9０-９一二三四五六七八九十][组組社队隊鄰邻号號级級楼樓栋棟室户]|[0-9０-９]{5}|[病癌症瘫癱风風硬压壓糖炎肾腎肺结結]"
    "|岁|歲|年级|年級|小学|小學|国小|國小|[孙孫娃]|儿子|兒子|女儿|女兒|中风|残|殘|障"
)


def mask_on_import(text: str, stands: "Stands") -> str:
    """Mask what no ledger needs to hold: numbers, doors, illnesses, grades, the names of children."""
    return mask(text, stands, ON_IMPORT).text if _MAY_HOLD.search(text) else text


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
    simple = simplify(_SURROGATE.sub("?", text.translate(FULL_WIDTH)))
    found = [*find_numbers(simple), *find_details(simple), *find_names(simple), *_known(simple, names)]
    taken: list[Find] = []
    covered = bytearray(len(text))
    for one in sorted(found, key=lambda f: (f.start - f.end, KINDS.index(f.kind), f.start)):
        if not any(covered[one.start : one.end]):
            covered[one.start : one.end] = b"x" * (one.end - one.start)
            taken.append(one)
    return tuple(sorted(taken))


def _known(simple: str, names: Iterable[str]) -> Iterator[Find]:
    for name in names:
        for match in re.finditer(re.escape(simplify(name)), simple) if len(name) > 1 else ():
            yield Find(match.start(), match.end(), "name")


def mask(text: str, stands: Stands, kinds: Iterable[Kind] = KINDS, names: Iterable[str] = ()) -> Masked:
    """Put something else in the place of every find of ``kinds``.

    >>> from minqing.ledger.privacy.pseudonyms import Pseudonyms
    >>> masked = mask("尿毒症，住三组，打13857264190", Pseudonyms(b"secret"))
    >>> masked.text[:9], len(masked.text)
    ('某某病，住某组，打', 20)
    """
    wanted = frozenset(kinds)
    finds = tuple(one for one in find(text, names) if one.kind in wanted)
    pieces, at = [], 0
    for one in finds:
        pieces += [text[at : one.start], stands.stand_in(text[one.start : one.end], one.kind)]
        at = one.end
    return Masked("".join([*pieces, text[at:]]), finds)
