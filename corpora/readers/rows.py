"""What all readers share: rows with their place, and the checks every text must pass."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from minqing.nlp.errors import EntryError
from minqing.nlp.records import Entry

# A diary entry has at most a few thousand characters; a text this long is a whole file in one cell.
LONGEST_ENTRY = 1_000_000

TEXT_NAMES = (
    "text",
    "内容",
    "正文",
    "日记",
    "民情内容",
    "內容",
    "日記",
    "民情內容",
    "日记内容",
    "日記內容",
    "走访内容",
    "記錄",
    "记录",
    "content",
)
ID_NAMES = ("id", "编号", "編號", "序号", "序號")

ErrorSink = Callable[[EntryError], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A row and where it stands (``file:line``); ``fields`` is what it holds, or what is wrong with it."""

    where: str
    fields: dict[str, object] | EntryError


def read_rows(path: Path, rows: Iterable[Row], on_error: ErrorSink | None) -> Iterator[Entry]:
    """Make an entry of each row, handing bad ones to ``on_error``; a file without a row is an error."""
    found = False
    for row in rows:
        found = True
        try:
            yield entry_of(row)
        except EntryError as error:
            if on_error is None:
                raise
            on_error(error)
    if not found:
        raise EntryError(f"{path}: holds no entries")


def entry_of(row: Row) -> Entry:
    """Check a row and make an entry of it.

    Raises:
        EntryError: there is no text, or the text is empty, too long, or holds what no text may hold.
    """
    if isinstance(row.fields, EntryError):
        raise row.fields
    text = row.fields.get("text")
    if "text" not in row.fields:
        raise EntryError(f"{row.where}: no field 'text'; found {', '.join(row.fields) or 'none'}")
    if not isinstance(text, str) or not text.strip():
        raise EntryError(f"{row.where}: the text is empty")
    check_text(text, row.where)
    meta = {name: value for name, value in row.fields.items() if name not in ("text", "id")}
    return Entry(str(row.fields.get("id") or row.where), text, meta)


def check_text(text: str, where: str) -> None:
    """Refuse a text that cannot be a diary entry.

    Raises:
        EntryError: it is longer than a million characters, or holds NUL or half a surrogate pair.
    """
    if len(text) > LONGEST_ENTRY:
        raise EntryError(
            f"{where}: the text has {len(text):,} characters; more than {LONGEST_ENTRY:,} is no single entry"
        )
    if "\x00" in text:
        raise EntryError(f"{where}: the text holds a NUL character at {text.index(chr(0))}; is this a text file?")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise EntryError(f"{where}: half a character (a lone surrogate) at {error.start}") from error


def decoded(raw: bytes, where: str) -> str:
    """Decode UTF-8, or say where it breaks.

    Raises:
        EntryError: the bytes are not UTF-8.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EntryError(f"{where}: not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from error
