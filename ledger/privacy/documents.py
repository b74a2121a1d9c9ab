"""Files with everything masked that names somebody: texts, tables and JSON lines, each as it was otherwise."""

import csv
import io
from collections.abc import Callable, Iterable
from functools import partial
from gettext import gettext as _
from pathlib import Path

import msgspec

from minqing.corpora.whole import written_whole
from minqing.ledger.privacy.fields import NAME_FIELDS, PLACE_FIELDS
from minqing.ledger.privacy.finds import KINDS
from minqing.ledger.privacy.masking import mask
from minqing.ledger.privacy.pseudonyms import Pseudonyms
from minqing.nlp.errors import LedgerError

# Fields that name things, not persons: their values are ids of ours or of the file system.
_KEPT = frozenset({"id", "label", "sub", "status", "script", "model", "file", "kind", "date", "duplicate_of"})


class Masker:
    """Masks values one by one with the same pseudonyms, and counts what it masked."""

    def __init__(self, stands: Pseudonyms, names: Iterable[str] = ()) -> None:
        self.stands = stands
        self.names = frozenset(name for name in names if len(name) > 1)
        self.masked = 0
        # The names that were masked, and the pictures that were left out.
        self.found: set[str] = set()
        self.pictures = 0

    def text(self, text: str) -> str:
        """Mask a text."""
        found = mask(text, self.stands, names=self.names)
        self.masked += len(found.finds)
        self.found.update(text[one.start : one.end] for one in found.finds if one.kind in ("name", "minor"))
        return found.text

    def person(self, value: str) -> str:
        """Mask the name of a person, whatever it looks like; spaces around it stay."""
        name = value.strip()
        if not name:
            return value
        self.masked += 1
        self.found.update([name] if len(name) > 1 else [])
        return value.replace(name, self.stands.stand_in(name, "name"))

    def field(self, name: str, value: str) -> str:
        """Mask the value of a field; where a field holds names alone, whatever stands there is one."""
        if name in NAME_FIELDS and 1 < len(value.strip()) <= 4:
            return self.person(value)
        if name in PLACE_FIELDS:
            found = mask(value, self.stands, frozenset(KINDS) - {"name", "minor"})
            return found.text
        return self.text(value)

    def record(self, value: object, name: str = "") -> object:
        """Mask every text in a record; evidence with a place is cut from the masked text, so that both agree."""
        if isinstance(value, str):
            return value if name in _KEPT else self.field(name, value)
        if isinstance(value, list):
            return [self.record(one, name) for one in value]
        if not isinstance(value, dict):
            return value
        done = {key: self.record(one, key) for key, one in value.items()}
        needs = done.get("needs")
        if isinstance(done.get("text"), str) and isinstance(needs, list):
            _cut(needs, str(done["text"]))
        return done


def _cut(needs: list[object], text: str) -> None:
    for need in needs:
        if isinstance(need, dict) and isinstance(need.get("start"), int) and isinstance(need.get("end"), int):
            need["text"] = text[need["start"] : need["end"]]


def mask_file(path: Path, output: Path, masker: Masker) -> None:
    """Write ``path`` masked to ``output``, in the same format.

    Raises:
        LedgerError: there is no way to mask such a file, or it cannot be read or written.
    """
    way = _WAYS.get(path.suffix.lower())
    if way is None:
        raise LedgerError(
            _(
                "{path}: {ending} is not masked as it is; there are {known}. minqing batch turns others into .jsonl"
            ).format(path=path, ending=path.suffix or _("a file without ending"), known=", ".join(_WAYS))
        )
    content = way(path, masker)
    with written_whole(output) as file:
        file.write(content)


def _lines(text: str, masker: Masker, where: str) -> str:
    out = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            out.append(_json(line, masker, f"{where}:{number}"))
    return "".join(f"{line}\n" for line in out)


def _json(text: str, masker: Masker, where: str) -> str:
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise LedgerError(_("{where}: no JSON: {error}").format(where=where, error=error)) from error
    return msgspec.json.encode(masker.record(value)).decode("utf-8")


def _table(text: str, masker: Masker, where: str, delimiter: str = ",") -> str:
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    header = rows[0] if rows else []
    writer.writerows(rows[:1])
    for row in rows[1:]:
        names = [*header, *[""] * (len(row) - len(header))]
        writer.writerow([masker.field(name, cell) for name, cell in zip(names, row, strict=False)])
    return "\ufeff" + out.getvalue()


def _of_text(way: Callable[[str, Masker, str], str], path: Path, masker: Masker) -> bytes:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(_("{path}: cannot be read as UTF-8: {error}").format(path=path, error=error)) from error
    return way(text, masker, str(path)).encode("utf-8", "replace")


def _of_package(path: Path, masker: Masker) -> bytes:
    from minqing.ledger.privacy.packages import mask_package

    return mask_package(path, masker)


def _plain(text: str, masker: Masker, _where: str) -> str:
    return masker.text(text)


_WAYS: dict[str, Callable[[Path, Masker], bytes]] = {
    **dict.fromkeys((".txt", ".md"), partial(_of_text, _plain)),
    **dict.fromkeys((".jsonl", ".ndjson"), partial(_of_text, _lines)),
    ".json": partial(_of_text, _json),
    ".csv": partial(_of_text, _table),
    ".tsv": partial(_of_text, partial(_table, delimiter="\t")),
    **dict.fromkeys((".docx", ".xlsx"), _of_package),
}
