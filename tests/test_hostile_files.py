import io
import random
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from minqing.corpora.readers import guard
from minqing.corpora.readers.rows import Row
from minqing.nlp.errors import EntryError

from office import READERS, SMALL, changed, main_part, message_of, same, whole

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
