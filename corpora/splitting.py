"""One document -> its dated entries, as a notebook kept in one Word file holds them; or its forms, one a visit.

An entry begins at a heading: a line that begins with a date. What else a line that begins with a date may be
(running prose, a list of what happened when, a signature) is told by what follows the date and by the other
lines of the document, so all lines are read first and judged together.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile
from typing import Literal

from minqing.corpora.dates import CLOCK, WEEKDAY, DateFound, find_date, find_period, follow, is_step_back
from minqing.nlp.clauses import section_kind
from minqing.nlp.script import detect_script

# What stands before the first heading is prose if it is longer, even without the marks that end sentences.
LONGEST_TITLE = 60
_LONGEST_REST = 20
_LONGEST_LISTED = 12
_FORM_HEAD = 200
_LONGEST_LABEL = 20
# Enough to see which script a document is in.
_SAMPLE = 20_000

_HAN = "\u4e00-\u9fff"
_SPACES = " \t\u3000\xa0"
_BREAKS = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_END_OF_SENTENCE = re.compile("[。！？!?；;，,…]")

_SKY = (
    "(?:雷?[阵陣]雨|毛毛雨|[细細]雨|雨[夹夾]雪|[冻凍]雨|雷雨|(?:小到中|中到大|大到暴|特大暴|大暴|小|中|大|暴)?[雨雪]"
    "|[多少][云雲]|晴朗|晴好|晴|[阴陰]|大?[雾霧]霾?|霾|(?:大|微|[东南西北東]{1,2})?[风風](?:[\\d一二三四五六七八九-]+[级級])?"
    "|沙[尘塵]|[扬揚]沙|冰雹|霜[冻凍]?|[炎酷闷悶]?[热熱]|高[温溫]|寒?冷)天?"
)
_WEATHER = (
    rf"(?:天[气氣][:：]?[{_SPACES}]*|天(?=晴))?(?P<weather>{_SKY}(?:(?:[转轉到间間有夹夾伴、/~～，,-]|[{_SPACES}])*{_SKY}){{0,4}})"
    rf"(?=$|[{_SPACES},，。.;；:：、|()（）\[\]【】\d*#-])"
)
_SEPARATORS = rf"{_SPACES},，、。.;；:：|/()（）【】\[\]《》*—–_-"
_TAIL = re.compile(
    rf"[{_SEPARATORS}]*(?:(?P<weekday>{WEEKDAY})|{_WEATHER}|{CLOCK}|\d{{1,2}}[-~～]?\d{{0,2}}(?:℃|度)"
    rf"|(?:[农農旧舊阴陰][历曆])?[闰閏]?[正一二三四五六七八九十冬腊臘]{{1,2}}月(?:初|廿|十|二十|三十)[一二三四五六七八九十]?)"
)
# 6月2日前, 6月2日那天: a date told, not one that heads an entry.
_TOLD = re.compile(
    "之?[前后後]|以[前后後来來]|[内內起止和与與的至报報]|[开開]始|那天|[当當][天日]|左右|[这這]天|期[间間]"
)
_PLACE = re.compile(
    rf"(?![到去在赴从從走入访訪回下来來进進全各])[{_HAN}\da-zA-Z]{{1,14}}"
    "(?:村委会|村部|[村组組屯寨里乡鄉镇鎮庄莊街县縣区區]|社[区區]|街道|嘎查|[农農林][场場])"
)
# Without one of these there is no date, and most lines hold none.
_DATE_SIGN = re.compile("[月日号號./．／—–－-]|\\d{8}|初|除夕")
_NOTES = "日记|日記|日志|日誌|笔记|筆記|手记|手記|[记記紀][录錄]"
_PREFIX = re.compile(
    rf"[{_SPACES}\ufeff#*●◆■★▲○>]*(?P<number>第?[\d一二三四五六七八九十]{{1,4}}[、.．)）篇则則][{_SPACES}]*"
    rf"|[(（][\d一二三四五六七八九十]{{1,3}}[)）][{_SPACES}]*)?"
    rf"(?:[{_HAN}]{{0,6}}(?:{_NOTES})(?:[(（]?[\d一二三四五六七八九十]+[)）]?)?[{_SPACES}:：]+)?"
)
_TITLE = re.compile(
    rf"[\W_]*(?=[^。，；：:]{{2,24}}$)[{_HAN}\d{_SPACES}]*(?:{_NOTES}|登[记記]|走[访訪]|家[访訪]|[访訪][视視]|[调調]查|[台臺][账帳])"
    r"(?:[登记記录錄紀]*[表单單卡簿本册冊])?[\W_]*(?:(?:第|No\.?)?[\W_]*[\d一二三四五六七八九十]{1,4}[\W_]*[号號篇]?[\W_]*)?$"
)

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
_LABEL_BREAK = re.compile(rf"[{_SPACES},，;；|。、【\[\]】()（）]+")
_LABEL_WORD = re.compile(rf"[^{_SPACES},，;；|。、【\[\]】()（）]+")
_LABEL_LEAD = re.compile(r"[\d一二三四五六七八九十.．●◆■★▲○*#☆□-]*")

_NARROW = str.maketrans("．／－—–", "./---")

Weight = Literal["strong", "plain", "running"]


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of a document, ``text[start:end]`` of it, and what its heading or its fields say.

    ``date`` is ISO 8601 or empty, ``date_text`` the date as written; ``problems`` says what is wrong with it.
    """

    start: int
    end: int
    date: str = ""
    date_text: str = ""
    weather: str = ""
    place: str = ""
    author: str = ""
    visited: str = ""
    unit: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds something: ``text`` without the spaces around it, and where it stands."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Field:
    """A named field of a form; ``key`` is what the tool calls it, ``other`` if it takes nothing from it."""

    name: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class _Head:
    """A line that begins with a date, and what follows the date: weather, place, or prose."""

    line: int
    date: DateFound
    weight: Weight
    is_glued: bool
    is_numbered: bool
    rest: str
    weather: str
    place: str

    @property
    def style(self) -> str:
        """Say how the date is written, as far as lines of one style belong together."""
        if self.date.kind != "month_day" or "月" in self.date.text:
            return "day" if self.date.kind == "day" else "date"
        return next(sign for sign in "/-." if sign in self.date.text.translate(_NARROW))


