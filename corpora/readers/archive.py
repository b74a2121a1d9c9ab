"""Folders and ZIP archives: every file in them that may hold diaries, under the name its owner knows it by."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from minqing.corpora.readers.guard import USUAL, Limits, check_container, readable, shown
from minqing.nlp.errors import EntryError

_NOT_FILES = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_UTF8 = 0x800
_JUNCTION = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT, which the module stat has on Windows alone
_ENDING = re.compile(r"\.[a-z0-9]{1,8}")
# What is no diary as it stands, and what makes it one.
_ADVICE = {
    **dict.fromkeys((".doc", ".wps", ".wpt", ".rtf", ".odt"), "open it in Word or WPS and save it as .docx"),
    **dict.fromkeys((".et", ".ett", ".ods", ".xlsb"), "open it in Excel or WPS and save it as .xlsx"),
    **dict.fromkeys((".ppt", ".pptx", ".dps"), "copy its text into a .docx"),
    **dict.fromkeys((".rar", ".7z", ".tar", ".gz", ".tgz"), "unpack it and name the folder instead"),
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".heic"),
        "it is a picture; have its text recognised (OCR) and save that as .docx or .txt",
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A file and its name in messages, as ``a.zip/b/c.docx``; ``path`` is where it can be read, or what is wrong.

    A file out of an archive lies at ``path`` only until the next one is asked for. ``weight`` are the bytes on
    the disk that it stands for, those it is packed in if it is out of an archive.
    """

    name: str
    path: Path | EntryError
    weight: int = 0


@dataclass(slots=True)
class _Allowance:
    """What an archive and the archives in it may still unpack, all together."""

    bytes: int
    members: int


def walk(path: Path, limits: Limits = USUAL) -> Iterator[Found]:
    """Give every file of a folder, with all folders and archives in it, of an archive, or the one file named.

    The files of a folder come before its folders, each by name. Links are not followed: one that leads out of
    the folder is an error, any other leads to what is found anyway. Hidden files and those that systems leave
    behind are passed over.
    """
    name = shown(path.as_posix())
    if not path.is_dir():
        yield from _file(path, name, limits)
        return
    faults: list[OSError] = []
    for file in _files(path, faults):
        yield from _in_folder(file, path, f"{name}/{shown(file.relative_to(path).as_posix())}", limits)
    for fault in faults:
        at = shown(str(fault.filename))
        yield Found(at, EntryError(f"{at}: cannot be read: {fault.strerror}"))


def weigh(paths: Sequence[Path], endings: Container[str]) -> int:
    """Give the bytes of all files with one of these ``endings``, archives as they are packed: what there is to read."""
    files = (file for path in paths for file in (_files(path, []) if path.is_dir() else [path]))
    return sum(
        file.stat().st_size
        for file in files
        if file.suffix.lower() in endings and not _is_link(file) and file.is_file()
    )


def _files(path: Path, faults: list[OSError]) -> Iterator[Path]:
    """Give the files of a folder and the links in it, those of each folder before its folders."""
    for folder, below, files in os.walk(path, onerror=faults.append):
        links = [one for one in below if _is_link(Path(folder, one))]
        below[:] = sorted(one for one in below if not (_is_left_out(one) or one in links))
        yield from sorted(Path(folder, one) for one in [*files, *links] if not _is_left_out(one))


def _in_folder(file: Path, root: Path, name: str, limits: Limits) -> Iterator[Found]:
    if not _is_link(file):
        yield from _file(file, name, limits)
    elif not Path(os.path.realpath(file)).is_relative_to(root.resolve()):
        yield Found(name, EntryError(f"{name}: is a link to a place outside the folder; put the file itself there"))


def _is_link(path: Path) -> bool:
    """Say whether a name stands for another place: a symbolic link, or a junction, Windows' link of folders."""
    return path.is_symlink() or getattr(path.lstat(), "st_reparse_tag", 0) == _JUNCTION


def _is_left_out(part: str) -> bool:
    return part.startswith((".", "~$")) or part.lower() in _NOT_FILES


