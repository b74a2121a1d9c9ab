"""The record of a tagged entry, as ``batch`` and ``tag --json`` write it."""

from collections.abc import Mapping

import msgspec

from minqing.nlp.records import Need, Script, Slot, TaggedEntry


def record_of(tagged: TaggedEntry) -> dict[str, object]:
    """Give the record: ``id, script, needs, facets, model``, and ``meta`` when the input had other fields."""
    record: dict[str, object] = {
        "id": tagged.id,
        "script": tagged.script,
        "needs": needs_of(tagged),
        "facets": facets_of(tagged),
        "model": tagged.model,
    }
    if tagged.meta:
        record["meta"] = dict(tagged.meta)
    return record


def needs_of(tagged: TaggedEntry) -> list[dict[str, object]]:
    """Give what the record says of the needs."""
    return [_need(need) for need in tagged.needs]


def needs_as_json(tagged: TaggedEntry) -> bytes:
    """Give ``needs_of`` the entry as JSON; needs that have a status are written as they are, without tables."""
    return _encode(tagged.needs if all(need.status for need in tagged.needs) else needs_of(tagged))


def facets_of(tagged: TaggedEntry) -> dict[str, object]:
    """Give what the record says of the facets: those that have a value."""
    return {name: value for name, value in tagged.facets.items() if value}


def _need(need: Need) -> dict[str, object]:
    fields: dict[str, object] = {
        "label": need.label,
        "sub": need.sub,
        "status": need.status,
        "score": need.score,
        "start": need.start,
        "end": need.end,
        "text": need.text,
    }
    if not need.status:  # of a model of somebody's own labels: no status, perhaps no second level
        fields = {name: value for name, value in fields.items() if value != "" or name == "text"}
    if need.uncertain:
        fields["uncertain"] = True
    if need.slots:
        fields["slots"] = [_slot(slot) for slot in need.slots]
    return fields


def _slot(slot: Slot) -> dict[str, object]:
    fields: dict[str, object] = {"kind": slot.kind, "text": slot.text, "start": slot.start, "end": slot.end}
    if slot.value:
        fields["value"] = slot.value
    return fields


def facets_as_json(tagged: TaggedEntry) -> bytes:
    """Give ``facets_of`` the entry as JSON."""
    return _encode(facets_of(tagged))


class Record(msgspec.Struct):
    """A record whose needs and facets are JSON already, ``needs_of`` and ``facets_of`` the entry; and its text."""

    id: str
    script: Script
    needs: bytes
    facets: bytes
    model: str
    meta: Mapping[str, object]
    text: str

    def as_json(self) -> bytes:
        """Give the same as JSON of ``record_of`` the entry."""
        needs, facets = msgspec.Raw(self.needs), msgspec.Raw(self.facets)
        return _encode(_Line(self.id, self.script, needs, facets, self.model, self.meta))

    def opened(self) -> TaggedEntry:
        """Give the entry."""
        needs = tuple(
            Need(n.label, n.sub, n.status, n.score, n.start, n.end, n.text, n.uncertain, n.slots)
            for n in _decode_needs(self.needs)
        )
        facets = _decode_facets(self.facets)
        return TaggedEntry(self.id, self.script, needs, facets, self.model, self.meta, self.text)


class _Line(msgspec.Struct, omit_defaults=True):
    id: str
    script: Script
    needs: msgspec.Raw
    facets: msgspec.Raw
    model: str
    meta: Mapping[str, object] = {}


class _Need(msgspec.Struct):
    """A need as records write it, where what is empty or false may be left out."""

    label: str
    score: float
    start: int
    end: int
    text: str
    sub: str = ""
    status: str = ""
    uncertain: bool = False
    slots: tuple[Slot, ...] = ()


_encode = msgspec.json.Encoder().encode
_decode_needs = msgspec.json.Decoder(list[_Need]).decode
_decode_facets = msgspec.json.Decoder(dict[str, object]).decode
