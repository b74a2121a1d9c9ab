"""JSON lines: one object a line, ``{"id", "text", …}``; fields the tool does not know are carried along."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from minqing.corpora.readers.rows import Row, decoded
from minqing.nlp.errors import EntryError


def rows(path: Path, text_column: str | None = None) -> Iterator[Row]:
    """Give each line that is not blank; ``text_column`` names the field of the text when it is not ``text``."""
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
                if line.strip():
                    yield _row(line, f"{path}:{number}", text_column)
    except OSError as error:
        raise EntryError(f"{path}: cannot be read: {error.strerror}") from error


def _row(line: bytes, where: str, text_column: str | None) -> Row:
    try:
        fields = msgspec.json.decode(decoded(line, where))
    except EntryError as error:
        return Row(where, error)
    except (msgspec.MsgspecError, RecursionError) as error:
        return Row(where, EntryError(f"{where}: not JSON: {error}"))
    if not isinstance(fields, dict):
        return Row(where, EntryError(f"{where}: not a JSON object"))
    if text_column and text_column in fields:
        fields["text"] = fields.pop(text_column)
    return Row(where, fields)
