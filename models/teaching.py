"""Would more labels help, and which: a learning curve over what there is."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _

from minqing.corpora.marked import Example
from minqing.corpora.schemes import lessons_of, scheme_of
from minqing.models.comparing import flattened
from minqing.models.opening import tagger_of
from minqing.models.retraining import Settings, gold_answers, learn_classifier, report_of
from minqing.nlp.evaluation import Report
from minqing.nlp.folds import stratified_folds
from minqing.nlp.learning import groups_of, targets_of
from minqing.nlp.training import Progress

SHARES = (0.125, 0.25, 0.5, 1.0)

# Into so many parts the rows are cut, each with its share of every label.
PARTS = 40


@dataclass(frozen=True, slots=True)
class Curve:
    """How good a model is that learnt from a part of the rows, judged on a fifth that none of them saw."""

    sizes: tuple[int, ...]
    micro: tuple[float, ...]
    macro: tuple[float, ...]
    gains: Mapping[str, float]  # of each label, from half of the rows to all


def learning_curve(examples: Sequence[Example], settings: Settings, progress: Progress) -> Curve:
    """Learn from an eighth, a quarter, half and all of four fifths of the examples, and judge on the last fifth."""
    lessons, scheme = lessons_of(examples), scheme_of(examples)
    folds = stratified_folds(targets_of(lessons, scheme), groups_of(lessons), PARTS, settings.seed)
    fifth = max(1, len(folds) // 5)
    learning, held = folds[fifth:], sorted(i for fold in folds[:fifth] for i in fold.tolist())
    reports: list[tuple[int, Report]] = []
    for share in SHARES:
        taken = sorted(i for fold in learning[: max(1, round(share * len(learning)))] for i in fold.tolist())
        learnt = learn_classifier([lessons[i] for i in taken], settings, lambda _line: None, examples)
        tagged = tagger_of(learnt.model).pipe(examples[i].entry for i in held)
        answers = [frozenset(need.label for need in flattened(entry)) for entry in tagged]
        gold = gold_answers([examples[i] for i in held], learnt.model)
        reports.append((len(taken), report_of([examples[i].entry for i in held], gold, answers)))
        progress(f"{len(taken):,} rows: micro F1 {reports[-1][1].overall.micro_f1:.3f}")
    half, whole = reports[-2][1].labels, reports[-1][1].labels
    gains = {name: count.f1 - half[name].f1 for name, count in whole.items() if name in half and count.support}
    cards = [report.overall for _, report in reports]
    return Curve(
        tuple(n for n, _ in reports), tuple(c.micro_f1 for c in cards), tuple(c.macro_f1 for c in cards), gains
    )


def advice(curve: Curve, examples: Sequence[Example]) -> Iterator[str]:
    """Say whether more labels would help, and which."""
    gain = curve.micro[-1] - curve.micro[-2]
    yield _("from {half:,} to {all:,} rows micro F1 went from {a:.3f} to {b:.3f}").format(
        half=curve.sizes[-2], all=curve.sizes[-1], a=curve.micro[-2], b=curve.micro[-1]
    )
    counts = Counter(label for example in examples for label in example.all_labels)
    rising = [label for label, g in sorted(curve.gains.items(), key=lambda pair: -pair[1]) if g > 0.02]
    wanted = [f"{label} ({counts[label]})" for label in rising[:8]]
    if gain > 0.01 or wanted:
        yield _("more labels would help, most of all: {labels}").format(labels=", ".join(wanted) or "-")
    else:
        yield _("more labels of the same kind would hardly help")
