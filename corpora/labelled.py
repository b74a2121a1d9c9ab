"""Labelled entries in JSONL: the gold corpus that ships, and anybody's own in the same form.

A row: ``{"id", "text", "needs": [{"label", "sub", "status", "start", "end", "text"}], "facets": {…},
"author", "region", "year", "layout", "script"}``. Offsets count code points of ``text``. A need may give
``"span"`` instead of offsets, when that text stands in the entry once. ``sub`` may be missing; ``slots``
(``{"kind", "text", "start", "end", "value"}``) are marked in the part ``slots`` alone.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from minqing.corpora.taxonomy import load_taxonomy
from minqing.nlp.errors import EntryError, LabelError
from minqing.nlp.records import Entry, LabelledEntry, Need, Slot


class GoldSlot(msgspec.Struct, frozen=True):
    """A detail of a need as it stands in a labelled file."""

    kind: str
    text: str
    start: int
    end: int
    value: str = ""


class GoldNeed(msgspec.Struct, frozen=True):
    """A need as it stands in a labelled file."""

    label: str
    status: str
    sub: str = ""
    start: int | None = None
    end: int | None = None
    text: str = ""
    span: str = ""
    slots: tuple[GoldSlot, ...] = ()


class GoldRow(msgspec.Struct, frozen=True):
    """A labelled entry as it stands in a file."""

    text: str
    needs: tuple[GoldNeed, ...]
    id: str = ""
    facets: dict[str, str | list[str]] = {}
    author: str = ""
    layout: str = ""


def read_gold(path: Path) -> Iterator[LabelledEntry]:
    """Read the labelled entries of ``path``.

    Raises:
        EntryError: the file is missing, or a line is no labelled entry.
        LabelError: a label, status or span does not hold; the message names file and line.
    """
    decoder = msgspec.json.Decoder(GoldRow)
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise EntryError(f"{path}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        where = f"{path}:{number}"
        try:
            row = decoder.decode(line)
        except msgspec.MsgspecError as error:
            raise EntryError(f"{where}: not a labelled entry: {error}") from error
        yield _labelled(row, where)


def load_gold(part: str = "train") -> list[LabelledEntry]:
    """Read a part of the gold corpus: ``train``, ``contrast``, ``dev``, ``test``, or ``slots``, a part of ``dev``."""
    return list(read_gold(Path(__file__).parent / "gold" / f"{part}.jsonl"))


def _labelled(row: GoldRow, where: str) -> LabelledEntry:
    needs = tuple(_need(need, row.text, where) for need in row.needs)
    return LabelledEntry(Entry(row.id or where, row.text), needs, row.facets, row.author, row.layout)


def _need(need: GoldNeed, text: str, where: str) -> Need:
    label_set = load_taxonomy().label_set()
    if need.label not in label_set.labels:
        raise LabelError(f"{where}: no label {need.label!r}; `minqing labels` lists those that exist")
    if need.status not in label_set.statuses:
        raise LabelError(f"{where}: no status {need.status!r}; there are {', '.join(label_set.statuses)}")
    subs = [sub for sub in label_set.subs if sub.startswith(f"{need.label}.")]
    if need.sub and need.sub not in subs:
        raise LabelError(f"{where}: no second-level label {need.sub!r}; {need.label} has {', '.join(subs)}")
    start, end = _span(need, text, where)
    slots = tuple(Slot(slot.kind, slot.text, slot.start, slot.end, slot.value) for slot in need.slots)
    return Need(need.label, need.sub, need.status, 1.0, start, end, text[start:end], slots=slots)


def _span(need: GoldNeed, text: str, where: str) -> tuple[int, int]:
    if need.start is not None and need.end is not None:
        if not 0 <= need.start < need.end <= len(text):
            raise LabelError(f"{where}: span {need.start}-{need.end} lies outside the text of {len(text)} characters")
        if need.text and text[need.start : need.end] != need.text:
            raise LabelError(f"{where}: span {need.start}-{need.end} does not read as the row says")
        return need.start, need.end
    start = text.find(need.span) if need.span else -1
    if start < 0:
        raise LabelError(f"{where}: a need has neither offsets nor a span that stands in the text")
    return start, start + len(need.span)
