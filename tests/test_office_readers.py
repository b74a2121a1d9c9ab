import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from docx import Document
from docx.oxml import parse_xml
from hypothesis import assume, given
from hypothesis import strategies as st

from minqing.corpora.cells import as_text
from minqing.corpora.readers import archive, pdf, word, workbook
from minqing.corpora.readers.rows import Row
from minqing.nlp.errors import EntryError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def fields(row: Row) -> dict[str, object]:
    assert isinstance(row.fields, dict), row.fields
    return row.fields


def text_of(rows: list[Row]) -> str:
    assert len(rows) == 1
    return str(fields(rows[0])["text"])


def errors(rows: list[Row]) -> list[str]:
    return [str(row.fields) for row in rows if isinstance(row.fields, EntryError)]


def written(tmp_path: Path, fill: Callable[[object], None]) -> Path:
    """Write a Word document that ``fill`` has put something in."""
    document = Document()
    fill(document)
    path = tmp_path / "日记.docx"
    document.save(str(path))
    return path


def with_body(tmp_path: Path, xml: str) -> Path:
    """Write a Word document whose body is ``xml``."""

    def fill(document: object) -> None:
        whole = parse_xml(f"<w:body {W} {MC}>{xml}</w:body>")
        for element in reversed(list(whole)):
            document.element.body.insert(0, element)

    return written(tmp_path, fill)


def with_table(tmp_path: Path, rows: list[list[str]]) -> Path:
    def fill(document: object) -> None:
        table = document.add_table(len(rows), max(map(len, rows)))
        for cells, values in zip(table.rows, rows, strict=True):
            for cell, value in zip(cells.cells, values, strict=False):
                cell.text = value

    return written(tmp_path, fill)


def run(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent>{0}</w:txbxContent></mc:Choice>"
    "<mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
).format(paragraph(run("框内的话")))