class _Page:
    """The lines of a document, and what each of them may be."""

    def __init__(self, text: str) -> None:
        self.lines = list(_lines(text))
        self.roc = detect_script(text[:_SAMPLE]) == "hant"
        self.fields = [_fields(line.text) for line in self.lines]
        self.heads = dict(self._heads())
        self.titles = frozenset(i for i, line in enumerate(self.lines) if self._is_title(i, line.text))

    def _heads(self) -> Iterator[tuple[int, _Head]]:
        for i, line in enumerate(self.lines):
            head = None if self.fields[i] else _head(i, line.text, self.roc)
            if head:
                yield i, head

    def _is_title(self, i: int, text: str) -> bool:
        """Say whether a line names what follows: 民情日记（三）, 走訪記錄表, 2012年6月."""
        if len(text) > 30 or self.fields[i] or i in self.heads:
            return False
        return bool(_TITLE.match(text)) or self.is_period(text)

    def is_period(self, text: str) -> bool:
        """Say whether a line is a year or a month and no more."""
        found = find_period(text, self.roc) if len(text) <= 16 and ("年" in text or "月" in text) else None
        return found is not None and not re.search(f"[{_HAN}\\d]", text[: found.start] + text[found.end :])


def split_document(text: str, year: int | None = None) -> list[Part]:
    """Cut a document into its entries, in order.

    The parts hold every character but blank lines and the title that stands before the first of several
    headings; sentences there are a part without a date. A document without headings and without a form that
    comes again is one part. ``year`` is that of dates without one, as a file's name gives it.

    >>> text = "2012年6月2日 晴 石桥村\\n水渠断了。\\n\\n6月3日 小雨\\n路烂了。"
    >>> [(text[p.start : p.end][-4:], p.date, p.weather, p.place) for p in split_document(text)]
    [('渠断了。', '2012-06-02', '晴', '石桥村'), ('路烂了。', '2012-06-03', '小雨', '')]
    """
    page = _Page(text)
    if not page.lines:
        return []
    heads = _headings(page)
    forms = _forms(page, heads)
    closing = _closing(page, heads)
    if closing:
        return list(_parts(page, [0, *(i + 1 for i in closing[:-1])], {i: page.heads[i] for i in closing}, [], year))
    starts = sorted({*_with_titles(page, sorted(heads)), *forms}) or [0]
    preamble = list(range(starts[0]))
    if _is_entry([page.lines[i].text for i in preamble]):
        starts.insert(0, 0)
    elif len(starts) == 1:
        starts = [0]  # nothing is gained by parting a title from the only entry under it
    return list(_parts(page, starts, heads, preamble, year))


