"""Villages: one name for its spellings, an office's own aliases, and suggestions for them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from minqing.corpora.duplicates import bare

_TAIL = re.compile(r"(?:村民委员会|村委会|居民委员会|居委会|行政村|自然村|(?:村|社区)?党群服务中心)$")
_TOWN = re.compile(r"^(?:.{1,8}?[省市县区旗])*?(?P<town>[^省市县区]{1,8}?(?:街道|镇|乡|苏木))(?P<rest>.{2,})$")
_ENDINGS = re.compile(r"(?:社区|嘎查|村|里|屯|寨|庄|邨)$")


@lru_cache(maxsize=65_536)
def key_of_place(spelling: str) -> str:
    """Give what spellings of one place have in common.

    >>> key_of_place("雙溪里 ") == key_of_place("双溪里")
    True
    >>> key_of_place("青山镇石桥村村委会")
    '石桥村'
    """
    plain = bare(spelling)
    cut = _TAIL.sub("", plain)
    plain = cut if cut.endswith(("村", "社区")) or cut == plain else cut + "村"
    found = _TOWN.match(plain)
    return found["rest"] if found else plain


def town_of(spelling: str) -> str:
    """Give the town that stands before the village, or "".

    >>> town_of("青山镇石桥村")
    '青山镇'
    """
    found = _TOWN.match(bare(spelling))
    return found["town"] if found else ""


def alike_places(names: list[str]) -> Iterator[tuple[str, str, str]]:
    """Give pairs of names that may be one place, and why: for a person to decide.

    >>> list(alike_places(["石桥村", "石桥", "石挢村", "梅坪村"]))[0]
    ('石桥村', '石桥', 'one without its ending')
    """
    stems: dict[str, str] = {}
    blanks: dict[str, str] = {}
    for name in names:
        key = key_of_place(name)
        stem = _ENDINGS.sub("", key)
        if len(stem) > 1 and stem in stems:
            yield stems[stem], name, "one without its ending"
            continue
        stems.setdefault(stem, name)
        # Names alike but for one character: each is filed under itself with every character blanked in turn.
        forms = [f"{key[:i]}*{key[i + 1 :]}" for i in range(len(key))] if len(key) > 2 else []
        twin = next((blanks[form] for form in forms if form in blanks), "")
        if twin:
            yield twin, name, "one character differs"
        for form in forms:
            blanks.setdefault(form, name)
