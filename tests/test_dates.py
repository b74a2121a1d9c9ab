from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minqing.corpora.dates import find_date, find_period, follow, is_step_back, read_date

NUMERALS = "〇一二三四五六七八九"


def spelt(number: int) -> str:
    """Write a number below a hundred as it is said: 二十三."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else NUMERALS[tens]) + "十" * (tens > 0) + ("" if tens and not ones else NUMERALS[ones])


def digit_by_digit(year: int) -> str:
    return "".join(NUMERALS[int(digit)] for digit in str(year))


STYLES: dict[str, Callable[[date], str]] = {
    "characters": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "spoken": lambda d: f"{d.year}年{d.month}月{d.day}号",
    "spoken_hant": lambda d: f"{d.year}年{d.month}月{d.day}號",
    "spaced": lambda d: f"{d.year} 年 {d.month} 月 {d.day} 日",
    "full_width": lambda d: f"{d.year}年{d.month}月{d.day}日".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "numerals": lambda d: f"{digit_by_digit(d.year)}年{spelt(d.month)}月{spelt(d.day)}日",
    "numerals_zero": lambda d: f"{digit_by_digit(d.year).replace('〇', '零')}年{spelt(d.month)}月{spelt(d.day)}日",
    "numerals_circle": lambda d: f"{digit_by_digit(d.year).replace('〇', '○')}年{spelt(d.month)}月{spelt(d.day)}日",
    "republic": lambda d: f"民國{d.year - 1911}年{d.month}月{d.day}日",
    "republic_hans": lambda d: f"民国{d.year - 1911}年{d.month}月{d.day}日",
    "republic_dots": lambda d: f"民國{d.year - 1911}.{d.month}.{d.day}",
    "dots": lambda d: f"{d.year}.{d.month}.{d.day}",
    "hyphens": lambda d: f"{d.year}-{d.month}-{d.day}",
    "slashes": lambda d: f"{d.year}/{d.month}/{d.day}",
    "iso": lambda d: d.isoformat(),
    "time_of_day": lambda d: f"{d.isoformat()}T08:30:00",
    "compact": lambda d: f"{d:%Y%m%d}",
    "short_year": lambda d: f"{d:%y}年{d.month}月{d.day}日",
    "short_dots": lambda d: f"{d:%y}.{d.month}.{d.day}",
    "two_days": lambda d: f"{d.year}年{d.month}月{d.day}日至31日",
}  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
@given(
    day=st.dates(date(2001, 1, 1), date(2069, 12, 31)), tail=st.sampled_from(["", " 星期六 晴", "（周六）", "　石桥村"])
)
def test_every_day_is_read_in_every_style(style: str, day: date, tail: str) -> None:
    written = STYLES[style](day)
    found = find_date(written + tail)
    assert found is not None
    assert (found.value, found.text, found.kind, found.problem) == (
        day.isoformat(),
        (written + tail)[: found.end],
        "full",
        "",
    )
    assert found.end == len(written) or style == "time_of_day"


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("6月2日", "6月2日", "2012-06-02"),
        ("6月2日（周六）", "6月2日", "2012-06-02"),
        ("【6月2日 晴】", "6月2日", "2012-06-02"),
        ("　六月二日", "六月二日", "2012-06-02"),
        ("元月十二号", "元月十二号", "2012-01-12"),
        ("六月廿三日", "六月廿三日", "2012-06-23"),
        ("3/12 訪視", "3/12", "2012-03-12"),
        ("6.2 晴", "6.2", "2012-06-02"),
        ("6-2 周六", "6-2", "2012-06-02"),
        ("6月2日至4日 阴", "6月2日至4日", "2012-06-02"),
        ("6月2-4日 阴", "6月2-4日", "2012-06-02"),
        ("6月2、3日", "6月2、3日", "2012-06-02"),
        ("6月30日—7月2日", "6月30日—7月2日", "2012-06-30"),
        ("2月29日", "2月29日", "2012-02-29"),
        ("2015.6.2-6.4 晴", "2015.6.2-6.4", "2015-06-02"),
    ],
)
def test_a_date_without_a_year_takes_the_one_given(text: str, written: str, value: str) -> None:
    found = find_date(text, year=2012)
    assert found is not None
    assert (found.text, text[found.start : found.end], found.value) == (written, written, value)


def test_without_a_year_month_and_day_are_kept_and_nothing_is_made_up() -> None:
    found = find_date("6月2日")
    assert found is not None
    assert (found.value, found.problem, found.year, found.month, found.day) == ("", "year unknown", None, 6, 2)
    day = find_date("二十三日 阴", year=2012)
    assert day is not None
    assert (day.value, day.problem, day.kind, day.day) == ("", "month unknown", "day", 23)


@pytest.mark.parametrize(
    "text",
    ["2012年2月30日", "2月30日", "2011年2月29日", "13月1日", "6月31日", "2012.13.1", "0212年6月2日", "2512年6月2日"],
)
def test_a_date_no_calendar_has_gets_no_value(text: str) -> None:
    found = find_date(text)
    assert found is not None
    assert (found.text, found.value, found.problem) == (text, "", "impossible date")


@pytest.mark.parametrize(
    "text",
    [
        "正月初八",
        "腊月廿三",
        "臘月廿三",
        "农历三月初三",
        "農曆三月十五",
        "冬月十一",
        "六月廿三",
        "三月十五",
        "大年初一",
        "闰四月初八",
        "壬辰年三月初三",
    ],
)
def test_a_lunar_date_stays_as_written(text: str) -> None:
    found = find_date(f"{text} 晴", year=2012)
    assert found is not None
    assert (found.text, found.kind, found.value, found.problem) == (text, "lunar", "", "lunar date")


def test_the_solar_date_beside_a_lunar_one_is_taken() -> None:
    found = find_date("正月初八（2016年2月15日） 晴")
    assert found is not None
    assert (found.text, found.value) == ("正月初八（2016年2月15日）", "2016-02-15")


@pytest.mark.parametrize(
    ("text", "roc", "value", "problem"),
    [
        ("101年6月2日", True, "2012-06-02", ""),
        ("101/6/2 晴", True, "2012-06-02", ""),
        ("99.6.2 晴", True, "2010-06-02", ""),
        ("一〇一年六月二日", True, "2012-06-02", ""),
        ("一百零一年六月二日", True, "2012-06-02", ""),
        ("12年6月2日", True, "2012-06-02", ""),  # year 12 of the Republic is 1923: no diary of ours
        ("101年6月2日", False, "", "unclear year"),
        ("99年6月2日", False, "1999-06-02", ""),
        ("12.6.2 晴", False, "2012-06-02", ""),
    ],
)
def test_short_years_are_of_the_republic_in_traditional_texts_alone(
    text: str, roc: bool, value: str, problem: str
) -> None:
    found = find_date(text, roc=roc)
    assert found is not None
    assert (found.value, found.problem) == (value, problem)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "去年6月2日",
        "老张6月2日来",
        "3.5公里",
        "1/3的人",
        "5号楼",
        "2号线",
        "三月十五个人",
        "2012.6.2.3",
        "1.2.3 概况",
        "2012年",
        "6月",
        "6月2",
        "13800001111",
    ],
)
def test_what_is_no_date_at_the_beginning_is_none(text: str) -> None:
    assert find_date(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2012-06-02 00:00:00", "2012-06-02"),
        ("2012年6月2日（星期六）上午", "2012-06-02"),
        ("２０１２／６／２", "2012-06-02"),
        (" 2012年6月2日 ", "2012-06-02"),
        ("2012年6月2日去石桥村", None),
        ("石桥村", None),
    ],
)
def test_a_whole_string_is_a_date_or_is_none(text: str, value: str | None) -> None:
    found = read_date(text)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "year", "month"),
    [
        ("2012年民情日记", 2012, None),
        ("二〇一二年六月", 2012, 6),
        ("民國101年度家訪紀錄", 2012, None),
        ("6月份", None, 6),
    ],
)
def test_titles_name_a_year_or_a_month(text: str, year: int | None, month: int | None) -> None:
    found = find_period(text)
    assert found is not None
    assert (found.year, found.month) == (year, month)


@pytest.mark.parametrize("text", ["民情日记", "十五年来", "13月", "6月2日"])
def test_other_titles_name_none(text: str) -> None:
    assert find_period(text) is None


@pytest.mark.parametrize(
    ("above", "text", "backward", "value"),
    [
        ("2012年6月2日", "6月9日", False, "2012-06-09"),
        ("2012年12月30日", "1月2日", False, "2013-01-02"),
        ("2012年6月9日", "6月2日", False, "2012-06-02"),
        ("2013年1月2日", "12月30日", True, "2012-12-30"),
        ("2012年6月23日", "30日", False, "2012-06-30"),
        ("2012年6月30日", "2日", False, "2012-07-02"),
        ("2012年12月30日", "2日", False, "2013-01-02"),
        ("2013年1月2日", "30日", True, "2012-12-30"),
        ("2012年2月30日", "3月1日", False, "2012-03-01"),
        ("2012年6月2日", "2月30日", False, ""),
        ("2012年6月2日", "2015年6月9日", False, "2015-06-09"),
    ],
)
def test_a_date_follows_the_one_above(above: str, text: str, backward: bool, value: str) -> None:
    found = find_date(text)
    assert found is not None
    assert follow(found, find_date(above), backward).value == value


@given(st.dates(date(2001, 1, 1), date(2068, 1, 1)), st.integers(1, 150))
def test_the_year_is_carried_over_any_gap_shorter_than_five_months(day: date, gap: int) -> None:
    later = day + timedelta(days=gap)
    above, found = find_date(day.isoformat()), find_date(f"{later.month}月{later.day}日")
    assert above is not None and found is not None
    assert follow(found, above).value == later.isoformat()
    assert not is_step_back(above, found)


@given(st.text(max_size=80) | st.text(alphabet="〇一二十廿0129年月日号./-民国初正 至", max_size=30))
def test_what_is_found_stands_in_the_text_and_its_value_is_a_day(text: str) -> None:
    found = find_date(text, year=2012)
    if found:
        assert text[found.start : found.end] == found.text != ""
        assert bool(found.value) != bool(found.problem)
        assert not found.value or date.fromisoformat(found.value).year >= 1900
