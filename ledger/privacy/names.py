"""Names of persons: a family name with a title, or with a given name where a name can stand.

Rules, no list of persons: none knows a village. What is doubtful in one place is taken where the same text makes it
sure (an enumeration of names, the same name again).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from minqing.ledger.privacy import namewords as nw
from minqing.ledger.privacy.finds import Find
from minqing.ledger.privacy.shortnames import short_names

# A name without a title is taken from this sum on; set on every second entry of the labelled set.
ENOUGH = 1.0


class _Guess(NamedTuple):
    start: int
    end: int
    sum: float


def find_names(simple: str) -> Iterator[Find]:
    """Find names in a text of simplified characters; of a titled name the name alone, the title stays.

    >>> [(f.start, f.end, f.kind) for f in find_names("罗德福家的水管冻裂，黄婶也来问")]
    [(0, 3, 'name'), (10, 11, 'name')]
    """
    if not nw.HAN.search(simple):
        return
    titled = set(_titled(simple))
    guesses = list(_guesses(simple, titled))
    found = {*titled, *short_names(simple)}
    found |= {(g.start, g.end) for g in guesses if g.sum >= ENOUGH}
    found |= _listed(simple, guesses, found)
    found |= _again(simple, found)
    for start, end in sorted(found):
        yield Find(start, end, "minor" if _is_child(simple, start, end) else "name")


def _titled(simple: str) -> Iterator[tuple[int, int]]:
    """Give family names, with a given name or without, before a title: 张大妈, 陈建国书记, 黄家."""
    for at in range(len(simple)):
        surname = nw.surname_at(simple, at)
        if surname in nw.JOINING and at and nw.HAN.match(simple[at - 1]):
            continue
        if not surname or not _may_begin(simple, at, surname):
            continue
        end = at + len(surname)
        for given in (0, 1, 2):
            title = nw.TITLE.match(simple, end + given)
            if title and _fits(simple, at, end, given, title[0]):
                yield at, end + given
                break


def _fits(simple: str, at: int, end: int, given: int, title: str) -> bool:
    name = simple[end : end + given]
    after = end + given
    if (len(title) == 1 and nw.PIECES.match(simple, after)) or (
        given and (not _is_given(name) or title in ("家", "生", "老", "公", "太"))
    ):
        return False
    whole = simple[at : after + len(title)]
    if title == "家":
        return not given and simple[at] not in nw.ONLY_TITLED and simple[max(at - 1, 0) : at + 1] not in nw.words()
    if whole in nw.words() or (len(title) == 1 and simple[at : after + 2] in nw.words() and after + 2 > at + 2):
        return False
    if given and simple[at : at + 2] in nw.words() and simple[at] in nw.EVERYDAY:
        return False
    if len(title) == 1 and title not in "家氏某":
        following = simple[after + 1 : after + 2]
        return not following or not nw.HAN.match(following) or simple[after : after + 2] not in nw.words()
    return True


def _may_begin(simple: str, at: int, surname: str) -> bool:
    """Say whether a name can begin here: not within a word, and everyday words only at a clear place."""
    before = simple[max(at - 8, 0) : at]
    if at and simple[at - 1 : at + 1] in nw.words() and not nw.BEFORE.search(before):
        return False
    if at > 1 and simple[at - 2 : at + 1] in nw.words():
        return False
    if len(surname) == 1 and surname not in nw.COMMON and nw.TITLE.match(simple, at + 1):
        return True
    if surname in nw.EVERYDAY or surname not in nw.COMMON:
        return not before or not nw.HAN.match(before[-1]) or bool(nw.BEFORE.search(before)) or before[-1] in "家组村"
    return True


def _is_given(name: str, is_clear: bool = False) -> bool:
    doubtful = [char for char in name if char in nw.NEVER_GIVEN]
    if any(not nw.HAN.match(char) for char in name) or not any(char in nw.GIVEN for char in name):
        return False
    return not doubtful or (is_clear and len(doubtful) == 1 and all(char in nw.GIVEN for char in name))


def _guesses(simple: str, named: set[tuple[int, int]]) -> Iterator[_Guess]:
    """Give what may be a full name, at each place the likeliest, with what speaks for it.

    Where a title already makes a name (罗公, 李家), a longer one must be surer: 罗公藏着, but 李家豪. Where a family
    was named with a title, the same family name is likelier one again: 边奶奶, 她老伴边保田.
    """
    titled = {start for start, _ in named}
    families = {simple[start:end] for start, end in named}
    at = 0
    while at < len(simple):
        surname = nw.surname_at(simple, at)
        known = surname in families and at not in titled and _before(simple[max(at - 8, 0) : at]) > 0
        found = (_weighed(simple, at, surname, n, known) for n in (1, 2, 3)) if surname else ()
        best = max(found, key=lambda g: g.sum, default=None)
        if best and at in titled:
            best = best._replace(sum=best.sum - 0.8) if best.end - best.start > 2 else None
        if best and best.sum > 0:
            yield best
        at = best.end if best and best.sum >= ENOUGH else at + 1


def _weighed(simple: str, at: int, surname: str, length: int, is_known: bool) -> _Guess:
    start, end = at + len(surname), at + len(surname) + length
    given, whole = simple[start:end], simple[at:end]
    before, after = simple[max(at - 8, 0) : at], simple[end : end + 3]
    # Where a name begins and ends clearly, it may hold a character that elsewhere is grammar: 颜如意, 边保田.
    is_clear = length == 2 and _before(before) > 0 and _after(after, whole) > 0
    if len(given) < length or not _is_given(given, is_clear) or _is_other_word(simple, at, surname, given, is_known):
        return _Guess(at, end, -9.0)
    total = 1.5 if len(surname) > 1 else 1.0 if surname in nw.COMMON else 0.6
    total += 0.5 * is_known - 0.6 * (surname in nw.EVERYDAY)
    total += 0.4 * min(sum(char in nw.GIVEN for char in given), 2) - 0.3 * sum(char not in nw.GIVEN for char in given)
    total += _before(before) + _after(after, simple[at:end])
    total -= 2.0 * (whole in nw.words()) + 1.0 * (length == 2 and simple[at : at + 2] in nw.words())
    total -= 1.2 * (simple[max(at - 1, 0) : at + 1] in nw.words() and bool(before) and not nw.BEFORE.search(before))
    total -= 1.5 * bool(nw.TITLE.fullmatch(simple[max(at - 1, 0) : at + 1])) + 0.7 * (given in nw.doings())
    total -= 0.6 * sum(char in nw.NEVER_GIVEN for char in given) + 1.0 * bool(nw.PLACE_AFTER.match(after))
    total -= 0.5 * (given + after[:1] in nw.words()) + 0.5 * (given[-1:] + after[:1] in nw.words())
    return _Guess(at, end, total)


def _is_other_word(simple: str, at: int, surname: str, given: str, is_known: bool) -> bool:
    """Say whether this is a title, a relation or the start of a sentence; three characters are a wife's two names."""
    title = nw.TITLE.match(simple, at + len(surname))
    is_listed = (
        surname in nw.LISTED_TOO and simple[at - 1 : at] in ("：", "、", ":") and all(c in nw.GIVEN for c in given)
    )
    if (surname in nw.ONLY_TITLED and not is_listed and not (is_known and len(given) == 2)) or (
        title and title[0] not in ("家", "生", "公", "老", "氏", "太") and len(given) != 3
    ):
        return True
    if simple[at : at + 2] in ("孙子", "孙女", "孙儿", "牛才", "老农") or (
        len(given) == 3 and given[0] not in nw.COMMON
    ):
        return True
    if given[-1] in nw.PLACE_ENDS and (surname in nw.EVERYDAY or surname not in nw.COMMON):
        return True
    if given[0] == "家" and given[-1] in nw.PLACE_ENDS:
        return True
    return simple[at : at + 2] in nw.NO_NAMES or given in nw.NOT_GIVEN_LAST or given[-1] == "人"


