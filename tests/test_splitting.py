import json
import timeit
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minqing.corpora.splitting import Part, split_document

from strategies import mixtures

SET = Path(__file__).parent / "data" / "splitting.jsonl"


def pieces(text: str, year: int | None = 2012) -> list[str]:
    return [text[part.start : part.end] for part in split_document(text, year)]


def documents() -> Iterator[Any]:
    for line in SET.read_text("utf-8").splitlines():
        row = json.loads(line)
        failure = row.get("known_failure")
        marks = [pytest.mark.xfail(strict=True, reason=failure)] if failure else []
        yield pytest.param(row, id=row["id"], marks=marks)


@pytest.mark.parametrize("row", list(documents()))
def test_a_document_is_cut_where_a_reader_would(row: dict[str, Any]) -> None:
    parts = split_document(row["text"], row.get("year"))
    assert [part.start for part in parts] == row["starts"]
    assert [part.date for part in parts] == row["dates"]
    assert {part.author for part in parts} == {row.get("author", "")}
    assert {part.unit for part in parts} == {row.get("unit", "")}
    assert [part.place for part in parts] == row.get("places", [part.place for part in parts])
    assert {problem for part in parts for problem in part.problems} <= {row.get("problem", "impossible date")}


# The law


def keeps_the_law(text: str, parts: list[Part]) -> bool:
    spans = [(part.start, part.end) for part in parts]
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    between = [text[a:b] for a, b in zip(edges[2::2], edges[3::2], strict=True)]
    trimmed = all(text[a:b] == text[a:b].strip() != "" for a, b in spans)
    return edges == sorted(edges) and trimmed and not "".join(between).strip()


HEADINGS = ("2012年6月2日 晴\n", "6月3日我们去了", "6月4日", "走访时间：2012年6月5日", "走访对象：", "诉求：", "民情日记（二）", "二十三日 阴", "2013年", "姓名：罗某", "3/12 ", "【走访记录表】")  # fmt: skip


@given(
    mixtures
    | st.text(max_size=60)
    | st.lists(st.sampled_from((*HEADINGS, "\n", "\n\n", "渠断了。", "水断了，没人修。" * 5)), max_size=25).map("".join)
)
def test_parts_are_in_order_and_hold_all_but_what_stands_before_the_first(text: str) -> None:
    parts = split_document(text)
    assert keeps_the_law(text, parts)
    assert bool(parts) == bool(text.strip())


WEATHER = ("晴", "多云", "小雨", "阴转多云", "晴轉多雲", "雷阵雨")
PLACES = ("石桥村", "梅坪村二组", "雙溪里", "河口社区")
STYLES: dict[str, Callable[[date], str]] = {
    "characters": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "month_day": lambda d: f"{d.month}月{d.day}日",
    "dots": lambda d: f"{d.year}.{d.month}.{d.day}",
    "iso": lambda d: d.isoformat(),
    "republic": lambda d: f"民國{d.year - 1911}年{d.month}月{d.day}日",
    "slash": lambda d: f"{d.month}/{d.day}",
    "short_dots": lambda d: f"{d.month}.{d.day}",
}  # fmt: skip
SENTENCES = ("渠断了，没人修。", "老张说去年6月2日就报了。", "路燈不亮，里長說會修。", "10月1日前要修好，不然没水。", "1.5公里的路要修。", "诉求：想要一口井。", "记录人没有来。", "送了两桶油。")  # fmt: skip

bodies = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6).map("\n".join)
entries = st.lists(st.tuples(st.integers(1, 120), st.sampled_from(WEATHER), st.sampled_from(PLACES), bodies), min_size=1, max_size=8)  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
@given(
    entries=entries, first=st.dates(date(2012, 1, 1), date(2015, 1, 1)), gap=st.sampled_from(["\n", "\n\n", "\r\n\r\n"])
)
def test_what_was_joined_is_cut_again(
    style: str, entries: list[tuple[int, str, str, str]], first: date, gap: str
) -> None:
    written, days = [], []
    day = first
    for step, weather, place, body in entries:
        written.append(f"{STYLES[style](day)} {weather} {place}\n{body}")
        days.append(day.isoformat())
        day += timedelta(days=step)
    text = gap.join(written)
    parts = split_document(text, first.year)
    assert [text[part.start : part.end] for part in parts] == written
    assert [(p.date, p.weather, p.place) for p in parts] == [
        (d, w, s) for d, (_, w, s, _) in zip(days, entries, strict=True)
    ]