SEEN = {
    "plain": (paragraph(run("路烂") + run("了")) + paragraph(run("水断了")), "路烂了\n水断了"),
    "insertion": (paragraph(run("路") + "<w:ins>" + run("还没修") + "</w:ins>"), "路还没修"),
    "deletion": (paragraph(run("路烂") + "<w:del><w:r><w:delText>不烂</w:delText></w:r></w:del>"), "路烂"),
    "moved": (paragraph("<w:moveFrom>" + run("水") + "</w:moveFrom>" + run("路") + "<w:moveTo>" + run("水") + "</w:moveTo>"), "路水"),
    "link": (paragraph("<w:hyperlink>" + run("通知") + "</w:hyperlink>"), "通知"),
    "control": ("<w:sdt><w:sdtPr/><w:sdtContent>" + paragraph(run("已填")) + "</w:sdtContent></w:sdt>", "已填"),
    "prompt": (paragraph(run("诉求：") + "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("单击此处") + "</w:sdtContent></w:sdt>"), "诉求："),
    "soft_break": (paragraph("<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:t>三</w:t></w:r>"), "一\n二\t三"),
    "page_break": (paragraph(run("上页") + "<w:r><w:br w:type='page'/></w:r>") + paragraph(run("下页")), "上页\n\n下页"),
    "text_box": (paragraph(run("正文") + BOX), "正文\n框内的话"),
    "field_code": (paragraph("<w:r><w:instrText>DATE</w:instrText></w:r>" + run("3月5日")), "3月5日"),
    "pinyin": (paragraph("<w:r><w:ruby><w:rt>" + run("lu") + "</w:rt><w:rubyBase>" + run("路") + "</w:rubyBase></w:ruby></w:r>"), "路"),
    "tick": (paragraph("<w:r><w:sym w:font='Wingdings' w:char='F0FE'/><w:t>低保</w:t></w:r>"), "☑低保"),
    "plain_table": (paragraph(run("前")) + table(cell("甲") + cell("乙"), cell("丙") + cell("丁")) + paragraph(run("后")), "前\n\n甲\t乙\n丙\t丁\n\n后"),
    "merged": (table(cell("甲", "<w:gridSpan w:val='2'/>"), cell("乙", "<w:vMerge w:val='restart'/>") + cell("丙"), cell("乙", "<w:vMerge/>") + cell("丁")), "甲\n乙\t丙\n丁"),
    "nested": (table("<w:tc>" + paragraph(run("外")) + table(cell("内一") + cell("内二")) + paragraph("") + "</w:tc>"), "外\n内一\t内二"),
}  # fmt: skip


@pytest.mark.parametrize("case", SEEN)
def test_a_document_reads_as_its_page_does(case: str, tmp_path: Path) -> None:
    xml, expected = SEEN[case]
    path = with_body(tmp_path, xml)
    rows = list(word.rows(path))
    assert text_of(rows) == expected
    assert fields(rows[0])["source"] == {"file": str(path)}


def test_headers_and_footers_are_left_out(tmp_path: Path) -> None:
    def fill(document: object) -> None:
        document.sections[0].header.paragraphs[0].text = "石桥镇人民政府"
        document.add_paragraph("路灯坏了")

    assert text_of(list(word.rows(written(tmp_path, fill)))) == "路灯坏了"


FORMS = {
    "beside": (
        [["走访时间", "2024年3月5日", "走访地点", "石桥村"], ["走访对象", "王大山", "村小组", "三组"], ["诉求", "水渠断了。"], ["心得体会", "要常来。"]],
        "走访时间：2024年3月5日\n走访地点：石桥村\n走访对象：王大山\n村小组：三组\n诉求：水渠断了。\n心得体会：要常来。",
    ),
    "beside_hant": (
        [["民情日記"], ["走訪時間", "3月5日", "走訪地點", "石橋里"], ["訴　求：", "水溝不通。"], ["處理情況", "已轉水利科。"], ["心得體會", ""]],
        "民情日記\n走訪時間：3月5日\n走訪地點：石橋里\n訴求：水溝不通。\n處理情況：已轉水利科。\n心得體會",
    ),
    "above": ([["走访时间", "走访对象", "家庭基本情况"], ["3月5日", "王大山", "三口人，独居老人一名。"]], "走访时间：3月5日\n走访对象：王大山\n家庭基本情况：三口人，独居老人一名。"),
    "text_first": ([["走访内容", "今天去了王大山家。"], ["处理情况", "已上报。"], ["记录人", "李小河"]], "走访内容：今天去了王大山家。\n处理情况：已上报。\n记录人：李小河"),
}  # fmt: skip


@pytest.mark.parametrize("case", FORMS)
def test_a_form_reads_as_names_and_values_in_word_and_excel(case: str, tmp_path: Path) -> None:
    cells, expected = FORMS[case]
    assert text_of(list(word.rows(with_table(tmp_path, cells)))) == expected
    assert text_of(list(workbook.rows(sheet(tmp_path, {"表": cells})))) == expected


def test_a_table_of_records_gives_a_row_a_record_with_its_heading(tmp_path: Path) -> None:
    path = with_table(
        tmp_path,
        [
            ["序号", "村", "内容"],
            ["1", "石桥", "路烂"],
            ["2", "柳湾", "水断"],
            ["序号", "村", "内容"],
            ["3", "柳湾", ""],
        ],
    )
    document = Document(str(path))
    document.element.body.insert(0, parse_xml(f"<w:p {W}>{run('民情台账')}</w:p>"))
    document.add_paragraph("以上各户已走访完毕，待汇总。")
    document.save(str(path))
    *records, rest = list(word.rows(path))
    assert [row.where for row in records] == [f"{path}:table 1:{n}" for n in (2, 3, 5)]
    heading = fields(records[0])["source"]["heading"]
    assert heading == "民情台账"
    assert [(fields(r)["id"], fields(r)["村"], fields(r)["text"]) for r in records] == [
        ("1", "石桥", "路烂"),
        ("2", "柳湾", "水断"),
        ("3", "柳湾", ""),
    ]
    assert fields(rest)["text"] == "以上各户已走访完毕，待汇总。"


def test_a_text_column_of_another_name_can_be_named(tmp_path: Path) -> None:
    cells = [["户", "说的话"], ["甲", "路烂"]]
    assert fields(next(word.rows(with_table(tmp_path, cells), "说的话")))["text"] == "路烂"
    assert fields(next(workbook.rows(sheet(tmp_path, {"表": cells}), "说的话")))["text"] == "路烂"


def sheet(tmp_path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        made = book.create_sheet(name)
        for row in rows:
            made.append(row)
    path = tmp_path / "台账.xlsx"
    book.save(path)
    return path


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


def made_pdf(path: Path, pages: list[list[str]]) -> Path:
    """Write a PDF by hand: a line a string, each character's code its own Unicode one."""
    used = sorted({c for lines in pages for line in lines for c in line})
    table = "\n".join(f"<{ord(c):04x}> <{ord(c):04x}>" for c in used)
    blocks = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{6 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        stream(f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(used)} beginbfchar\n{table}\nendbfchar\nendcmap end end"),
    ]  # fmt: skip
    for number, lines in enumerate(pages):
        shown = "".join(
            f"1 0 0 1 50 {780 - 20 * n} Tm <{line.encode('utf-16-be').hex()}> Tj\n" for n, line in enumerate(lines)
        )
        blocks.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents {7 + 2 * number} 0 R >>"
        )
        blocks.append(stream(f"BT /F 10 Tf\n{shown}ET"))
    body, offsets = b"%PDF-1.4\n", []
    for number, block in enumerate(blocks, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{block}\nendobj\n".encode()
    entries = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(blocks) + 1}\n0000000000 65535 f \n{entries}trailer << /Size {len(blocks) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_bytes(body + end.encode())
    return path


def stream(content: str) -> str:
    return f"<< /Length {len(content.encode())} >>\nstream\n{content}\nendstream"


def test_a_pdf_gives_its_text_with_wrapped_lines_joined(tmp_path: Path) -> None:
    first = [
        "走访时间：3月5日",
        "今天走访石桥村王大山家，村口的路灯坏了三盏，晚上老",
        "人出门看不见路，摔过一次。",
        "诉求：尽快修好路灯，另外水渠也断了，没有水浇地，去年",
        "- 1 -",
    ]
    path = made_pdf(tmp_path / "日记.pdf", [first, ["就报过。", "2"]])
    (row,) = pdf.rows(path)
    text = str(fields(row)["text"])
    assert (
        text
        == "走访时间：3月5日\n今天走访石桥村王大山家，村口的路灯坏了三盏，晚上老人出门看不见路，摔过一次。\n诉求：尽快修好路灯，另外水渠也断了，没有水浇地，去年就报过。"
    )
    assert fields(row)["source"] == {"file": str(path), "pages": [0, text.index("就报过")]}


def test_pdf_lines_that_begin_anew_stay_apart() -> None:
    wide = "一" * 20
    assert (
        pdf.join_pages([f"{wide}\n一、修路\n{wide}\n诉求：水\n{wide}。\n{wide}"])[0]
        == f"{wide}\n一、修路\n{wide}\n诉求：水\n{wide}。\n{wide}"
    )
    assert pdf.join_pages(["", "路"]) == ("路", [0, 0])


def tree(tmp_path: Path, *names: str) -> Path:
    root = tmp_path / "收集"
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, "utf-8")
    return root


def test_a_folder_gives_its_files_by_name_without_what_systems_leave_behind(tmp_path: Path) -> None:
    names = [
        "王村/1.docx",
        "李村/1.docx",
        "总.xlsx",
        "王村/~$1.docx",
        ".隐/1.txt",
        "Thumbs.db",
        "__MACOSX/1.docx",
        "李村/.DS_Store",
    ]
    root = tree(tmp_path, *names)
    found = list(archive.walk(root))
    assert [one.name for one in found] == [f"{root}/{name}" for name in ("总.xlsx", "李村/1.docx", "王村/1.docx")]
    assert [one.path.read_text("utf-8") for one in found] == ["总.xlsx", "李村/1.docx", "王村/1.docx"]


class _Named(zipfile.ZipInfo):
    """A member whose name is written in another encoding than UTF-8, as old Windows tools do."""

    encoding = "utf-8"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(self.encoding), self.flag_bits & ~0x800


def packed(path: Path, members: dict[str, bytes], encoding: str = "utf-8") -> Path:
    """Pack a ZIP archive whose names are in ``encoding``, and do not say so."""
    with zipfile.ZipFile(path, "w") as container:
        for name, content in members.items():
            info = _Named(name)
            info.encoding = encoding
            container.writestr(info, content)
    return path


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "走访/日记.txt"), ("gb18030", "走访/日记.txt"), ("big5", "走訪/日記一.txt"), ("cp437", "diary/é.txt")],
)
def test_names_in_an_archive_are_read_in_the_encoding_of_its_maker(encoding: str, name: str, tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {name: b"x", "plain.txt": b"y"}, encoding)
    assert {one.name for one in archive.walk(path)} == {f"{path}/{name}", f"{path}/plain.txt"}


