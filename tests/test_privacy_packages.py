"""Word and Excel files masked: looks kept, nothing of what was masked left anywhere in the package."""

import datetime
import html
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.shared import RGBColor
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from minqing.corpora.readers import Options, read_sources
from minqing.ledger.privacy.documents import Masker, mask_file
from minqing.ledger.privacy.pseudonyms import Pseudonyms
from minqing.nlp.errors import EntryError, LedgerError

from office import W, changed, paragraph, run, same, with_body

# All that names somebody in the files below, whatever part it stands in.
SECRETS = (
    "罗德福", "罗大爷", "欧阳秀兰", "韦国强", "郑美玲", "13857264190", "33010619580312123X", "尿毒症", "王小明", "周丽",
    "luodefu",
)  # fmt: skip
PNG = b"\x89PNG a picture of somebody"


def everything(path: Path) -> str:
    """Give every part of a package as text, with the pieces of its texts put together as well."""
    found = []
    with zipfile.ZipFile(path) as container:
        for name in container.namelist():
            content = html.unescape(container.read(name).decode("utf-8", "replace"))
            found += [name, content, "".join(part.partition(">")[2] for part in content.split("<"))]
    return "\n".join(found)


def masked(path: Path, names: tuple[str, ...] = ()) -> tuple[Path, Masker]:
    masker = Masker(Pseudonyms(b"secret"), names)
    output = path.with_name("masked" + path.suffix)
    mask_file(path, output, masker)
    return output, masker


def diary(folder: Path) -> Path:
    """Write a document that tells of persons in every place a document has."""
    document = Document()
    document.core_properties.author = document.core_properties.last_modified_by = "郑美玲"
    document.core_properties.title = "罗德福家走访"
    body = document.add_paragraph("3月12日走访")
    for piece in ("罗", "德", "福说水管"):
        written = body.add_run(piece)
        written.bold, written.font.color.rgb = piece == "德", RGBColor(0xC0, 0, 0)
    body.add_run("冻裂，打13857")
    body.add_run("264190，身份证33010619580312123X，患尿毒症。")
    document.sections[0].header.paragraphs[0].text = "记录人：欧阳秀兰"
    document.sections[0].footer.paragraphs[0].text = "罗大爷，13857264190"
    table = document.add_table(3, 3)
    rows = [["姓名", "性别", "内容"], ["韦国强", "男", "路烂了"], ["周丽", "女", "孙子王小明上三年级"]]
    for cells, values in zip(table.rows, rows, strict=True):
        for cell, value in zip(cells.cells, values, strict=True):
            cell.text = value
    document.add_comment(body.runs[0], "罗大爷的电话13857264190", author="郑美玲", initials="郑")
    document.part.relate_to("mailto:luodefu@example.com", "http://x/hyperlink", is_external=True)
    path = folder / "日记.docx"
    document.save(str(path))
    extra = (
        paragraph('<w:del w:id="7" w:author="郑美玲" w:date="2025-01-01T00:00:00Z"><w:r><w:delText>罗德福</w:delText></w:r></w:del>')
        + paragraph(f'<w:ins w:id="8" w:author="郑美玲">{run("补：欧阳秀兰")}</w:ins>')
        + paragraph("<w:r><w:ruby><w:rubyPr/><w:rt>" + run("luodefu") + f"</w:rt><w:rubyBase>{run('罗大爷')}</w:rubyBase></w:ruby></w:r>")
        + "<w:sdt><w:sdtPr><w:alias w:val='罗德福'/><w:dataBinding w:xpath='/a' w:storeItemID='{1}'/></w:sdtPr>"
        + f"<w:sdtContent>{paragraph(run('韦国强'))}</w:sdtContent></w:sdt>"
    )  # fmt: skip

    def change(name: str, content: bytes) -> bytes:
        if name == "word/document.xml":
            return content.replace(b"<w:sectPr", extra.encode() + b"<w:sectPr", 1)
        if name == "word/settings.xml":
            variables = '<w:docVars><w:docVar w:name="who" w:val="罗德福"/></w:docVars></w:settings>'
            return content.replace(b"</w:settings>", variables.encode())
        return content

    return changed(path, change, {"customXml/item9.xml": "<a>罗德福</a>".encode(), "word/media/image1.png": PNG})


