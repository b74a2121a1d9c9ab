"""Tagged files -> tagged entries: what ``minqing batch`` wrote as JSON lines, checked against the taxonomy."""

from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path

import msgspec

from minqing.corpora.taxonomy import load_taxonomy
from minqing.nlp.errors import LedgerError
from minqing.nlp.records import STATUSES, Need, Script, TaggedEntry


class _Record(msgspec.Struct, frozen=True):
    id: str
    script: Script
    needs: tuple[Need, ...]
    facets: dict[str, str | list[str]]
    model: str
    meta: dict[str, object] = {}


def read_tagged(path: Path) -> Iterator[TaggedEntry]:
    """Read the entries of a ``.jsonl`` that ``minqing batch`` wrote, in order.

    Raises:
        LedgerError: the file or a row is no such thing, or speaks of labels that the taxonomy has not.
    """
    decoder = msgspec.json.Decoder(_Record)
    check = Check()
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield check(_entry(decoder, line, f"{path}:{number}"), f"{path}:{number}")
    except OSError as error:
        raise LedgerError(_("{path}: cannot be read: {error}").format(path=path, error=error.strerror)) from error


def is_tagged(path: Path) -> bool:
    """Say whether a file begins like what ``minqing batch`` wrote, and not like diaries yet to be read."""
    if path.suffix.lower() not in (".jsonl", ".ndjson") or not path.is_file():
        return False
    with path.open("rb") as lines:
        first = next((line for line in lines if line.strip()), b"")
    try:
        row = msgspec.json.decode(first)
    except msgspec.DecodeError:
        return False
    return isinstance(row, dict) and {"needs", "model", "script"} <= row.keys()


def _entry(decoder: "msgspec.json.Decoder[_Record]", line: bytes, where: str) -> TaggedEntry:
    try:
        record = decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LedgerError(
            _("{where}: not what minqing batch writes to .jsonl: {error}").format(where=where, error=error)
        ) from error
    return TaggedEntry(record.id, record.script, record.needs, record.facets, record.model, record.meta)


class Check:
    """Refuses what this taxonomy does not know, and numbers that cannot be."""

    def __init__(self) -> None:
        self.taxonomy = load_taxonomy()
        labels = self.taxonomy.label_set()
        self._known = {*labels.labels, *labels.subs, *STATUSES, ""}

    def __call__(self, entry: TaggedEntry, where: str) -> TaggedEntry:
        """Give the entry back.

        Raises:
            LedgerError: it was tagged with another taxonomy, or its numbers are impossible.
        """
        for need in entry.needs:
            unknown = next((term for term in (need.label, need.sub, need.status) if term not in self._known), None)
            if unknown is not None:
                raise LedgerError(
                    _("{where}: {term!r} is in no taxonomy {version}; tag the diaries again with this version").format(
                        where=where, term=unknown, version=self.taxonomy.version
                    )
                )
            if not (0 <= need.start < need.end and 0 <= need.score <= 1):
                raise LedgerError(
                    _("{where}: a need at {start}-{end} with score {score} cannot be").format(
                        where=where, start=need.start, end=need.end, score=need.score
                    )
                )
        return entry