@given(st.lists(st.tuples(st.dates(date(2001, 1, 1), date(2060, 1, 1)), bodies), min_size=2, max_size=6), st.booleans())
def test_forms_that_were_joined_are_cut_again(forms: list[tuple[date, str]], titled: bool) -> None:
    title = "民情走访记录表\n" * titled
    written = [
        f"{title}走访时间：{d.year}年{d.month}月{d.day}日\n走访对象：王大爷\n反映问题：\n{body}" for d, body in forms
    ]
    text = "\n\n".join(written)
    parts = split_document(text)
    assert [text[part.start : part.end] for part in parts] == written
    assert [(part.date, part.visited) for part in parts] == [(d.isoformat(), "王大爷") for d, _ in forms]


# What begins an entry, and what does not


@pytest.mark.parametrize(
    "text",
    [
        "今天到石桥村，渠断了。\n老张说6月2日来修。",
        "渠断了。老张说，\n6月10日前要修好，不然秧栽不成。\n又过了几天。",
        "今天到石桥村看渠，老张说镇上答应了，定在下个月\n6月10日来修，村里出二十个工，大家都愿意去，等着\n6月12日的会。",
        "1.1 概况\n三百户。\n1.2 困难\n缺水。\n2.1 办法\n打井。",
        "老张说：渠断了。\n老李说：路烂了。\n老张说：桥也断了。",
        "问题：渠断了。\n办法：修渠。\n问题：路烂了。\n办法：修路。",
        "走访时间：6月2日\n走访对象：甲大爷\n诉求：缺水\n走访对象：乙大妈\n诉求：缺电",
        "走访时间：6月2日\n走访地点：石桥村\n诉求：缺水\n处理情况：\n6月5日 已报水务站\n6月9日 修好",
        "2012年6月2日，到后山。\n3月1日下的雪还没化完。\n又走了一段。",
    ],
    ids=["inside", "deadline", "cut_lines", "numbered", "said", "problems", "two_visited", "form_with_dates", "told"],
)  # fmt: skip
def test_a_text_without_headings_stays_whole(text: str) -> None:
    assert pieces(text) == [text]


@pytest.mark.parametrize(
    "written",
    [
        ["6月2日 周六\n水。", "6月3日 周日\n电。"],
        ["## 2012年6月2日 晴\n水。", "## 2012年6月3日 阴\n电。"],
        ["**2012年6月2日 晴**\n水。", "**2012年6月3日 阴**\n电。"],
        ["1、6月2日 去镇里，讲了防汛。", "2、6月3日 去村里，渠断了。"],
        ["民情日记 2012年6月2日 晴\n水。", "民情日记 2012年6月3日 阴\n电。"],
        ["6月2日：去石桥村看渠，渠断了。", "6月3日：去镇里开会，讲防汛。"],
        ["2012-06-02\t石桥村\t水渠断了", "2012-06-03\t梅坪村\t路烂了"],
        ["6月2日上午，到石桥村。\n6月2日下午，到梅坪村。", "6月3日上午，回镇里。"],
        ["6月2日 给老王送药", "6月3日 修路灯", "6月4日 休息"],
        ["6.2 周六 晴\n水。", "6.3 去镇里\n电。", "6.4 周一 阴\n3.5 公里路要修。"],
        ["日期：2012年6月2日 天气：晴\n渠断了。", "日期：2012年6月3日 天气：多云\n路烂了。"],
        ["【走访时间】2012年6月2日\n【走访对象】王大爷", "【走访时间】2012年6月9日\n【走访对象】李大爷"],
        ["3/14 上午電訪六戶，都平安。", "3/15 雨。在辦公室補紀錄。"],
        ["6月2日 晴\n上午开会。", "6月2日 晴\n下午下村。"],
        ["6月2日 晴\n定了几件事：\n1、6月5日 开会，讲防汛。\n2、6月8日 修渠，二十个工。", "6月9日 阴\n渠修好了。"],
        ["6月2日 晴\n5号，老王来了。", "6月9日 晴\n电。", "6月12日 晴\n8号，他又来了。"],
    ],
    ids=["weekday", "markdown", "bold", "numbered", "title", "colon", "tabs", "half_days", "log", "dots", "fields", "brackets", "two_lines", "same_day", "list", "day_told"],
)  # fmt: skip
def test_headings_come_in_many_forms(written: list[str]) -> None:
    assert pieces("\n".join(written)) == written


