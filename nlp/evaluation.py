"""Gold and predicted needs -> a report.

Label scores are by entry: an entry has a label or has not, however often it is mentioned. A mention is
found when a predicted need of the same label overlaps it, each gold mention once. A false alarm is any need
in an entry that holds none.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from .intervals import Interval, intervals
from .records import OPEN_STATUSES, SLOT_KINDS, LabelledEntry, Need, Slot
from .script import detect_script

LENGTHS = ((0, 40), (40, 160), (160, 400), (400, 1_000_000))


@dataclass(frozen=True, slots=True)
class Count:
    """True positives, false positives, false negatives, and what follows from them."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """Share of what was predicted that is right; 0 when nothing was."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found; 0 when nothing is there."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0

    @property
    def support(self) -> int:
        """How many are there in the gold data."""
        return self.tp + self.fn


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The figures of one set of entries; all between 0 and 1 but ``entries`` and ``no_need_entries``."""

    entries: int
    micro_f1: float
    macro_f1: float
    precision: float
    recall: float
    open_micro_f1: float
    label_status_f1: float
    mention_f1: float
    sub_accuracy: float
    status_accuracy: float
    false_alarm_rate: float
    no_need_entries: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures over everything, by script, by length and by layout, and by label, status and facet.

    ``intervals`` are those of ``micro_f1`` and ``macro_f1``, 95 % by bootstrap over entries.
    """

    overall: Scorecard
    by_script: Mapping[str, Scorecard]
    by_length: Mapping[str, Scorecard]
    by_layout: Mapping[str, Scorecard]
    labels: Mapping[str, Count]
    statuses: Mapping[str, Mapping[str, int]]
    facets: Mapping[str, Count]
    intervals: Mapping[str, Interval] = field(default_factory=dict)


def evaluate(
    gold: Sequence[LabelledEntry],
    predicted: Sequence[Sequence[Need]],
    facets: Sequence[Mapping[str, object]] = (),
) -> Report:
    """Compare ``predicted`` needs, one sequence an entry in the order of ``gold``, with the gold needs."""
    pairs = list(zip(gold, predicted, strict=True))
    return Report(
        overall=_scorecard(pairs),
        by_script=_split(pairs, lambda item: detect_script(item.entry.text)),
        by_length=_split(pairs, lambda item: _length_class(len(item.entry.text))),
        by_layout=_split(pairs, lambda item: item.layout or "unknown"),
        labels=_by_label(pairs),
        statuses=_confusion(pairs),
        facets=_facet_counts(gold, facets),
        intervals=intervals([labels_of(item.needs) for item in gold], [labels_of(needs) for needs in predicted]),
    )


def labels_of(needs: Sequence[Need]) -> frozenset[str]:
    """Give the first-level labels of an entry's needs."""
    return frozenset(need.label for need in needs)


Pair = tuple[LabelledEntry, Sequence[Need]]


def _split(pairs: Sequence[Pair], key: Callable[[LabelledEntry], str]) -> dict[str, Scorecard]:
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(key(pair[0]), []).append(pair)
    return {name: _scorecard(group) for name, group in sorted(groups.items())}


def _length_class(length: int) -> str:
    low, high = next((low, high) for low, high in LENGTHS if length < high)
    return f"{low}-{high - 1}" if high < LENGTHS[-1][1] else f"{low}+"


