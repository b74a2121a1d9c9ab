"""Files of diaries -> entries: one module a format, chosen by the file's ending."""

from collections.abc import Callable, Iterator
from pathlib import Path

from minqing.corpora.readers import jsonl, table
from minqing.corpora.readers.rows import ErrorSink, Row, read_rows
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Entry

__all__ = ["FORMATS", "ErrorSink", "count_rows", "read_entries"]

Opener = Callable[[Path, str | None], Iterator[Row]]

FORMATS: dict[str, Opener] = {
    ".jsonl": jsonl.rows,
    ".ndjson": jsonl.rows,
    ".csv": table.rows,
    ".tsv": table.rows,
}


def read_entries(path: Path, text_column: str | None = None, on_error: ErrorSink | None = None) -> Iterator[Entry]:
    """Read the entries of a file, in its order.

    A row that cannot be read goes to ``on_error`` and reading goes on; without it, it raises.

    Raises:
        EntryError: the file is missing, empty, of an unknown kind, or (without ``on_error``) a row is bad.
    """
    opener = FORMATS.get(path.suffix.lower())
    if opener is None:
        raise EntryError(
            f"{path}: no reader for {path.suffix or 'a file without ending'!r}; there are {', '.join(FORMATS)}"
        )
    return read_rows(path, opener(path, text_column), on_error)


def count_rows(path: Path) -> int:
    """Count the lines of ``path``: the number of entries, or a few more, for a progress bar."""
    try:
        with path.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) + 1
    except OSError as error:
        raise EntryError(f"{path}: cannot be read: {error.strerror}") from error
