"""Tagged entries -> files: one module a format, chosen by the file's ending. Files appear whole or not at all."""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import IO

from minqing.corpora.whole import written_whole
from minqing.corpora.writers.record import Record
from minqing.nlp.errors import EntryError
from minqing.nlp.records import TaggedEntry

__all__ = ["FORMATS", "Record", "write_entries"]

Writer = Callable[[IO[bytes], Iterable[TaggedEntry | Record], str], int]


def _written(module: str) -> Writer:
    """Give the writer of a module, imported when it writes: that of workbooks alone takes a tenth of a second."""
    return lambda file, tagged, language: _write(module)(file, _opened(tagged), language)


def _without_language(module: str) -> Writer:
    return lambda file, tagged, _language: _write(module)(file, _opened(tagged))


def _jsonl(file: IO[bytes], tagged: Iterable[TaggedEntry | Record], _language: str) -> int:
    return _write("jsonl")(file, tagged)


def _write(module: str) -> Callable[..., int]:
    write: Callable[..., int] = import_module(f"minqing.corpora.writers.{module}").write
    return write


def _opened(tagged: Iterable[TaggedEntry | Record]) -> Iterator[TaggedEntry]:
    return (entry.opened() if isinstance(entry, Record) else entry for entry in tagged)


FORMATS: dict[str, Writer] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": _without_language("table"),
    ".parquet": _without_language("parquet"),
    ".xlsx": _written("workbook"),
    ".docx": _written("word"),
}


def write_entries(path: Path, tagged: Iterable[TaggedEntry | Record], language: str = "zh_CN") -> int:
    """Write ``tagged`` to ``path`` in its order; give how many there were. ``language`` is that of a ledger's headings.

    Until the last entry is written the file has another name, so a run that fails leaves what was there.

    Raises:
        EntryError: no writer for the ending, or the place cannot be written.
    """
    write = FORMATS.get(path.suffix.lower())
    if write is None:
        raise EntryError(
            f"{path}: no writer for {path.suffix or 'a file without ending'!r}; there are {', '.join(FORMATS)}"
        )
    with written_whole(path) as file:
        return write(file, tagged, language)
