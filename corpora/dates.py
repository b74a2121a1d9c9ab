"""The dates of a diary, in all the ways people write them: 2012年6月2日, 二〇一二年六月二日, 101.6.2, 6/2, 正月初八.

A date is read, never guessed: what no calendar holds, or what lacks its year, has no value and says why.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from minqing.nlp.numerals import DIGITS, number_of

Kind = Literal["full", "month_day", "day", "month", "year", "lunar"]

IMPOSSIBLE = "impossible date"
NO_YEAR = "year unknown"
NO_MONTH = "month unknown"
UNCLEAR_YEAR = "unclear year"
LUNAR = "lunar date"

_FIRST_YEAR_OF_REPUBLIC = 1912
# Half a year and half a month, in days: of two years (or months) a date may belong to, the nearer one is meant.
_HALF_YEAR, _HALF_MONTH = 186, 15
# No date as written is longer than this; what stands behind is not looked at.
_WINDOW = 60

# One character for one, so that offsets hold.
_FOLD = str.maketrans(
    "０１２３４５６７８９．／－　\t〜～—–○◯OＯ零國號農曆舊陰臘閏週禮雲間",
    "0123456789./-  ~~--〇〇〇〇〇国号农历旧阴腊闰周礼云间",
)

WEEKDAY = r"(?:星期|礼拜|禮拜|周|週)[一二三四五六日天末1-7]"
CLOCK = (
    r"(?:清晨|凌晨|早晨|早上|上午|中午|下午|午后|午後|傍晚|晚上|晚间|晚間|夜间|夜間)?"
    r"\d{1,2}(?:[:：]\d\d(?:[:：]\d\d)?|[时時点點](?:\d{1,2}分|半)?)"
    r"|清晨|凌晨|早晨|早上|上午|中午|下午|午后|午後|傍晚|晚上|晚间|晚間|夜间|夜間|全天"
)

_S = " {0,4}"
_ERA = rf"(?:(?P<era>民国)|公元|西元)?{_S}"
_YEAR = r"(?P<year>\d{2,4}|[〇一二三四五六七八九十百]{2,5})"
_MONTH = r"\d{1,2}|十[一二]?|[元一二三四五六七八九]"
_DAY = r"\d{1,2}|(?:[二三]?十|[廿卅])[一二三四五六七八九]?|[一二三四五六七八九]"
_TO = rf"{_S}(?:[-~至到、和及]|--){_S}"
_LUNAR_DAY = "初[一二三四五六七八九十]"
_LATE_DAY = "(?:[二三]?十|[廿卅])[一二三四五六七八九]?"
# What may follow numbers that might be no date at all: 3.5公里, 5号楼 and 1/3的人 are none.
_BOUND = r"(?=$|[\s,，。、;；:：()（）\[\]【】|晴阴雨雪]|星期|周[一-日]|礼拜|多云|上午|下午|T)"

_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        "lunar",
        rf"(?:(?:\d{{4}}|[甲乙丙丁戊己庚辛壬癸].|[〇一二三四五六七八九]{{4}})年{_S})?(?:[农旧阴]历{_S}"
        rf"(?:[甲乙丙丁戊己庚辛壬癸].年{_S})?闰?[正一二三四五六七八九十冬腊]{{1,2}}月(?:{_LUNAR_DAY}|{_LATE_DAY})"
        rf"|闰?[正冬腊]月(?:{_LUNAR_DAY}|{_LATE_DAY})日?|闰?[一二三四五六七八九十]{{1,2}}月{_LUNAR_DAY}"
        rf"|[一二三四五六七八九十]{{1,2}}月{_LATE_DAY}{_BOUND}|大年(?:{_LUNAR_DAY}|三十)|除夕{_BOUND})",
    ),
    (
        "full",
        rf"{_ERA}{_YEAR}{_S}年{_S}(?P<month>{_MONTH}){_S}月(?:份)?{_S}(?P<day>{_DAY}){_S}(?:{_TO}(?:{_DAY}){_S})?[日号]"
        rf"(?:{_TO}(?:(?:\d{{4}}年)?(?:{_MONTH}){_S}月{_S})?(?:{_DAY}){_S}[日号])?",
    ),
    (
        "full",
        rf"{_ERA}(?P<year>\d{{4}})(?P<sep>{_S}[./-]{_S})(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})日?"
        rf"(?:{_TO}(?:\d{{4}}[./-])?(?:\d{{1,2}}[./-])?\d{{1,2}}日?)?(?![\d/])(?!\.\d)",
    ),
    ("full", rf"{_ERA}(?P<year>\d{{2,3}})(?P<sep>[./-])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_BOUND}"),
    ("full", rf"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d){_BOUND}"),
    (
        "month_day",
        rf"(?P<month>{_MONTH}){_S}月(?:份)?{_S}(?P<day>{_DAY}){_S}(?:{_TO}(?:{_DAY}){_S})?[日号]"
        rf"(?:{_TO}(?:(?:{_MONTH}){_S}月{_S})?(?:{_DAY}){_S}[日号])?",
    ),
    ("month_day", rf"(?P<month>1[0-2]|0?[1-9])[/.-](?P<day>3[01]|[12]\d|0?[1-9]){_BOUND}"),
    ("day", rf"(?P<day>{_DAY}){_S}[日号]{_BOUND}"),
)
_DATES: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_BEFORE = re.compile(r"[\s\ufeff\u200b【\[(（《〈〔]*")
_FULL_YEAR = r"\d{4}|[〇一二三四五六七八九]{4}"
_PERIOD = re.compile(
    rf"(?:(?P<era>民国){_S}{_YEAR}|(?P<plain>(?<!\d)(?:{_FULL_YEAR}|\d{{2,3}}))){_S}年度?"
    rf"(?:{_S}(?P<month>{_MONTH}){_S}月(?:份|$|(?!{_S}[\d一二三四五六七八九十初廿])))?|^\W*(?P<alone>{_MONTH}){_S}月份?\W*$"
)
# 2016, also as it begins 20160312 and 201603.
_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=(?:(?:0[1-9]|1[0-2])(?:[0-3]\d)?)?(?!\d))")
_AFTER_WHOLE = re.compile(rf"(?:[\s,，、T()（）\[\]【】〕〉》-]|{WEEKDAY}|{CLOCK})*")
_SOLAR_NEXT = re.compile(r"[\s(（,，]{1,3}")


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date as it stands in ``text[start:end]``, of several days the first.

    ``value`` is ISO 8601, or empty; then ``problem`` says why. ``year``, ``month`` and ``day`` are what is known.
    """

    start: int
    end: int
    text: str
    kind: Kind
    year: int | None = None
    month: int | None = None
    day: int | None = None
    value: str = ""
    problem: str = ""


