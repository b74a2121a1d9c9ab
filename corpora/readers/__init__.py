"""Files of diaries -> entries: one module a format, chosen by the file's ending; folders and archives of them too."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from minqing.corpora.dates import IMPOSSIBLE, year_named
from minqing.corpora.readers import archive, jsonl, pdf, plain, table, word, workbook
from minqing.corpora.readers.rows import ErrorSink, Options, Row, entry_of
from minqing.corpora.readers.source import Source
from minqing.corpora.splitting import Part, split_document
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Entry

__all__ = ["FORMATS", "ErrorSink", "Options", "Source", "read_entries", "read_sources", "weigh"]

Opener = Callable[[Source], Iterator[Row]]


def _workbook(source: Source) -> Iterator[Row]:
    options = source.options
    return workbook.rows(source.path, options.named("text"), source.name, options.limits, source.is_read_to)


def _document(source: Source) -> Iterator[Row]:
    return word.rows(source.path, source.options.named("text"), source.name, source.options.limits)


def _pdf(source: Source) -> Iterator[Row]:
    return pdf.rows(source.path, source.options.named("text"), source.name, source.options.limits)


# Those whose endings have an m may hold macros: they are never run, only the cells and paragraphs are read.
FORMATS: dict[str, Opener] = {
    ".jsonl": jsonl.rows,
    ".ndjson": jsonl.rows,
    ".json": jsonl.rows_of_array,
    ".csv": table.rows,
    ".tsv": table.rows,
    ".xlsx": _workbook,
    ".xls": _workbook,
    ".xlsm": _workbook,
    ".docx": _document,
    ".docm": _document,
    ".pdf": _pdf,
    ".txt": plain.rows,
    ".md": plain.rows,
}

USUAL_OPTIONS = Options()

FileSink = Callable[[Source], object]  # takes each file as its reading begins


def weigh(paths: Sequence[Path]) -> int:
    """Give the bytes that ``read_sources`` will read."""
    return archive.weigh(paths, {*FORMATS, ".zip"})


def read_entries(
    path: Path, options: Options = USUAL_OPTIONS, on_error: ErrorSink | None = None, on_file: FileSink = lambda _: None
) -> Iterator[Entry]:
    """Read the entries of a file, a folder or an archive, in order.

    A row or a file that cannot be read goes to ``on_error`` and reading goes on; without it, it raises.

    Raises:
        EntryError: what is named is missing, empty, of an unknown kind, or (without ``on_error``) holds a bad row.
    """
    above = max(len(path.parts) - 1, 0)
    for found in archive.walk(path, options.limits):
        try:
            if isinstance(found.path, EntryError):
                raise found.path
            if options.ours and found.path.resolve() in options.ours:
                continue
            source = Source(found.path, found.name, options, found.weight)
            on_file(source)
            yield from _file_entries(source, year_named(found.name.split("/")[above:]), on_error)
        except EntryError as error:
            if on_error is None:
                raise
            on_error(error)


def read_sources(
    paths: Sequence[Path], options: Options, on_error: ErrorSink | None, on_file: FileSink = lambda _: None
) -> Iterator[Entry]:
    """Read the entries of several files, folders or archives, one after another."""
    for path in paths:
        yield from read_entries(path, options, on_error, on_file)


def _file_entries(source: Source, year: int | None, on_error: ErrorSink | None) -> Iterator[Entry]:
    """Give the entries of a file; ``year`` is that of dates without one."""
    ending = source.path.suffix.lower()
    opener = FORMATS.get(ending)
    if opener is None:
        raise EntryError(
            f"{source.name}: no reader for {ending or 'a file without ending'!r}; there are {', '.join(FORMATS)}"
        )
    rows = opener(source)
    first = next(rows, None)
    if first is None:
        raise EntryError(f"{source.name}: holds no entries")
    for entry in _entries(chain([first], rows), source.options, year, on_error):
        source.entries += 1
        yield entry


def _entries(rows: Iterable[Row], options: Options, year: int | None, on_error: ErrorSink | None) -> Iterator[Entry]:
    for row in rows:
        try:
            entry = entry_of(row, options, year)
            # A row with a date no calendar holds is read all the same, its date left empty.
            if on_error and entry.meta.get("date") == "" and entry.meta.get("date_text"):
                on_error(EntryError(f"{row.where}: {IMPOSSIBLE}"))
            yield from _split(entry, year, on_error) if options.split or row.is_document else [entry]
        except EntryError as error:
            if on_error is None:
                raise
            on_error(error)


def _split(entry: Entry, year: int | None, on_error: ErrorSink | None) -> Iterator[Entry]:
    """Cut an entry that holds several; each keeps its place in the text it came from."""
    parts = split_document(entry.text, year)
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
