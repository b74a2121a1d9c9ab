"""The record of a tagged entry, as ``batch`` and ``tag --json`` write it."""

from minqing.nlp.records import Need, Slot, TaggedEntry


def record_of(tagged: TaggedEntry) -> dict[str, object]:
    """Give the record: ``id, script, needs, facets, model``, and ``meta`` when the input had other fields."""
    record: dict[str, object] = {
        "id": tagged.id,
        "script": tagged.script,
        "needs": [_need(need) for need in tagged.needs],
        "facets": {name: value for name, value in tagged.facets.items() if value},
        "model": tagged.model,
    }
    if tagged.meta:
        record["meta"] = dict(tagged.meta)
    return record


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
    return fields | {"value": slot.value} if slot.value else fields
