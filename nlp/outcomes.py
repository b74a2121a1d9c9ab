"""What became of each need, decided from all that is known of its entry once the needs are found.

The heads (``status.py``) say which status the words around a mention speak for. A small logistic model weighs them by
the place they stand in, with what is said of the other needs of the entry, which often share one fate.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct

from .characters import Ints
from .curves import logs, stepped
from .mentions import WEIGHT_STEPS, middle_and_half, scaled
from .scores import STATUS_PLACES, Doubles, Floats, Scores
from .status import Mention, Place, status_scores, surroundings


class Outcomes(Struct, frozen=True, dict=True):
    """The model: ``low`` and ``high`` (n_evidence,), ``weights`` (n_terms, n_statuses), ``bias`` (n_statuses,)."""

    low: Doubles
    high: Doubles
    weights: Doubles
    bias: Doubles

    def of(self, mentions: Sequence[Mention], scores: Scores) -> Ints:
        """Choose the status of each mention: ``(n_mentions,)``. Those of an entry stand together.

        All that is multiplied and added is whole steps, as in ``mentions.Decision``.
        """
        terms = outcome_terms(outcome_evidence(mentions, scores), self.low, self.high, self._pairs)
        return np.asarray((terms @ self.stepped_weights + self.bias).argmax(axis=1), dtype=np.int64)

    @cached_property
    def stepped_weights(self) -> Doubles:
        """The weights in whole steps."""
        return stepped(self.weights, WEIGHT_STEPS)

    @cached_property
    def _pairs(self) -> tuple[Ints, Ints]:
        return multiplied(len(self.bias))


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


def multiplied(n_statuses: int) -> tuple[Ints, Ints]:
    """Say which columns of the evidence are multiplied with which: what the heads hear in every place, two by two."""
    a, b = np.triu_indices(len(STATUS_PLACES) * n_statuses)
    return a, b


def outcome_terms(evidence: Doubles, low: Doubles, high: Doubles, pairs: tuple[Ints, Ints]) -> Doubles:
    """Bring the evidence to -1 … 1, and append the products of the pairs that ``multiplied`` names."""
    values = scaled(evidence, *middle_and_half(low, high))
    return np.concatenate([values, values[:, pairs[0]] * values[:, pairs[1]]], axis=1)


def outcome_evidence(mentions: Sequence[Mention], scores: Scores) -> Doubles:
    """Say of each mention what the heads hear in each place, of the others on average, and at most in a later clause.

    Then how many needs there are, how many of the same label, and which this one is; how many clauses follow it, stand
    before it, are in it and in all; and its label. Shape ``(n_mentions, n_evidence)``.
    """
    places = surroundings(mentions, scores.entries)
    heard = [places[name].sums(scores.status[name]) for name in STATUS_PLACES]
    entries = scores.entries[[mention.first for mention in mentions]]
    labels = np.array([mention.label for mention in mentions], dtype=np.int64)
    columns = (
        *heard,
        _of_others(sum(heard, scores.status_bias.astype(np.float64)), entries),
        _highest(places["later"], scores.status["later"]),
        _counts(entries, labels),
        _lengths(places),
        labels[:, None] == np.arange(scores.labels.shape[1]),
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
    pairs = entries * (labels.max() + 1) + labels
    rank = np.arange(len(entries)) - np.searchsorted(entries, entries)
    return np.stack([np.bincount(entries)[entries], np.bincount(pairs)[pairs], rank], axis=1).astype(np.float64)


def _lengths(places: Mapping[str, Place]) -> Doubles:
    after, before, inside = (np.diff(places[name].starts) for name in ("later", "sooner", "own"))
    return np.stack([logs(after + 1), logs(before + 1), inside, logs(after + before + inside)], axis=1)
