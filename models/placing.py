"""Examples of the taxonomy that ships -> labelled entries: names to ids, and labels of whole texts to their place."""

from collections.abc import Sequence
from gettext import gettext as _

from msgspec import structs

from minqing.corpora.label_names import label_id, status_id
from minqing.corpora.marked import Example, Mark
from minqing.corpora.taxonomy import load_taxonomy
from minqing.models.opening import current_folder
from minqing.models.storage import load_any
from minqing.nlp.classifier import Classifier
from minqing.nlp.engines import make_engine
from minqing.nlp.errors import LabelError, ModelError
from minqing.nlp.evidence import find_evidence
from minqing.nlp.records import LabelledEntry, Need
from minqing.nlp.streams import batches


def labelled_of(examples: Sequence[Example]) -> list[LabelledEntry]:
    """Give examples of the taxonomy as labelled entries; a label of a whole text is placed where the model hears it.

    Raises:
        LabelError: a label or a status does not exist; the message names file and row.
    """
    loose = [(number, example) for number, example in enumerate(examples) if _loose(example)]
    placed: dict[int, list[Need]] = {}
    if loose:
        model, engine = load_any(current_folder()), make_engine("rjieba")
        if isinstance(model, Classifier):
            raise ModelError(_("the default model has other labels; roll back before training on these"))
        for part in batches(loose, 250):
            texts = [example.entry.text for _, example in part]
            found = find_evidence(model, engine, texts, [_loose(example) for _, example in part])
            placed |= {number: needs for (number, _), needs in zip(part, found, strict=True)}
    return [_labelled(example, placed.get(number, [])) for number, example in enumerate(examples)]


def as_marked(example: Example) -> LabelledEntry:
    """Give an example as a labelled entry to judge by: a label without a place has none, and no status."""
    loose = [Need(label, "", "", 1.0, 0, 0, "") for label in _loose(example)]
    return _labelled(example, loose)


def _loose(example: Example) -> list[str]:
    """Give the first-level labels of an example that no mark places."""
    names = [*example.labels, *(mark.sub or mark.label for mark in example.marks if not mark.end)]
    placed = {_known(mark.label, example.where).partition(".")[0] for mark in example.marks if mark.end}
    labels = dict.fromkeys(_known(name, example.where).partition(".")[0] for name in names)
    return [label for label in labels if label not in placed]


def _labelled(example: Example, placed: Sequence[Need]) -> LabelledEntry:
    subs = {id.partition(".")[0]: id for name in example.labels for id in [label_id(name)] if "." in id}
    needs = [_need(mark, example) for mark in example.marks if mark.end]
    statuses = {_known(m.label, example.where): status_id(m.status) for m in example.marks if not m.end and m.status}
    needs += [
        structs.replace(need, sub=subs.get(need.label, ""), status=statuses.get(need.label) or need.status)
        for need in placed
    ]
    facets = example.entry.meta.get("facets")
    layout = str(example.entry.meta.get("layout") or "")
    known = facets if isinstance(facets, dict) else {}
    return LabelledEntry(example.entry, tuple(needs), known, example.group, layout)


def _need(mark: Mark, example: Example) -> Need:
    label = _known(mark.sub or mark.label, example.where)
    status = status_id(mark.status) if mark.status else "unmet"
    if not status:
        there = ", ".join(load_taxonomy().label_set().statuses)
        raise LabelError(f"{example.where}: no status {mark.status!r}; there are {there}")
    top, dot, _sub = label.partition(".")
    text = example.entry.text[mark.start : mark.end]
    return Need(top, label if dot else "", status, 1.0, mark.start, mark.end, text)


def _known(name: str, where: str) -> str:
    found = label_id(name)
    if not found:
        raise LabelError(f"{where}: no label {name!r}; `minqing labels` lists those that exist")
    return found