def find_date(text: str, year: int | None = None, roc: bool = False) -> DateFound | None:
    """Find the date that a line begins with, after spaces and opening brackets.

    ``year`` is taken for a date that has none. ``roc`` says that the text is traditional: there years of two
    or three digits are those of the Republic (101年 is 2012), if that puts them after 1980.

    >>> find_date("二〇一二年六月二日 星期六 晴").value, find_date("民國101年6月2日").value
    ('2012-06-02', '2012-06-02')
    >>> find_date("2012年2月30日").problem, find_date("正月初八").problem, find_date("3.5公里")
    ('impossible date', 'lunar date', None)
    """
    lead = _BEFORE.match(text)
    start = lead.end() if lead else 0
    window = text[start : start + _WINDOW].translate(_FOLD)
    for kind, pattern in _DATES:
        match = pattern.match(window)
        if match:
            found = _found(text, start, kind, match, roc)
            return _with_solar(found, text, year, roc) if kind == "lunar" else _assume(found, year)
    return None


def read_date(text: str, year: int | None = None, roc: bool = False) -> DateFound | None:
    """Read a whole string, as a cell or a field, that holds a date and at most a weekday and a time of day.

    >>> read_date("2012-06-02 08:30:00").value, read_date("2012年6月2日（周六）上午").value, read_date("6月2日去开会")
    ('2012-06-02', '2012-06-02', None)
    """
    found = find_date(text, year, roc)
    return found if found and _AFTER_WHOLE.fullmatch(text, found.end) else None


def year_named(parts: Sequence[str]) -> int | None:
    """Give the year that a file's name says, or else the nearest of its folders; nothing where it says several.

    >>> year_named(["民情日记2012", "石桥村", "0602.txt"]), year_named(["2012", "2016年日记.docx"])
    (2012, 2016)
    >>> year_named(["2012-2013年日记.docx"]), year_named(["民國101年日記.docx"]), year_named(["电话13920121234.txt"])
    (None, 2012, None)
    """
    for part in reversed(parts):
        found = {int(year) for year in _YEAR_IN_NAME.findall(part)}
        period = None if found else find_period(part)
        if period and period.year:
            found = {period.year}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def find_period(text: str, roc: bool = False) -> DateFound | None:
    """Find the year, with or without a month, that a title names, or the month that is all it says.

    >>> (found := find_period("2012年6月民情日记")).year, found.month
    (2012, 6)
    """
    match = _PERIOD.search(text.translate(_FOLD))
    if match is None:
        return None
    written = match["year"] or match["plain"]
    month = _number(match["month"] or match["alone"] or "")
    if month is not None and not 1 <= month <= 12:
        return None
    year = _year(written, bool(match["era"]), roc) if written else None
    kind: Kind = "month" if month else "year"
    return DateFound(match.start(), match.end(), text[match.start() : match.end()], kind, year, month)


