"""Real office files for the tests, written by the libraries that write them everywhere, and by hand where these cannot."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
from docx import Document
from docx.oxml import parse_xml

from minqing.corpora.readers import guard, pdf, word, workbook
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


READERS = {".docx": word.rows, ".xlsx": workbook.rows, ".xls": workbook.rows, ".pdf": pdf.rows}


SMALL = replace(guard.USUAL, member_bytes=3_000_000, total_bytes=4_000_000)


def message_of(path: Path, limits: guard.Limits = guard.USUAL) -> str:
    """Read a file to its end and give the one error there is."""
    found: list[str] = []
    try:
        found += [
            str(row.fields) for row in READERS[path.suffix](path, limits=limits) if isinstance(row.fields, EntryError)
        ]
    except EntryError as error:
        found.append(str(error))
    assert len(found) == 1, found
    assert "\n" not in found[0] and found[0].startswith(guard.shown(path))
    return found[0].removeprefix(guard.shown(path))


def whole(path: Path) -> Path:
    """Write an honest file: two entries in a workbook, one in a document."""
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in (["内容"], ["路灯坏了"], ["水渠断了"]):
            book.active.append(row)
        book.save(path)
    else:
        document = Document()
        document.add_paragraph("路灯坏了，水渠断了。")
        document.save(str(path))
    return path


def changed(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> Path:
    """Pack a container anew with its members changed, and more of them."""
    with zipfile.ZipFile(path) as container:
        members = {name: change(name, container.read(name)) for name in container.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in (members | (more or {})).items():
            container.writestr(name, content)
    return path


def same(_name: str, content: bytes) -> bytes:
    return content


def main_part(path: Path) -> str:
    return "word/document.xml" if path.suffix == ".docx" else "xl/worksheets/sheet1.xml"


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr(name, content)
    return packed.getvalue()