def _scorecard(pairs: Sequence[Pair]) -> Scorecard:
    by_label = _by_label(pairs)
    label = sum(by_label.values(), Count())
    there = [count for count in by_label.values() if count.support]
    matches = [match for item, needs in pairs for match in match_mentions(item.needs, needs)]
    n_gold, n_predicted = sum(len(i.needs) for i, _ in pairs), sum(len(needs) for _, needs in pairs)
    mention = Count(len(matches), n_predicted - len(matches), n_gold - len(matches))
    quiet = [needs for item, needs in pairs if not item.needs]
    return Scorecard(
        entries=len(pairs),
        micro_f1=label.f1,
        macro_f1=sum(count.f1 for count in there) / len(there) if there else 0.0,
        precision=label.precision,
        recall=label.recall,
        open_micro_f1=_compared(pairs, _open_labels).f1,
        label_status_f1=_compared(pairs, lambda needs: {(n.label, n.status) for n in needs}).f1,
        mention_f1=mention.f1,
        sub_accuracy=_share(g.sub == p.sub for g, p in matches),
        status_accuracy=_share(g.status == p.status for g, p in matches),
        false_alarm_rate=_share(bool(needs) for needs in quiet),
        no_need_entries=len(quiet),
    )


def _share(values: Iterable[bool]) -> float:
    taken = list(values)
    return sum(taken) / len(taken) if taken else 0.0


def _open_labels(needs: Sequence[Need]) -> set[object]:
    return {need.label for need in needs if need.status in OPEN_STATUSES}


def _compared(pairs: Sequence[Pair], keys: Callable[[Sequence[Need]], set[object]]) -> Count:
    total = Count()
    for item, needs in pairs:
        gold, found = keys(item.needs), keys(needs)
        total += Count(len(gold & found), len(found - gold), len(gold - found))
    return total


def _by_label(pairs: Sequence[Pair]) -> dict[str, Count]:
    counts: dict[str, Count] = {}
    for item, needs in pairs:
        gold, found = {n.label for n in item.needs}, {n.label for n in needs}
        for label in gold | found:
            hit = Count(int(label in gold & found), int(label not in gold), int(label not in found))
            counts[label] = counts.get(label, Count()) + hit
    return dict(sorted(counts.items()))


def match_mentions(gold: Sequence[Need], predicted: Sequence[Need]) -> list[tuple[Need, Need]]:
    """Pair each predicted need with the gold need of its label that it overlaps most, each gold one once."""
    free = list(gold)
    matches: list[tuple[Need, Need]] = []
    for need in predicted:
        best = max(free, key=lambda g: _overlap(g, need), default=None)
        if best is not None and _overlap(best, need) > 0:
            matches.append((best, need))
            free.remove(best)
    return matches


def _overlap(a: Need, b: Need) -> int:
    return min(a.end, b.end) - max(a.start, b.start) if a.label == b.label else 0


def slot_counts(gold: Sequence[LabelledEntry], predicted: Sequence[Sequence[Need]]) -> dict[str, Count]:
    """Compare the slots of matched mentions, by kind: right when the places overlap and the values are the same.

    Of who and where the value is what was written, of which a part will do (老罗 for 老罗家).
    """
    counts: dict[str, Count] = {}
    for item, needs in zip(gold, predicted, strict=True):
        for mark, found in match_mentions(item.needs, needs):
            for kind in SLOT_KINDS:
                a = [slot for slot in mark.slots if slot.kind == kind]
                b = [slot for slot in found.slots if slot.kind == kind]
                hits = sum(any(_same_slot(x, y) for y in b) for x in a)
                counts[kind] = counts.get(kind, Count()) + Count(hits, max(len(b) - hits, 0), len(a) - hits)
    return counts


def _same_slot(a: Slot, b: Slot) -> bool:
    if a.kind in ("who", "where"):
        return a.text in b.text or b.text in a.text
    return a.value == b.value and min(a.end, b.end) > max(a.start, b.start)


def _confusion(pairs: Sequence[Pair]) -> dict[str, dict[str, int]]:
    """Count, over matched mentions, how often each gold status was given each predicted one."""
    table: dict[str, dict[str, int]] = {}
    for item, needs in pairs:
        for gold, found in match_mentions(item.needs, needs):
            row = table.setdefault(gold.status, {})
            row[found.status] = row.get(found.status, 0) + 1
    return table