def test_nothing_of_what_is_masked_is_left_in_a_document(tmp_path: Path) -> None:
    path = diary(tmp_path)
    before = everything(path)
    assert all(secret in before for secret in SECRETS)
    output, masker = masked(path)
    after = everything(output)
    assert [secret for secret in SECRETS if secret in after] == []
    with zipfile.ZipFile(output) as container:
        assert {info.date_time[0] for info in container.infolist()} == {1980}
    assert masker.masked > 15 and masker.pictures == 1 and "a picture of somebody" not in after


def test_a_masked_document_keeps_its_looks_and_its_words(tmp_path: Path) -> None:
    output, _ = masked(diary(tmp_path))
    before, after = Document(str(tmp_path / "日记.docx")), Document(str(output))
    (first, *_), (then, *_) = before.paragraphs, after.paragraphs
    assert [len(one.text) for one in before.paragraphs[:1]] == [len(one.text) for one in after.paragraphs[:1]]
    assert [(r.bold, r.font.color.rgb, len(r.text)) for r in first.runs] == [
        (r.bold, r.font.color.rgb, len(r.text)) for r in then.runs
    ]
    assert then.text.startswith("3月12日走访") and "说水管冻裂，打" in then.text
    cells = [[cell.text for cell in row.cells] for row in after.tables[0].rows]
    assert cells[0] == ["姓名", "性别", "内容"] and cells[1][1:] == ["男", "路烂了"] and cells[1][0] != "韦国强"
    assert after.core_properties.author == "" and len(list(after.comments)) == 1
    read = [entry.text for entry in read_sources([output], Options(), None)]
    assert "路烂了" in read and any("水管冻裂" in text for text in read)


def test_one_person_has_one_pseudonym_in_a_text_a_table_and_a_comment(tmp_path: Path) -> None:
    document = Document()
    body = document.add_paragraph("走访韦国强家，水断了")
    table = document.add_table(2, 2)
    for cell, value in zip((c for r in table.rows for c in r.cells), ("姓名", "内容", "韦国强", "水断了"), strict=True):
        cell.text = value
    document.add_comment(body.runs[0], "再访", author="韦国强")
    document.save(str(tmp_path / "d.docx"))
    output, masker = masked(tmp_path / "d.docx")
    stand = masker.stands.known["韦国强"]
    after = Document(str(output))
    assert stand in after.paragraphs[0].text and after.tables[0].rows[1].cells[0].text == stand
    assert next(iter(after.comments)).author == stand


def ledger(folder: Path) -> Path:
    """Write a workbook that tells of persons in every place a workbook has."""
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.lastModifiedBy = "郑美玲"
    sheet = book.active
    sheet.title = "罗德福"
    sheet.append(["户主", "电话", "内容", "日期", "户数"])
    sheet.append(["周丽", 13857264190, "罗大爷说水管冻裂，患尿毒症", datetime.date(2025, 3, 12), 71])
    sheet.append(["王小明", "13857264190", "走访罗德福家", datetime.date(2025, 3, 13), 3])
    sheet["A2"].font = Font(bold=True, color="C00000")
    sheet["F2"] = '=IF(A2="罗德福","欧阳秀兰","")'
    sheet["C2"].comment = Comment("问过韦国强", "郑美玲")
    sheet["C3"].hyperlink = "mailto:luodefu@example.com"
    sheet.oddFooter.center.text = "欧阳秀兰"
    sheet.auto_filter.ref = "A1:E3"
    sheet.auto_filter.add_filter_column(0, ["周丽"])
    choice = DataValidation(type="list", formula1='"罗德福,韦国强"', promptTitle="罗德福")
    choice.add("A4")
    sheet.add_data_validation(choice)
    book.defined_names["谁"] = DefinedName("谁", attr_text='"罗德福"')
    form = book.create_sheet("表")
    form.append(["姓名", "欧阳秀兰", "年龄", 71])
    form.append(["身份证", "33010619580312123X"])
    path = folder / "台账.xlsx"
    book.save(path)

    def change(name: str, content: bytes) -> bytes:
        if name == "xl/workbook.xml":
            views = (
                '<customWorkbookViews><customWorkbookView name="郑美玲" guid="{1}" windowWidth="1" windowHeight="1"/>'
            )
            return content.replace(b"</sheets>", b"</sheets>" + views.encode() + b"</customWorkbookViews>")
        if name == "xl/worksheets/sheet1.xml":
            page = '<pageSetup xmlns:q="http://schemas.openxmlformats.org/officeDocument/2006/relationships" q:id="rId77"/>'
            return content.replace(b"<headerFooter", page.encode() + b"<headerFooter")
        if name == "xl/worksheets/_rels/sheet1.xml.rels":
            printer = '<Relationship Id="rId77" Type="http://x/printerSettings" Target="../printerSettings/printerSettings1.bin"/>'
            return content.replace(b"</Relationships>", printer.encode() + b"</Relationships>")
        return content

    return changed(path, change, {"xl/printerSettings/printerSettings1.bin": "罗德福的打印机".encode()})


