"""Scores -> needs and facets: the steps after the heads, the same in tagging and in cross-validation."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct

from .candidates import candidates, evidence
from .characters import Bools, Ints
from .mentions import Decided, Decision, Limits, pick
from .model import LabelSet, Model
from .outcomes import Outcomes, choose_statuses
from .reading import Reading
from .records import SLOT_KINDS, Need, Slot
from .scores import Doubles, Floats, Scores
from .slot_patterns import NORMALISED, value_of
from .slots import Details
from .status import Mention
from .verdicts import Verdicts, best_chances

_IS_NORMALISED = tuple(kind in NORMALISED for kind in SLOT_KINDS)


class Found(NamedTuple):
    """What was found in a batch, all in numbers, in text order: ``chances`` (n_needs,) are those of the labels.

    ``needs`` (n_needs, 7): the number of the entry; label, second-level label and status, by their places in the label
    set; where it stands in its entry as cleaned, before regional words were replaced; and how many details it has. With
    labels alone the status is -1, and there are none.

    ``details`` (n_details, 6), those of each need after those of the one before: the number of the entry; the kind, by
    its place in ``SLOT_KINDS``; where it stands in its entry, as needs do; and where in the reading.
    """

    needs: Ints
    chances: Doubles
    details: Ints


class Decider(Struct, frozen=True, dict=True):
    """What turns scores into answers; the rest of a model only makes scores.

    Models of an older format have no ``verdicts`` and no ``outcomes``: clauses and heads have the last word there.
    """

    label_set: LabelSet
    decision: Decision
    limits: Limits
    facet_thresholds: Doubles
    verdicts: Verdicts | None = None
    outcomes: Outcomes | None = None

    @classmethod
    def of(cls, model: Model) -> "Decider":
        """Take the decisions of a model."""
        return cls(
            model.label_set, model.decision, model.limits, model.facet_thresholds, model.verdicts, model.outcomes
        )

    def mentions(self, scores: Scores) -> list[Mention]:
        """Find the mentions of a batch, in text order."""
        decided = self.clauses(scores)
        return pick(self.verdicts.of(decided, scores) if self.verdicts else decided, scores.entries, self.limits)

    def chances(self, scores: Scores) -> Doubles:
        """Give the chance that each entry holds a need of each label: ``(n_entries, n_labels)``."""
        decided = self.clauses(scores)
        return self.verdicts.chances(decided, scores) if self.verdicts else best_chances(decided, scores)

    def clauses(self, scores: Scores) -> Decided:
        """Give the probability of each candidate by what stands in and around its clause."""
        clauses, labels = candidates(scores)
        found = evidence(scores, topics_of(scores.subs, self._groups), clauses, labels)
        return Decided(clauses, labels, self.decision.probabilities(found))

    def find(self, scores: Scores, reading: Reading, labels_only: bool = False) -> Found:
        """Find the needs of a batch. With ``labels_only`` they have no status and no details."""
        mentions = self.mentions(scores)
        needs: list[tuple[int, ...]] = []
        details: list[tuple[int, ...]] = []
        if mentions:
            clauses = reading.clauses
            subs = self._subs(mentions, scores).tolist()
            statuses = (
                [-1] * len(mentions) if labels_only else choose_statuses(mentions, scores, self.outcomes).tolist()
            )
            near = None if labels_only else Details(reading.text, reading.codes)
            for mention, sub, status in zip(mentions, subs, statuses, strict=True):
                entry = int(clauses.entries[mention.first])
                place = int(clauses.starts[mention.first]), int(clauses.ends[mention.last])
                own = near.of(*place, int(reading.offsets[entry])) if near else []
                needs.append((entry, mention.label, sub, status, *reading.unedited(entry, *place), len(own)))
                details += (
                    (entry, SLOT_KINDS.index(kind), *reading.unedited(entry, *span), *span) for kind, *span in own
                )
        chances = np.array([mention.chance for mention in mentions], dtype=np.float64)
        return Found(_table(needs, 7), chances, _table(details, 6))

    def needs(self, found: Found, reading: Reading, texts: Sequence[str]) -> list[tuple[Need, ...]]:
        """Give the needs of each entry; ``texts`` are the texts as given, which the offsets refer to."""
        needs: list[list[Need]] = [[] for _ in texts]
        names = self.label_set
        scores = self.limits.scores(found.chances)
        doubtful = (scores < self.limits.doubtful).tolist()
        slots = _slots(found.details, reading, texts)
        table = zip(*found.needs.T.tolist(), np.round(scores, 4).tolist(), doubtful, strict=True)
        past = 0
        for entry, label, sub, status, start, end, size, score, uncertain in table:
            start, end = reading.given(entry, start, end)
            first, past = past, past + size
            needs[entry].append(
                Need(
                    names.labels[label],
                    names.subs[sub],
                    names.statuses[status] if status >= 0 else "",
                    score,
                    start,
                    end,
                    texts[entry][start:end],
                    uncertain,
                    tuple(slots[first:past]),
                )
            )
        return [tuple(one) for one in needs]

    def _subs(self, mentions: Sequence[Mention], scores: Scores) -> Ints:
        """Choose the second-level label of each mention among those of its label."""
        clauses = [range(mention.first, mention.last + 1) for mention in mentions]
        starts = np.cumsum([0, *map(len, clauses)])[:-1]
        votes = np.maximum.reduceat(scores.subs[list(chain.from_iterable(clauses))], starts, axis=0)
        allowed = self._children[[mention.label for mention in mentions]]
        return np.asarray(np.where(allowed, votes, -np.inf).argmax(axis=1), dtype=np.int64)

    @cached_property
    def _children(self) -> Bools:
        """Say which second-level labels each label has: ``(n_labels, n_subs)``."""
        table = np.zeros((len(self.label_set.labels), len(self.label_set.subs)), dtype=np.bool_)
        for label, group in enumerate(self._groups):
            table[label, group] = True
        return table

    @cached_property
    def _groups(self) -> list[list[int]]:
        return self.label_set.subs_by_label()

    def facets(self, scores: Floats) -> list[Mapping[str, object]]:
        """Give the facets of each entry, ``(n_entries, n_facets)``: one value, or the list of those that hold."""
        margins = scores - self.facet_thresholds
        columns = self.label_set.facets
        found: list[dict[str, Any]] = [{name: [] for name in self._facet_columns} for _ in margins]
        for entry, column in np.argwhere(margins > 0).tolist():
            name, value = columns[column]
            found[entry][name].append(value)
        for name in self._facet_columns.keys() & self.label_set.single:
            of = self._facet_columns[name]
            for facets, best in zip(found, margins[:, of].argmax(axis=1).tolist(), strict=True):
                facets[name] = columns[of[best]][1]
        return list(found)

    @cached_property
    def _facet_columns(self) -> dict[str, list[int]]:
        columns: dict[str, list[int]] = {}
        for number, (facet, _) in enumerate(self.label_set.facets):
            columns.setdefault(facet, []).append(number)
        return columns


def _table(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(-1, width)


def _slots(details: Ints, reading: Reading, texts: Sequence[str]) -> list[Slot]:
    """Lead details back to the texts as given, and bring those that can be into their normal form."""
    slots: list[Slot] = []
    for entry, kind, start, end, first, past in zip(*details.T.tolist(), strict=True):
        start, end = reading.given(entry, start, end)
        name, written = SLOT_KINDS[kind], texts[entry][start:end]
        value = value_of(name, reading.text[first:past]) if _IS_NORMALISED[kind] else written
        slots.append(Slot(name, written, start, end, value))
    return slots


def topics_of(subs: Floats, groups: Sequence[list[int]]) -> Floats:
    """Give the best second-level score of each label: ``(n_clauses, n_labels)``."""
    return np.stack([subs[:, group].max(axis=1) for group in groups], axis=1)