def _before(before: str) -> float:
    if not before or not nw.HAN.match(before[-1]):
        return -1.5 if before[-1:].isdigit() else 0.5
    if nw.BEFORE.search(before):
        return 0.5
    if before[-1] in "一二三四五六七八九十百千万两几半每第":
        return -1.5
    return -0.4 if before[-2:] in nw.words() else -0.9


def _after(after: str, name: str) -> float:
    if not after or not nw.HAN.match(after[0]):
        return 0.4
    if nw.AFTER.match(after):
        return 0.3
    # A word of its own begins behind the name: its last character is none of that word.
    begins_word = after[:2] in nw.words() and name[-1] + after[0] not in nw.words()
    return 0.0 if begins_word else -0.7


def _listed(simple: str, guesses: list[_Guess], found: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Give guesses that stand in a row with names: 段金荣、段银荣."""
    begins, ends = {start for start, _ in found}, {end for _, end in found}
    return {
        (g.start, g.end)
        for g in guesses
        if 0.6 <= g.sum < ENOUGH
        and (
            (simple[g.start - 1 : g.start] == "、" and g.start - 1 in ends)
            or (simple[g.end : g.end + 1] == "、" and g.end + 1 in begins)
        )
    }


def _again(simple: str, found: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Give every other place of a full name that was found."""
    names = {simple[start:end] for start, end in found if end - start >= 3}
    return {(m.start(), m.end()) for name in names for m in re.finditer(re.escape(name), simple)}


def _is_child(simple: str, start: int, end: int) -> bool:
    return bool(
        nw.CHILD_AFTER.match(simple[end : end + 20]) or nw.CHILD_BEFORE.search(simple[max(start - 8, 0) : start])
    )