def test_a_list_of_dates_is_cut_only_when_it_is_the_diary_itself() -> None:
    listed = "3月5日 开会\n3月9日 立项\n6月1日 动工"
    diary = f"8月20日 晴\n从头理了一遍。\n{listed}\n学生不用绕路了。"
    assert pieces(listed) == listed.split("\n")
    assert pieces(f"{diary}\n8月21日 雨\n休息。") == [diary, "8月21日 雨\n休息。"]


def test_a_date_under_the_text_is_its_own() -> None:
    text = "渠断了，没人修。\n回来就打了电话。\n2012年6月2日"
    assert [(p.start, p.end, p.date) for p in split_document(text)] == [(0, len(text), "2012-06-02")]


def test_a_form_among_bare_headings_leaves_them_headings() -> None:
    form = "2012年6月3日\n走访时间：六月三日上午\n走访对象：王大爷\n处理情况：\n6月5日 已报\n6月9日 修好"
    written = ["2012年6月2日\n渠断了。", form, "2012年6月12日\n路烂了。"]
    assert pieces("\n\n".join(written)) == written


def test_a_letter_keeps_the_date_it_is_signed_with() -> None:
    text = "各位领导：\n我到村一年了，渠还没有修。\n二〇〇五年三月十八日夜"
    assert [(p.start, p.end, p.date) for p in split_document(text)] == [(0, len(text), "2005-03-18")]


def test_a_sentence_before_the_first_heading_is_never_lost() -> None:
    assert pieces("渠断了，没水吃。\n6月2日 晴\n路烂了。\n6月3日 阴\n桥断了。")[0] == "渠断了，没水吃。"
    assert pieces("罗文斌\n6月2日 晴\n路烂了。\n6月3日 阴\n桥断了。")[0] == "6月2日 晴\n路烂了。"


def test_a_title_stays_with_the_only_entry() -> None:
    text = "村民代表会记录\n2012年6月2日 晴\n渠断了。"
    assert [(p.start, p.date) for p in split_document(text)] == [(0, "2012-06-02")]


def test_an_empty_text_has_no_parts() -> None:
    assert split_document("") == split_document(" \n\u3000\n") == []


# What is read off


def test_fields_of_a_form_are_read_in_both_scripts() -> None:
    hans = "走访 时间：2012年6月2日　走访地点：石桥村（三组）　天气：小雨转阴\n走访对象：王大爷\n走 访 人：罗文斌\n单　　位：县水务局\n诉求：缺水"
    hant = "訪視日期：101年6月2日\n訪視地點：雙溪里　天氣：晴\n案主：吳阿公\n訪視人員：陳美玲\n服務單位：家庭服務中心\n主訴：缺水，沒有人來"
    assert split_document(hans) == [
        Part(0, len(hans), "2012-06-02", "2012年6月2日", "小雨转阴", "石桥村（三组）", "罗文斌", "王大爷", "县水务局")
    ]
    assert split_document(hant) == [
        Part(0, len(hant), "2012-06-02", "101年6月2日", "晴", "雙溪里", "陳美玲", "吳阿公", "家庭服務中心")
    ]