def test_archives_in_archives_are_read_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "temporary").mkdir()
    inner = packed(tmp_path / "inner.zip", {"1.txt": b"a", "__MACOSX/1.txt": b"no"}).read_bytes()
    path = packed(tmp_path / "a.zip", {"村/b.zip": inner, "村/1.txt": b"c"})
    found = [(one.name, one.path.read_bytes()) for one in archive.walk(path)]
    assert found == [(f"{path}/村/1.txt", b"c"), (f"{path}/村/b.zip/1.txt", b"a")]
    next(archive.walk(path))
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.doc", "save it as .docx"),
        ("a.WPS", "save it as .docx"),
        ("a.et", "save it as .xlsx"),
        ("a.jpg", "OCR"),
        ("a.rar", "unpack it"),
    ],
)
def test_a_file_of_no_use_comes_with_what_to_do(name: str, advice: str, tmp_path: Path) -> None:
    (found,) = archive.walk(tree(tmp_path, name))
    assert isinstance(found.path, EntryError)
    assert str(found.path).startswith(f"{found.name}: ") and advice in str(found.path)


def test_a_passing_copy_is_called_by_its_own_name(tmp_path: Path) -> None:
    path = with_body(tmp_path, paragraph(run("路烂")))
    rows = list(word.rows(path, None, "a.zip/b.docx"))
    assert rows == [Row("a.zip/b.docx", {"text": "路烂", "source": {"file": "a.zip/b.docx"}})]


def test_columns_keep_their_cells_whatever_they_are_called(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"甲": [["text", "备注", "source", "备注"], ["路烂", "一", "二", "三"]]})
    (row,) = workbook.rows(path, "备注")
    assert {name: value for name, value in fields(row).items() if name != "source"} == {
        "text": "一", "text_1": "路烂", "source_3": "二", "备注_4": "三",
    }  # fmt: skip


def test_reading_a_long_document_takes_no_more_memory_than_its_text(tmp_path: Path) -> None:
    path = with_body(tmp_path, "".join(paragraph(run(f"路烂水断{n * n}")) for n in range(20_000)))
    tracemalloc.start()
    list(word.rows(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000
