"""Whose need it is: a household by the name the diary gives it, the village, or somebody unnamed."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from minqing.ledger.privacy.namewords import COMMON_SURNAMES, COMPOUND_SURNAMES, KIN, RARE_SURNAMES
from minqing.nlp.records import Need
from minqing.nlp.script import simplify

Kind = Literal["household", "village", "unnamed"]

_SURNAME = re.compile(
    rf"^[老小阿]?(?P<surname>{COMPOUND_SURNAMES}|[{COMMON_SURNAMES}{RARE_SURNAMES}])(?P<rest>.{{0,4}})$"
)
_GROUP = re.compile(
    r"村民|乡亲|群众|人们|户|学生|孩子|娃|家长|妇女|居民|街坊|农民|渔民|牧民|商户|工友|民工|合作社|全|[村组屯社]|党员|干部|代表|学校|部落"
    r"|[\d一二三四五六七八九十两几]+[个位名人]"
)
_LIST = re.compile(r"[、，,;；/和与及\s]+")
_TITLE = re.compile(r"(?:书记|支书|主任|村长|组长|队长|站长|镇长|乡长|局长|校长|所长|会计|里长|邻长|理事长|社长)$")


class Holder(NamedTuple):
    """Who holds a need; ``key`` is the same for every way a diary writes one name, "" unless a household."""

    kind: Kind
    key: str = ""
    name: str = ""


def holder_of(need: Need, meta: Mapping[str, object], facets: Mapping[str, object]) -> Holder:
    """Say whose need it is: the name beside it, else the one person visited, else whose needs the entry tells.

    When the entry speaks for the village alone, a name in it is that of who reported the need.
    """
    voice = set(_values(facets.get("voice")))
    if voice and "household" not in voice:
        return Holder("village")
    who = next((slot.text for slot in need.slots if slot.kind == "who"), "")
    for name in (who, _only(meta.get("visited"))):
        key = key_of_name(name)
        if key:
            return Holder("household", key, name)
    return Holder("unnamed" if voice == {"household"} else "village")


@lru_cache(maxsize=65_536)
def key_of_name(name: str) -> str:
    """Give the name in simplified characters without 家 and 户, or "" when it names no one household.

    >>> key_of_name("羅大爺家"), key_of_name("村民"), key_of_name("周支书")
    ('罗大爷', '', '')
    """
    plain = re.sub(r"(?:一?家|这?户)(?:人|里)?$", "", simplify(name).strip())
    if not plain or len(plain) > 6 or _GROUP.search(plain) or _TITLE.search(plain):
        return ""
    bare_name = re.sub(rf"(?:{KIN})$", "", plain)
    named = (_SURNAME.match(plain) and plain != bare_name) or (_SURNAME.match(plain) and len(plain) > 1)
    return plain if named or (plain.startswith("阿") and len(plain) == 2) else ""


@lru_cache(maxsize=65_536)
def surname_of(key: str) -> str:
    """Give the family name in a key, or "".

    >>> surname_of("老罗"), surname_of("欧阳婶"), surname_of("阿珍")
    ('罗', '欧阳', '')
    """
    found = _SURNAME.match(key)
    return found["surname"] if found else ""


@lru_cache(maxsize=65_536)
def given_of(key: str) -> str:
    """Give the given name in a key, or "" where a title or a short form stands for it.

    >>> given_of("罗德福"), given_of("罗大爷"), given_of("老罗")
    ('德福', '', '')
    """
    found = _SURNAME.match(key)
    if not found or key[0] in "老小阿":
        return ""
    return re.sub(rf"(?:{KIN})$", "", found["rest"])


def _only(visited: object) -> str:
    """Give whom a form names as visited, when it is one."""
    names = [name for name in _LIST.split(str(visited or "")) if name]
    return names[0] if len(names) == 1 else ""


def _values(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(v) for v in value] if isinstance(value, (list, tuple)) else []
