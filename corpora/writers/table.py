"""CSV that opens right in Excel: a byte order mark, one row an entry, what stands several times joined by ；."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

from minqing.corpora.cells import as_text
from minqing.nlp.records import TaggedEntry

COLUMNS = ("id", "script", "labels", "statuses", "evidence", "scores", "uncertain", "model")


def write(file: IO[bytes], tagged: Iterable[TaggedEntry]) -> int:
    """Write a header and one row an entry, the input's own columns last; give how many entries."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    count = 0
    others: list[str] = []
    for entry in tagged:
        if not count:
            others = list(entry.meta)
            writer.writerow([*COLUMNS, *others])
        writer.writerow([as_text(cell) for cell in _cells(entry, others)])
        count += 1
    text.detach()
    return count


def _cells(entry: TaggedEntry, others: Sequence[str]) -> list[str]:
    needs = entry.needs
    return [
        entry.id,
        entry.script,
        "；".join(need.sub or need.label for need in needs),
        "；".join(need.status for need in needs).strip("；"),
        "；".join(need.text for need in needs),
        "；".join(f"{need.score:.2f}" for need in needs),
        "；".join("?" if need.uncertain else "" for need in needs).strip("；"),
        entry.model,
        *(str(entry.meta.get(name, "")) for name in others),
    ]
