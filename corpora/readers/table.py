"""CSV and TSV with a header line, in UTF-8 with or without a byte order mark."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from minqing.corpora.readers.rows import ID_NAMES, LONGEST_ENTRY, TEXT_NAMES, Row, decoded
from minqing.nlp.errors import EntryError


def rows(path: Path, text_column: str | None = None) -> Iterator[Row]:
    """Give each row below the header. The text column is found by its name, or named by ``text_column``."""
    csv.field_size_limit(LONGEST_ENTRY * 16)
    reader = csv.reader(_lines(path), delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
    header = [name.strip() for name in next(reader, [])]
    if not header:
        return
    text = _text_column(header, text_column, path)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield _row(header, cells, text, f"{path}:{reader.line_num}")


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
                yield decoded(line, f"{path}:{number}")
    except OSError as error:
        raise EntryError(f"{path}: cannot be read: {error.strerror}") from error


def _text_column(header: Sequence[str], named: str | None, path: Path) -> str:
    if named and named not in header:
        raise EntryError(f"{path}:1: no column {named!r}; found {', '.join(header)}")
    found = named or next((name for name in TEXT_NAMES if name in header), None)
    if found is None:
        raise EntryError(f"{path}:1: no text column; found {', '.join(header)}; name it with --text-column")
    return found


def _row(header: Sequence[str], cells: Sequence[str], text: str, where: str) -> Row:
    if len(cells) != len(header):
        return Row(where, EntryError(f"{where}: {len(cells)} cells under {len(header)} column names"))
    fields: dict[str, object] = dict(zip(header, cells, strict=True))
    fields["text"] = fields.pop(text)
    named = next((name for name in ID_NAMES if name in fields), None)
    if named:
        fields["id"] = fields.pop(named)
    return Row(where, fields)
