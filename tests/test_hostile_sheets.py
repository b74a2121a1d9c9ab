import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from minqing.corpora.readers import guard, read_entries
from minqing.nlp.errors import EntryError

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


READ_TO_THE_END = """
import re, sys
from pathlib import Path
from minqing.corpora.readers import read_entries, streamed

def memory():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

before = memory()
for number, entry in enumerate(read_entries(Path(sys.argv[1])), start=1):
    pass
print(number, entry.text, memory() - before)
"""


def read_to_the_end(path: Path) -> tuple[int, str, int]:
    """Read in a process of its own; give the number of entries, the last text, and by how much memory grew."""
    done = subprocess.run([sys.executable, "-c", READ_TO_THE_END, str(path)], capture_output=True, check=True)
    count, text, kilobytes = done.stdout.decode("utf-8").split()
    return int(count), text, int(kilobytes)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told by /proc")
def test_texts_of_which_every_cell_names_one_take_no_memory(tmp_path: Path) -> None:
    texts = [f"{number}组的路烂了{'，盼着早点修' * 30}。" for number in range(40_000)]
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:  # not in constant memory: texts stand apart from the cells
        book.add_worksheet().write_column(0, 0, ["内容", *texts])
    count, last, kilobytes = read_to_the_end(tmp_path / "a.xlsx")
    assert (count, last) == (len(texts), texts[-1])
    assert kilobytes < 8_000, kilobytes


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told by /proc")
def test_a_sheet_of_1048576_rows_is_read_to_its_last_in_little_memory(tmp_path: Path) -> None:
    """One row in 16 holds an entry, as a full sheet takes a minute; benchmarks/batch.py reads one."""
    numbers = range(16, 1_048_577, 16)
    path = with_sheet(tmp_path / "a.xlsx", b"".join(map(in_row, [1, *numbers], ["内容", *map(written_in, numbers)])))
    count, last, kilobytes = read_to_the_end(path)
    assert (count, last) == (len(numbers), written_in(1_048_576))
    assert kilobytes < 8_000, kilobytes


def test_the_rows_before_one_too_low_are_read_all_the_same(tmp_path: Path) -> None:
    numbers = [*range(1, 20), 1_048_576, 1_048_577]
    path = with_sheet(tmp_path / "a.xlsx", b"".join(map(in_row, numbers, ["内容", *map(written_in, numbers[1:])])))
    said: list[EntryError] = []
    assert [entry.text for entry in read_entries(path, on_error=said.append)] == [*map(written_in, numbers[1:-1])]
    assert [str(error) for error in said] == [f"{path}:Sheet: has cells below row 1,048,576; delete them"]


def in_row(number: int, text: str) -> bytes:
    return f'<row r="{number}" ht="30" customHeight="1"><c r="A{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'.encode()


def written_in(number: int) -> str:
    return f"{number}组的路烂了，盼着早点修。"


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
