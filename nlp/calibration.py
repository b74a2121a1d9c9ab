"""Whether a score means what it says: of the needs scored .8, eight in ten should be right."""

from collections.abc import Sequence
from dataclasses import dataclass

from .records import LabelledEntry, Need

BINS = 5


@dataclass(frozen=True, slots=True)
class Bin:
    """The needs whose score lies in ``low`` … ``high``: how many, their mean score, and the share that is right."""

    low: float
    high: float
    needs: int
    mean: float
    right: float


@dataclass(frozen=True, slots=True)
class Band:
    """What the uncertain band catches: its share of all needs and of all wrong ones, and how often each side errs."""

    share: float
    share_of_wrong: float
    wrong_inside: float
    wrong_outside: float


def judged(gold: Sequence[LabelledEntry], predicted: Sequence[Sequence[Need]]) -> list[tuple[Need, bool]]:
    """Give each predicted need and whether its entry has a need of its label: what the score is about."""
    return [
        (need, need.label in {mark.label for mark in item.needs})
        for item, needs in zip(gold, predicted, strict=True)
        for need in needs
    ]


def calibration(judgements: Sequence[tuple[Need, bool]]) -> list[Bin]:
    """Sort the needs into bins of equal width, those without needs left out."""
    bins: list[Bin] = []
    for k in range(BINS):
        low, high = k / BINS, (k + 1) / BINS
        mine = [
            (need.score, right) for need, right in judgements if low <= need.score < high or need.score == high == 1
        ]
        if mine:
            mean = sum(score for score, _ in mine) / len(mine)
            bins.append(Bin(low, high, len(mine), mean, sum(right for _, right in mine) / len(mine)))
    return bins


def calibration_error(bins: Sequence[Bin]) -> float:
    """Give the expected calibration error: the mean distance of score and share right, weighted by the needs."""
    needs = sum(bin.needs for bin in bins)
    return sum(bin.needs * abs(bin.mean - bin.right) for bin in bins) / needs if needs else 0.0


def uncertain_band(judgements: Sequence[tuple[Need, bool]]) -> Band:
    """Say what rereading the uncertain needs would find."""
    inside = [right for need, right in judgements if need.uncertain]
    outside = [right for need, right in judgements if not need.uncertain]
    wrong_in, wrong_out = inside.count(False), outside.count(False)
    return Band(
        _ratio(len(inside), len(judgements)),
        _ratio(wrong_in, wrong_in + wrong_out),
        _ratio(wrong_in, len(inside)),
        _ratio(wrong_out, len(outside)),
    )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
