"""JSON lines, UTF-8, Chinese as Chinese."""

from collections.abc import Iterable
from typing import IO

import msgspec

from minqing.corpora.writers.record import Record, record_of
from minqing.nlp.records import TaggedEntry


def write(file: IO[bytes], tagged: Iterable[TaggedEntry | Record]) -> int:
    """Write one object a line; give how many."""
    encode = msgspec.json.Encoder().encode
    count = 0
    for entry in tagged:
        file.write(entry.as_json() if isinstance(entry, Record) else encode(record_of(entry)))
        file.write(b"\n")
        count += 1
    return count
