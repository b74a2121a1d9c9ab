"""What all readers share: rows with their place, and the checks every text must pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from minqing.corpora.dates import IMPOSSIBLE, UNCLEAR_YEAR, read_date
from minqing.corpora.names import columns_of
from minqing.corpora.readers.guard import USUAL, Limits
from minqing.corpora.texts import check_text
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Entry
from minqing.nlp.script import detect_script

ErrorSink = Callable[[EntryError], object]


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read: ``columns`` names the column of a field when its name does not tell (text: 备注).

    ``ours`` are files that are no diaries though they may lie among them: what the run itself writes.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    split: bool = False
    limits: Limits = USUAL
    ours: frozenset[Path] = frozenset()

    def named(self, name: str) -> str | None:
        """Give the column named for a field, if one was."""
        return self.columns.get(name)


@dataclass(frozen=True, slots=True)
class Row:
    """A row and where it stands (``file:line``); ``fields`` is what it holds, or what is wrong with it.

    The text of a document or a form may hold several entries, told apart by their headings, and says by itself
    what a record has columns for.
    """

    where: str
    fields: dict[str, object] | EntryError
    is_document: bool = False


def entry_of(row: Row, options: Options = Options(), year: int | None = None) -> Entry:
    """Check a row and make an entry of it; known columns get their usual names, the others keep theirs.

    A date is written as ISO 8601, ``year`` being that of dates without one; what was written otherwise stays
    as ``date_text``.

    Raises:
        EntryError: there is no text, or the text is empty, too long, or holds what no text may hold.
    """
    if isinstance(row.fields, EntryError):
        raise row.fields
    fields = renamed(row.fields, options)
    if "text" not in fields:
        raise EntryError(f"{row.where}: no field 'text'; found {', '.join(row.fields) or 'none'}")
    text = fields.pop("text")
    if not isinstance(text, str) or not text.strip():
        raise EntryError(f"{row.where}: the text is empty")
    check_text(text, row.where, options.limits.entry_characters)
    if isinstance(fields.get("date"), str) and fields["date"]:
        fields |= _dated(str(fields["date"]), text, year)
    return Entry(str(fields.pop("id", "") or row.where), text, fields)


def _dated(written: str, text: str, year: int | None) -> dict[str, object]:
    """Give ``date`` as ISO 8601, empty if no calendar holds it, and ``date_text`` if that is not what was written."""
    found = _read_date(written, year, roc=False)
    if found and found.problem == UNCLEAR_YEAR and detect_script(text) == "hant":
        found = _read_date(written, year, roc=True)
    if found is None or found.value == written or not (found.value or found.problem == IMPOSSIBLE):
        return {}
    return {"date": found.value, "date_text": written}


# The same dates come again and again down a column.
_read_date = lru_cache(4_096)(read_date)


def renamed(fields: Mapping[str, object], options: Options) -> dict[str, object]:
    """Call the known columns by their usual names, one of each."""
    names = tuple(fields)
    known = columns_of(names)
    if options.columns:
        asked = {column: key for key, column in options.columns.items() if column in fields}
        known = {name: key for name, key in known.items() if key not in options.columns} | asked
    return {known.get(name, name): value for name, value in fields.items()}
