"""Models held against labelled examples, and against each other: by label, status, script and length, and by entry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from gettext import gettext as _
from pathlib import Path

from minqing.corpora.label_names import label_id
from minqing.corpora.labelled import load_gold
from minqing.corpora.marked import Example, read_examples
from minqing.models.opening import AnyTagger, labels_of, tagger_of
from minqing.models.placing import as_marked
from minqing.models.retraining import flat
from minqing.nlp.classifier import Classifier
from minqing.nlp.errors import LabelError, ModelError
from minqing.nlp.evaluation import Count, Report, as_dict, evaluate
from minqing.nlp.intervals import Answers, Difference, difference
from minqing.nlp.model import Model
from minqing.nlp.records import LabelledEntry, Need, TaggedEntry
from minqing.nlp.training import Progress

AnyModel = Model | Classifier


@dataclass(frozen=True, slots=True)
class Judged:
    """A model's answers to labelled entries; of a classifier, every label is a need of its own."""

    name: str
    needs: Sequence[Sequence[Need]]
    facets: Sequence[Mapping[str, object]]
    report: Report

    @property
    def answers(self) -> Answers:
        """The labels given to each entry."""
        return [frozenset(need.label for need in needs) for needs in self.needs]


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that two models answer otherwise."""

    id: str
    gold: tuple[str, ...]
    a: tuple[str, ...]
    b: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same entries."""

    a: Judged
    b: Judged
    difference: Difference
    changed: Sequence[Changed]
    statuses: Mapping[str, tuple[Count, Count]]


def reference(paths: Sequence[Path], model: AnyModel, note: Progress = print) -> list[LabelledEntry]:
    """Read labelled examples as ``model`` can be judged by; without paths, the development set that ships.

    A label that the model has never seen is told to ``note``, and counts as missed.

    Raises:
        EntryError, LabelError: a file cannot be read, has no labels, or none that the model knows.
    """
    if not paths:
        if isinstance(model, Classifier):
            raise LabelError(_("a model of labels of its own: name a file of labelled examples to judge it by"))
        return load_gold("dev")
    examples = read_examples(paths)
    _check_labels(examples, model, note)
    if isinstance(model, Classifier):
        return [_of_classifier(example, model) for example in examples]
    return [as_marked(example) for example in examples]


def _check_labels(examples: Sequence[Example], model: AnyModel, note: Progress) -> None:
    """Say which labels the model has never seen; refuse examples without labels, or with none that it knows."""
    where = examples[0].where.rpartition(":")[0]
    names = {name: example.where for example in reversed(examples) for name in example.all_labels}
    strange = [name for name in names if not _knows(model, name)]
    if not names:
        raise LabelError(_("{where}: {n:,} rows and no labels").format(where=where, n=len(examples)))
    if len(strange) == len(names) or (strange and not isinstance(model, Classifier)):
        raise LabelError(_("{where}: labels of another set ({name} …); the model knows {labels}").format(
            where=where, name=strange[0], labels=_some(labels_of(model))))  # fmt: skip
    for name in strange:
        note(_("{where}: a label the model has never seen, which counts as missed: {name!r}").format(
            where=names[name], name=name))  # fmt: skip


def _knows(model: AnyModel, name: str) -> bool:
    return name in model.scheme.labels if isinstance(model, Classifier) else bool(label_id(name))


def _of_classifier(example: Example, model: Classifier) -> LabelledEntry:
    return LabelledEntry(example.entry, flat(frozenset(model.scheme.closed(example.all_labels))), {}, example.group)


def _some(labels: Sequence[str], most: int = 30) -> str:
    return ", ".join(labels[:most]) + (" …" if len(labels) > most else "")


def judge(model: AnyModel, gold: Sequence[LabelledEntry]) -> Judged:
    """Tag the entries and compare."""
    tagger: AnyTagger = tagger_of(model)
    tagged = list(tagger.pipe(item.entry for item in gold))
    needs = [flattened(entry) if isinstance(model, Classifier) else entry.needs for entry in tagged]
    facets = [entry.facets for entry in tagged]
    return Judged(tagger.name, needs, facets, evaluate(gold, needs, facets))


def flattened(entry: TaggedEntry) -> tuple[Need, ...]:
    """Give every label of both levels as a need of the whole entry."""
    return flat(frozenset(label for need in entry.needs for label in (need.label, need.sub) if label))


