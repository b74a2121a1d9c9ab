"""Two people who labelled the same entries: how far they agree, and what they have to settle."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _

from minqing.corpora.label_names import label_id, status_id
from minqing.corpora.marked import Example, Mark
from minqing.labelling.sheet import Filled
from minqing.nlp.agreement import alpha, kappa
from minqing.nlp.errors import LabelError
from minqing.nlp.records import Need, TaggedEntry
from minqing.nlp.script import detect_script


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two labellings agree.

    ``kappa`` and ``alpha`` are over every label of every entry, yes or no; ``labels`` gives the kappa of each and how
    often either gave it; ``span_f1`` counts spans of one label that overlap by half of the longer; ``status_kappa``
    is over those.
    """

    entries: int
    kappa: float
    alpha: float
    same: int
    spans: int
    span_f1: float
    status_kappa: float
    labels: Mapping[str, tuple[float, int]]


Pair = tuple[Example, Example]


def paired(a: Sequence[Example], b: Sequence[Example]) -> list[Pair]:
    """Pair the rows of two labellings by id, or by text where ids differ.

    Raises:
        LabelError: they have no entry in common.
    """
    by_id = {example.entry.id: example for example in b}
    by_text = {example.entry.text: example for example in b}
    pairs: list[Pair] = []
    for example in a:
        other = by_id.get(example.entry.id)
        if other is None or other.entry.text != example.entry.text:
            other = by_text.get(example.entry.text)
        if other:
            pairs.append((example, other))
    if not pairs:
        raise LabelError(_("the two files have no entry in common"))
    return pairs


def agree(pairs: Sequence[Pair]) -> Agreement:
    """Measure how far two labellings agree."""
    sides = [(_labels(a), _labels(b)) for a, b in pairs]
    labels = sorted({label for side in sides for part in side for label in part})
    answers = {label: [(label in a, label in b) for a, b in sides] for label in labels}
    every = [pair for pairs_ in answers.values() for pair in pairs_]
    matched = [match for a, b in pairs for match in _matched(a, b)]
    spans = sum(len(_placed(side)) for pair in pairs for side in pair)
    return Agreement(
        entries=len(pairs),
        kappa=round(kappa(every), 4),
        alpha=round(alpha(every), 4),
        same=sum(a == b for a, b in sides),
        spans=spans,
        span_f1=round(2 * len(matched) / spans, 4) if spans else 0.0,
        status_kappa=round(kappa([(status_id(a.status), status_id(b.status)) for a, b in matched]), 4),
        labels={label: (round(kappa(p), 4), sum(x or y for x, y in p)) for label, p in answers.items()},
    )


def _labels(example: Example) -> frozenset[str]:
    """Give the labels of an entry; of those that ship, the first level."""
    return frozenset(label_id(name).partition(".")[0] or name for name in example.all_labels)


def _label(mark: Mark) -> str:
    return label_id(mark.label).partition(".")[0] or mark.label


def _placed(example: Example) -> list[Mark]:
    return [mark for mark in example.marks if mark.end]


def _matched(a: Example, b: Example) -> Iterator[tuple[Mark, Mark]]:
    free = _placed(b)
    for mark in _placed(a):
        other = next((o for o in free if _label(o) == _label(mark) and _half(mark, o)), None)
        if other:
            free.remove(other)
            yield mark, other


def _half(a: Mark, b: Mark) -> bool:
    shared = min(a.end, b.end) - max(a.start, b.start)
    return 2 * shared >= max(a.end - a.start, b.end - b.start)


def to_settle(pairs: Sequence[Pair], names: tuple[str, str]) -> Iterator[tuple[TaggedEntry, list[Filled]]]:
    """Give the entries on which two people differ, as a sheet takes them: what both said is filled in as right."""
    for a, b in pairs:
        both = [(x, x, y) for x, y in _matched(a, b) if status_id(x.status) == status_id(y.status)]
        agreed = {id(mark) for _x, x, y in both for mark in (x, y)}
        loose = _labels(a) ^ _labels(b)
        single = [
            (mark, Filled("", _("only {who}").format(who=who)))
            for side, who in zip((a, b), names, strict=True)
            for mark in _marks(side)
            if id(mark) not in agreed and (mark.end or _label(mark) in loose)
        ]
        if not single:
            continue
        rows = [(mark, Filled("right", "")) for mark, _x, _y in both] + single
        needs = tuple(_need(mark, a.entry.text) for mark, _f in rows)
        tagged = TaggedEntry(a.entry.id, detect_script(a.entry.text), needs, {}, " / ".join(names), {}, a.entry.text)
        yield tagged, [filled for _m, filled in rows]


def _marks(example: Example) -> list[Mark]:
    """Give the marks of an entry, and its labels without a place as marks of the whole."""
    placed = {_label(mark) for mark in example.marks}
    loose = [Mark(label, 0, 0) for label in _labels(example) if label not in placed]
    return [*example.marks, *loose]


def _need(mark: Mark, text: str) -> Need:
    known = label_id(mark.sub or mark.label) or mark.sub or mark.label
    top, dot, _sub = known.partition(".")
    is_known = bool(label_id(known))
    names = (top, known if dot else "") if is_known else (known, "")
    return Need(*names, status_id(mark.status), 0.5, mark.start, mark.end, text[mark.start : mark.end])


def own_labels(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Give the labels to choose from when they are not those that ship."""
    labels = sorted({label for pair in pairs for example in pair for label in example.all_labels})
    return () if any(map(label_id, labels)) else tuple(labels)