def _lines(text: str) -> Iterator[_Line]:
    for match in _BREAKS.finditer(text):
        bare = match[0].strip()
        if bare:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield _Line(start, start + len(bare), bare)


# Fields


def _fields(line: str) -> list[_Field]:
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
        _Field(name, key, line[at:end].strip(f"{_SPACES},，;；:：|"))
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


# Lines that begin with a date


def _head(number: int, line: str, roc: bool) -> _Head | None:
    if not _DATE_SIGN.search(line, 0, 80):
        return None
    found, is_numbered = find_date(line, roc=roc), False
    if found is None:
        prefix = _PREFIX.match(line)
        skipped = prefix.end() if prefix else 0
        found = find_date(line[skipped : skipped + 80], roc=roc) if prefix and skipped else None
        if prefix is None or found is None or not re.search("[月/年-]|\\d\\.\\d+\\.", found.text):
            return None
        is_numbered = prefix["number"] is not None
        line = line[skipped:]
    return _head_of(number, line, found, is_numbered)


def _head_of(number: int, line: str, found: DateFound, is_numbered: bool) -> _Head | None:
    """Judge a line by what follows its date."""
    at, weather, is_strong = found.end, "", False
    while match := _TAIL.match(line, at):
        at = match.end()
        weather = weather or match["weather"] or ""
        is_strong = is_strong or bool(match["weather"] or match["weekday"])
    rest = line[at:].strip(_SEPARATORS)
    is_glued = bool(rest) and line[found.end : at + 1].strip("日号號")[:1] not in tuple(f"{_SPACES}。:：;；|)）】]》-")
    if _TOLD.match(line[found.end :]) and not is_strong:
        return None
    is_short = len(rest) <= _LONGEST_REST and not _END_OF_SENTENCE.search(line[at:].strip(_SPACES))
    weight: Weight = "strong" if is_strong else "plain" if is_short and not is_numbered else "running"
    return _Head(number, found, weight, is_glued, is_numbered, rest, weather, _place(rest))


def _place(rest: str) -> str:
    first = re.split(rf"[{_SPACES},，。、;；|]", rest, maxsplit=1)[0]
    return first if _PLACE.fullmatch(first) else ""


def _headings(page: _Page) -> dict[int, _Head]:
    """Choose, of the lines that begin with a date, those that begin an entry."""
    styles = _styles(page)
    heads = [head for head in page.heads.values() if head.style in styles]
    heads = [head for head in heads if not (head.is_glued and _continues(page, head.line))]
    if _has_form(page):
        return {
            head.line: head for head in heads if head.weight == "strong" or (head.weight == "plain" and not head.rest)
        }
    listed = _listed(page, heads)
    heads = [head for head in heads if head.line not in listed]
    clear = [head for head in heads if head.weight != "running"]
    running = [head for head in heads if head.weight == "running"]
    # One line of prose with a date has its like in a clear heading only if something sets the date apart.
    is_kin = any((not head.is_glued if clear else _is_first(page, head.line)) for head in running[:1])
    is_told = len(running) < 2 and not is_kin
    chosen = clear if is_told else list(_in_turn(heads))
    if len(chosen) == 1 and not clear and not _is_first(page, chosen[0].line):
        return {}
    return {head.line: head for head in chosen}


def _styles(page: _Page) -> set[str]:
    """Give the styles of dates that are dates here: 6.2 is one only beside weekdays and weather, 2日 among its like."""
    count = Counter(head.style for head in page.heads.values())
    strong = Counter(head.style for head in page.heads.values() if head.weight == "strong")
    found = {"date"} | {style for style in count if 2 * strong[style] >= count[style]}
    if count["/"] >= 2:
        found.add("/")
    if count["day"] >= 2 and count["day"] >= count["date"]:
        found.add("day")
    return found


def _continues(page: _Page, i: int) -> bool:
    """Say whether line ``i`` goes on with a sentence, as in a PDF whose lines are cut where the page ends."""
    if i == 0:
        return False
    above = page.lines[i - 1]
    is_next = page.lines[i].start - above.end <= 2
    return is_next and len(above.text) >= 15 and above.text[-1] not in '。！？!?.；;：:」』”"）)】…—'


def _has_form(page: _Page) -> bool:
    """Say whether the document holds a form with its own date: dates inside forms are what was done when."""
    fields = [field for line in page.fields for field in line]
    dated = any(field.key == "date" and find_date(field.value) for field in fields)
    return dated and len({field.key for field in fields} & {"visited", "place", "other"}) > 0