def follow(found: DateFound, before: DateFound | None, backward: bool = False) -> DateFound:
    """Give a date the year, and the month, that the date above it had.

    After 12月30日, 1月2日 is of the next year, and after 30日, 2日 of the next month; of the one before where the
    diary runs ``backward``, the newest entry first.

    >>> follow(find_date("1月2日"), find_date("2012年12月30日")).value
    '2013-01-02'
    """
    if before is None:
        return found
    if found.kind in ("month_day", "month") and found.year is None:
        return _judged(replace(found, year=_year_after(found, before, backward)))
    if found.kind == "day" and before.month is not None:
        return _judged(_month_after(found, before, backward))
    return found


def days_between(earlier: DateFound, later: DateFound) -> int:
    """Give roughly the days from one month and day to another, the years left aside."""
    months = (later.month or 0) - (earlier.month or 0) if later.month and earlier.month else 0
    days = (later.day or 0) - (earlier.day or 0) if later.day and earlier.day else 0
    return 31 * months + days


def is_step_back(earlier: DateFound, later: DateFound) -> bool:
    """Say whether ``later`` lies before ``earlier``, by the nearer way round the year.

    >>> is_step_back(find_date("12月30日"), find_date("1月2日")), is_step_back(find_date("6月5日"), find_date("6月2日"))
    (False, True)
    """
    if earlier.value and later.value:
        return later.value < earlier.value
    gap = days_between(earlier, later)
    return -_HALF_YEAR <= gap < 0 or gap > _HALF_YEAR


def _found(text: str, offset: int, kind: Kind, match: re.Match[str], roc: bool) -> DateFound:
    start, end = offset, offset + match.end()
    if kind == "lunar":
        return DateFound(start, end, text[start:end], kind, problem=LUNAR)
    parts = match.groupdict()
    month, day = _number(parts.get("month") or ""), _number(parts["day"])
    year = _year(parts["year"], bool(parts.get("era")), roc) if kind == "full" else None
    return _judged(DateFound(start, end, text[start:end], kind, year, month, day))


def _assume(found: DateFound, year: int | None) -> DateFound:
    return found if year is None or found.kind != "month_day" else _judged(replace(found, year=year))


def _with_solar(lunar: DateFound, text: str, year: int | None, roc: bool) -> DateFound:
    """Take the date of the other calendar where it is written behind: 正月初八（2月11日）."""
    gap = _SOLAR_NEXT.match(text, lunar.end)
    solar = find_date(text[gap.end() : gap.end() + _WINDOW], year, roc) if gap else None
    if gap is None or solar is None or solar.kind not in ("full", "month_day"):
        return lunar
    end = gap.end() + solar.end
    end += text[end : end + 1] in (")", "）")
    return replace(solar, start=lunar.start, end=end, text=text[lunar.start : end])


def _judged(found: DateFound) -> DateFound:
    value, problem = _value(found)
    return replace(found, value=value, problem=problem)


def _value(found: DateFound) -> tuple[str, str]:
    if found.kind in ("month", "year") or found.day is None:
        return "", ""
    if found.month is None:
        return "", NO_MONTH
    try:
        # Of an unknown year no more is known than that it may be a leap year.
        day = date(found.year or 2000, found.month, found.day)
    except ValueError:
        return "", IMPOSSIBLE
    if found.year is None:
        return "", UNCLEAR_YEAR if found.kind == "full" else NO_YEAR
    return (day.isoformat(), "") if 1900 <= found.year < 2100 else ("", IMPOSSIBLE)


def _number(text: str) -> int | None:
    number = number_of(text.replace("廿", "二十").replace("卅", "三十").replace("元", "一"))
    return None if number is None else int(number)


def _year(text: str, of_republic: bool, roc: bool) -> int | None:
    """Give the year, or None for one of three digits that might be anything."""
    digits = "".join(str(DIGITS.get(char, char)) for char in text)
    number = int(digits) if digits.isdecimal() else _number(text)
    if number is None or (len(digits) == 4 and digits.isdecimal()):
        return number
    if of_republic or (roc and 70 <= number < 200):
        return number + _FIRST_YEAR_OF_REPUBLIC - 1
    if len(digits) != 2 or not digits.isdecimal():
        return None
    return number + (2000 if number < 70 else 1900)


def _year_after(found: DateFound, before: DateFound, backward: bool) -> int | None:
    if before.year is None or before.month is None:
        return before.year
    step = -1 if backward else 1
    return before.year + (step if step * days_between(before, found) < -_HALF_YEAR else 0)


def _month_after(found: DateFound, before: DateFound, backward: bool) -> DateFound:
    step = -1 if backward else 1
    day, last = found.day or 0, before.day or found.day or 0
    months = (before.month or 1) - 1 + (step if step * (day - last) < -_HALF_MONTH else 0)
    year = None if before.year is None else before.year + months // 12
    return replace(found, year=year, month=months % 12 + 1)