def compare(a: AnyModel, b: AnyModel, gold: Sequence[LabelledEntry], seed: int = 0) -> Comparison:
    """Hold two models against the same labelled entries.

    Raises:
        ModelError: they have different label sets.
    """
    if type(a) is not type(b) or not set(labels_of(a)) & set(labels_of(b)):
        raise ModelError(_("models of different label sets cannot be compared: {a} and {b}").format(
            a=_some(labels_of(a), 5), b=_some(labels_of(b), 5)))  # fmt: skip
    one, two = judge(a, gold), judge(b, gold)
    truth = [frozenset(need.label for need in item.needs) for item in gold]
    statuses = {
        status: (_status_count(gold, one.needs, status), _status_count(gold, two.needs, status))
        for status in sorted({need.status for item in gold for need in item.needs if need.status})
    }
    return Comparison(
        one, two, difference(truth, one.answers, two.answers, seed), list(_changed(gold, one, two)), statuses
    )


def _changed(gold: Sequence[LabelledEntry], a: Judged, b: Judged) -> Iterator[Changed]:
    for item, one, two in zip(gold, a.needs, b.needs, strict=True):
        marked, before, after = _said(item.needs), _said(one), _said(two)
        if before != after:
            yield Changed(item.entry.id, marked, before, after)


def _said(needs: Sequence[Need]) -> tuple[str, ...]:
    return tuple(sorted({f"{need.label}:{need.status}" if need.status else need.label for need in needs}))


def _status_count(gold: Sequence[LabelledEntry], predicted: Sequence[Sequence[Need]], status: str) -> Count:
    """Count the labels said to have ``status``, entry by entry."""
    total = Count()
    for item, needs in zip(gold, predicted, strict=True):
        there, found = ({need.label for need in some if need.status == status} for some in (item.needs, needs))
        total += Count(len(there & found), len(found - there), len(there - found))
    return total


# --- for reading -------------------------------------------------------------------------------------------


def comparison_dict(found: Comparison) -> dict[str, object]:
    """Give a comparison as plain values; at the top stand the figures of B."""
    b = as_dict(found.b.report)
    return {
        "micro_f1": b["micro_f1"],
        "macro_f1": b["macro_f1"],
        "labels": b["labels"],
        "a": {"model": found.a.name, **as_dict(found.a.report)},
        "b": {"model": found.b.name, **b},
        "by_status": {status: [round(x.f1, 4), round(y.f1, 4)] for status, (x, y) in found.statuses.items()},
        "difference": asdict(found.difference),
        "changed": [asdict(entry) for entry in found.changed],
    }


def comparison_rows(found: Comparison) -> dict[str, tuple[float, float, int]]:
    """Give, for every figure and every part, what A and B reach and on how many marks or entries it rests."""
    a, b = found.a.report, found.b.report
    rows = {
        "micro F1": (a.overall.micro_f1, b.overall.micro_f1, a.overall.entries),
        "macro F1": (a.overall.macro_f1, b.overall.macro_f1, a.overall.entries),
    }
    for name, count in a.labels.items():
        if count.support:
            rows[name] = (count.f1, b.labels.get(name, Count()).f1, count.support)
    rows |= {status: (x.f1, y.f1, x.support) for status, (x, y) in found.statuses.items()}
    for before, after in ((a.by_script, b.by_script), (a.by_length, b.by_length)):
        rows |= {name: (card.micro_f1, after[name].micro_f1, card.entries) for name, card in before.items()}
    return rows


def comparison_lines(found: Comparison, shown: int) -> Iterator[str]:
    """Write a comparison for reading."""
    yield f"A {found.a.name}   B {found.b.name}"
    yield f"{'A':>8}{'B':>8}{'B-A':>8}{'n':>8}"
    for name, (x, y, n) in comparison_rows(found).items():
        yield f"{x:8.3f}{y:8.3f}{y - x:+8.3f}{n:8}  {name}"
    d = found.difference
    low, high = d.micro_interval
    yield _("micro F1 {by:+.3f} (95 %: {low:+.3f} to {high:+.3f})").format(by=d.micro_f1, low=low, high=high)
    yield _("entries only B has right: {better}, only A: {worse}, p = {p:.3f}").format(
        better=d.better, worse=d.worse, p=d.p
    )
    yield _("{n:,} entries are answered otherwise").format(n=len(found.changed))
    for entry in found.changed[:shown]:
        gold, a, b = (", ".join(labels) or "-" for labels in (entry.gold, entry.a, entry.b))
        yield f"  {entry.id}  A: {a}  B: {b}  ({gold})"
