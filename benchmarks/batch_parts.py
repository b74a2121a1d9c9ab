"""What the process of ``minqing batch`` that reads and writes spends on an entry, part by part.

usage: python benchmarks/batch_parts.py [ENTRIES]

Each part runs alone on the same entries (``entries.py``), five times; the least processor time counts. What they leave
out is the handing over of work, and the collector.
"""

import gc
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from minqing.batch import Journal, Settings, Summary, key_of, portions
from minqing.batch.answers import decode_answer
from minqing.batch.copies import Copies
from minqing.batch.workers import Workers
from minqing.corpora.duplicates import describe_all
from minqing.corpora.readers import read_entries
from minqing.corpora.writers import Record, write_entries

from entries import write_csv

ROUNDS = 5


def parts(count: int, folder: Path) -> dict[str, float]:
    """Give the microseconds of processor time an entry that each part takes."""
    source = folder / "in.csv"
    write_csv(source, count)
    chunks = list(portions(read_entries(source)))
    texts = [[entry.text for entry in chunk] for chunk in chunks]
    with Workers(Settings()) as workers:
        sent = [workers.submit(chunk).result() for chunk in texts]
    keys = [[key_of(text) for text in chunk] for chunk in texts]
    answers = [[decode_answer(answer) for answer in chunk] for chunk in sent]
    records = [
        Record(entry.id, answer.script, answer.needs, answer.facets, "model", entry.meta, entry.text)
        for some, found in zip(chunks, answers, strict=True)
        for entry, answer in zip(some, found, strict=True)
    ]

    def journal() -> None:
        kept = Journal(folder / "journal", "model", "engine")
        for some, found in zip(keys, sent, strict=True):
            kept.known(some)
            kept.add(list(zip(some, found, strict=True)))
        kept.is_done = True
        kept.close()

    def copies() -> None:
        with Copies(folder) as before:
            for some, found in zip(chunks, answers, strict=True):
                list(before.marks(some, [answer.described for answer in found]))

    def summary() -> None:
        counted = Summary()
        for found in answers:
            counted.add(found)

    work: dict[str, Callable[[], object]] = {
        "reading CSV": lambda: list(portions(read_entries(source))),
        "the hash of each text": lambda: [key_of(text) for chunk in texts for text in chunk],
        "the journal": journal,
        "answers read": lambda: [decode_answer(answer) for chunk in sent for answer in chunk],
        "copies marked": copies,
        "the summary": summary,
        "writing JSON lines": lambda: write_entries(folder / "out.jsonl", records),
        "(in the others) what copies are told by": lambda: [describe_all(chunk) for chunk in texts],
    }
    return {name: least(do) / count * 1e6 for name, do in work.items()}


def least(do: Callable[[], object]) -> float:
    found = []
    for _ in range(ROUNDS):
        gc.collect()
        start = time.process_time()
        do()
        found.append(time.process_time() - start)
    return min(found)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        found = parts(count, Path(folder))
    for name, microseconds in found.items():
        print(f"{name:50}{microseconds:8.1f} us")
    print(f"{'the process that reads and writes':50}{sum(list(found.values())[:-1]):8.1f} us")


if __name__ == "__main__":
    main()
