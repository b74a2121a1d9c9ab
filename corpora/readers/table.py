"""CSV and TSV with a header line, in whatever Chinese encoding."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence

from minqing.corpora.cells import as_was
from minqing.corpora.lines import TextLines
from minqing.corpora.names import column_of
from minqing.corpora.readers.rows import Row
from minqing.corpora.readers.source import Source
from minqing.nlp.errors import EntryError

# Stands for the cells of a row in which a quotation mark is not closed; no cell is ever this.
_OPEN = "\udcfd"

# So many characters of a file may be read anew; one in which every row is bad would take for ever.
_PATIENCE = 50_000_000


def rows(source: Source) -> Iterator[Row]:
    """Give each row below the header. The text column is found by its name, or named in the options.

    A row that cannot be read costs no other: where a quotation mark was never closed, the lines it ran over are
    read anew.
    """
    csv.field_size_limit(1 << 30)  # lines and entries have limits of their own
    lines = source.lines()
    table = _Table(lines, source)
    header = [column.strip() for column in table.header()]
    if not header:
        return
    _check_text_column(header, source.options.named("text"), source.name)
    for number, cells in table.records(len(header)):
        if isinstance(cells, EntryError):
            yield Row(f"{source.name}:{number}", cells)
        elif any(cell.strip() for cell in cells):
            fields: dict[str, object] = {column: as_was(cell) for column, cell in zip(header, cells, strict=True)}
            yield Row(f"{source.name}:{number}", {**fields, "source": {"file": source.name, "row": number}})


def _check_text_column(header: Sequence[str], named: str | None, name: str) -> None:
    if named and named not in header:
        raise EntryError(f"{name}:1: no column {named!r}; found {', '.join(header)}")
    if not named and not column_of("text", header):
        raise EntryError(f"{name}:1: no text column; found {', '.join(header)}; name it with --text-column")


class _Table:
    """The records of a file, which can be given back line by line."""

    def __init__(self, lines: TextLines, source: Source) -> None:
        self._lines = lines
        self._name = source.name
        self._longest = source.options.limits.entry_characters * 2
        self._delimiter = "\t" if source.kind == "tsv" else ","
        self._back: deque[str] = deque()
        self._taken: list[str] = []
        self._is_over = False
        self._number = 0
        self._patience = _PATIENCE

    def header(self) -> list[str]:
        """Give the cells of the first record, none of an empty file."""
        first = next(csv.reader(self._feed(), delimiter=self._delimiter), [])
        fault = self._lines.fault("".join(self._taken), f"{self._name}:1")
        if fault:
            raise fault
        self._number = len(self._taken)
        return first

    def records(self, width: int) -> Iterator[tuple[int, list[str] | EntryError]]:
        """Give each record that is not blank with its last line's number, or what is wrong with it and its first."""
        reader = self._reader()
        while True:
            self._taken.clear()
            try:
                cells = next(reader, None)
            except csv.Error:
                cells = self._mended()
                reader = self._reader()
            if cells is None:
                return
            fault = self._fault(cells, width) if cells else None
            if fault:
                yield self._number + 1, fault
                self._give_back()
            self._number += len(self._taken)
            if cells and not fault:
                yield self._number, cells

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self._delimiter, strict=True)

    def _mended(self) -> list[str]:
        """Read a quotation mark within a cell as it is written; not one that runs on over lines."""
        if self._is_over or len(self._taken) > 1:
            return [_OPEN]
        return next(csv.reader(self._taken, delimiter=self._delimiter))

    def _feed(self) -> Iterator[str]:
        """Give the lines, taking note of each, to the end of the file or of what one row may hold."""
        self._is_over = False
        size = 0
        while line := self._back.popleft() if self._back else next(self._lines, ""):
            size = size + len(line) if self._taken else len(line)
            if size > self._longest and self._taken:
                self._back.appendleft(line)
                break
            self._taken.append(line)
            yield line
        self._is_over = True

    def _give_back(self) -> None:
        """Give back the lines of a bad row after its first: its open quotation mark may have run over good ones."""
        self._patience -= sum(map(len, self._taken))
        if self._patience < 0:
            raise EntryError(f"{self._name}:{self._number + 1}: too many bad rows; open it, mend it and save it anew")
        self._back.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]

    def _fault(self, cells: Sequence[str], width: int) -> EntryError | None:
        where = f"{self._name}:{self._number + 1}"
        if cells == [_OPEN]:
            return EntryError(f"{where}: a quotation mark that opens here is not closed")
        broken = next((found for cell in cells if (found := self._lines.fault(cell, where))), None)
        if broken is None and len(cells) != width:
            return EntryError(f"{where}: {len(cells)} cells under {width} column names")
        return broken
