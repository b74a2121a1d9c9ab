import io
import os
import random
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from docx import Document

from minqing.corpora.readers import archive, guard, pdf, word, workbook
from minqing.corpora.readers.rows import Row
from minqing.nlp.errors import EntryError

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


OFFICE = pytest.mark.parametrize("ending", [".docx", ".xlsx"])


@OFFICE
def test_an_honest_file_passes(ending: str, tmp_path: Path) -> None:
    path = whole(tmp_path / f"a{ending}")
    guard.check_container(path, "a")
    guard.check_container(path.read_bytes(), "a")
    assert not [row for row in READERS[ending](path) if isinstance(row.fields, EntryError)]


DECLARATIONS = {
    "bomb": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    "external": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
}


@OFFICE
@pytest.mark.parametrize("case", DECLARATIONS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_entities_is_refused(case: str, ending: str, encoding: str, tmp_path: Path) -> None:
    path = whole(tmp_path / f"a{ending}")

    def declare(name: str, content: bytes) -> bytes:
        if name != main_part(path):
            return content
        text = re.sub(r"^<\?xml.*?\?>\s*", "", content.decode("utf-8"))
        return (f'<?xml version="1.0" encoding="{encoding}"?>' + DECLARATIONS[case].decode() + text).encode(encoding)

    assert "declares XML entities" in message_of(changed(path, declare))


@OFFICE
def test_a_declaration_across_two_pieces_is_seen(ending: str, tmp_path: Path) -> None:
    for shift in range(20):
        filler = b"<!--" + b"x" * (65_536 - 10 - shift) + b"--><!DOCTYPE x><x/>"
        path = changed(whole(tmp_path / f"{shift}{ending}"), same, {"customXml/item1.xml": filler})
        assert "declares XML entities" in message_of(path, replace(guard.USUAL, ratio_from=10**9))


@OFFICE
def test_a_member_that_grows_a_thousandfold_is_refused(ending: str, tmp_path: Path) -> None:
    path = changed(whole(tmp_path / f"a{ending}"), same, {"xl/media/a.bin": bytes(5_000_000)})
    assert "unpacks to over 200 times its size" in message_of(path)


@OFFICE
@pytest.mark.parametrize("claims", [True, False])
def test_sizes_are_held_to_whether_claimed_or_not(ending: str, claims: bool, tmp_path: Path) -> None:
    path = changed(whole(tmp_path / f"a{ending}"), same, {"xl/media/a.bin": random.Random(1).randbytes(100_000) * 40})
    if claims:
        assert "unpacks to more than 3 MB" in message_of(path, SMALL)
        return
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 4_000_000), struct.pack("<I", 400_000)))
    assert "is damaged or cut off" in message_of(path, SMALL)


def test_the_sum_of_sizes_is_held_to(tmp_path: Path) -> None:
    part = random.Random(1).randbytes(10_000) * 200
    path = changed(whole(tmp_path / "a.docx"), same, {f"word/media/{n}.bin": part for n in range(3)})
    assert "unpacks to more than 4 MB" in message_of(path, SMALL)


@OFFICE
def test_too_many_members_are_refused(ending: str, tmp_path: Path) -> None:
    path = changed(whole(tmp_path / f"a{ending}"), same, {f"{n}.bin": b"" for n in range(5_001)})
    assert message_of(path) == ": holds more than 5,000 files; split it"


def test_a_directory_of_a_million_names_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"PK" + bytes(100) + b"PK\5\6" + bytes(4) + b"\xff" * 12 + bytes(2))
    assert message_of(path) == ": holds more than 5,000 files; split it"


BAD_NAMES = {
    "up": "../a.xml",
    "back": "..\\a.xml",
    "inside": "word/../../a.xml",
    "root": "/a.xml",
    "drive": "C:\\a.xml",
}


