import json
from pathlib import Path

import pytest

from minqing.corpora.readers import Options, read_entries
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Entry


def texts(path: Path, column: str | None = None) -> list[str]:
    options = Options({"text": column} if column else {})
    return [entry.text for entry in read_entries(path, options)]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def test_jsonl_keeps_ids_and_carries_unknown_fields(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", '{"id": "7", "text": "水渠断了", "村": "石桥", "备注": "x"}\n\n{"text": "路烂"}\n'
    )
    assert list(read_entries(path)) == [
        Entry("7", "水渠断了", {"place": "石桥", "备注": "x", "source": {"file": str(path), "row": 1}}),
        Entry(f"{path}:3", "路烂", {"source": {"file": str(path), "row": 3}}),
    ]


def test_jsonl_takes_another_field_for_the_text(tmp_path: Path) -> None:
    assert texts(write(tmp_path / "a.jsonl", '{"body": "路烂"}'), "body") == ["路烂"]


@pytest.mark.parametrize("name", ["text", "内容", "正文", "日记", "民情内容", "內容"])
def test_csv_finds_the_text_column_by_its_name(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f'\ufeff编号,{name},村\r\n1,"水渠断了，\n没水",石桥\r\n')
    assert list(read_entries(path)) == [
        Entry("1", "水渠断了，\n没水", {"place": "石桥", "source": {"file": str(path), "row": 3}})
    ]


def test_tsv_is_cut_at_tabs(tmp_path: Path) -> None:
    assert texts(write(tmp_path / "a.tsv", "id\ttext\n1\t路,烂\n")) == ["路,烂"]


BAD_FILES = {
    "empty": ("a.jsonl", "", "a.jsonl: holds no entries"),
    "empty_csv": ("a.csv", "", "a.csv: holds no entries"),
    "unknown": ("a.rtf", "x", "a.rtf: .rtf is not read; open it in Word or WPS and save it as .docx"),
    "no_column": ("a.csv", "x,y\n1,2\n", "a.csv:1: no text column; found x, y; name it with --text-column"),
    "cells": ("a.csv", "id,text\n1,2,3\n", "a.csv:2: 3 cells under 2 column names"),
    "no_text": ("a.jsonl", '{"id": "1", "body": "x"}', "a.jsonl:1: no field 'text'; found id, body"),
    "blank_text": ("a.jsonl", '{"text": "ok"}\n{"text": "  "}', "a.jsonl:2: the text is empty"),
    "not_json": ("a.jsonl", "{", "a.jsonl:1: not JSON"),
    "no_object": ("a.jsonl", "[1]", "a.jsonl:1: not a JSON object"),
    "deep": ("a.jsonl", "[" * 100_000, "a.jsonl:1: not JSON"),
    "encoding": ("a.jsonl", b'{"text": "\xff\xff\xc4"}', "--encoding"),
    "nul": ("a.jsonl", json.dumps({"text": "路\x00"}), "a.jsonl:1: the text holds a NUL character at 1"),
    "surrogate": ("a.jsonl", '{"text": "\\ud800"}', "a.jsonl:1: "),
    "long": ("a.jsonl", json.dumps({"text": "路" * 1_200_000}), "the text has 1,200,000 characters"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_input_is_one_line_that_names_file_and_row(case: str, tmp_path: Path) -> None:
    name, content, message = BAD_FILES[case]
    with pytest.raises(EntryError) as caught:
        texts(write(tmp_path / name, content))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"none.csv: cannot be read: No such file"):
        texts(tmp_path / "none.csv")


def test_bad_rows_are_handed_over_and_reading_goes_on(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"text": "路烂"}\nnonsense\n{"text": ""}\n{"text": "水断"}')
    bad: list[EntryError] = []
    assert [entry.text for entry in read_entries(path, on_error=bad.append)] == ["路烂", "水断"]
    assert [str(error).rpartition("a.jsonl:")[2][:1] for error in bad] == ["2", "3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_whatever_encoding_it_was_saved(encoding: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "编号,内容\n1,村口的水渠断了两年，没人来修\n".encode(encoding))
    assert texts(path) == ["村口的水渠断了两年，没人来修"]


def test_what_our_own_table_protects_from_a_spreadsheet_is_read_back_as_it_was(tmp_path: Path) -> None:
    assert texts(write(tmp_path / "a.csv", "内容\n'=1+1是他记的账\n")) == ["=1+1是他记的账"]


def test_a_folder_is_read_with_all_it_holds_and_a_bad_file_does_not_stop_it(tmp_path: Path) -> None:
    write(tmp_path / "乙.txt", "2012年6月2日 晴 石桥村\n水渠断了。\n6月3日 雨\n路烂。")
    write(tmp_path / "甲.jsonl", '{"id": "1", "text": "没水吃"}')
    write(tmp_path / "坏.docx", "no container")
    bad: list[EntryError] = []
    found = list(read_entries(tmp_path, on_error=bad.append))
    assert [entry.text.partition("\n")[2] or entry.text for entry in found] == ["水渠断了。", "路烂。", "没水吃"]
    assert [entry.meta.get("date") for entry in found] == ["2012-06-02", "2012-06-03", None]
    assert len(bad) == 1 and "坏.docx" in str(bad[0])


def test_no_message_quotes_the_diary(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"text": "王秀英家的秘密\\u0000"}\n{"text": "王秀英"')
    bad: list[EntryError] = []
    list(read_entries(path, on_error=bad.append))
    assert len(bad) == 2 and not any("王秀英" in str(error) for error in bad)
