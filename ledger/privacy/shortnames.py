"""Names other than a family name with a given name: 老罗, 阿珍, 乐乐, 嫻姐, and those of peoples without either."""

import re
from collections.abc import Iterator

from minqing.ledger.privacy import namewords as nw


def short_names(simple: str) -> Iterator[tuple[int, int]]:
    """Give where they stand in a text of simplified characters.

    >>> list(short_names("老罗说孙女思涵上三年级"))
    [(1, 2), (5, 7)]
    """
    for way in (_short, _ethnic, _called, _in_row):
        yield from way(simple)


def _short(simple: str) -> Iterator[tuple[int, int]]:
    """Give 老罗, 小黄, 阿珍 without their first character; and children called 乐乐, 丫丫."""
    for match in re.finditer("[老小]", simple):
        at = match.end()
        surname = nw.surname_at(simple, at)
        around = (f"{match[0]}{surname}", simple[max(at - 2, 0) : at], simple[at - 1 : at + 2])
        is_word = any(piece in nw.words() for piece in around)
        end = at + len(surname)
        is_rare = surname not in nw.COMMON and (nw.HAN.match(simple, end) or not nw.JOBS.search(simple[: at - 1][-4:]))
        if surname and not is_rare and not is_word and _ends_word(simple, end):
            yield at, end
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


def _in_row(simple: str) -> Iterator[tuple[int, int]]:
    """Give the character before a title that stands in a row of such: 權哥、嫻姐、成叔."""
    for match in re.finditer(
        r"(?<=[哥姐叔嫂婶伯姨婆]、)([\u4e00-\u9fff])(?=[哥姐叔嫂婶伯姨婆](?:[、，。都和]|$))", simple
    ):
        if match[0] in nw.GIVEN:
            yield match.span()


def _ends_word(simple: str, at: int) -> bool:
    rest = simple[at : at + 4]
    return not rest or not nw.HAN.match(rest[0]) or bool(nw.AFTER.match(rest)) or bool(nw.TITLE.match(rest))


def _ethnic(simple: str) -> Iterator[tuple[int, int]]:
    for pattern in (nw.DOTTED_NAME, nw.ETHNIC_NAME, nw.VIETNAMESE_NAME):
        for match in pattern.finditer(simple):
            yield match.start(), match.end()


def _called(simple: str) -> Iterator[tuple[int, int]]:
    """Give what a child is called without a family name: 孙女思涵上三年级, 小名叫豆豆."""
    for cue, may_be_doubled in ((nw.CALLED, True), (nw.CHILD, False)):
        for match in cue.finditer(simple):
            start, end = match.end(), match.end() + 2
            name = simple[start:end]
            if len(name) < 2 or not _ends_word(simple, end) or name in nw.words():
                continue
            is_name = all(c in nw.GIVEN and c not in nw.NEVER_GIVEN and c not in nw.NO_CHILDREN for c in name)
            if is_name or (may_be_doubled and name[0] == name[1] and nw.HAN.match(name)):
                yield start, end
