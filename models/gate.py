"""The gate: a model becomes the default only if nothing that counts gets worse by more than a margin."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gettext import gettext as _

from minqing.models.comparing import AnyModel, Comparison, Judged, compare, judge
from minqing.models.opening import labels_of
from minqing.nlp.evaluation import Count
from minqing.nlp.records import LabelledEntry

MARGIN = 0.03

# A figure over fewer than this moves by more than the margin by chance alone.
ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate has against a model; nothing, if it may pass. ``scores`` are those of the candidate."""

    reasons: tuple[str, ...]
    scores: dict[str, float]


def judge_candidate(
    candidate: AnyModel, incumbent: AnyModel, gold: Sequence[LabelledEntry], margin: float = MARGIN
) -> Verdict:
    """Hold a candidate against the present default on a reference set."""
    gone = [label for label in labels_of(incumbent) if label not in labels_of(candidate)]
    reasons = [_("label {label} is gone").format(label=label) for label in gone]
    if type(candidate) is not type(incumbent):
        reasons = [_("it has other labels than the default model, which it would replace")]
    elif len(gone) < len(labels_of(incumbent)):
        found = compare(incumbent, candidate, gold)
        return Verdict((*reasons, *_falls(found, margin)), _scores(found.b))
    return Verdict(tuple(reasons), _scores(judge(candidate, gold)))


def _scores(judged: Judged) -> dict[str, float]:
    overall = judged.report.overall
    return {"micro_f1": round(overall.micro_f1, 4), "macro_f1": round(overall.macro_f1, 4)}


def _falls(found: Comparison, margin: float) -> Iterator[str]:
    a, b = found.a.report, found.b.report
    for kind, name, before, after, n in _parts(found):
        if n >= ENOUGH and before - after > margin:
            yield _("{kind} {name} falls from {before:.3f} to {after:.3f} (on {n})").format(
                kind=kind, name=name, before=before, after=after, n=n
            )
    if a.overall.micro_f1 - b.overall.micro_f1 > margin:
        yield _("micro F1 falls from {before:.3f} to {after:.3f}").format(
            before=a.overall.micro_f1, after=b.overall.micro_f1
        )


def _parts(found: Comparison) -> Iterator[tuple[str, str, float, float, int]]:
    """Give each label, status and script with the F1 before and after, and on how many it rests."""
    a, b = found.a.report, found.b.report
    for label, count in a.labels.items():
        yield _("label"), label, count.f1, b.labels.get(label, Count()).f1, count.support
    for status, (before, after) in found.statuses.items():
        yield _("status"), status, before.f1, after.f1, before.support
    for script, card in a.by_script.items():
        yield _("script"), script, card.micro_f1, b.by_script[script].micro_f1, card.entries