def _listed(page: _Page, heads: Sequence[_Head]) -> set[int]:
    """Give the lines of lists of dates within an entry: short, one under the other, and out of turn."""
    found: set[int] = set()
    last: DateFound | None = None
    for run in _runs(heads):
        above = page.lines[run[0].line - 1].text if run[0].line else ""
        is_list = len(run) > 1 and above and (above[-1] in "：:" or (last and is_step_back(last, run[0].date)))
        if is_list:
            found.update(head.line for head in run)
        else:
            last = run[-1].date
    return found


def _runs(heads: Sequence[_Head]) -> Iterator[list[_Head]]:
    """Give headings together that stand on lines one after another and are short and plain."""
    run: list[_Head] = []
    for head in heads:
        is_next = run and head.line == run[-1].line + 1 and _may_be_listed(head) and _may_be_listed(run[-1])
        if run and not is_next:
            yield run
            run = []
        run.append(head)
    if run:
        yield run


def _may_be_listed(head: _Head) -> bool:
    return head.weight != "strong" and 0 < len(head.rest.rstrip("。；;，,")) <= _LONGEST_LISTED


def _is_first(page: _Page, i: int) -> bool:
    return not _is_prose([line.text for line in page.lines[:i]]) and not any(page.heads.get(k) for k in range(i))


def _in_turn(heads: Sequence[_Head]) -> Iterator[_Head]:
    """Leave out dates in running prose that do not come after the heading above and before the one below."""
    # Two dates alone say nothing of the order of a diary: the second is then one told of.
    backward = len(heads) > 2 and _runs_backward([head.date for head in heads])
    clear = deque(head for head in heads if head.weight != "running")
    last: _Head | None = None
    for head in heads:
        while clear and clear[0].line <= head.line:
            clear.popleft()
        near = [one.date for one in (last, head, *islice(clear, 1)) if one]
        if head.weight != "running" or _are_in_turn(near, last is not None, backward):
            last = head
            yield head


def _are_in_turn(near: Sequence[DateFound], has_last: bool, backward: bool) -> bool:
    is_same_day = has_last and (near[0].month, near[0].day) == (near[1].month, near[1].day)
    ordered = near[::-1] if backward else near
    return not is_same_day and not any(is_step_back(a, b) for a, b in pairwise(ordered))


# Forms, signatures, titles


def _forms(page: _Page, heads: dict[int, _Head]) -> list[int]:
    """Give the lines at which forms begin: their titles, and the field that opened the first one."""
    titled = [i for i in sorted(page.titles) if _heads_form(page, i)]
    first = titled[0] + 1 if len(titled) > 1 else 0
    opener = _opener([page.fields[i][0] for i in range(first, len(page.lines)) if page.fields[i]], len(titled) > 1)
    opened = [i for i, fields in enumerate(page.fields) if fields and opener and fields[0].name == opener.name]
    if heads:
        is_dated = opener is not None and opener.key == "date"
        opened = [i for i in opened if is_dated and find_date(page.fields[i][0].value) and i - 1 not in heads]
        return sorted({i for i in titled if i - 1 not in heads} | {*_not_titled(titled, opened)})
    starts = sorted({*titled, *_not_titled(titled, opened)}) if len(titled) > 1 else opened
    return starts if len(starts) > 1 else []


def _heads_form(page: _Page, i: int) -> bool:
    """Say whether fields stand under title ``i``, and not only those of who keeps the diary."""
    below = takewhile(bool, page.fields[i + 1 : i + 6])
    is_visit = any(field.key in ("date", "place", "visited") for line in below for field in line)
    return is_visit and not page.is_period(page.lines[i].text)


def _not_titled(titled: Sequence[int], opened: Sequence[int]) -> Iterator[int]:
    """Give the openers that are not the first since a title."""
    is_title = set(titled)
    seen = True
    for i in sorted({*titled, *opened}):
        if i not in is_title and seen:
            yield i
        seen = i not in is_title


def _opener(fields: Sequence[_Field], is_titled: bool) -> _Field | None:
    """Give the field whose coming again begins another form; who wrote it may stand above all forms, once."""
    count = Counter(field.name for field in fields)
    usual = [field for field in fields if field.key not in ("author", "unit", "name", "weather")]
    for field in [*fields[:1], *usual[:1]]:
        if (count[field.name] > 1 or is_titled) and (field.key != "other" or section_kind(field.name) == "header"):
            return field
    return None


