"""Sentences, clauses and sections: the pieces a need is looked for in.

A clause is what stands between two punctuation marks. Diaries written as forms have named fields, and
what stands under 心得体会 is not what stands under 诉求: the field's kind travels with each clause.
"""

import re
from collections.abc import Iterator

from .clean import HAN
from .records import Clause

# A piece without punctuation, as in texts whose marks were lost, is cut so that no clause grows longer.
LONGEST_CLAUSE = 48

_MARKS = "，。；！？,;!?…：:\\n\\t"
_PIECE = re.compile(rf"[^{_MARKS}\s](?:[^{_MARKS}]*[^{_MARKS}\s])?")
_SENTENCE_END = re.compile(r"[。！？!?\n]")
_UNSPACED = re.compile(r"\S+")
_FIELD = re.compile(
    rf"(?:^|(?<=[\n。；;\s】|]))[【\[（(●■◆*#\d一二三四五六七八九十、.]*([{HAN}]{{2,9}})[】\])）]?[:：]|^[【\[]([{HAN}]{{2,9}})[】\]]",
    re.MULTILINE,
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
_SECTIONS = tuple((kind, re.compile(names)) for kind, names in SECTION_OF_NAME)


def split_clauses(text: str) -> list[Clause]:
    """Cut ``text`` into clauses, in order; punctuation and outer spaces belong to none.

    >>> [(c.start, c.end, c.sentence) for c in split_clauses("渠断了，没水。路也烂")]
    [(0, 3, 0), (4, 6, 0), (7, 10, 1)]
    """
    sentence_ends = [m.start() for m in _SENTENCE_END.finditer(text)]
    sections = _sections(text)
    clauses: list[Clause] = []
    sentence = at = 0
    for start, end in _pieces(text):
        while sentence < len(sentence_ends) and sentence_ends[sentence] < start:
            sentence += 1
        while at + 1 < len(sections) and sections[at + 1][0] <= start:
            at += 1
        clauses.append(Clause(start, end, sentence, sections[at][1]))
    return clauses


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    for match in _PIECE.finditer(text):
        start, end = match.span()
        if end - start > LONGEST_CLAUSE:
            yield from _cut_long(text, start, end)
        else:
            yield start, end


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut at spaces first, and what is still too long into equal parts."""
    for match in _UNSPACED.finditer(text, start, end):
        a, b = match.span()
        parts = -(-(b - a) // LONGEST_CLAUSE)
        for k in range(parts):
            yield a + (b - a) * k // parts, a + (b - a) * (k + 1) // parts


def _sections(text: str) -> list[tuple[int, str]]:
    """Give ``(start, kind)`` of each stretch, the first at 0; a blank line ends a field."""
    marks = [(0, "")]
    if ":" not in text and "：" not in text and "【" not in text:
        return marks
    for match in _FIELD.finditer(text):
        kind = section_kind(match[1] or match[2])
        if kind:
            marks.append((match.start(), kind))
    if len(marks) > 1:
        marks += [(m.end(), "") for m in _BLANK_LINE.finditer(text)]
    return sorted(marks)


def section_kind(name: str) -> str:
    """Say which kind of form field ``name`` is, or the empty string.

    >>> section_kind("走访体会"), section_kind("群众诉求"), section_kind("老张说")
    ('reflection', 'problem', '')
    """
    return next((kind for kind, pattern in _SECTIONS if pattern.search(name)), "")
