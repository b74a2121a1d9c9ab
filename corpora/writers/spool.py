"""Entries laid down on disk for a while, so that every column is known before the first row is written.

A field that the first entry lacks would otherwise get no column. On disk, as memory must stay flat.
"""

import tempfile
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Generic, TypeVar

import msgspec

from minqing.corpora.cells import pieces

T = TypeVar("T")


class Spool(Generic[T]):
    """Items of one ``kind`` in the order they came, and the columns of all of them.

    ``columns`` maps each column to the cells it takes: more than one where a value is longer than a cell.
    """

    def __init__(self, file: IO[bytes], kind: type[T]) -> None:
        # Beside the output, where there must be room anyway; /tmp is often memory.
        self._file = tempfile.TemporaryFile(prefix=".", dir=Path(file.name).parent)  # noqa: SIM115 - closed in __exit__
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(kind).decode
        self.columns: dict[str, int] = {}

    def __enter__(self) -> "Spool[T]":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, item: T, row: Mapping[str, str]) -> None:
        """Lay down ``item``; ``row`` holds its columns."""
        for name, value in row.items():
            self.columns[name] = max(self.columns.get(name, 1), len(pieces(value)))
        self._file.write(self._encode(item) + b"\n")

    def __iter__(self) -> Iterator[T]:
        self._file.seek(0)
        for line in self._file:
            yield self._decode(line)


def header_of(columns: Mapping[str, int]) -> list[str]:
    """Give the names over the cells; a column that takes several has a number behind its name from the second on.

    >>> header_of({"id": 1, "备注": 2})
    ['id', '备注', '备注 (2)']
    """
    return [name if k == 1 else f"{name} ({k})" for name, cells in columns.items() for k in range(1, cells + 1)]


def cells_of(row: Mapping[str, str], columns: Mapping[str, int]) -> list[str]:
    """Give the cells of a row under ``header_of(columns)``: each column has its cells, empty or not."""
    cells: list[str] = []
    for name, width in columns.items():
        value = row.get(name, "")
        parts: Sequence[str] = [value] if width == 1 else pieces(value)
        cells += [*parts, *[""] * (width - len(parts))]
    return cells


def free(name: str, taken: Container[str]) -> str:
    """Give ``name``, or one like it if a column of ours is called so.

    >>> free("备注", {"id"}), free("id", {"id"})
    ('备注', 'id_2')
    """
    number = 1
    new = name
    while new in taken:
        number += 1
        new = f"{name}_{number}"
    return new
