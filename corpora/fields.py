"""The named fields of a form, in either script: 走访时间：6月2日　地点：石桥村."""

import re
from dataclasses import dataclass

from minqing.nlp.clauses import section_kind

SPACES = " \t\u3000\xa0"
_FORM_HEAD = 200
_LONGEST_LABEL = 20

# The names of fields are looked up in simplified characters; only those that such names are made of are folded.
_SIMPLIFIED = str.maketrans(
    "訪時間點對單記錄紀員戶處況結氣體會難題應問職務稱號區鄉鎮視個機構絡電話類別備註聯困狀社誌簡",
    "访时间点对单记录记员户处况结气体会难题应问职务称号区乡镇视个机构络电话类别备注联困状社志简",
)
_DEED = "(?:走访|访问|家访|访视|入户|下乡|慰问|填表|填写|记录|服务|活动|日记|调查|探访)"
_KEYS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (key, re.compile(names))
    for key, names in (
        ("date", rf"{_DEED}?(?:时间|日期)"),
        ("place", rf"{_DEED}?(?:地点|地址|村组|场所)|所在村"),
        (
            "visited",
            rf"{_DEED}?(?:对象|户|户主|家庭)(?:姓名)?|[被受](?:走)?访[人者户](?:姓名)?|案主(?:姓名)?|个案(?:姓名)?",
        ),
        (
            "author",
            rf"{_DEED}(?:人员?|者|干部|员|社工)(?:姓名)?|作者|撰写人|社工|志工|(?:驻村|包村)?干部(?:姓名)?|第一书记",
        ),
        ("name", "姓名"),
        ("unit", "(?:所在|工作|帮扶|驻村|选派|派出|服务)?(?:单位|部门|机构)(?:名称)?"),
        ("weather", "天气|天候|气候"),
    )
)
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
        key = _key(name)
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
        name = plain.translate(_SIMPLIFIED) + name
        key = _key(name)
        if key and (key != "other" or not best[0]):
            best = name, word.end() - len(plain)
    return best


def _key(name: str) -> str:
    if not 2 <= len(name) <= 10:
        return ""
    found = next((key for key, names in _KEYS if names.fullmatch(name)), "")
    return found or ("other" if section_kind(name) else "")
