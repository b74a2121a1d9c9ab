"""The two long steps of tagging in C: readings -> products, and scores -> candidates with what is decided on each.

``features.extract`` with ``Scorer.products``, and ``evidence`` with ``Decision.probabilities``, do the same with
arrays, and are what these are held to (``tests/test_native.py``): whole numbers and whole steps add up exactly.
"""

from collections.abc import Sequence

import numpy as np

from . import native
from .candidates import FLOOR, clause_counts
from .concepts import ConceptLexicon
from .engines import NativeEngine
from .features import section_hashes
from .mentions import Decided, Decision, logistic
from .reading import Reading
from .scores import Products, Scorer, Scores


class NativeProducts:
    """Multiplies what clauses hold by the weights of a scorer."""

    def __init__(self, scorer: Scorer, lexicon: ConceptLexicon, engine: NativeEngine) -> None:
        own, context = scorer.weights.own, scorer.weights.context
        self._engine = engine
        self._widths = own.weights.shape[1], context.weights.shape[1]
        self._heads = native.Heads(
            *map(np.ascontiguousarray, (own.columns, own.weights, own.scale, own.squares)),
            *map(np.ascontiguousarray, (context.columns, context.weights, context.scale, context.squares)),
            scorer.shared_length,
            *map(np.ascontiguousarray, lexicon.arrays()),
            section_hashes(),
        )

    def of(self, reading: Reading) -> Products:
        """Give the products of every clause of a reading."""
        clauses = reading.clauses
        own, context = (np.empty((len(clauses), width), dtype=np.float32) for width in self._widths)
        self._heads.score(
            reading.codes,
            *map(np.ascontiguousarray, (clauses.starts, clauses.ends, clauses.sections)),
            *self._engine.spans(reading.codes),
            own,
            context,
        )
        return Products(own, context, clauses.entries, len(reading))


class NativeCandidates:
    """Finds the candidates of a batch and decides on them; ``groups`` are the second-level labels of each label."""

    def __init__(self, decision: Decision, groups: Sequence[list[int]]) -> None:
        self._bias = decision.bias
        self._arrays = decision.arrays
        self._label_of_sub = np.empty(sum(map(len, groups)), dtype=np.int64)
        for label, group in enumerate(groups):
            self._label_of_sub[group] = label

    def of(self, scores: Scores) -> Decided:
        """Give the candidates, by clause, and the probability of each."""
        n, n_labels = scores.labels.shape
        own = scores.status["own"]
        seen = (scores.labels, scores.need, scores.subs, scores.entry_labels, scores.entry_need, own, scores.entries)
        clauses, labels, logits = (np.empty(n * n_labels, dtype=kind) for kind in (np.int64, np.int64, np.float64))
        count = native.candidates(
            n_labels,
            own.shape[1],
            FLOOR,
            self._bias,
            *map(np.ascontiguousarray, seen),
            self._label_of_sub,
            np.log(clause_counts(scores)),
            *self._arrays,
            clauses,
            labels,
            logits,
        )
        return Decided(clauses[:count], labels[:count], logistic(logits[:count]))