def test_nothing_of_what_is_masked_is_left_in_a_workbook(tmp_path: Path) -> None:
    path = ledger(tmp_path)
    before = everything(path)
    assert all(secret in before for secret in SECRETS)
    output, masker = masked(path)
    after = everything(output)
    assert [secret for secret in SECRETS if secret in after] == []
    assert "1.385726419" not in after and masker.masked > 10
    assert "rId77" in before and "rId77" not in after and "customWorkbookView" not in after


def test_a_masked_workbook_keeps_its_looks_and_its_numbers(tmp_path: Path) -> None:
    output, _ = masked(ledger(tmp_path))
    book = openpyxl.load_workbook(output)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:5] == ["户主", "电话", "内容", "日期", "户数"]
    assert sheet["A2"].font.bold and sheet["A2"].font.color.rgb == "00C00000" and len(sheet["A2"].value) == 2
    assert sheet["D2"].value == datetime.datetime(2025, 3, 12) and sheet["E2"].value == 71
    assert "水管冻裂" in sheet["C2"].value and len(sheet["B2"].value) == 11
    assert sheet["C2"].comment.text.startswith("问过")
    assert [cell.value for cell in book["表"][1]][::2] == ["姓名", "年龄"] and book["表"]["D1"].value == 71
    assert len(list(read_sources([output], Options(), None))) == 3


@pytest.mark.parametrize(
    ("maker", "part"),
    [(diary, "word/charts/chart1.xml"), (diary, "word/embeddings/oleObject1.bin"), (ledger, "xl/vbaProject.bin"),
     (ledger, "xl/pivotCache/pivotCacheDefinition1.xml"), (ledger, "xl/externalLinks/externalLink1.xml")],
)  # fmt: skip
def test_what_holds_a_part_that_cannot_be_masked_is_refused(maker: object, part: str, tmp_path: Path) -> None:
    path = changed(maker(tmp_path), same, {part: b"<a/>"})  # type: ignore[operator]
    with pytest.raises(LedgerError, match=f"holds {part}, which cannot be masked; take it out in Word or Excel"):
        masked(path)
    assert not (tmp_path / f"masked{path.suffix}").exists()


def test_a_name_in_the_name_of_a_style_is_refused(tmp_path: Path) -> None:
    document = Document()
    document.styles.add_style("韦国强的样式", 1)
    document.add_paragraph("走访韦国强家，水断了")
    document.save(str(tmp_path / "d.docx"))
    with pytest.raises(LedgerError, match=r"a name that is masked stands in word/styles\.xml as well"):
        masked(tmp_path / "d.docx")


def test_a_family_name_alone_is_no_reason_to_refuse_a_font(tmp_path: Path) -> None:
    document = Document()
    document.styles["Normal"].font.name = "宋体"
    document.add_paragraph("宋婶说水断了")
    document.save(str(tmp_path / "d.docx"))
    output, _ = masked(tmp_path / "d.docx")
    assert "宋婶" not in everything(output) and "宋体" in everything(output)


def test_damaged_files_are_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "d.docx").write_bytes(b"PK no package")
    with pytest.raises(EntryError):
        masked(tmp_path / "d.docx")
    entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    path = changed(ledger(tmp_path), lambda name, content: entity if name == "xl/workbook.xml" else content)
    with pytest.raises(EntryError, match="declares XML entities"):
        masked(path)


def test_boxes_within_a_paragraph_are_masked_each_by_itself(tmp_path: Path) -> None:
    box = f"<w:p><w:r><w:txbxContent>{paragraph(run('韦国强'))}</w:txbxContent></w:r>{run('走访罗德福家')}</w:p>"
    path = with_body(tmp_path, box)
    output, _ = masked(path, ("韦国强",))
    after = everything(output)
    assert W and "韦国强" not in after and "罗德福" not in after and "走访" in after


def test_the_command_masks_a_document_and_says_what_it_left_out(tmp_path: Path) -> None:
    path = diary(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "minqing", "--lang", "en", "mask", str(path), "-o", str(tmp_path / "m.docx")],
        capture_output=True, check=False, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0 and "1 pictures are left out" in done.stderr
    assert not any(secret in everything(tmp_path / "m.docx") for secret in SECRETS)
