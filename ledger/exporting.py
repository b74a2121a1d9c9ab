"""A ledger for other tools: tables as CSV or Parquet, masked, small numbers hidden unless it stays in the office."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path
from typing import IO

from minqing.corpora.cells import as_text
from minqing.corpora.whole import written_whole
from minqing.ledger.database import VIEWS, Database
from minqing.ledger.privacy.documents import Masker
from minqing.ledger.reports.facts import Facts, Gathering
from minqing.ledger.reports.sheets import ledger, overview, sheets
from minqing.nlp.errors import LedgerError

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Export:
    """A table on its way out; ``rows`` may be read once."""

    name: str
    header: Sequence[str]
    rows: Iterable[Row]


def shared(facts: Facts, gathering: Gathering) -> Iterator[Export]:
    """Give what a report tells outside the office: the same numbers hidden, the same columns left out."""
    for sheet in (overview(facts), *sheets(facts)):
        yield Export(sheet.key, sheet.header, sheet.rows)
    made = ledger(facts, gathering.rows())
    yield Export(made.key, made.header, made.rows)


def internal(db: Database, masker: Masker) -> Iterator[Export]:
    """Give every need, mention and entry, names of persons masked."""
    for name in VIEWS:
        found = db.execute(f"SELECT * FROM {name} ORDER BY 1")
        header = [column[0] for column in found.description]
        rows = ([masker.field(n, v) if n == "author" else v for n, v in zip(header, row, strict=True)] for row in found)
        yield Export(name.removeprefix("v_"), header, rows)


def write_exports(folder: Path, exports: Iterable[Export], kind: str) -> list[Path]:
    """Write each table to a file of its own in ``folder``; give the files.

    Raises:
        LedgerError: the folder cannot be made, or pyarrow is missing.
        EntryError: a file cannot be written.
    """
    write = _WRITERS[kind]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(_("{path}: cannot be written: {error}").format(path=folder, error=error.strerror)) from error
    paths = []
    for export in exports:
        path = folder / f"{re.sub('[^a-z_]', '_', export.name)}.{kind}"
        with written_whole(path) as file:
            write(export, file)
        paths.append(path)
    return paths


def _write_csv(export: Export, file: IO[bytes]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(export.header)
    for row in export.rows:
        writer.writerow([as_text(value) if isinstance(value, str) else value for value in row])
    text.detach()


def _write_parquet(export: Export, file: IO[bytes]) -> None:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise LedgerError(_("writing .parquet takes pyarrow: pip install 'minqing[parquet]'")) from error
    columns: list[list[object]] = [[] for _name in export.header]
    for row in export.rows:
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    arrays = [pa.array(_of_one_kind(column)) for column in columns]
    parquet.write_table(pa.table(arrays, names=list(export.header)), file)


def _of_one_kind(column: list[object]) -> list[object]:
    """Give numbers where all are, with None for what is hidden or unknown; else texts."""
    numbers = [value for value in column if isinstance(value, (int, float))]
    if numbers and all(isinstance(value, (int, float)) or value in ("", "＊") for value in column):
        return [value if isinstance(value, (int, float)) else None for value in column]
    return [str(value) for value in column]


_WRITERS: dict[str, Callable[[Export, IO[bytes]], None]] = {"csv": _write_csv, "parquet": _write_parquet}
