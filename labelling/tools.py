"""Labelling tools: tasks for doccano and Label Studio with what the model says, and what people made of them.

Label Studio: one task an entry; regions with a label, and for each region a choice of status; the model's answer as a
prediction. doccano (sequence labelling): one line an entry, ``label`` as ``[start, end, label]``; a status is kept
from the model's answer where the label stays. What the model said travels along under ``minqing``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from gettext import gettext as _
from pathlib import Path

import msgspec

from minqing.corpora.label_names import label_id, status_id
from minqing.corpora.readers import FORMATS, USUAL_OPTIONS, Source
from minqing.corpora.taxonomy import load_taxonomy
from minqing.labelling.corrections import Correction, Said, Taken, compared
from minqing.labelling.sheet import entry_key
from minqing.nlp.errors import EntryError, LabelError
from minqing.nlp.records import TaggedEntry

FIELD = "minqing"

# The page of Label Studio that these tasks are for.
LABEL_STUDIO_CONFIG = """<View>
  <Labels name="label" toName="text">
{labels}
  </Labels>
  <Text name="text" value="$text"/>
  <Choices name="status" toName="text" perRegion="true">
{statuses}
  </Choices>
</View>
"""


class Kept(msgspec.Struct, omit_defaults=True):
    """What travels with a task: the entry, the model, and what it said."""

    entry: str
    key: str
    model: str
    said: tuple[Said, ...] = ()


def _kept(entry: TaggedEntry) -> Kept:
    return Kept(entry.id, entry_key(entry.text), entry.model, tuple(map(Said.of, entry.needs)))


def doccano(tagged: Iterable[TaggedEntry]) -> Iterator[bytes]:
    """Give a line for each entry."""
    for entry in tagged:
        spans = [[need.start, need.end, need.sub or need.label] for need in entry.needs]
        yield msgspec.json.encode({"text": entry.text, "label": spans, FIELD: _kept(entry)}) + b"\n"


def label_studio(tagged: Iterable[TaggedEntry]) -> bytes:
    """Give the tasks as one file."""
    tasks = [
        {
            "data": {"text": entry.text, FIELD: _kept(entry)},
            "predictions": [{"model_version": entry.model, "result": list(_results(entry))}],
        }
        for entry in tagged
    ]
    return msgspec.json.format(msgspec.json.encode(tasks), indent=1) + b"\n"


def _results(entry: TaggedEntry) -> Iterator[Mapping[str, object]]:
    for number, need in enumerate(entry.needs, start=1):
        place = {"start": need.start, "end": need.end, "text": need.text}
        both = {"id": str(number), "to_name": "text"}
        label = {"labels": [need.sub or need.label]}
        yield {**both, "from_name": "label", "type": "labels", "value": {**place, **label}, "score": need.score}
        if need.status:
            choice = {"choices": [need.status]}
            yield {**both, "from_name": "status", "type": "choices", "value": {**place, **choice}}


def label_studio_config(labels: Sequence[str]) -> str:
    """Give the labelling page for Label Studio; of no labels, for the taxonomy that ships."""
    taxonomy = load_taxonomy()
    names = labels or [sub.id for label in taxonomy.label for sub in label.subs]
    shown = "\n".join(f'    <Label value="{name}"/>' for name in names)
    statuses = "\n".join(f'    <Choice value="{term.id}" hint="{term.hans}"/>' for term in taxonomy.status)
    return LABEL_STUDIO_CONFIG.format(labels=shown, statuses=statuses)


# --- and back ----------------------------------------------------------------------------------------------


def read_tool(path: Path, who: str, when: str) -> Taken:
    """Read an export of either tool; ``who`` and ``when`` stand for those it does not name.

    Raises:
        EntryError: the file cannot be read.
        LabelError: it holds no task that was exported from here.
    """
    corrections: list[Correction] = []
    problems: list[str] = []
    is_ours = False
    for row in FORMATS[path.suffix.lower()](Source(path, str(path), USUAL_OPTIONS)):
        if isinstance(row.fields, EntryError):
            problems.append(str(row.fields))
            continue
        kept = _kept_of(row.fields)
        is_ours = is_ours or kept is not None
        try:
            corrections += _task(kept, row.fields, row.where, who, when)
        except LabelError as error:
            problems.append(str(error))
    if not is_ours:
        raise LabelError(_("{path}: no task that was exported from here").format(path=path))
    return Taken(corrections, problems)


def _source(fields: Mapping[str, object]) -> Mapping[str, object]:
    data = fields.get("data")
    return data if isinstance(data, Mapping) else fields


def _kept_of(fields: Mapping[str, object]) -> Kept | None:
    """Give what travelled with a task; nothing, if it was not exported from here."""
    try:
        return msgspec.convert(_source(fields)[FIELD], Kept)
    except (KeyError, msgspec.ValidationError):
        return None


def _task(kept: Kept | None, fields: Mapping[str, object], where: str, who: str, when: str) -> Iterator[Correction]:
    if kept is None:
        raise LabelError(_("{where}: no task that was exported from here").format(where=where))
    text = str(_source(fields).get("text") or "")
    if kept.key != entry_key(text):
        raise LabelError(
            _("{where}: the text is not the one that was exported; the row is left out").format(where=where)
        )
    if "data" in fields:
        answers = list(_annotations(fields, text, where, who, when))
    else:
        spans = fields.get("label", fields.get("labels", fields.get("entities")))
        answers = [(_spans(spans, text, where), who, when)]
    for said, by, at in answers:
        for key, verdict, old, new in compared(kept.said, said):
            yield Correction(kept.entry, text, f"{kept.key}-{key}", verdict, old, new, kept.model, by, at, "", where)


def _annotations(
    fields: Mapping[str, object], text: str, where: str, who: str, when: str
) -> Iterator[tuple[list[Said], str, str]]:
    """Give what each annotator of Label Studio said; the last one's word will hold."""
    annotations = fields.get("annotations")
    for annotation in annotations if isinstance(annotations, list) else []:
        if isinstance(annotation, dict) and not annotation.get("was_cancelled"):
            by = annotation.get("completed_by")
            by = by.get("email") if isinstance(by, dict) else by
            at = annotation.get("updated_at") or annotation.get("created_at") or when
            yield _regions(annotation.get("result"), text, where), str(by or who), str(at)


