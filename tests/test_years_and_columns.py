"""Dates without a year take that of the file's name or folder; the dates of rows are dates."""

from pathlib import Path

import pytest

from minqing.corpora.readers import Options, read_entries
from minqing.nlp.errors import EntryError

DIARY = "6月2日 晴 石桥村\n水渠断了两年。\n\n6月3日 小雨\n路烂了三年。"


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2016年日记.txt", 2016),
        ("民情日记2012/石桥村.txt", 2012),
        ("2012/2016年日记.txt", 2016),
        ("二〇一六年/日记.txt", 2016),
        ("民國101年/日記.txt", 2012),
        ("20160602走访.txt", 2016),
        ("2012-2013年日记.txt", None),
        ("日记.txt", None),
    ],
)
def test_the_year_of_a_diary_is_that_of_its_name_or_folder(name: str, year: int | None, tmp_path: Path) -> None:
    root = tmp_path / "2001" / "收集"
    path = root / name
    path.parent.mkdir(parents=True)
    path.write_text(DIARY, "utf-8")
    expected = [f"{year}-06-02", f"{year}-06-03"] if year else [None, None]
    assert [entry.meta.get("date") for entry in read_entries(root)] == expected


def test_the_folder_that_is_named_counts_but_not_those_above_it(tmp_path: Path) -> None:
    root = tmp_path / "2001" / "民情日记2012"
    root.mkdir(parents=True)
    (root / "a.txt").write_text(DIARY, "utf-8")
    assert [entry.meta.get("date") for entry in read_entries(root)] == ["2012-06-02", "2012-06-03"]
    assert [entry.meta.get("date") for entry in read_entries(root / "a.txt")] == [None, None]


def test_a_year_in_the_diary_itself_counts_more(tmp_path: Path) -> None:
    path = tmp_path / "2016年日记.txt"
    path.write_text(DIARY.replace("6月2日", "2012年6月2日"), "utf-8")
    assert [entry.meta["date"] for entry in read_entries(path)] == ["2012-06-02", "2012-06-03"]


ROWS = {
    "2021-03-04": {"date": "2021-03-04"},
    "2021/3/4": {"date": "2021-03-04", "date_text": "2021/3/4"},
    "二〇二一年三月四日 星期四": {"date": "2021-03-04", "date_text": "二〇二一年三月四日 星期四"},
    "3月4日": {"date": "2020-03-04", "date_text": "3月4日"},
    "2021-03-04 09:30:00": {"date": "2021-03-04", "date_text": "2021-03-04 09:30:00"},
    "去年冬天": {"date": "去年冬天"},
    "正月初八": {"date": "正月初八"},
    "": {"date": ""},
}


@pytest.mark.parametrize("written", ROWS)
def test_the_date_of_a_row_is_a_date_and_what_was_written_stays(written: str, tmp_path: Path) -> None:
    path = tmp_path / "2020.csv"
    path.write_text(f"内容,日期\n水渠断了,{written}\n", "utf-8")
    (entry,) = read_entries(path)
    assert {name: value for name, value in entry.meta.items() if name != "source"} == ROWS[written]


def test_years_of_the_republic_are_read_where_the_text_is_traditional(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("內容,日期\n農路塌陷無人修,101/6/2\n农路塌陷无人修,101/6/2\n", "utf-8")
    assert [entry.meta["date"] for entry in read_entries(path)] == ["2012-06-02", "101/6/2"]


def test_a_date_no_calendar_holds_is_left_empty_and_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("内容,日期\n水渠断了,2021年2月30日\n", "utf-8")
    bad: list[EntryError] = []
    (entry,) = read_entries(path, on_error=bad.append)
    assert (entry.meta["date"], entry.meta["date_text"]) == ("", "2021年2月30日")
    assert [str(error) for error in bad] == [f"{path}:2: impossible date"]


def test_a_column_named_by_the_user_is_the_date(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("内容,哪天\n水渠断了,2021.3.4\n", "utf-8")
    (entry,) = read_entries(path, Options({"date": "哪天"}))
    assert entry.meta["date"] == "2021-03-04"
