"""A few texts whose scores a model keeps: should anything read or weigh them otherwise, the model says so.

What could: a library that cuts words or converts characters otherwise, a change to the features, a damaged weight
that is still a number. The texts are tagged in one batch when a model is opened, five milliseconds for the default
model; they are invented and the same for every model, so that no text somebody labelled stands in a model.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from minqing.nlp.errors import ModelError
from minqing.nlp.scores import Doubles

TEXTS = (
    "三组的水渠断了两年，浇不上地，老罗盼着早点修好。",
    "里長說溪邊農路塌了一段，公所答應下個月派人來看。",
    "低保办下来了，问他还缺什么，说想贷两万元养羊。",
)
KEPT = "self_test"

# Sums in another order differ in the seventh place; anything that matters differs in the second.
TOLERANCE = 2e-3


class Judge(Protocol):
    """What gives the probability of every label for every text."""

    def chances(self, texts: Sequence[str]) -> Doubles:
        """Give ``(n_texts, n_labels)``."""


def expected(judge: Judge) -> list[list[float]]:
    """Give the scores of the texts, as they are kept in a manifest."""
    return [[round(chance, 4) for chance in row] for row in judge.chances(TEXTS).tolist()]


def replay(judge: Judge, facts: object, where: str) -> None:
    """Score the texts anew and compare; a model without kept scores passes.

    Raises:
        ModelError: the scores are not those that were kept.
    """
    kept = facts.get(KEPT) if isinstance(facts, dict) else None
    if kept is None:
        return
    found = judge.chances(TEXTS)
    try:
        wanted = np.asarray(kept, dtype=np.float64)
    except (TypeError, ValueError):
        wanted = np.zeros(0)
    if wanted.shape != found.shape or not np.isfinite(wanted).all():
        raise ModelError(f"{where}: the scores kept for its self-test do not fit its labels; copy the model again")
    worst = float(np.abs(wanted - found).max(initial=0))
    if worst > TOLERANCE:
        raise ModelError(
            f"{where}: gives other scores than when it was made (off by {worst:.3f}): "
            "it was trained under other word lists or another version; train it again"
        )
