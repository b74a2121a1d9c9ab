"""The rows and files that could not be read, a line each, in a file that appears whole when the run is done."""

from pathlib import Path
from types import TracebackType
from typing import IO

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
                self._file = self._part(self._path).open("w", encoding="utf-8")
            except OSError as error:
                raise EntryError(f"{self._path}: cannot be written: {error.strerror}") from error
        return self

    def add(self, error: EntryError) -> None:
        """Write one line."""
        if self._file:
            self._file.write(f"{error}\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file and self._path:
            self._file.close()
            part = self._part(self._path)
            part.unlink() if kind else part.replace(self._path)

    @staticmethod
    def _part(path: Path) -> Path:
        return path.with_name(f".{path.name}.part")
