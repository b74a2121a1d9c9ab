"""Names of persons: a family name with a title, or with a given name where a name can stand.

Rules, no list of persons: none knows a village. What is doubtful in one place is taken where the same text makes it
sure (an enumeration of names, the same name again).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from minqing.ledger.privacy import namewords as nw
from minqing.ledger.privacy.finds import Find

_COMMON, _RARE = set(nw.COMMON_SURNAMES), set(nw.RARE_SURNAMES)
_COMPOUND = re.compile(nw.COMPOUND_SURNAMES)
_HAN = re.compile(r"[\u3400-\u9fff]")

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
    titled = set(_titled(simple))
    guesses = list(_guesses(simple, {start for start, _ in titled}))
    found = {*titled, *_short(simple), *_ethnic(simple), *((g.start, g.end) for g in guesses if g.sum >= ENOUGH)}
    found |= _listed(simple, guesses, found)
    found |= _again(simple, found)
    for start, end in sorted(found):
        yield Find(start, end, "minor" if _is_child(simple, start, end) else "name")


def _surname(simple: str, at: int) -> str:
    compound = _COMPOUND.match(simple, at)
    if compound:
        return compound[0]
    char = simple[at : at + 1]
    return char if char in _COMMON or char in _RARE else ""


def _titled(simple: str) -> Iterator[tuple[int, int]]:
    """Give family names, with a given name or without, before a title: 张大妈, 陈建国书记, 黄家."""
    for at in range(len(simple)):
        surname = _surname(simple, at)
        if surname in nw.JOINING and at and _HAN.match(simple[at - 1]):
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
    if nw.PIECES.match(simple, after) or (given and (not _is_given(name) or title in ("家", "生", "老", "公", "太"))):
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
        return not following or not _HAN.match(following) or simple[after : after + 2] not in nw.words()
    return True


def _may_begin(simple: str, at: int, surname: str) -> bool:
    """Say whether a name can begin here: not within a word, and everyday words only at a clear place."""
    before = simple[max(at - 8, 0) : at]
    if at and simple[at - 1 : at + 1] in nw.words() and not nw.BEFORE.search(before):
        return False
    if at > 1 and simple[at - 2 : at + 1] in nw.words():
        return False
    if len(surname) == 1 and surname not in _COMMON and nw.TITLE.match(simple, at + 1):
        return True
    if surname in nw.EVERYDAY or surname not in _COMMON:
        return not before or not _HAN.match(before[-1]) or bool(nw.BEFORE.search(before)) or before[-1] in "家组村"
    return True


def _is_given(name: str) -> bool:
    return not any(char in nw.NEVER_GIVEN or not _HAN.match(char) for char in name) and any(c in nw.GIVEN for c in name)


def _short(simple: str) -> Iterator[tuple[int, int]]:
    """Give 老罗, 小黄, 阿珍 without their first character; and children called 乐乐, 丫丫."""
    for match in re.finditer("[老小]", simple):
        at = match.end()
        surname = _surname(simple, at)
        around = (f"{match[0]}{surname}", simple[max(at - 2, 0) : at], simple[at - 1 : at + 2])
        is_word = any(piece in nw.words() for piece in around)
        if surname in _COMMON and not is_word and _ends_word(simple, at + len(surname)):
            yield at, at + len(surname)
    for match in re.finditer(
        (
            r"阿(?!姨|婆|公|伯|嬷|爸|妈|哥|姐|弟|妹|訇|迈|婶|嫂|嬤|嫲|爷|奶|叔|舅|姑|家|里|富|坝|胶|克|"
            r"拉|尔)([\u4e00-\u9fff]|[A-Z][a-z]+)"
        ),
        simple,
    ):
        if simple[match.start() : match.end() + 1] not in nw.words():
            yield match.start(1), match.end(1)
    for match in re.finditer(
        r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\1(?![\u4e00-\u9fff]?\1)|(?<=[叫的])([\u4e00-\u9fff])\2", simple
    ):
        if match[0][0] in nw.PET and match[0] not in nw.DOUBLED_WORDS:
            yield match.start(), match.end()


def _ends_word(simple: str, at: int) -> bool:
    rest = simple[at : at + 4]
    return not rest or not _HAN.match(rest[0]) or bool(nw.AFTER.match(rest)) or bool(nw.TITLE.match(rest))


def _ethnic(simple: str) -> Iterator[tuple[int, int]]:
    for pattern in (nw.DOTTED_NAME, nw.ETHNIC_NAME):
        for match in pattern.finditer(simple):
            yield match.start(), match.end()


def _guesses(simple: str, titled: set[int]) -> Iterator[_Guess]:
    """Give what may be a full name, at each place the likeliest, with what speaks for it.

    Where a title already makes a name (罗公, 李家), a longer one must be surer: 罗公藏着, but 李家豪.
    """
    at = 0
    while at < len(simple):
        surname = _surname(simple, at)
        best = max((_weighed(simple, at, surname, n) for n in (1, 2, 3)), key=lambda g: g.sum) if surname else None
        if best and at in titled:
            best = best._replace(sum=best.sum - 0.8) if best.end - best.start > 2 else None
        if best and best.sum > 0:
            yield best
        at = best.end if best and best.sum >= ENOUGH else at + 1


def _weighed(simple: str, at: int, surname: str, length: int) -> _Guess:
    start, end = at + len(surname), at + len(surname) + length
    given, whole = simple[start:end], simple[at:end]
    if len(given) < length or not _is_given(given) or _is_other_word(simple, at, surname, given):
        return _Guess(at, end, -9.0)
    before, after = simple[max(at - 8, 0) : at], simple[end : end + 3]
    total = 1.5 if len(surname) > 1 else 1.0 if surname in _COMMON else 0.6
    total -= 0.6 * (surname in nw.EVERYDAY)
    total += 0.4 * min(sum(char in nw.GIVEN for char in given), 2) - 0.3 * sum(char not in nw.GIVEN for char in given)
    total += _before(before) + _after(after, simple[at:end])
    total -= 2.0 * (whole in nw.words()) + 1.0 * (length == 2 and simple[at : at + 2] in nw.words())
    total -= 1.2 * (simple[max(at - 1, 0) : at + 1] in nw.words() and bool(before) and not nw.BEFORE.search(before))
    total -= 1.5 * bool(nw.TITLE.fullmatch(simple[max(at - 1, 0) : at + 1])) + 0.7 * (given in nw.doings())
    total -= 0.5 * (given + after[:1] in nw.words()) + 0.5 * (given[-1:] + after[:1] in nw.words())
    return _Guess(at, end, total)


def _is_other_word(simple: str, at: int, surname: str, given: str) -> bool:
    """Say whether this is a title, a relation or the start of a sentence; three characters are a wife's two names."""
    title = nw.TITLE.match(simple, at + len(surname))
    if surname in nw.ONLY_TITLED or (
        title and title[0] not in ("家", "生", "公", "老", "氏", "太") and len(given) != 3
    ):
        return True
    if simple[at : at + 2] in ("孙子", "孙女", "孙儿", "牛才", "老农") or (len(given) == 3 and given[0] not in _COMMON):
        return True
    if given[-1] in nw.PLACE_ENDS and (surname in nw.EVERYDAY or surname not in _COMMON):
        return True
    return given in nw.NOT_GIVEN_LAST or given[-1] == "人"


def _before(before: str) -> float:
    if not before or not _HAN.match(before[-1]):
        return -1.5 if before[-1:].isdigit() else 0.5
    if before[-1] in "一二三四五六七八九十百千万两几半每第":
        return -1.5
    if nw.BEFORE.search(before):
        return 0.5
    return -0.4 if before[-2:] in nw.words() else -0.9


def _after(after: str, name: str) -> float:
    if not after or not _HAN.match(after[0]):
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
