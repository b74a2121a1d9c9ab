"""The rows and files that could not be read, a line each, in a file that appears whole when the run is done."""

import contextlib
from pathlib import Path
from types import TracebackType
from typing import IO

from minqing.corpora.whole import part_of, put_in_place
from minqing.nlp.errors import EntryError


class Complaints:
    """Lines written to ``path`` as they come, as there may be millions; without a path they go nowhere.

    Raises:
        EntryError: the file cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> "Complaints":
        if self._path:
            try:
                self._file = part_of(self._path).open("w", encoding="utf-8", newline="\n")
            except OSError as error:
                raise self._refused(error) from error
        return self

    def add(self, error: EntryError) -> None:
        """Write one line."""
        if self._file:
            try:
                self._file.write(f"{error}\n")
            except OSError as fault:
                raise self._refused(fault) from fault

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not (self._file and self._path):
            return
        part = part_of(self._path)
        if kind:
            with contextlib.suppress(OSError):
                self._file.close()
            with contextlib.suppress(OSError):
                part.unlink()
            return
        try:
            self._file.close()
            put_in_place(part, self._path)
        except OSError as fault:
            raise self._refused(fault) from fault

    def _refused(self, error: OSError) -> EntryError:
        return EntryError(f"{self._path}: cannot be written: {error.strerror}")