def _closing(page: _Page, heads: dict[int, _Head]) -> list[int]:
    """Give the lines of the dates if they stand under their entries, as signatures do."""
    lines = sorted(heads)
    if not lines or lines[-1] != len(page.lines) - 1 or any(heads[i].weight != "plain" for i in lines):
        return []
    above = [line.text for line in page.lines[: lines[0]]]
    if len(lines) == 1:
        return lines if any("。" in line for line in above) else []
    return lines if _is_prose(above) and not any(heads[i].rest for i in lines) else []


def _with_titles(page: _Page, heads: Sequence[int]) -> list[int]:
    """Give where entries start: at the title above the heading, unless it is the title of the whole document."""
    starts = [_with_title(page, i) for i in heads]
    others_have_none = starts[1:] == list(heads[1:])
    if starts and (others_have_none or page.is_period(page.lines[starts[0]].text)):
        starts[0] = heads[0]
    return starts


def _with_title(page: _Page, i: int) -> int:
    while i - 1 in page.titles:
        i -= 1
    return i


def _is_entry(lines: Sequence[str]) -> bool:
    """Say whether what stands before the first heading is more than a title: one sentence may hold a need."""
    return _is_prose(lines) or any(re.search("[。！？]", line) for line in lines if not _fields(line))


def _is_prose(lines: Sequence[str]) -> bool:
    is_long = sum(map(len, lines)) > LONGEST_TITLE
    return is_long and any(re.search("[。！？]", line) or len(line) > 40 for line in lines if not _fields(line))


# Parts


def _parts(
    page: _Page, starts: Sequence[int], heads: dict[int, _Head], preamble: Sequence[int], year: int | None
) -> Iterator[Part]:
    above = [page.fields[i] for i in preamble]
    given = _details(field for line in above for field in line)
    before = _period(page, preamble, year)
    backward = _runs_backward([heads[i].date for i in sorted(heads)])
    for start, end in pairwise([*starts, len(page.lines)]):
        inside = range(start, end)
        for i in inside:
            if i in page.titles and i not in heads:
                before = _period(page, [i], None, before, backward)
        head = next((heads[i] for i in inside if i in heads), None)
        found = head.date if head else _date_field(page, inside)
        found = follow(found, before, backward) if found else None
        before = found if found and found.month and found.month <= 12 else before
        yield _part(page, inside, head, found, given)


def _part(page: _Page, inside: range, head: _Head | None, found: DateFound | None, given: dict[str, str]) -> Part:
    details = given | _details(field for i in inside for field in page.fields[i])
    own = {"weather": head.weather, "place": head.place} if head else {}
    details |= {key: value for key, value in own.items() if value}
    return Part(
        page.lines[inside.start].start,
        page.lines[inside.stop - 1].end,
        date=found.value if found else "",
        date_text=found.text if found else "",
        problems=(found.problem,) if found and found.problem else (),
        **details,
    )


def _details(fields: Iterable[_Field]) -> dict[str, str]:
    """Give what fields say; 姓名 is the writer's, unless another field names the writer."""
    found: dict[str, str] = {}
    for field in fields:
        if field.value and field.key not in ("other", "date"):
            found.setdefault(field.key, field.value)
    name = found.pop("name", "")
    if name:
        found.setdefault("visited" if "author" in found else "author", name)
    return found


def _date_field(page: _Page, inside: Iterable[int]) -> DateFound | None:
    values = (field.value for i in inside for field in page.fields[i] if field.key == "date")
    return next((found for value in values if (found := find_date(value, roc=page.roc))), None)


def _period(
    page: _Page, lines: Iterable[int], year: int | None, before: DateFound | None = None, backward: bool = False
) -> DateFound | None:
    """Give the last year or month that titles among ``lines`` name."""
    found = DateFound(0, 0, "", "year", year) if year else before
    for i in lines:
        text = page.lines[i].text
        named = find_period(text, page.roc) if len(text) <= 40 and not re.search("[。！？]", text) else None
        found = follow(named, found, backward) if named else found
    return found


def _runs_backward(found: Sequence[DateFound]) -> bool:
    """Say whether the newest entry comes first."""
    steps = [is_step_back(a, b) for a, b in pairwise(found) if a.day and b.day and (a.month, a.day) != (b.month, b.day)]
    return 2 * sum(steps) > len(steps)
