"""What the fields of a diary are called: the one table of names, for columns, for forms, and for cells of tables.

Names are written here in simplified characters; ``simplified`` folds what is compared with them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from minqing.nlp.clauses import section_kind

_DEED = "(?:走访|访问|家访|访视|入户|下乡|慰问|填表|填写|记录|服务|活动|日记|调查|探访)"

# Of columns that name a village and nothing nearer or wider.
VILLAGES = (
    "村 村名 村（社区） 村(社区) 村社区 行政村 所在村 所属村 村居 村（居） 村(居) 村别 村委会 社区 社区名 村里 自然村"
)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a field, which the output calls ``key``.

    ``columns`` are those of columns, the likelier first; ``label`` is a pattern of those in forms, ``endings``
    how those in tables end, where a form is told from records by them.
    """

    key: str
    columns: str = ""
    label: str = ""
    endings: str = ""


TABLE = (
    Names("text", "text 内容 正文 日记 民情内容 日记内容 走访内容 记录 content", endings="内容 正文 记录 纪录"),
    Names("id", "id 编号 序号", endings="编号"),
    Names("date", "date 日期 走访日期 走访时间 登记日期", rf"{_DEED}?(?:时间|日期)", "时间 日期"),
    Names(
        "place",
        f"place 地点 走访地点 {VILLAGES} 地址",
        rf"{_DEED}?(?:地点|地址|村组|场所)|所在村",
        "地点 地址 住址",
    ),
    Names(
        "visited",
        "visited 走访对象 户主 受访人 反映人 陈情人",
        rf"{_DEED}?(?:对象|户|户主|家庭)(?:姓名)?|[被受](?:走)?访[人者户](?:姓名)?|案主(?:姓名)?|个案(?:姓名)?",
        "对象 户主 受访者",
    ),
    Names(
        "author",
        "author 记录人 纪录人 走访人 填表人 作者",
        rf"{_DEED}(?:人员?|者|干部|员|社工)(?:姓名)?|作者|撰写人|社工|志工|(?:驻村|包村)?干部(?:姓名)?|第一书记",
        "记录人 纪录人 走访人 填表人",
    ),
    Names("name", label="姓名", endings="姓名"),
    Names(
        "unit",
        "unit 单位 所在单位 服务单位",
        "(?:所在|工作|帮扶|驻村|选派|派出|服务)?(?:单位|部门|机构)(?:名称)?",
        "单位",
    ),
    Names("weather", label="天气|天候|气候", endings="天气"),
    # Of these nothing is taken but that they are names.
    Names(
        "other",
        endings="人员 性别 年龄 电话 职务 情况 情形 诉求 需求 困难 问题 意见 建议 措施 办法 结果 计划 体会 心得"
        " 感悟 感想 事由 联系人 备注",
    ),
)
# Fields that a column may stand for, in the order in which columns are given out.
KEYS = tuple(one.key for one in TABLE if one.columns)

_COLUMNS = {one.key: tuple(one.columns.split()) for one in TABLE}
_LABELS = tuple((one.key, re.compile(one.label)) for one in TABLE if one.label)
_IN_TABLES = re.compile(rf"(?=\w{{2,9}}$)\w*(?:{'|'.join(name for one in TABLE for name in one.endings.split())})")
_SPACES = re.compile(r"[\s:：]+")
# Only the characters that such names are made of: folding whole texts by OpenCC would take longer than reading them.
_SIMPLIFIED = str.maketrans(
    "訪時間點對單記錄紀員戶處況結氣體會難題應問職務稱號區鄉鎮視個機構絡電話類別備註聯繫狀誌簡內編陳齡見議辦計劃訴",
    "访时间点对单记录纪员户处况结气体会难题应问职务称号区乡镇视个机构络电话类别备注联系状志简内编陈龄见议办计划诉",
)


def simplified(name: str) -> str:
    """Write a name in simplified characters, one for each of its own.

    >>> simplified("走訪對象")
    '走访对象'
    """
    return name.translate(_SIMPLIFIED)


def column_of(key: str, names: Sequence[str]) -> str | None:
    """Give the column among ``names`` that holds a field: of several the one whose name says so most plainly.

    >>> column_of("text", ["編號", "記錄", "內容"]), column_of("date", ["內容"])
    ('內容', None)
    """
    columns = {simplified(name): name for name in reversed(names)}
    return next((columns[name] for name in _COLUMNS[key] if name in columns), None)


@lru_cache(256)
def columns_of(names: tuple[str, ...]) -> dict[str, str]:
    """Give the columns among ``names`` that are known, each with the field it holds."""
    return {name: key for key in KEYS if (name := column_of(key, names))}


def label_key(name: str) -> str:
    """Say which field of a form has this name, in simplified characters: "other" if no use is made of it, or "".

    >>> label_key("走访时间"), label_key("群众诉求"), label_key("老张说")
    ('date', 'other', '')
    """
    if not 2 <= len(name) <= 10:
        return ""
    found = next((key for key, names in _LABELS if names.fullmatch(name)), "")
    return found or ("other" if section_kind(name) else "")


@lru_cache(4_096)
def plain_name(cell: str) -> str:
    """Give what a cell says without the spaces and colons that names are set wide with.

    >>> plain_name("姓　名：")
    '姓名'
    """
    return _SPACES.sub("", cell)


def is_field_name(cell: str) -> bool:
    """Say whether a cell of a table is the name of a field.

    >>> is_field_name("訴　求："), is_field_name("水渠断了")
    (True, False)
    """
    name = simplified(plain_name(cell))
    return name in _COLUMNS["text"] or _IN_TABLES.fullmatch(name) is not None
