import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import assume, given
from hypothesis import strategies as st

from minqing.corpora.cells import as_text
from minqing.corpora.readers import workbook

from office import errors, fields, packed, sheet, text_of


def test_every_sheet_is_read_and_each_row_knows_its_place(tmp_path: Path) -> None:
    records = [
        ["民情台账"],
        [],
        ["编号", "内容", "日期", "户数"],
        [7.0, "路烂", date(2024, 3, 5), 0.5],
        [],
        [8, "水断", datetime(2024, 3, 5, 9, 30), None],
    ]
    path = sheet(tmp_path, {"一月": records, "空": [], "二月": [["內容"], ["路燈不亮"]]})
    rows = list(workbook.rows(path))
    assert [row.where for row in rows] == [f"{path}:一月:4", f"{path}:一月:6", f"{path}:二月:2"]
    assert fields(rows[0]) == {
        "text": "路烂", "日期": "2024-03-05", "户数": "0.5", "id": "7",
        "source": {"file": str(path), "sheet": "一月", "row": 4, "heading": "民情台账"},
    }  # fmt: skip
    assert fields(rows[1])["日期"] == "2024-03-05 09:30:00"


def test_a_hidden_sheet_is_left_out_and_said_to_be(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"甲": [["内容"], ["路烂"]], "密": [["内容"], ["不给看"]], "空": []})
    book = openpyxl.load_workbook(path)
    book["密"].sheet_state, book["空"].sheet_state = "veryHidden", "hidden"
    book.save(path)
    rows = list(workbook.rows(path))
    assert fields(rows[0])["text"] == "路烂"
    assert errors(rows) == [f"{path}:密: the sheet is hidden and was left out; show it in Excel to have it read"]


def test_merged_cells_hold_for_each_row_and_column_they_cover(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        {
            "甲": [
                ["村", "内容", None, "人"],
                ["石桥", "路烂", None, "甲"],
                [None, "水断", None, "乙"],
                [None, None, None, None],
            ]
        },
    )
    book = openpyxl.load_workbook(path)
    for merge in ("A2:A4", "B1:C1", "B2:C2", "D3:D4", "B3:C4"):
        book["甲"].merge_cells(merge)
    book.save(path)
    rows = [fields(row) for row in workbook.rows(path)]
    assert [(row["text"], row["村"], row["人"]) for row in rows] == [("路烂", "石桥", "甲"), ("水断", "石桥", "乙")]
    assert set(rows[0]) == {"text", "村", "人", "source"}


def test_a_formula_without_result_is_named_and_other_rows_are_read(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"甲": [["内容", "户数"], ["路烂", "=1+1"], ["水断", 2]]})
    rows = list(workbook.rows(path))
    assert errors(rows) == [f"{path}:甲:2: the formula in B2 has no result; open the file in Excel and save it"]
    assert fields(rows[1])["text"] == "水断"


def test_results_of_formulas_are_read_the_empty_one_too(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        made = book.add_worksheet("甲")
        made.write_row(0, 0, ["内容", "户数", "备注"])
        made.write_row(1, 0, ["路烂"])
        made.write_formula(1, 1, "=1+1", None, 2)
        made.write_formula(1, 2, '=""', None, "x")
        made.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    with zipfile.ZipFile(path) as container:
        members = {name: container.read(name).replace(b"<v>x</v>", b"<v></v>") for name in container.namelist()}
    (row,) = workbook.rows(packed(path, members))
    assert (fields(row)["户数"], fields(row)["备注"], fields(row)["column_4"]) == ("2", "", "#DIV/0!")


@given(st.text("路水=+-@'\t\r\n _x0D", max_size=12))
def test_texts_that_were_kept_from_running_read_back_as_they_were(text: str) -> None:
    assume(not text.startswith("'") and "_x" not in text and "\r\n" not in text)
    assert workbook.as_written(as_text(text)) == text


def test_breaks_that_excel_escapes_are_breaks() -> None:
    assert workbook.as_written("一_x000D_\n二_x005F_x000D_") == "一\n二_x000D_"


def test_an_old_excel_file_reads_as_a_new_one_does(tmp_path: Path) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    made = book.add_sheet("一月")
    for row, cells in enumerate([["編號", "內容", "村"], [1, "路燈不亮", "石橋"], [2, "水溝不通", None]]):
        for column, value in enumerate(cells):
            if value is not None and (row, column) != (1, 2):
                made.write(row, column, value)
    made.write_merge(1, 2, 2, 2, "石橋")
    made.write(1, 3, datetime(2024, 3, 5), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    hidden = book.add_sheet("密")
    hidden.write(0, 0, "不给看")
    hidden.visibility = 1
    path = tmp_path / "台账.xls"
    book.save(str(path))
    rows = list(workbook.rows(path))
    assert [(fields(r)["id"], fields(r)["text"], fields(r)["村"]) for r in rows[:2]] == [
        ("1", "路燈不亮", "石橋"),
        ("2", "水溝不通", "石橋"),
    ]
    assert fields(rows[0])["column_4"] == "2024-03-05" and rows[1].where == f"{path}:一月:3"
    assert "密: the sheet is hidden" in errors(rows)[0]


def test_a_new_excel_file_under_the_old_ending_is_read(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"甲": [["内容"], ["路烂"]]}).rename(tmp_path / "台账.xls")
    assert text_of(list(workbook.rows(path))) == "路烂"


def test_a_list_without_text_column_is_an_error_and_a_bare_header_is_nothing(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"甲": [["王大山", "三组"], ["李小河", "四组"]], "空表": [["编号", "内容"]]})
    (row,) = workbook.rows(path)
    assert "甲: no text column in the first 10 rows" in errors([row])[0] and "王大山" not in errors([row])[0]


def test_columns_keep_their_cells_whatever_they_are_called(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"甲": [["text", "备注", "source", "备注"], ["路烂", "一", "二", "三"]]})
    (row,) = workbook.rows(path, "备注")
    assert {name: value for name, value in fields(row).items() if name != "source"} == {
        "text": "一", "text_1": "路烂", "source_3": "二", "备注_4": "三",
    }  # fmt: skip
