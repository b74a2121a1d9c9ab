"""PDF files: their text layer, read in a process of its own that may take neither long nor much memory.

``pypdf`` has known files that keep it busy for hours or fill the memory; such a file must not end the run.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from unicodedata import east_asian_width

import msgspec

from minqing.corpora.readers.guard import USUAL, Limits, readable, shown
from minqing.corpora.readers.rows import Row
from minqing.nlp.errors import EntryError

_MEMORY = 1 << 30
_CHILD = "import sys; from minqing.corpora.readers.pdf import child; child(sys.argv[1], int(sys.argv[2]))"
_SENTENCE_END = tuple("。！？；：…”』」.!?;:")
_PAGE_NUMBER = frozenset("-–—－·.第页頁共/ \t0123456789０１２３４５６７８９")
# A line is taken for wrapped if it is nearly as wide as the widest, and wide enough to be prose: in half widths.
_FULL = 0.8
_PROSE = 30
_BEGINS = re.compile(r"\s|$|[（(【\[]?[一二三四五六七八九十\d]{1,3}[、.．)）】\]]|[【●■◆•*-]|\w{2,9}[:：]")


class Pages(msgspec.Struct, frozen=True):
    """What the child found: the text of each page, the pages that are pictures (from 1), or what is wrong."""

    texts: list[str] = []
    pictures: list[int] = []
    fault: str = ""


def rows(path: Path, text_column: str | None = None, name: str | None = None, limits: Limits = USUAL) -> Iterator[Row]:
    """Give one row with the document's text; ``source["pages"]`` holds where in it each page begins.

    ``text_column`` means nothing here; ``name`` is what errors and ``source`` call the file when ``path`` is a
    passing copy. Pages without text that show a picture are an error after the row of the rest.

    Raises:
        EntryError: the file is missing, damaged, protected, has no text, or took too long.
    """
    where = shown(name or path)
    with readable(where), path.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            raise EntryError(f"{where}: is not what its ending says; open it and save it as PDF anew")
    found = _read(path, where, limits)
    text, starts = join_pages(found.texts)
    if not text.strip():
        raise EntryError(f"{where}: has no text, only pictures of it; have the text recognised (OCR) first")
    yield Row(where, {"text": text, "source": {"file": where, "pages": starts}}, is_document=True)
    if found.pictures:
        numbers = ", ".join(map(str, found.pictures))
        yield Row(where, EntryError(f"{where}: no text on page {numbers}, only a picture; have it recognised (OCR)"))


def _read(path: Path, where: str, limits: Limits) -> Pages:
    if find_spec("pypdf") is None:
        raise EntryError(f"{where}: PDF files need another package; run: pip install minqing[pdf]")
    # -P: a file named pypdf.py in the user's folder is not to be run.
    command = [sys.executable, "-P", "-c", _CHILD, str(path.resolve()), str(limits.entry_characters)]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=limits.pdf_seconds, check=False, stdin=subprocess.DEVNULL
        )
        found = msgspec.json.decode(done.stdout, type=Pages)
    except subprocess.TimeoutExpired:
        raise EntryError(
            f"{where}: took more than {limits.pdf_seconds} seconds; open it and print it to a new PDF"
        ) from None
    except msgspec.MsgspecError:
        raise EntryError(f"{where}: is damaged or too large; open it and print it to a new PDF") from None
    if found.fault:
        raise EntryError(f"{where}: {found.fault}")
    return found


def child(path: str, longest: int) -> None:
    """Read a PDF and hand its pages to the parent; runs in the child process only."""
    _limit_memory()
    sys.stdout.buffer.write(msgspec.json.encode(_pages(path, longest)))


def _limit_memory() -> None:
    # Windows has no such limit; there the time limit stands alone.
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _pages(path: str, longest: int) -> Pages:
    from pypdf import PdfReader

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            return Pages(fault="is protected by a password; open it and save it without one")
        texts: list[str] = []
        pictures: list[int] = []
        for number, page in enumerate(reader.pages, start=1):
            texts.append(page.extract_text())
            if not texts[-1].strip() and page.images.keys():
                pictures.append(number)
            if sum(map(len, texts)) > longest:
                return Pages(fault=f"has more than {longest:,} characters; split it")
    # pypdf answers damage with many kinds of exception, and an encryption it lacks the means for with one more.
    except Exception as error:
        return Pages(fault=f"is damaged or of an unknown kind ({type(error).__name__}); print it to a new PDF")
    return Pages(texts, pictures)


def join_pages(texts: Sequence[str]) -> tuple[str, list[int]]:
    """Join the pages' lines, those wrapped in mid-sentence without a break; give also where each page begins.

    >>> join_pages(["村口的路灯坏了三盏，晚上老人出门看不", "见路。\\n- 1 -"])
    ('村口的路灯坏了三盏，晚上老人出门看不见路。', [0, 18])
    """
    pages = [_lines(text) for text in texts]
    widest = max((_width(line) for lines in pages for line in lines), default=0)
    pieces: list[str] = []
    starts: list[int] = []
    size, last = 0, ""
    for lines in pages:
        starts.append(size)
        for place, line in enumerate(lines):
            glue = _glue(last, line, widest) if pieces else ""
            size += len(glue)
            starts[-1] = starts[-1] if place else size
            pieces += [glue, line]
            size += len(line)
            last = line
    return "".join(pieces), starts


def _lines(text: str) -> list[str]:
    """Cut a page into lines, its number left out."""
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    for edge in (0, -1):
        if lines and set(lines[edge]) <= _PAGE_NUMBER:
            lines.pop(edge)
    return lines


def _glue(line: str, following: str, widest: int) -> str:
    wrapped = _width(line) >= max(_PROSE, _FULL * widest) and not line.endswith(_SENTENCE_END)
    if not wrapped or _BEGINS.match(following):
        return "\n"
    return " " if line[-1].isascii() and following[0].isascii() else ""


def _width(line: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in line)