@pytest.mark.parametrize(
    ("heading", "weather", "place"),
    [
        ("2012年6月2日 星期六 晴 石桥村", "晴", "石桥村"),
        ("2012年6月2日（周六）晴转多云", "晴转多云", ""),
        ("2012年6月2日，晴，微风", "晴，微风", ""),
        ("2012年6月2日 天气：阴有小雨 梅坪村二组", "阴有小雨", "梅坪村二组"),
        ("2012年6月2日 上午9:30 小到中雨 23℃ 石桥村", "小到中雨", "石桥村"),
        ("民國101年6月2日　星期六　晴轉多雲　雙溪里", "晴轉多雲", "雙溪里"),
        ("2012年6月2日 雨水渠修好了", "", ""),
        ("2012年6月2日 去石桥村", "", ""),
        ("2012年6月2日 农历四月十三 大雾", "大雾", ""),
    ],
)
def test_a_heading_gives_weather_and_place(heading: str, weather: str, place: str) -> None:
    [part] = split_document(f"{heading}\n渠断了。")
    assert (part.date, part.weather, part.place) == ("2012-06-02", weather, place)


def test_the_writer_named_above_is_the_writer_of_all_but_those_who_sign_otherwise() -> None:
    text = "姓名：罗文斌\n单位：县水务局\n\n6月2日 晴\n渠断了。\n\n6月3日 阴\n路烂了。\n记录人：孙立"
    assert [(part.author, part.unit) for part in split_document(text)] == [("罗文斌", "县水务局"), ("孙立", "县水务局")]


def test_beside_the_writer_a_name_is_that_of_the_visited() -> None:
    text = "走访时间：6月2日\n姓名：王大爷\n走访人：罗文斌\n诉求：缺水"
    assert [(part.visited, part.author) for part in split_document(text)] == [("王大爷", "罗文斌")]


def test_dates_take_their_year_from_the_title_and_go_on_into_the_next() -> None:
    text = "2012年民情日记\n12月30日 晴\n雪。\n1月2日 阴\n冰。\n2015年\n3月1日 晴\n水。"
    assert [part.date for part in split_document(text)] == ["2012-12-30", "2013-01-02", "2015-03-01"]


def test_what_is_wrong_with_a_date_is_said() -> None:
    text = "2012年2月30日 晴\n水。\n3月1日 阴\n电。\n正月初八 雪\n路。"
    assert [(p.date, p.date_text, p.problems) for p in split_document(text)] == [
        ("", "2012年2月30日", ("impossible date",)),
        ("2012-03-01", "3月1日", ()),
        ("", "正月初八", ("lunar date",)),
    ]


def test_three_digits_are_a_year_in_a_traditional_document_alone() -> None:
    hant = "101年6月2日 晴\n農路塌了，沒有人來修。"
    hans = "101年6月2日 晴\n农路塌了，没有人来修。"
    assert [p.date for p in split_document(hant) + split_document(hans)] == ["2012-06-02", ""]
    assert [p.problems for p in split_document(hans)] == [("unclear year",)]


# Speed


@pytest.mark.parametrize(
    "unit",
    ["2012年6月2日 晴 石桥村\n" + "老张说渠断了，没有水，等了两年没人修。" * 8 + "\n", "走访时间：2012年6月2日\n" + "诉求：无\n" * 9, "：", "时间：", "【", "6月2日我们去了，\n", "民情日记\n", "雨 ", "1、"],
    ids=["diary", "forms", "colons", "labels", "brackets", "prose", "titles", "weather", "numbers"],
)  # fmt: skip
def test_time_grows_with_length_alone(unit: str) -> None:
    def seconds(characters: int) -> float:
        text = "6月1日 " + unit * (characters // len(unit))
        return min(timeit.repeat(lambda: split_document(text), number=1, repeat=3))

    seconds(1_000)
    assert seconds(160_000) < 16 * max(seconds(40_000), 0.02)
