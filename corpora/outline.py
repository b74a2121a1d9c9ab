"""The lines of a document, and which of them begin an entry: dated headings, titles, the first fields of forms.

What else a line that begins with a date may be (running prose, a list of what happened when, a signature) is told
by what follows the date and by the other lines of the document, so all lines are read first and judged together.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

from minqing.corpora.dates import DateFound, find_date, find_period, is_step_back
from minqing.corpora.fields import SPACES, Field, find_fields
from minqing.corpora.headings import HAN, NOTES, Head, find_head
from minqing.nlp.clauses import section_kind
from minqing.nlp.script import detect_script

# What stands before the first heading is prose if it is longer, even without the marks that end sentences.
LONGEST_TITLE = 60
_LONGEST_LISTED = 12
# Enough to see which script a document is in.
_SAMPLE = 20_000

_BREAKS = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")

_TITLE = re.compile(
    rf"[\W_]*(?=[^。，；：:]{{2,24}}$)[{HAN}\d{SPACES}]*(?:{NOTES}|登[记記]|走[访訪]|家[访訪]|[访訪][视視]|[调調]查|[台臺][账帳])"
    r"(?:[登记記录錄紀]*[表单單卡簿本册冊])?[\W_]*(?:(?:第|No\.?)?[\W_]*[\d一二三四五六七八九十]{1,4}[\W_]*[号號篇]?[\W_]*)?$"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds something: ``text`` without the spaces around it, and where it stands."""

    start: int
    end: int
    text: str


class Page:
    """The lines of a document, and what each of them may be."""

    def __init__(self, text: str) -> None:
        self.lines = list(_lines(text))
        self.roc = detect_script(text[:_SAMPLE]) == "hant"
        self.fields = [find_fields(line.text) for line in self.lines]
        self.heads = dict(self._heads())
        self.titles = frozenset(i for i, line in enumerate(self.lines) if self._is_title(i, line.text))

    def _heads(self) -> Iterator[tuple[int, Head]]:
        for i, line in enumerate(self.lines):
            head = None if self.fields[i] else find_head(i, line.text, self.roc)
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
        return found is not None and not re.search(f"[{HAN}\\d]", text[: found.start] + text[found.end :])


def _lines(text: str) -> Iterator[_Line]:
    for match in _BREAKS.finditer(text):
        bare = match[0].strip()
        if bare:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield _Line(start, start + len(bare), bare)


def headings(page: Page) -> dict[int, Head]:
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


def _styles(page: Page) -> set[str]:
    """Give the styles of dates that are dates here: 6.2 is one only beside weekdays and weather, 2日 among its like."""
    count = Counter(head.style for head in page.heads.values())
    strong = Counter(head.style for head in page.heads.values() if head.weight == "strong")
    found = {"date"} | {style for style in count if 2 * strong[style] >= count[style]}
    if count["/"] >= 2:
        found.add("/")
    if count["day"] >= 2 and count["day"] >= count["date"]:
        found.add("day")
    return found


def _continues(page: Page, i: int) -> bool:
    """Say whether line ``i`` goes on with a sentence, as in a PDF whose lines are cut where the page ends."""
    if i == 0:
        return False
    above = page.lines[i - 1]
    is_next = page.lines[i].start - above.end <= 2
    return is_next and len(above.text) >= 15 and above.text[-1] not in '。！？!?.；;：:」』”"）)】…—'


def _has_form(page: Page) -> bool:
    """Say whether the document holds a form with its own date: dates inside forms are what was done when."""
    fields = [field for line in page.fields for field in line]
    dated = any(field.key == "date" and find_date(field.value) for field in fields)
    return dated and len({field.key for field in fields} & {"visited", "place", "other"}) > 0


def _listed(page: Page, heads: Sequence[Head]) -> set[int]:
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


def _runs(heads: Sequence[Head]) -> Iterator[list[Head]]:
    """Give headings together that stand on lines one after another and are short and plain."""
    run: list[Head] = []
    for head in heads:
        is_next = run and head.line == run[-1].line + 1 and _may_be_listed(head) and _may_be_listed(run[-1])
        if run and not is_next:
            yield run
            run = []
        run.append(head)
    if run:
        yield run


def _may_be_listed(head: Head) -> bool:
    return head.weight != "strong" and 0 < len(head.rest.rstrip("。；;，,")) <= _LONGEST_LISTED


def _is_first(page: Page, i: int) -> bool:
    return not _is_prose([line.text for line in page.lines[:i]]) and not any(page.heads.get(k) for k in range(i))


def _in_turn(heads: Sequence[Head]) -> Iterator[Head]:
    """Leave out dates in running prose that do not come after the heading above and before the one below."""
    # Two dates alone say nothing of the order of a diary: the second is then one told of.
    backward = len(heads) > 2 and runs_backward([head.date for head in heads])
    clear = deque(head for head in heads if head.weight != "running")
    last: Head | None = None
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


def forms(page: Page, heads: dict[int, Head]) -> list[int]:
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


def _heads_form(page: Page, i: int) -> bool:
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


def _opener(fields: Sequence[Field], is_titled: bool) -> Field | None:
    """Give the field whose coming again begins another form; who wrote it may stand above all forms, once."""
    count = Counter(field.name for field in fields)
    usual = [field for field in fields if field.key not in ("author", "unit", "name", "weather")]
    for field in [*fields[:1], *usual[:1]]:
        if (count[field.name] > 1 or is_titled) and (field.key != "other" or section_kind(field.name) == "header"):
            return field
    return None


def closing(page: Page, heads: dict[int, Head]) -> list[int]:
    """Give the lines of the dates if they stand under their entries, as signatures do."""
    lines = sorted(heads)
    if not lines or lines[-1] != len(page.lines) - 1 or any(heads[i].weight != "plain" for i in lines):
        return []
    above = [line.text for line in page.lines[: lines[0]]]
    if len(lines) == 1:
        return lines if any("。" in line for line in above) else []
    return lines if _is_prose(above) and not any(heads[i].rest for i in lines) else []


def with_titles(page: Page, heads: Sequence[int]) -> list[int]:
    """Give where entries start: at the title above the heading, unless it is the title of the whole document."""
    starts = [_with_title(page, i) for i in heads]
    others_have_none = starts[1:] == list(heads[1:])
    if starts and (others_have_none or page.is_period(page.lines[starts[0]].text)):
        starts[0] = heads[0]
    return starts


def _with_title(page: Page, i: int) -> int:
    while i - 1 in page.titles:
        i -= 1
    return i


def is_entry(lines: Sequence[str]) -> bool:
    """Say whether what stands before the first heading is more than a title: one sentence may hold a need."""
    return _is_prose(lines) or any(re.search("[。！？]", line) for line in lines if not find_fields(line))


def _is_prose(lines: Sequence[str]) -> bool:
    is_long = sum(map(len, lines)) > LONGEST_TITLE
    return is_long and any(re.search("[。！？]", line) or len(line) > 40 for line in lines if not find_fields(line))


def runs_backward(found: Sequence[DateFound]) -> bool:
    """Say whether the newest entry comes first."""
    steps = [is_step_back(a, b) for a, b in pairwise(found) if a.day and b.day and (a.month, a.day) != (b.month, b.day)]
    return 2 * sum(steps) > len(steps)
