"""CSV and TSV with a header line, in whatever Chinese encoding."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from minqing.corpora.cells import as_was
from minqing.corpora.encodings import open_text
from minqing.corpora.readers.rows import LONGEST_ENTRY, TEXT_NAMES, Options, Row
from minqing.nlp.errors import EntryError


def rows(path: Path, name: str, options: Options) -> Iterator[Row]:
    """Give each row below the header. The text column is found by its name, or named in ``options``."""
    csv.field_size_limit(LONGEST_ENTRY * 16)
    _, lines = open_text(path, options.encoding, name)
    reader = csv.reader(lines, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
    header = [column.strip() for column in next(reader, [])]
    if not header:
        return
    _check_text_column(header, options.named("text"), name)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield _row(header, cells, name, reader.line_num)


def _check_text_column(header: Sequence[str], named: str | None, name: str) -> None:
    if named and named not in header:
        raise EntryError(f"{name}:1: no column {named!r}; found {', '.join(header)}")
    if not named and not set(TEXT_NAMES) & set(header):
        raise EntryError(f"{name}:1: no text column; found {', '.join(header)}; name it with --text-column")


def _row(header: Sequence[str], cells: Sequence[str], name: str, number: int) -> Row:
    where = f"{name}:{number}"
    if len(cells) != len(header):
        return Row(where, EntryError(f"{where}: {len(cells)} cells under {len(header)} column names"))
    fields: dict[str, object] = {column: as_was(cell) for column, cell in zip(header, cells, strict=True)}
    return Row(where, {**fields, "source": {"file": name, "row": number}})
