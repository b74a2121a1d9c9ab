"""JSON lines, one object a line, or one JSON array of objects: ``{"id", "text", …}``; other fields travel along."""

from collections.abc import Iterator

import msgspec

from minqing.corpora.readers.rows import Row
from minqing.corpora.readers.source import Source
from minqing.nlp.errors import EntryError


def rows(source: Source) -> Iterator[Row]:
    """Give each line that is not blank."""
    lines = source.lines()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            where = f"{source.name}:{number}"
            fault = lines.fault(line, where)
            yield Row(where, fault) if fault else _row(line, where, {"file": source.name, "row": number})


def rows_of_array(source: Source) -> Iterator[Row]:
    """Give each object of an array, or the one object the file holds; what is no array is read as JSON lines."""
    text = source.text()
    if not text.lstrip().startswith("["):
        yield from rows(source)
        return
    try:
        items = msgspec.json.decode(text, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise EntryError(f"{source.name}: not JSON: {error}") from error
    for number, item in enumerate(items, start=1):
        yield _row(bytes(item), f"{source.name}:{number}", {"file": source.name, "row": number})


def _row(line: str | bytes, where: str, source: dict[str, object]) -> Row:
    try:
        fields = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError) as error:
        return Row(where, EntryError(f"{where}: not JSON: {error}"))
    if not isinstance(fields, dict):
        return Row(where, EntryError(f"{where}: not a JSON object"))
    return Row(where, {**fields, "source": fields.get("source", source)})
