"""Which fields, columns and cells of a form hold names of persons, or of places, and nothing else."""

from collections.abc import Mapping
from itertools import pairwise

from minqing.corpora.names import is_field_name, plain_name

# Fields and columns that hold nothing but names of persons.
NAME_FIELDS = frozenset(
    [
        "author",
        "visited",
        "name",
        "who",
        "姓名",
        "作者",
        "记录人",
        "記錄人",
        "走访对象",
        "走訪對象",
        "走访人",
        "走訪人",
        "户主",
        "戶主",
        "联系人",
        "聯絡人",
        "反映人",
        "填报人",
        "填報人",
    ]
)
# Fields that name places and offices: 雙溪里 is a village, though 雙 is a family name.
PLACE_FIELDS = frozenset(
    {"place", "unit", "village", "town", "村", "村里", "村（社区）", "社区", "單位", "单位", "乡镇", "鄉鎮", "地点"}
)


class Columns:
    """Says of the cells of a table, row by row, which field each holds: by the header above, or the label beside it."""

    def __init__(self) -> None:
        self._header: dict[int, str] = {}

    def fields(self, row: Mapping[int, str]) -> dict[int, str]:
        """Give the field of each cell of a row that has one of ours; ``row`` maps columns to texts.

        >>> columns = Columns()
        >>> columns.fields({0: "姓名", 1: "内容"}), columns.fields({0: "罗德福", 1: "水断了"})
        ({}, {0: '姓名'})
        >>> Columns().fields({0: "户主：", 1: "罗德福", 2: "年龄", 3: "71"})
        {1: '户主'}
        """
        cells = {column: plain_name(text) for column, text in sorted(row.items()) if text.strip()}
        values = {column for column, name in cells.items() if not _is_label(name)}
        beside = {b: cells[a] for a, b in pairwise(cells) if b in values and cells[a] in _OURS}
        found = {column: name for column, name in cells.items() if name in _OURS}
        if found and not beside:
            self._header = found
            return {}
        above = {column: self._header[column] for column in values if column in self._header}
        return above | beside


def _is_label(name: str) -> bool:
    return name in _OURS or is_field_name(name)


_OURS = NAME_FIELDS | PLACE_FIELDS
