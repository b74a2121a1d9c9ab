"""CSV that opens right in Excel: a byte order mark, one row an entry, what stands several times joined by ；."""

import csv
import io
from collections.abc import Iterable
from typing import IO

from minqing.corpora.cells import as_text, plain
from minqing.corpora.writers.spool import Spool, cells_of, free, header_of
from minqing.nlp.records import TaggedEntry

COLUMNS = ("id", "script", "labels", "statuses", "evidence", "scores", "uncertain", "model")

Cells = dict[str, str]


def write(file: IO[bytes], tagged: Iterable[TaggedEntry]) -> int:
    """Write a header and one row an entry, the input's own columns last; give how many entries."""
    count = 0
    with Spool(file, Cells) as spool:
        spool.columns = dict.fromkeys(COLUMNS, 1)
        for entry in tagged:
            count += 1
            row = _row(entry)
            spool.add(row, row)
        _write_rows(file, spool)
    return count


def _write_rows(file: IO[bytes], spool: Spool[Cells]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    columns = spool.columns
    writer.writerow([as_text(name) for name in header_of(columns)])
    for row in spool:
        writer.writerow([as_text(cell) for cell in cells_of(row, columns)])
    text.detach()


def _row(entry: TaggedEntry) -> Cells:
    needs = entry.needs
    own = {
        "id": entry.id,
        "script": entry.script,
        "labels": "；".join(need.sub or need.label for need in needs),
        "statuses": "；".join(need.status for need in needs).strip("；"),
        "evidence": "；".join(need.text for need in needs),
        "scores": "；".join(f"{need.score:.2f}" for need in needs),
        "uncertain": "；".join("?" if need.uncertain else "" for need in needs).strip("；"),
        "model": entry.model,
    }
    return own | {free(name, own): plain(value) for name, value in entry.meta.items()}
