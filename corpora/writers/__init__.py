"""Tagged entries -> files: one module a format, chosen by the file's ending. Files appear whole or not at all."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from gettext import gettext as _
from importlib import import_module
from pathlib import Path
from typing import IO

from minqing.nlp.errors import EntryError
from minqing.nlp.records import TaggedEntry

__all__ = ["FORMATS", "write_entries", "written_whole"]

Writer = Callable[[IO[bytes], Iterable[TaggedEntry], str], int]


def _written(module: str) -> Writer:
    """Give the writer of a module, imported when it writes: that of workbooks alone takes a tenth of a second."""
    return lambda *how: import_module(f"minqing.corpora.writers.{module}").write(*how)


def _without_language(module: str) -> Writer:
    return lambda file, tagged, _language: import_module(f"minqing.corpora.writers.{module}").write(file, tagged)


FORMATS: dict[str, Writer] = {
    ".jsonl": _without_language("jsonl"),
    ".ndjson": _without_language("jsonl"),
    ".csv": _without_language("table"),
    ".parquet": _without_language("parquet"),
    ".xlsx": _written("workbook"),
    ".docx": _written("word"),
}


def write_entries(path: Path, tagged: Iterable[TaggedEntry], language: str = "zh_CN") -> int:
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


@contextmanager
def written_whole(path: Path, is_private: bool = False) -> Iterator[IO[bytes]]:
    """Give a file to write to, which takes the name ``path`` once all is written; what fails leaves what was there.

    ``is_private`` lets nobody read it but who writes it.

    Raises:
        EntryError: the place cannot be written.
    """
    # Always under the same name, so that what a killed run left is written over by the next.
    fresh = path.with_name(f".{path.name}.part")
    try:
        fresh.unlink(missing_ok=True)  # who may read it is settled when a file is made
        with open(fresh, "xb", opener=partial(os.open, mode=0o600 if is_private else 0o666)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise EntryError(_("{path}: cannot be written: {error}").format(path=path, error=error.strerror)) from error
    finally:
        fresh.unlink(missing_ok=True)
