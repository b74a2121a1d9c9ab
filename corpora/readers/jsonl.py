"""JSON lines, one object a line, or one JSON array of objects: ``{"id", "text", …}``; other fields travel along."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from minqing.corpora.encodings import decode, open_text
from minqing.corpora.readers.rows import Options, Row
from minqing.nlp.errors import EntryError


def rows(path: Path, name: str, options: Options) -> Iterator[Row]:
    """Give each line that is not blank."""
    _, lines = open_text(path, options.encoding, name)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _row(line, f"{name}:{number}", {"file": name, "row": number})


def rows_of_array(path: Path, name: str, options: Options) -> Iterator[Row]:
    """Give each object of an array, or the one object the file holds; what is no array is read as JSON lines."""
    try:
        text = decode(path.read_bytes(), name, options.encoding).text
    except OSError as error:
        raise EntryError(f"{name}: cannot be read: {error.strerror}") from error
    if not text.lstrip().startswith("["):
        yield from rows(path, name, options)
        return
    try:
        items = msgspec.json.decode(text, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise EntryError(f"{name}: not JSON: {error}") from error
    for number, item in enumerate(items, start=1):
        yield _row(bytes(item), f"{name}:{number}", {"file": name, "row": number})


def _row(line: str | bytes, where: str, source: dict[str, object]) -> Row:
    try:
        fields = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError) as error:
        return Row(where, EntryError(f"{where}: not JSON: {error}"))
    if not isinstance(fields, dict):
        return Row(where, EntryError(f"{where}: not a JSON object"))
    return Row(where, {**fields, "source": fields.get("source", source)})
