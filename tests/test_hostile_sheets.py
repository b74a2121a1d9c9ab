import re
import zipfile
from dataclasses import replace
from pathlib import Path

import xlsxwriter

from minqing.corpora.readers import guard

from office import SMALL, changed, main_part, message_of, whole


def with_sheet(path: Path, cells: bytes) -> Path:
    def put(name: str, content: bytes) -> bytes:
        return (
            re.sub(rb"<sheetData.*</sheetData>", b"<sheetData>" + cells + b"</sheetData>", content)
            if name == main_part(path)
            else content
        )

    return changed(whole(path), put)


def test_two_cells_at_the_ends_of_a_sheet_cost_nothing(tmp_path: Path) -> None:
    cells = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert (
        message_of(with_sheet(tmp_path / "a.xlsx", cells))
        == ":Sheet:1048576: has a cell in column 16,384; more than 256 is no list"
    )


def test_a_row_below_the_last_ends_the_sheet(tmp_path: Path) -> None:
    cells = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row><row r="999999999999"><c><v>1</v></c></row>'
    assert "has cells below row 1,048,576" in message_of(with_sheet(tmp_path / "a.xlsx", cells))


def test_a_cell_of_500_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = whole(tmp_path / "a.xlsx")
    piece = b"x" * 5_000_000
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as container,
        container.open("xl/sharedStrings2.xml", "w") as file,
    ):
        for _ in range(100):
            file.write(piece)
    assert "unpacks to more than 200 MB" in message_of(path)


def test_a_cell_too_long_is_an_error_of_its_row(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "a.xlsx",
        "<row><c t='inlineStr'><is><t>内容</t></is></c></row><row><c t='inlineStr'><is><t>路烂</t></is></c></row>".encode()
        + b"<row><c t='inlineStr'><is><t>" + b"x" * 1_000_001 + b"</t></is></c></row>",
    )  # fmt: skip
    limits = replace(guard.USUAL, ratio=10_000)
    assert message_of(path, limits) == ":Sheet:3: the cell in column 1 has more than 1,000,000 characters"


def test_one_text_in_a_great_many_cells_is_not_read_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        made = book.add_worksheet("甲")
        for row, text in enumerate(["内容", *["路烂" * 15_000] * 500]):
            made.write_string(row, 0, text)
    assert "its cells hold more than 4,000,000 characters" in message_of(path, SMALL)


def test_merges_without_end_are_refused(tmp_path: Path) -> None:
    merges = (
        b"<mergeCells>"
        + b"".join(b'<mergeCell ref="A%d:XFD%d"/>' % (n, n + 1) for n in range(1, 200_002))
        + b"</mergeCells>"
    )
    path = changed(
        whole(tmp_path / "a.xlsx"),
        lambda name, old: old.replace(b"</sheetData>", b"</sheetData>" + merges) if "sheet1" in name else old,
    )
    assert "more than 200,000 merged cells" in message_of(path)