def _regions(result: object, text: str, where: str) -> list[Said]:
    """Bring the label and the status of each region together; they share an id."""
    places: dict[str, tuple[int, int, str]] = {}
    statuses: dict[str, str] = {}
    for part in result if isinstance(result, list) else []:
        value = part.get("value") if isinstance(part, dict) else None
        if not isinstance(value, dict):
            continue
        name = str(part.get("id"))
        if isinstance(value.get("labels"), list) and value["labels"]:
            places[name] = (int(value.get("start", 0)), int(value.get("end", 0)), str(value["labels"][0]))
        if isinstance(value.get("choices"), list) and value["choices"]:
            statuses[name] = str(value["choices"][0])
    return [_said(*place, statuses.get(name, ""), text, where) for name, place in places.items()]


def _spans(spans: object, text: str, where: str) -> list[Said]:
    """Read doccano's spans, in the old form and the new."""
    found: list[Said] = []
    for span in spans if isinstance(spans, list) else []:
        if isinstance(span, dict):
            span = [span.get("start_offset"), span.get("end_offset"), span.get("label")]
        if not isinstance(span, list) or len(span) != 3:
            raise LabelError(_("{where}: not a span: {span}").format(where=where, span=span))
        found.append(_said(int(span[0] or 0), int(span[1] or 0), str(span[2]), "", text, where))
    return found


def _said(start: int, end: int, label: str, status: str, text: str, where: str) -> Said:
    if not 0 <= start < end <= len(text):
        raise LabelError(
            _("{where}: span {start}-{end} lies outside the text").format(where=where, start=start, end=end)
        )
    known = label_id(label) or label
    top, dot, _sub = known.partition(".")
    return Said(top, known if dot else "", status_id(status) if status else "", start, end, text[start:end])