@pytest.mark.parametrize("case", BAD_NAMES)
def test_a_member_that_leads_out_is_refused(case: str, tmp_path: Path) -> None:
    path = changed(whole(tmp_path / "a.docx"), same, {BAD_NAMES[case]: b"x"})
    assert "leads out of its folder" in message_of(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = whole(tmp_path / "a.docx")
    with zipfile.ZipFile(path, "a") as container:
        container.writestr("word/document.xml", b"<x/>")
    assert message_of(path) == ": holds 'word/document.xml' twice; pack it anew"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_packing_is_refused(method: int, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", method) as container:
        container.writestr("word/document.xml", bytes(900_000))
    assert "packed in an unusual way" in message_of(path)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = whole(tmp_path / "a.docx")
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        raw[raw.index(mark) + offset] |= 1
    path.write_bytes(raw)
    assert "is protected by a password" in message_of(path)


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".xls"])
def test_a_file_with_a_password_says_so(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(guard.OLE + bytes(70_000) + "EncryptedPackage".encode("utf-16-le") + bytes(512))
    assert "is protected by a password; open it in" in message_of(path)


OTHERS = {
    "renamed": ("a.docx", guard.OLE + bytes(600), "is an old .doc or .xls under a new name"),
    "nothing": ("a.xlsx", b"", "is empty (0 bytes)"),
    "text": ("a.docx", "民情日记".encode(), "is not what its ending says"),
    "web_page": (
        "a.xls",
        b"\xef\xbb\xbf\r\n<html><table>",
        "is a web page named .xls; open it in Excel and save it as .xlsx",
    ),
    "old_damaged": ("a.xls", guard.OLE + bytes(600), "is damaged ("),
    "no_pdf": ("a.pdf", b"PK\3\4", "is not what its ending says"),
    "pdf_damaged": ("a.pdf", b"%PDF-1.4\n" + b"1 0 obj <<" * 50, "is damaged or of an unknown kind"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_file_of_another_kind_says_what_to_do(case: str, tmp_path: Path) -> None:
    name, content, message = OTHERS[case]
    (tmp_path / name).write_bytes(content)
    assert message in message_of(tmp_path / name)


@pytest.mark.parametrize("ending", READERS)
def test_a_missing_file_is_named(ending: str, tmp_path: Path) -> None:
    assert message_of(tmp_path / f"none{ending}") == ": cannot be read: No such file or directory"


@OFFICE
@pytest.mark.parametrize("share", [0.001, 0.3, 0.9, 0.999])
def test_a_file_cut_off_says_so(ending: str, share: float, tmp_path: Path) -> None:
    path = whole(tmp_path / f"a{ending}")
    raw = path.read_bytes()
    path.write_bytes(raw[: max(5, int(len(raw) * share))])
    assert "is cut off, its end is missing; copy or download it again" in message_of(path)


@OFFICE
def test_a_name_with_a_line_break_stays_on_its_line(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"日记\n第二行\x1b[31m{ending}"
    path.write_bytes(b"PK")
    assert "\\n第二行\\x1b[31m" in guard.shown(path)
    assert "cut off" in message_of(path)


@OFFICE
def test_damage_to_any_part_is_an_error_of_ours_or_none(ending: str, tmp_path: Path) -> None:
    raw, chance = whole(tmp_path / f"a{ending}").read_bytes(), random.Random(7)
    for number in range(60):
        path = tmp_path / f"{number}{ending}"
        with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(path, "w") as new:
            victim = chance.choice(old.namelist())
            for name in old.namelist():
                content = bytearray(old.read(name))
                for _ in range(chance.randint(1, 4) if name == victim else 0):
                    content[chance.randrange(len(content))] = chance.randrange(256)
                new.writestr(name, bytes(content))
        rows = all_rows(path)
        assert all(isinstance(row, Row) for row in rows)


def all_rows(path: Path) -> list[Row]:
    """Read a file as far as it goes; an error of ours ends it, any other fails the test."""
    rows: list[Row] = []

    def read() -> Iterator[Row]:
        yield from READERS[path.suffix](path)

    try:
        rows.extend(read())
    except EntryError as error:
        assert "\n" not in str(error)
    return rows


def test_elements_nested_ten_thousand_deep_are_refused(tmp_path: Path) -> None:
    deep = b"<w:sdt><w:sdtContent>" * 10_000 + b"</w:sdtContent></w:sdt>" * 10_000
    path = changed(
        whole(tmp_path / "a.docx"),
        lambda name, old: old.replace(b"<w:body>", b"<w:body>" + deep) if name == "word/document.xml" else old,
    )
    assert "is damaged (ValueError)" in message_of(path)


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


def test_a_pdf_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n")
    limits = replace(guard.USUAL, pdf_seconds=0)
    assert "took more than 0 seconds" in message_of(tmp_path / "a.pdf", limits)


def names_and_errors(path: Path, limits: guard.Limits = guard.USUAL) -> tuple[list[str], list[str]]:
    found = list(archive.walk(path, limits))
    return [one.name for one in found if isinstance(one.path, Path)], [
        str(one.path) for one in found if isinstance(one.path, EntryError)
    ]


def nested(content: bytes, depth: int, copies: int = 1) -> bytes:
    for _ in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as container:
            for number in range(copies):
                container.writestr(f"{number}.zip", content)
        content = packed.getvalue()
    return content


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr(name, content)
    return packed.getvalue()


def test_archives_nested_too_deep_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(nested(zipped("1.txt", b"x"), 2))
    assert names_and_errors(path) == ([f"{path}/0.zip/0.zip/1.txt"], [])
    path.write_bytes(nested(zipped("1.txt", b"x"), 3))
    assert names_and_errors(path) == ([], [f"{path}/0.zip/0.zip/0.zip: is an archive in too many others; unpack it"])


def test_a_bomb_of_archives_counts_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(nested(zipped("1.txt", random.Random(1).randbytes(10_000) * 100), 2, copies=4))
    names, errors = names_and_errors(path, SMALL)
    assert len(names) < 4 and len(names) + len(errors) == 16
    assert all("unpacks to more than" in error for error in errors)


def test_one_bad_archive_does_not_end_the_walk(tmp_path: Path) -> None:
    for name, content in {"1.txt": b"x", "2.zip": b"PK", "3.zip": zipped("../../x.txt", b"x"), "4.txt": b"y"}.items():
        (tmp_path / name).write_bytes(content)
    names, errors = names_and_errors(tmp_path)
    assert names == [f"{tmp_path}/1.txt", f"{tmp_path}/4.txt"]
    assert "2.zip: is cut off" in errors[0] and "3.zip: holds '../../x.txt', which leads out" in errors[1]
    assert not (tmp_path.parent / "x.txt").exists()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    root, secret = tmp_path / "收集", tmp_path / "密.txt"
    (root / "村").mkdir(parents=True)
    secret.write_text("x")
    (root / "1.txt").write_text("x")
    (root / "inside.txt").symlink_to(root / "1.txt")
    (root / "link.txt").symlink_to(secret)
    (root / "up").symlink_to(tmp_path)
    (root / "村" / "loop").symlink_to(root)
    names, errors = names_and_errors(root)
    assert names == [f"{root}/1.txt"]
    assert errors == [
        f"{root}/{name}: is a link to a place outside the folder; put the file itself there"
        for name in ("link.txt", "up")
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no line break in a name")
def test_names_in_folders_and_archives_stay_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "一\n二.doc").write_bytes(b"x")
    (tmp_path / "三.zip").write_bytes(zipped("四\n五.doc", b"x"))
    _, errors = names_and_errors(tmp_path)
    assert len(errors) == 2 and not any("\n" in error for error in errors)
    assert "一\\n二.doc" in errors[0] and "三.zip/四\\n五.doc" in errors[1]
