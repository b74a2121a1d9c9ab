"""Files of diaries -> entries: one module a format, chosen by the file's ending; folders and archives of them too."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from minqing.corpora.dates import IMPOSSIBLE
from minqing.corpora.readers import jsonl, pdf, plain, table, word, workbook
from minqing.corpora.readers.archive import Found, walk
from minqing.corpora.readers.rows import ErrorSink, Options, Row, entry_of
from minqing.corpora.splitting import Part, split_document
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Entry

__all__ = ["FORMATS", "ErrorSink", "Options", "read_entries", "read_sources"]

Opener = Callable[[Path, str, Options], Iterator[Row]]

FORMATS: dict[str, Opener] = {
    ".jsonl": jsonl.rows,
    ".ndjson": jsonl.rows,
    ".json": jsonl.rows_of_array,
    ".csv": table.rows,
    ".tsv": table.rows,
    ".xlsx": lambda path, name, options: workbook.rows(path, options.named("text"), name, options.limits),
    ".xls": lambda path, name, options: workbook.rows(path, options.named("text"), name, options.limits),
    ".docx": lambda path, name, options: word.rows(path, options.named("text"), name, options.limits),
    ".pdf": lambda path, name, options: pdf.rows(path, options.named("text"), name, options.limits),
    ".txt": plain.rows,
    ".md": plain.rows,
}

# One file of these may hold many entries, told apart by their headings.
DOCUMENTS = frozenset({".docx", ".pdf", ".txt", ".md"})

USUAL_OPTIONS = Options()

FileSink = Callable[[str, str], object]  # a file's name, and how it was read: its encoding, or its kind


def read_entries(
    path: Path, options: Options = USUAL_OPTIONS, on_error: ErrorSink | None = None, on_file: FileSink = lambda *_: None
) -> Iterator[Entry]:
    """Read the entries of a file, a folder or an archive, in order.

    A row or a file that cannot be read goes to ``on_error`` and reading goes on; without it, it raises.

    Raises:
        EntryError: what is named is missing, empty, of an unknown kind, or (without ``on_error``) holds a bad row.
    """
    for found in walk(path, options.limits):
        try:
            yield from _file_entries(found, options, on_error, on_file)
        except EntryError as error:
            if on_error is None:
                raise
            on_error(error)


def read_sources(
    paths: Sequence[Path], options: Options, on_error: ErrorSink | None, on_file: FileSink = lambda *_: None
) -> Iterator[Entry]:
    """Read the entries of several files, folders or archives, one after another."""
    for path in paths:
        yield from read_entries(path, options, on_error, on_file)


def _file_entries(found: Found, options: Options, on_error: ErrorSink | None, on_file: FileSink) -> Iterator[Entry]:
    if isinstance(found.path, EntryError):
        raise found.path
    ending = found.path.suffix.lower()
    opener = FORMATS.get(ending)
    if opener is None:
        raise EntryError(
            f"{found.name}: no reader for {ending or 'a file without ending'!r}; there are {', '.join(FORMATS)}"
        )
    options = replace(options, split=options.split or ending in DOCUMENTS)
    rows = opener(found.path, found.name, options)
    first = next(rows, None)
    if first is None:
        raise EntryError(f"{found.name}: holds no entries")
    yield from _entries(chain([first], rows), options, on_error)
    on_file(found.name, ending.removeprefix("."))


def _entries(rows: Iterable[Row], options: Options, on_error: ErrorSink | None) -> Iterator[Entry]:
    for row in rows:
        try:
            entry = entry_of(row, options)
            yield from _split(entry, on_error) if options.split else [entry]
        except EntryError as error:
            if on_error is None:
                raise
            on_error(error)


def _split(entry: Entry, on_error: ErrorSink | None) -> Iterator[Entry]:
    """Cut an entry that holds several; each keeps its place in the text it came from."""
    parts = split_document(entry.text)
    for number, part in enumerate(parts, start=1):
        id = f"{entry.id}#{number}" if len(parts) > 1 else entry.id
        # A date without a year, or of the lunar calendar, is no fault: it is only left empty.
        if on_error and IMPOSSIBLE in part.problems:
            on_error(EntryError(f"{id}: {IMPOSSIBLE}"))
        yield Entry(id, entry.text[part.start : part.end], _meta(entry, part))


def _meta(entry: Entry, part: Part) -> dict[str, object]:
    fields = {name: getattr(part, name) for name in ("date", "weather", "place", "author", "visited", "unit")}
    source = entry.meta.get("source")
    place = {**source, "offset": part.start} if isinstance(source, dict) else {"offset": part.start}
    return {**{name: value for name, value in fields.items() if value}, **entry.meta, "source": place}
