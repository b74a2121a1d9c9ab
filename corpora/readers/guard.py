"""What is looked at before any parser sees a file: is it whole, open, and no larger than it claims to be.

Word and Excel files and archives are all ZIP containers. A few kilobytes of one can hold gigabytes, so the
sizes are counted by unpacking in small pieces that are not kept.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from minqing.corpora.texts import LONGEST_ENTRY
from minqing.nlp.errors import EntryError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PIECE = 1 << 16
_XML = (".xml", ".rels", ".vml")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_END_OF_DIRECTORY = b"PK\x05\x06"
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be; the largest ratio seen in honest office files was 8.7.

    ``members``, ``member_bytes`` and ``total_bytes`` are those of an archive or an office file, which is one too.
    ``ratio`` holds for members over ``ratio_from`` bytes: short ones are harmless, and often pack well.
    ``rows`` is Excel's own limit, as sheets are read row by row; ``depth`` counts archives within archives.
    ``file_bytes`` is for what must be read whole: text that is cut into entries, and a JSON array.
    """

    members: int = 5_000
    member_bytes: int = 200_000_000
    total_bytes: int = 300_000_000
    ratio: int = 200
    ratio_from: int = 1_000_000
    depth: int = 3
    rows: int = 1_048_576
    columns: int = 256
    entry_characters: int = LONGEST_ENTRY
    file_bytes: int = 30_000_000
    pdf_seconds: int = 30


USUAL = Limits()


def shown(name: str | Path) -> str:
    r"""Write a name so that it fits one line and cannot disguise itself.

    >>> shown("a\nb　走访.docx")
    'a\\nb　走访.docx'
    """
    return "".join(
        c if c.isprintable() or c == "\u3000" else c.encode("unicode_escape").decode("ascii") for c in str(name)
    )


@contextmanager
def readable(where: str) -> Iterator[None]:
    """Turn what parsers throw at damaged files into one line that names the file."""
    try:
        yield
    except EntryError:
        raise
    except OSError as error:
        raise EntryError(f"{where}: cannot be read: {error.strerror or 'the disk failed'}") from error
    # Parsers answer damage with some twenty kinds of exception, TypeError and AttributeError among them.
    except Exception as error:
        raise EntryError(
            f"{where}: is damaged ({type(error).__name__}); open it, repair it and save it anew"
        ) from error


def check_container(path_or_bytes: Path | bytes, where: str, limits: Limits = USUAL) -> None:
    """Refuse a ZIP container that no parser should open.

    Raises:
        EntryError: it is protected, cut off, damaged, or larger than ``limits``; holds a member twice or one
            that would land elsewhere; or, being an office file, declares XML entities.
    """
    with readable(where), _opened(path_or_bytes) as file:
        _check_kind(file, where)
        _check_directory(file, where, limits)
        with _container(file, where) as container:
            _check_names(container.infolist(), where, limits)
            _check_contents(container, where, limits)


def _opened(path_or_bytes: Path | bytes) -> IO[bytes]:
    return BytesIO(path_or_bytes) if isinstance(path_or_bytes, bytes) else path_or_bytes.open("rb")


def _check_kind(file: IO[bytes], where: str) -> None:
    start = file.read(len(OLE))
    if start == OLE:
        if is_protected(file):
            raise EntryError(f"{where}: is protected by a password; open it in Word or Excel and remove the password")
        raise EntryError(f"{where}: is an old .doc or .xls under a new name; open it in Word or Excel and save it anew")
    if not start:
        raise EntryError(f"{where}: is empty (0 bytes)")
    if not start.startswith(b"PK"):
        raise EntryError(f"{where}: is not what its ending says; open it in Word or Excel and save it anew")


def is_protected(file: IO[bytes]) -> bool:
    """Tell whether an OLE container wraps an encrypted Office file."""
    wanted = "EncryptedPackage".encode("utf-16-le")
    return any(wanted in piece for piece in pieces(file, len(wanted)))


def pieces(file: IO[bytes], overlap: int) -> Iterator[bytes]:
    """Give the rest of a file in pieces, each with the last ``overlap`` bytes of the one before."""
    kept = b""
    while piece := file.read(_PIECE):
        yield kept + piece
        kept = (kept + piece)[-overlap:]


def _check_directory(file: IO[bytes], where: str, limits: Limits) -> None:
    """Hold the directory to its size before ``ZipFile`` reads it whole: a million members take a gigabyte."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) < at + 22:
        raise EntryError(f"{where}: is cut off, its end is missing; copy or download it again")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > limits.members * 1_000:
        raise EntryError(f"{where}: holds more than {limits.members:,} files; split it")


def _container(file: IO[bytes], where: str) -> ZipFile:
    try:
        return ZipFile(file)
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise EntryError(f"{where}: is damaged or cut off; copy or download it again") from error


def _check_names(members: list[ZipInfo], where: str, limits: Limits) -> None:
    if len(members) > limits.members:
        raise EntryError(f"{where}: holds more than {limits.members:,} files; split it")
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if name in seen:
            raise EntryError(f"{where}: holds {shown(name)!r} twice; pack it anew")
        if _leads_out(name):
            raise EntryError(f"{where}: holds {shown(name)!r}, which leads out of its folder; pack it anew")
        seen.add(name)


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or not parts[0] or _DRIVE.match(name) is not None


def _check_contents(container: ZipFile, where: str, limits: Limits) -> None:
    members = container.infolist()
    office = "[Content_Types].xml" in container.namelist()
    for member in members:
        _check_claim(member, where, limits)
    if sum(member.file_size for member in members) > limits.total_bytes:
        raise EntryError(f"{where}: unpacks to more than {limits.total_bytes / 1e6:,.0f} MB; split it")
    for member in members:
        _check_member(container, member, where, office and member.filename.lower().endswith(_XML))


def _check_claim(member: ZipInfo, where: str, limits: Limits) -> None:
    name = shown(member.filename)
    if member.flag_bits & 1:
        raise EntryError(f"{where}: {name!r} is protected by a password; unpack it and pack it without one")
    # One kilobyte of bzip2 unpacks to a gigabyte in a single step, so only what can be read in pieces is.
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise EntryError(f"{where}: {name!r} is packed in an unusual way; unpack it and pack it as plain ZIP")
    if member.file_size > limits.member_bytes:
        raise EntryError(f"{where}: {name!r} unpacks to more than {limits.member_bytes / 1e6:,.0f} MB; split it")
    if member.file_size > max(limits.ratio_from, limits.ratio * member.compress_size):
        raise EntryError(f"{where}: {name!r} unpacks to over {limits.ratio} times its size; this is no honest file")


def _check_member(container: ZipFile, member: ZipInfo, where: str, is_xml: bool) -> None:
    """Unpack a member to its end; ``ZipFile`` stops at the size it claims and compares the checksum there."""
    try:
        with container.open(member) as file:
            for piece in pieces(file, 20):
                # Without its zero bytes, UTF-16 reads as ASCII does.
                if is_xml and _DECLARATION.search(piece.replace(b"\0", b"")):
                    raise EntryError(
                        f"{where}: {shown(member.filename)!r} declares XML entities, as no office program does; "
                        "open it in Word or Excel and save it anew"
                    )
    except (BadZipFile, ZlibError, EOFError, NotImplementedError) as error:
        raise EntryError(
            f"{where}: {shown(member.filename)!r} is damaged or cut off; copy or download it again"
        ) from error
