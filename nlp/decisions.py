"""Scores -> needs and facets: the steps after the heads, the same in tagging and in cross-validation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from .candidates import candidates, evidence
from .characters import Bools, Ints
from .fast import NativeCandidates
from .mentions import Decided, Decision, Limits, pick
from .model import LabelSet, Model
from .outcomes import Outcomes, choose_statuses
from .reading import Reading
from .records import Need, Slot
from .scores import Doubles, Floats, Scores
from .slots import AS_WRITTEN, Details
from .status import Mention
from .verdicts import Verdicts, best_chances


@dataclass(frozen=True)
class Decider:
    """What turns scores into answers; the rest of a model only makes scores. ``fast`` decides on clauses in C.

    Models of an older format have no ``verdicts`` and no ``outcomes``: clauses and heads have the last word there.
    """

    label_set: LabelSet
    decision: Decision
    limits: Limits
    facet_thresholds: Doubles
    verdicts: Verdicts | None = None
    outcomes: Outcomes | None = None
    fast: bool = False

    @classmethod
    def of(cls, model: Model, fast: bool = False) -> "Decider":
        """Take the decisions of a model."""
        return cls(
            model.label_set,
            model.decision,
            model.limits,
            model.facet_thresholds,
            model.verdicts,
            model.outcomes,
            fast,
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
        if self.fast:
            return self._native.of(scores)
        clauses, labels = candidates(scores)
        found = evidence(scores, topics_of(scores.subs, self._groups), clauses, labels)
        return Decided(clauses, labels, self.decision.probabilities(found))

    @cached_property
    def _native(self) -> NativeCandidates:
        return NativeCandidates(self.decision, self._groups)

    def needs(
        self, scores: Scores, reading: Reading, texts: Sequence[str], labels_only: bool = False
    ) -> list[tuple[Need, ...]]:
        """Give the needs of each entry; ``texts`` are the texts as given, which the offsets refer to.

        With ``labels_only`` they have no status and no slots; all else is the same.
        """
        mentions = self.mentions(scores)
        found: list[list[Need]] = [[] for _ in texts]
        if mentions:
            entries = scores.entries[[mention.first for mention in mentions]].tolist()
            statuses = [""] * len(mentions) if labels_only else self._statuses(mentions, scores)
            subs = self._subs(mentions, scores).tolist()
            details = None if labels_only else Details(reading.text, reading.codes)
            for mention, entry, sub, status in zip(mentions, entries, subs, statuses, strict=True):
                start, end = reading.span(mention.first, mention.last)
                need = Need(
                    label=self.label_set.labels[mention.label],
                    sub=self.label_set.subs[sub],
                    status=status,
                    score=round(mention.score, 4),
                    start=start,
                    end=end,
                    text=texts[entry][start:end],
                    uncertain=mention.uncertain,
                    slots=_slots(details, mention, reading, texts[entry]) if details else (),
                )
                found[entry].append(need)
        return [tuple(needs) for needs in found]

    def _statuses(self, mentions: Sequence[Mention], scores: Scores) -> list[str]:
        return [self.label_set.statuses[best] for best in choose_statuses(mentions, scores, self.outcomes).tolist()]

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

    def facets(self, scores: Scores) -> list[Mapping[str, object]]:
        """Give the facets of each entry: one value for a single facet, else the list of those that hold."""
        margins = scores.facets - self.facet_thresholds
        columns = [self._values(name, margins[:, of]) for name, of in self._facet_columns.items()]
        return [dict(zip(self._facet_columns, row, strict=True)) for row in zip(*columns, strict=True)]

    @cached_property
    def _facet_columns(self) -> dict[str, list[int]]:
        columns: dict[str, list[int]] = {}
        for number, (facet, _) in enumerate(self.label_set.facets):
            columns.setdefault(facet, []).append(number)
        return columns

    def _values(self, name: str, margins: Doubles) -> Sequence[object]:
        """Give what one facet is of each entry, ``(n_entries, n_values)``: a value, or a list of those that hold."""
        values = [self.label_set.facets[column][1] for column in self._facet_columns[name]]
        if name in self.label_set.single:
            return [values[best] for best in margins.argmax(axis=1).tolist()]
        found: list[list[str]] = [[] for _ in margins]
        for entry, value in np.argwhere(margins > 0).tolist():
            found[entry].append(values[value])
        return found


def _slots(details: Details, mention: Mention, reading: Reading, text: str) -> tuple[Slot, ...]:
    """Find the details of a mention, and lead them back to the text as given."""
    entry = int(reading.clauses.entries[mention.first])
    start, end = int(reading.clauses.starts[mention.first]), int(reading.clauses.ends[mention.last])
    slots: list[Slot] = []
    for slot in details.of(start, end, int(reading.offsets[entry])):
        a, b = reading.given(entry, slot.start, slot.end)
        slots.append(Slot(slot.kind, text[a:b], a, b, text[a:b] if slot.kind in AS_WRITTEN else slot.value))
    return tuple(slots)


def topics_of(subs: Floats, groups: Sequence[list[int]]) -> Floats:
    """Give the best second-level score of each label: ``(n_clauses, n_labels)``."""
    return np.stack([subs[:, group].max(axis=1) for group in groups], axis=1)
