"""One document -> its dated entries, as a notebook kept in one Word file holds them; or its forms, one a visit.

Which lines begin an entry is told by ``outline``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from minqing.corpora.dates import DateFound, find_date, find_period, follow
from minqing.corpora.fields import Field
from minqing.corpora.headings import Head
from minqing.corpora.outline import Page, closing, forms, headings, is_entry, runs_backward, with_titles


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


def split_document(text: str, year: int | None = None) -> list[Part]:
    """Cut a document into its entries, in order.

    The parts hold every character but blank lines and the title that stands before the first of several
    headings; sentences there are a part without a date. A document without headings and without a form that
    comes again is one part. ``year`` is that of dates without one, as a file's name gives it.

    >>> text = "2012年6月2日 晴 石桥村\\n水渠断了。\\n\\n6月3日 小雨\\n路烂了。"
    >>> [(text[p.start : p.end][-4:], p.date, p.weather, p.place) for p in split_document(text)]
    [('渠断了。', '2012-06-02', '晴', '石桥村'), ('路烂了。', '2012-06-03', '小雨', '')]
    """
    page = Page(text)
    if not page.lines:
        return []
    heads = headings(page)
    signed = closing(page, heads)
    if signed:
        return list(_parts(page, [0, *(i + 1 for i in signed[:-1])], {i: page.heads[i] for i in signed}, [], year))
    starts = sorted({*with_titles(page, sorted(heads)), *forms(page, heads)}) or [0]
    preamble = list(range(starts[0]))
    if is_entry([page.lines[i].text for i in preamble]):
        starts.insert(0, 0)
    elif len(starts) == 1:
        starts = [0]  # nothing is gained by parting a title from the only entry under it
    return list(_parts(page, starts, heads, preamble, year))


def _parts(
    page: Page, starts: Sequence[int], heads: dict[int, Head], preamble: Sequence[int], year: int | None
) -> Iterator[Part]:
    above = [page.fields[i] for i in preamble]
    given = _details(field for line in above for field in line)
    before = _period(page, preamble, year)
    backward = runs_backward([heads[i].date for i in sorted(heads)])
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


def _part(page: Page, inside: range, head: Head | None, found: DateFound | None, given: dict[str, str]) -> Part:
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


def _details(fields: Iterable[Field]) -> dict[str, str]:
    """Give what fields say; 姓名 is the writer's, unless another field names the writer."""
    found: dict[str, str] = {}
    for field in fields:
        if field.value and field.key not in ("other", "date"):
            found.setdefault(field.key, field.value)
    name = found.pop("name", "")
    if name:
        found.setdefault("visited" if "author" in found else "author", name)
    return found


def _date_field(page: Page, inside: Iterable[int]) -> DateFound | None:
    values = (field.value for i in inside for field in page.fields[i] if field.key == "date")
    return next((found for value in values if (found := find_date(value, roc=page.roc))), None)


def _period(
    page: Page, lines: Iterable[int], year: int | None, before: DateFound | None = None, backward: bool = False
) -> DateFound | None:
    """Give the last year or month that titles among ``lines`` name."""
    found = DateFound(0, 0, "", "year", year) if year else before
    for i in lines:
        text = page.lines[i].text
        named = find_period(text, page.roc) if len(text) <= 40 and not re.search("[。！？]", text) else None
        found = follow(named, found, backward) if named else found
    return found
