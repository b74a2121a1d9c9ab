"""Parquet for data people: the record of each entry as columns, needs as a list of structs."""

from collections.abc import Iterable
from typing import IO, Any

import msgspec

from minqing.corpora.writers.record import record_of
from minqing.nlp.errors import EntryError
from minqing.nlp.records import TaggedEntry
from minqing.nlp.streams import batches

ROWS = 5_000


def write(file: IO[bytes], tagged: Iterable[TaggedEntry]) -> int:
    """Write row groups of 5,000; give how many entries. ``facets`` and ``meta`` are JSON.

    Raises:
        EntryError: pyarrow is missing.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise EntryError("writing .parquet takes pyarrow: pip install 'minqing[parquet]'") from error
    schema = _schema(pa)
    count = 0
    with parquet.ParquetWriter(file, schema) as writer:
        for rows in batches(tagged, ROWS):
            count += len(rows)
            writer.write_table(pa.Table.from_pylist([_row(entry) for entry in rows], schema=schema))
    return count


def _schema(pa: Any) -> Any:
    text, number = pa.string(), pa.int32()
    span = [("text", text), ("start", number), ("end", number)]
    slot = pa.struct([("kind", text), *span, ("value", text)])
    need = pa.struct(
        [
            *((name, text) for name in ("label", "sub", "status")),
            ("score", pa.float64()),
            *span,
            ("uncertain", pa.bool_()),
            ("slots", pa.list_(slot)),
        ]
    )
    names = ("id", "script", "model", "facets", "meta")
    return pa.schema([*((name, text) for name in names), ("needs", pa.list_(need))])


def _row(entry: TaggedEntry) -> dict[str, object]:
    record = record_of(entry)
    texts = {name: msgspec.json.encode(record.get(name, {})).decode("utf-8") for name in ("facets", "meta")}
    return record | texts
