"""A bad row costs no other: each is named with its file and row, and reading goes on below it."""

from pathlib import Path

import pytest

from minqing.corpora.readers import Options, read_entries
from minqing.corpora.readers.guard import Limits
from minqing.nlp.errors import EntryError

ADVICE = "save the file as UTF-8 or try another --encoding"
CASES = {
    "jsonl_bytes": (
        "a.jsonl",
        '{"text": "路烂了三年"}\n{"text": "水'.encode() + b'\xff"}\n' + '{"text": "水断"}\n'.encode(),
        ["路烂了三年", "水断"],
        [f"2: not UTF-8 at character 12; {ADVICE}"],
    ),
    "csv_bytes": (
        "a.csv",
        "编号,内容\n1,路烂了三年没人修\n".encode("gbk") + b"2,\xff\xff\n" + "3,水断\n".encode("gbk"),
        ["路烂了三年没人修", "水断"],
        [f"3: not GB18030 at character 1; {ADVICE}"],
    ),
    "csv_open_quote": (
        "a.csv",
        '编号,内容\n1,"路烂\n2,水断\n3,灯坏\n'.encode(),
        ["水断", "灯坏"],
        ["2: a quotation mark that opens here is not closed"],
    ),
    "csv_quote_closed_below": (
        "a.csv",
        '编号,内容\n1,"路烂\n2,水断\n3,"灯坏"\n4,桥断\n'.encode(),
        ["水断", "灯坏", "桥断"],
        ["2: a quotation mark that opens here is not closed"],
    ),
    "csv_two_open_quotes": (
        "a.csv",
        '编号,内容,村\n1,"路烂,甲\n2,水断,乙\n3,"灯坏,丙\n4,桥断,丁\n'.encode(),
        ["水断", "桥断"],
        ["2: a quotation mark that opens here is not closed", "4: a quotation mark that opens here is not closed"],
    ),
    "csv_cells": (
        "a.csv",
        "编号,内容\n1,路烂,多\n2,水断\n".encode(),
        ["水断"],
        ["2: 3 cells under 2 column names"],
    ),
    "csv_long": ("a.csv", f"编号,内容\n1,{'路' * 1_001}\n2,水断\n".encode(), ["水断"], ["2: the text has 1,001 characters"]),
    "jsonl_endless": (
        "a.jsonl",
        b'{"text": "' + b"x" * 20_000 + '"}\n{"text": "水断"}'.encode(),
        ["水断"],
        ["1: the line has more than 16,000 characters; cut it"],
    ),
}  # fmt: skip
OPTIONS = Options(limits=Limits(entry_characters=1_000))


@pytest.mark.parametrize("case", CASES)
def test_reading_goes_on_below_a_bad_row(case: str, tmp_path: Path) -> None:
    name, raw, texts, messages = CASES[case]
    path = tmp_path / name
    path.write_bytes(raw)
    bad: list[EntryError] = []
    assert [entry.text for entry in read_entries(path, OPTIONS, bad.append)] == texts
    found = [str(error) for error in bad]
    assert len(found) == len(messages)
    assert all(line.startswith(f"{path}:{message}") for line, message in zip(found, messages, strict=True)), found


@pytest.mark.parametrize("case", CASES)
def test_without_leave_to_go_on_the_first_bad_row_ends_it(case: str, tmp_path: Path) -> None:
    name, raw, _, messages = CASES[case]
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(EntryError) as caught:
        list(read_entries(path, OPTIONS))
    assert str(caught.value).startswith(f"{path}:{messages[0]}") and "\n" not in str(caught.value)


def test_a_row_over_several_lines_is_no_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,内容\n1,"路烂\n\n没人修"\n2,"水""断"\n', "utf-8")
    found = list(read_entries(path))
    assert [entry.text for entry in found] == ["路烂\n\n没人修", '水"断']
    assert [entry.meta["source"]["row"] for entry in found] == [4, 5]  # type: ignore[index]


def test_a_table_in_which_no_quotation_mark_is_closed_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minqing.corpora.readers.table._PATIENCE", 1_000)
    path = tmp_path / "a.csv"
    path.write_text("内容,村\n" + '"路,甲\n' * 501, "utf-8")
    bad: list[EntryError] = []
    list(read_entries(path, on_error=bad.append))
    assert "too many bad rows; open it, mend it and save it anew" in str(bad[-1])


def test_what_must_be_read_whole_has_its_limit(tmp_path: Path) -> None:
    for name in ("a.txt", "a.json"):
        (tmp_path / name).write_bytes(b" " * 2_000_001)
        with pytest.raises(EntryError, match="larger than 2 MB; cut it into several files"):
            list(read_entries(tmp_path / name, Options(limits=Limits(file_bytes=2_000_000))))
