"""What became of each need, decided from all that is known of its entry once the needs are found.

The heads (``status.py``) say which status the words around a mention speak for. A small logistic model weighs them by
the place they stand in, with what is said of the other needs of the entry, which often share one fate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .characters import Ints
from .mentions import EVIDENCE_STEPS, WEIGHT_STEPS, in_range, products_of, stepped
from .scores import STATUS_PLACES, Doubles, Floats, Scores
from .status import Mention, Place, status_scores, surroundings


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The model: ``low`` and ``high`` (n_evidence,), ``weights`` (n_terms, n_statuses), ``bias`` (n_statuses,)."""

    low: Doubles
    high: Doubles
    weights: Doubles
    bias: Doubles

    def of(self, mentions: Sequence[Mention], scores: Scores) -> Ints:
        """Choose the status of each mention: ``(n_mentions,)``. Those of an entry stand together.

        All that is multiplied and added is whole steps, as in ``mentions.Decision``.
        """
        terms = outcome_terms(outcome_evidence(mentions, scores), self.low, self.high, len(self.bias))
        return np.asarray((terms @ stepped(self.weights, WEIGHT_STEPS) + self.bias).argmax(axis=1), dtype=np.int64)


def choose_statuses(mentions: Sequence[Mention], scores: Scores, outcomes: Outcomes | None) -> Ints:
    """Choose the status of each mention, by the heads alone where a model knows no ``outcomes``: ``(n_mentions,)``."""
    if outcomes:
        return outcomes.of(mentions, scores)
    return np.asarray(status_scores(mentions, scores).argmax(axis=1), dtype=np.int64)


def n_evidence(n_statuses: int, n_labels: int) -> int:
    """Say how many columns ``outcome_evidence`` has."""
    return (len(STATUS_PLACES) + 2) * n_statuses + 7 + n_labels


def n_terms(n_statuses: int, n_labels: int) -> int:
    """Say how many columns ``outcome_terms`` has."""
    n = len(STATUS_PLACES) * n_statuses
    return n_evidence(n_statuses, n_labels) + n * (n + 1) // 2


def outcome_terms(evidence: Doubles, low: Doubles, high: Doubles, n_statuses: int) -> Doubles:
    """Bring the evidence to -1 … 1, and append the products of what the heads say in each place."""
    values = stepped(in_range(evidence, low, high), EVIDENCE_STEPS)
    return np.concatenate([values, products_of(values[:, : len(STATUS_PLACES) * n_statuses])], axis=1)


def outcome_evidence(mentions: Sequence[Mention], scores: Scores) -> Doubles:
    """Say of each mention what the heads hear in each place, of the others on average, and at most in a later clause.

    Then how many needs there are, how many of the same label, and which this one is; how many clauses follow it, stand
    before it, are in it and in all; and its label. Shape ``(n_mentions, n_evidence)``.
    """
    places = surroundings(mentions, scores.entries)
    heard = [places[name].sums(scores.status[name]).astype(np.float64) for name in STATUS_PLACES]
    entries = scores.entries[[mention.first for mention in mentions]]
    labels = np.array([mention.label for mention in mentions], dtype=np.int64)
    columns = (
        *heard,
        _of_others(sum(heard, scores.status_bias.astype(np.float64)), entries),
        _highest(places["later"], scores.status["later"]),
        _counts(entries, labels),
        _lengths(places),
        np.eye(scores.labels.shape[1])[labels],
    )
    return np.concatenate(columns, axis=1)


def _of_others(total: Doubles, entries: Ints) -> Doubles:
    """Give the mean row of the other mentions of the same entry; zeros where there is none."""
    starts = np.flatnonzero(np.diff(entries, prepend=-1))
    sizes = np.diff(np.append(starts, len(entries)))
    sums = np.repeat(np.add.reduceat(total, starts, axis=0), sizes, axis=0)
    return np.asarray((sums - total) / np.repeat(np.maximum(sizes - 1, 1), sizes)[:, None])


def _highest(place: Place, values: Floats) -> Doubles:
    """Give the greatest of each column among the clauses of the place; zeros where there is none."""
    found = np.zeros((len(place.starts) - 1, values.shape[1]))
    filled = np.flatnonzero(np.diff(place.starts))
    if len(filled):
        found[filled] = np.maximum.reduceat(values[place.clauses], place.starts[filled], axis=0)
    return found


def _counts(entries: Ints, labels: Ints) -> Doubles:
    _, entry, sizes = np.unique(entries, return_inverse=True, return_counts=True)
    _, pair, alike = np.unique(np.stack([entries, labels]), axis=1, return_inverse=True, return_counts=True)
    rank = np.arange(len(entries)) - np.searchsorted(entries, entries)
    return np.column_stack([sizes[entry], alike[pair.ravel()], rank]).astype(np.float64)


def _lengths(places: Mapping[str, Place]) -> Doubles:
    after, before, inside = (np.diff(places[name].starts) for name in ("later", "sooner", "own"))
    return np.column_stack([np.log1p(after), np.log1p(before), inside, np.log(after + before + inside)])
