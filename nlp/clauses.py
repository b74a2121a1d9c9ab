"""Sentences, clauses and sections: the pieces a need is looked for in.

A clause is what stands between two punctuation marks. Diaries written as forms have named fields, and
what stands under 心得体会 is not what stands under 诉求: the field's kind travels with each clause.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from msgspec import Struct

from .characters import HAN, Codes, Ints, codes_of, stand_in, table_of
from .records import Clause

# A piece without punctuation, as in texts whose marks were lost, is cut so that no clause grows longer.
LONGEST_CLAUSE = 48

MARKS = "，。；！？,;!?…：:\n\t"
SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
_MARK, _SPACE = table_of(MARKS), table_of(SPACES)

# A text without any of these has no fields. Behind which characters the name of one begins, by what it may be numbered,
# and in which brackets it may stand.
FIELD_SIGNS, NAME_BEGINS, NUMBERING = ":：【", f"\n。；;】|{SPACES}", "【[（(●■◆*#0123456789、.一二三四五六七八九十"
OPENING, CLOSING = "【[", "】])）"

Field = tuple[int, str]  # where it starts, and which kind it is

_SENTENCE_END = re.compile(r"[。！？!?\n]")
# Compiled when a text first calls for it: classes of Han characters take re milliseconds.
_FIELD = (
    rf"(?:^|(?<=[\n。；;\s】|]))[{re.escape(NUMBERING)}]*([{HAN}]{{2,9}})[{re.escape(CLOSING)}]?[:：]"
    rf"|^[{re.escape(OPENING)}]([{HAN}]{{2,9}})[】\]]"
)
_BLANK_LINE = re.compile(r"\n\s*\n")

# Which kind of field a name stands for, by what the name contains; the first that fits counts.
SECTION_OF_NAME: tuple[tuple[str, str], ...] = (
    ("reflection", "体会|心得|感悟|感想|收获|启示|感受|反思|所思"),
    ("policy", "宣讲|宣传|政策解读|政策解释|学习内容"),
    (
        "handling",
        "处理|处置|办理|措施|答复|回复|结果|议决|审查|跟进|后续|计划|下一步|整改|落实|解决|处遇|承办",
    ),
    ("problem", "诉求|困难|问题|反映|需求|求助|案由|理由|心愿|请求|建议|办法|意见|诉说|需要|陈情|事由|主诉"),
    ("background", "情况|背景|概况|基本|家庭|成员|收入|经过|内容"),
    (
        "header",
        "时间|日期|地点|地址|对象|人员|天气|记录|姓名|单位|电话|编号|案号|类别|提案|附署|作者|走访人|户主",
    ),
)
# The kinds by number; number 0 is plain prose.
SECTIONS = ("", *(kind for kind, _ in SECTION_OF_NAME))


class Clauses(Struct, frozen=True):
    """The clauses of texts laid end to end, in order: four arrays of shape ``(n_clauses,)``.

    ``starts`` and ``ends`` count from the beginning of the whole, ``entries`` is the number of the text a
    clause belongs to, ``sections`` its place in ``SECTIONS``.
    """

    starts: Ints
    ends: Ints
    entries: Ints
    sections: Ints

    def __len__(self) -> int:
        return len(self.starts)


def cut(codes: Codes, offsets: Ints) -> tuple[Ints, Ints, Ints]:
    """Cut texts, laid end to end with a newline between two, into clauses: starts, ends, the number of the text."""
    starts, ends = _pieces(codes)
    return starts, ends, np.searchsorted(offsets, starts, side="right") - 1


def in_fields(starts: Ints, fields: Sequence[Field]) -> Ints:
    """Give the place in ``SECTIONS`` of each clause by where it starts; ``fields`` are those ``with_ends``."""
    at = np.searchsorted([field[0] for field in fields], starts, side="right") - 1
    return np.array([SECTIONS.index(kind) for _, kind in fields], dtype=np.int64)[at]


def split_clauses(text: str) -> list[Clause]:
    """Cut ``text`` into clauses, in order; punctuation and outer spaces belong to none.

    >>> [(c.start, c.end, c.sentence) for c in split_clauses("渠断了，没水。路也烂")]
    [(0, 3, 0), (4, 6, 0), (7, 10, 1)]
    """
    starts, ends = _pieces(codes_of(text))
    sentences = np.searchsorted([m.start() for m in _SENTENCE_END.finditer(text)], starts)
    columns = (
        starts.tolist(),
        ends.tolist(),
        sentences.tolist(),
        in_fields(starts, with_ends(fields_of(text), text)).tolist(),
    )
    return [Clause(start, end, sentence, SECTIONS[kind]) for start, end, sentence, kind in zip(*columns, strict=True)]


def _pieces(codes: Codes) -> tuple[Ints, Ints]:
    """Give where each stretch between marks starts and ends, without the spaces around it."""
    mark = stand_in(codes, _MARK)
    solid = np.flatnonzero(~(mark | stand_in(codes, _SPACE)))
    stretch = np.cumsum(mark)[solid]
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    starts, ends = solid[first], solid[np.append(first[1:], len(solid))[: len(first)] - 1] + 1
    if np.any(ends - starts > LONGEST_CLAUSE):
        return _cut_long(codes, starts, ends)
    return starts, ends


def _cut_long(codes: Codes, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Cut what is too long at spaces first, and what is still too long into equal parts."""
    cut: list[tuple[int, int]] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        cut += [(start, end)] if end - start <= LONGEST_CLAUSE else _parts(codes, start, end)
    table = np.array(cut, dtype=np.int64)
    return table[:, 0], table[:, 1]


def _parts(codes: Codes, start: int, end: int) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(~stand_in(codes[start:end], _SPACE), prepend=False, append=False)) + start
    for a, b in edges.reshape(-1, 2).tolist():
        parts = -(-(b - a) // LONGEST_CLAUSE)
        for k in range(parts):
            yield a + (b - a) * k // parts, a + (b - a) * (k + 1) // parts


def fields_of(text: str) -> list[Field]:
    """Give the fields of a text whose kinds are known, in order."""
    if not any(sign in text for sign in FIELD_SIGNS):
        return []
    found = ((match.start(), section_kind(match[1] or match[2])) for match in re.finditer(_FIELD, text, re.MULTILINE))
    return [(start, kind) for start, kind in found if kind]


def with_ends(fields: Sequence[Field], text: str) -> list[Field]:
    """Give the fields with the stretches before, between and behind them: plain prose. A blank line ends a field."""
    return sorted([(0, ""), *fields, *((m.end(), "") for m in _BLANK_LINE.finditer(text))])


@lru_cache(4096)
def section_kind(name: str) -> str:
    """Say which kind of form field ``name`` is, or the empty string.

    >>> section_kind("走访体会"), section_kind("群众诉求"), section_kind("老张说")
    ('reflection', 'problem', '')
    """
    return next((kind for kind, names in SECTION_OF_NAME if re.search(names, name)), "")
