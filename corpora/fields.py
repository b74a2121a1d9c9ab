"""The named fields of a form, in either script: 走访时间：6月2日　地点：石桥村."""

import re
from dataclasses import dataclass

from minqing.corpora.names import label_key, simplified

SPACES = " \t\u3000\xa0"
_FORM_HEAD = 200
_LONGEST_LABEL = 20

_LABEL_END = re.compile("[:：】\\]]")
_LABEL_BREAK = re.compile(rf"[{SPACES},，;；|。、【\[\]】()（）]+")
_LABEL_WORD = re.compile(rf"[^{SPACES},，;；|。、【\[\]】()（）]+")
_LABEL_LEAD = re.compile(r"[\d一二三四五六七八九十.．●◆■★▲○*#☆□-]*")


@dataclass(frozen=True, slots=True)
class Field:
    """A named field of a form; ``key`` is what the tool calls it, ``other`` if it takes nothing from it."""

    name: str
    key: str
    value: str


def find_fields(line: str) -> list[Field]:
    """Give the fields of a line that begins with one: 走访时间：6月2日　地点：石桥村."""
    found: list[tuple[str, str, int, int]] = []
    last = 0
    for mark in _LABEL_END.finditer(line, 0, _FORM_HEAD):
        name, start = _label(line, last, mark.start())
        key = label_key(name)
        if not key or (not found and _LABEL_LEAD.sub("", _LABEL_BREAK.sub("", line[:start]))):
            if not found and mark[0] in "：:":
                return []
            continue
        found.append((name, key, start, mark.end()))
        last = mark.end()
    ends = [*(start for _, _, start, _ in found[1:]), len(line)][: len(found)]
    return [
        Field(name, key, line[at:end].strip(f"{SPACES},，;；:：|"))
        for (name, key, _, at), end in zip(found, ends, strict=True)
    ]


def _label(line: str, last: int, end: int) -> tuple[str, int]:
    """Give the known name that ends at ``end``, and where it starts; names may be set wide: 姓 名."""
    first = max(last, end - _LONGEST_LABEL)
    name, best = "", ("", end)
    for word in reversed([*_LABEL_WORD.finditer(line, first, end)]):
        plain = _LABEL_LEAD.sub("", word[0], count=1)
        name = simplified(plain) + name
        key = label_key(name)
        if key and (key != "other" or not best[0]):
            best = name, word.end() - len(plain)
    return best