def _facet_counts(gold: Sequence[LabelledEntry], facets: Sequence[Mapping[str, object]]) -> dict[str, Count]:
    counts: dict[str, Count] = {}
    for item, found in zip(gold, facets, strict=False):
        for name in found:
            a, b = _values(item.facets.get(name)), _values(found[name])
            counts[name] = counts.get(name, Count()) + Count(len(a & b), len(b - a), len(a - b))
    return counts


def _values(value: object) -> set[object]:
    if value is None:
        return set()
    return set(value) if isinstance(value, (list, tuple)) else {value}


def as_dict(report: Report) -> dict[str, object]:
    """Give the report as plain values: the overall figures at the top, the rest by name."""
    fields: dict[str, object] = {**figures(report.overall, bool(report.statuses))}
    fields["intervals"] = dict(report.intervals)
    for name, cards in (
        ("script", report.by_script),
        ("length", report.by_length),
        ("layout", report.by_layout),
    ):
        fields[name] = {key: figures(card, bool(report.statuses)) for key, card in cards.items()}
    fields["labels"] = {name: _count_dict(count) for name, count in report.labels.items()}
    fields["facets"] = {name: _count_dict(count) for name, count in report.facets.items()}
    fields["statuses"] = {gold: dict(sorted(row.items())) for gold, row in sorted(report.statuses.items())}
    return fields


def figures(card: Scorecard, has_places: bool = True) -> dict[str, float]:
    """Give the figures by name; of labels that have no place and no status, those that mean something."""
    there = asdict(card) if has_places else {name: getattr(card, name) for name in OF_LABELS}
    return {name: round(value, 4) for name, value in there.items()}


def _count_dict(count: Count) -> dict[str, float]:
    figures = {"precision": count.precision, "recall": count.recall, "f1": count.f1}
    return {name: round(value, 4) for name, value in figures.items()} | {"support": count.support}


COLUMNS = {
    "entries": "entries",
    "label F1": "micro_f1",
    "macro": "macro_f1",
    "open": "open_micro_f1",
    "+status": "label_status_f1",
    "mention": "mention_f1",
    "status": "status_accuracy",
    "alarms": "false_alarm_rate",
}


OF_LABELS = ("entries", "micro_f1", "macro_f1", "precision", "recall", "false_alarm_rate", "no_need_entries")
LABELS_ALONE = ("entries", "label F1", "macro")


def as_table(report: Report) -> str:
    """Write the report for reading: a line a group of entries, then a line a label and a facet."""
    columns = COLUMNS if report.statuses else {name: COLUMNS[name] for name in LABELS_ALONE}
    lines = [f"{'':12}" + "".join(f"{name:>10}" for name in columns)]
    lines.append(_card_line("all", report.overall, columns))
    for cards in (report.by_script, report.by_length, report.by_layout):
        lines += [_card_line(name, card, columns) for name, card in cards.items()]
    lines += [f"{name} 95 %: {low:.3f} – {high:.3f}" for name, (low, high) in report.intervals.items()]
    for title, counts in (("label", report.labels), ("facet", report.facets)):
        if not counts:
            continue
        lines += ["", f"{title:16}{'precision':>10}{'recall':>10}{'F1':>10}{'support':>10}"]
        lines += [_count_line(name, count) for name, count in counts.items()]
    return "\n".join(lines)


def _card_line(name: str, card: Scorecard, columns: Mapping[str, str]) -> str:
    values = [getattr(card, field) for field in columns.values()]
    return f"{_padded(name, 12)}" + "".join(f"{v:>10}" if isinstance(v, int) else f"{v:>10.3f}" for v in values)


def _count_line(name: str, count: Count) -> str:
    return f"{_padded(name, 16)}{count.precision:>10.3f}{count.recall:>10.3f}{count.f1:>10.3f}{count.support:>10}"


def _padded(name: str, columns: int) -> str:
    """Fill a name with spaces; a Han character takes two columns."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in name)
    return name + " " * max(columns - len(name) - wide, 1 if wide else 0)