def _file(path: Path, name: str, limits: Limits, allowance: _Allowance | None = None) -> Iterator[Found]:
    """Give a file, what to do with one of no use, or, of an archive, its files."""
    ending = Path(name).suffix.lower()
    if ending in _ADVICE:
        yield Found(name, EntryError(f"{name}: {ending} is not read; {_ADVICE[ending]}"))
    elif ending == ".zip":
        yield from _archive(path, name, limits, allowance or _Allowance(limits.total_bytes, limits.members))
    else:
        yield Found(name, path, path.stat().st_size if path.is_file() else 0)


def _archive(path: Path, name: str, limits: Limits, allowance: _Allowance) -> Iterator[Found]:
    try:
        if limits.depth < 1:
            raise EntryError(f"{name}: is an archive in too many others; unpack it")
        check_container(path, name, replace(limits, total_bytes=allowance.bytes, members=allowance.members))
        # What a parser has not let go of cannot be deleted on Windows, and is no fault of the archive.
        unpacked = tempfile.TemporaryDirectory(prefix="minqing-", ignore_cleanup_errors=True)
        with readable(name), ZipFile(path) as container, unpacked as folder:
            allowance.bytes -= sum(member.file_size for member in container.infolist())
            allowance.members -= len(container.infolist())
            yield from _members(container, Path(folder), name, replace(limits, depth=limits.depth - 1), allowance)
    except EntryError as error:
        yield Found(name, error)


def _members(container: ZipFile, folder: Path, name: str, limits: Limits, allowance: _Allowance) -> Iterator[Found]:
    """Unpack one file at a time, under a name of our own, and drop it when the next is asked for."""
    members = [member for member in container.infolist() if not member.is_dir()]
    for inner, member in sorted(zip(_names(members), members, strict=True), key=lambda pair: pair[0]):
        if any(map(_is_left_out, inner.split("/"))):
            continue
        ending = Path(inner).suffix.lower()
        target = folder / f"{limits.depth}{ending if _ENDING.fullmatch(ending) else ''}"
        with container.open(member) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file)
        for found in _file(target, f"{name}/{shown(inner)}", limits, allowance):
            yield found if ending == ".zip" else replace(found, weight=member.compress_size)
        with contextlib.suppress(OSError):
            target.unlink()


def _names(members: Sequence[ZipInfo]) -> list[str]:
    """Decode the names of an archive; all that are not marked as UTF-8 are in the one encoding of its maker."""
    raw = [None if member.flag_bits & _UTF8 else _raw(member.filename) for member in members]
    encoding = _encoding(b"\n".join(name for name in raw if name))
    names = [m.filename if name is None else name.decode(encoding) for m, name in zip(members, raw, strict=True)]
    return [name.replace("\\", "/") for name in names]


def _raw(name: str) -> bytes | None:
    """Take back the decoding that ``zipfile`` does for want of a better one."""
    try:
        return name.encode("cp437")
    except UnicodeEncodeError:
        return None


def _encoding(names: bytes) -> str:
    """Find an encoding that fits; of the Chinese ones, which fit each other's bytes, that with more usual characters.

    >>> _encoding("走访日记".encode("gb18030")), _encoding("走訪日記".encode("big5"))
    ('gb18030', 'big5')
    """
    fitting = [encoding for encoding in ("utf-8", "gb18030", "big5") if _fits(names, encoding)]
    if "utf-8" in fitting or not fitting:
        return "utf-8" if fitting else "cp437"
    return max(fitting, key=lambda encoding: _usual(names, encoding))


def _fits(names: bytes, encoding: str) -> bool:
    try:
        names.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _usual(names: bytes, encoding: str) -> float:
    """Give the share of characters in the first plane of a Chinese character set, which holds the common ones."""
    legacy, first, last = {"gb18030": ("gb2312", 0xB0, 0xD7), "big5": ("big5", 0xA4, 0xC6)}[encoding]
    characters = [c for c in names.decode(encoding) if ord(c) > 0x7F]
    codes = [c.encode(legacy, "replace") for c in characters]
    return sum(len(code) == 2 and first <= code[0] <= last for code in codes) / max(1, len(codes))
