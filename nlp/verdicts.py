"""Probabilities of clauses -> what the whole entry holds: any need at all, and a need of which labels.

A clause is decided on alone with its neighbours; here all that was found in an entry is weighed together. A word of
another label in the clause of a need, and a lone doubtful find in an entry about the weather, fall here.
"""

import numpy as np
from msgspec import Struct

from .candidates import NOBODY, clause_counts
from .characters import Ints
from .curves import LOG_ODDS, LOG_OF_MORE, logs
from .mentions import Decided, Decision
from .scores import Doubles, Scores

# Under this chance of any need an entry holds none. By cross-validation it leaves the open needs as they were and takes
# from the false alarms two fifths; label F1 falls by a quarter of a point from its best.
QUIET = 0.7

# A label whose best clause has less than this is not in the entry; it saves most of the work.
LEAST = 0.05

# How many of the most likely labels are looked at for the chance of any need.
TOP = 3

ANY_EVIDENCE = (*(f"best_{n}" for n in range(TOP)), "entry_need", "best_need", "n_clauses", "expected")
LABEL_EVIDENCE = (
    "best", "sum", "best_other", "beside", "any_need", "expected_others", "entry_label", "entry_need", "n_clauses",
)  # fmt: skip


class Pairs(Struct, frozen=True):
    """The labels an entry may hold: ``entries`` and ``labels``, with the number of the ``best`` candidate of each."""

    entries: Ints
    labels: Ints
    best: Ints


class Verdicts(Struct, frozen=True):
    """Two logistic models, and the probability from which a clause belongs to a need that its entry holds."""

    any_need: Decision
    label: Decision
    clause: float

    def of(self, decided: Decided, scores: Scores) -> Decided:
        """Give the clauses that may speak of each label, with the chance that their entry holds a need of it.

        Those of a label are its best clause and every other that is likely enough by itself. Entries that are likely to
        hold no need have none.
        """
        any_need, pairs, chances = self._weighed(decided, scores)
        chosen = decided.probabilities >= self.clause
        chosen[pairs.best] = True
        chosen &= (any_need >= QUIET)[scores.entries[decided.clauses]]
        clauses, labels = decided.clauses[chosen], decided.labels[chosen]
        return Decided(clauses, labels, chances[scores.entries[clauses], labels])

    def chances(self, decided: Decided, scores: Scores) -> Doubles:
        """Give the chance that each entry holds a need of each label: ``(n_entries, n_labels)``."""
        return self._weighed(decided, scores)[2]

    def _weighed(self, decided: Decided, scores: Scores) -> tuple[Doubles, Pairs, Doubles]:
        """Give the chance of any need in each entry, the pairs, and the chance of each label in each entry."""
        best, pairs = best_chances(decided, scores), find_pairs(decided, scores)
        any_need = self.any_need.probabilities(any_evidence(best, scores))
        chances = np.zeros(best.shape)
        found = self.label.probabilities(label_evidence(decided, scores, best, any_need, pairs))
        chances[pairs.entries, pairs.labels] = found
        return any_need, pairs, chances


def find_pairs(decided: Decided, scores: Scores) -> Pairs:
    """Find the labels worth a verdict, by entry."""
    clauses, labels, probabilities = decided
    keys = scores.entries[clauses] * scores.entry_labels.shape[1] + labels
    order = np.lexsort((probabilities, keys))
    last = np.append(np.diff(keys[order]) != 0, np.ones(min(len(order), 1), dtype=np.bool_))
    best = order[last]
    best = best[probabilities[best] > LEAST]
    return Pairs(scores.entries[clauses[best]], labels[best], best)


def any_evidence(best: Doubles, scores: Scores) -> Doubles:
    """Say of each entry what speaks for any need: ``(n_entries, n_evidence)``, as ``ANY_EVIDENCE`` names it.

    ``best`` is what ``best_chances`` gives.
    """
    padded = np.concatenate([np.zeros((len(best), TOP)), best], axis=1)
    best_need = np.full(len(best), NOBODY)
    np.maximum.at(best_need, scores.entries, scores.need)
    return np.column_stack(
        [
            LOG_ODDS.at(np.sort(padded, axis=1)[:, -TOP:]),
            scores.entry_need,
            best_need,
            logs(clause_counts(scores)),
            best.sum(axis=1),
        ]
    )


def label_evidence(decided: Decided, scores: Scores, best: Doubles, any_need: Doubles, pairs: Pairs) -> Doubles:
    """Say of each pair what speaks for it: ``(n_pairs, n_evidence)``, as ``LABEL_EVIDENCE`` names it."""
    clauses, labels, probabilities = decided
    entries, here = pairs.entries, np.arange(len(pairs.entries))
    sums = np.zeros(best.shape)
    np.add.at(sums, (scores.entries[clauses], labels), probabilities)
    own = best[entries, pairs.labels]
    others = best[entries]
    others[here, pairs.labels] = 0
    by_clause = np.zeros(scores.labels.shape)
    by_clause[clauses, labels] = probabilities
    beside = by_clause[clauses[pairs.best]]
    beside[here, pairs.labels] = 0
    columns = (
        LOG_ODDS.at(own),
        LOG_OF_MORE.at(sums[entries, pairs.labels]),
        LOG_ODDS.at(others.max(axis=1)),
        LOG_ODDS.at(beside.max(axis=1)),
        LOG_ODDS.at(any_need[entries]),
        best.sum(axis=1)[entries] - own,
        scores.entry_labels[entries, pairs.labels],
        scores.entry_need[entries],
        logs(clause_counts(scores))[entries],
    )
    return np.column_stack(columns)


def best_chances(decided: Decided, scores: Scores) -> Doubles:
    """Give the greatest probability of each label in each entry: ``(n_entries, n_labels)``."""
    best = np.zeros(scores.entry_labels.shape)
    np.maximum.at(best, (scores.entries[decided.clauses], decided.labels), decided.probabilities)
    return best
