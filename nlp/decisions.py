"""Scores -> needs and facets: the steps after the heads, the same in tagging and in cross-validation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .mentions import Decision, Doubles, Limits, candidates, evidence, pick
from .model import LabelSet
from .reading import Reading
from .records import Need
from .scores import Floats, Scores
from .status import Mention, status_scores


@dataclass(frozen=True)
class Decider:
    """What turns scores into answers; the rest of a model only makes scores."""

    label_set: LabelSet
    decision: Decision
    limits: Limits
    facet_thresholds: Doubles

    def mentions(self, scores: Scores) -> list[Mention]:
        """Find the mentions of a batch, in text order."""
        clauses, labels = candidates(scores)
        if not len(clauses):
            return []
        found = evidence(scores, topics_of(scores.subs, self._groups), clauses, labels)
        return pick(self.decision.probabilities(found), clauses, labels, scores.entries, self.limits)

    def needs(self, scores: Scores, readings: Sequence[Reading], texts: Sequence[str]) -> list[tuple[Need, ...]]:
        """Give the needs of each entry; ``texts`` are the texts as given, which the offsets refer to."""
        mentions = self.mentions(scores)
        statuses = status_scores(mentions, scores).argmax(axis=1) if mentions else []
        starts = np.searchsorted(scores.entries, np.arange(len(readings))).tolist()
        found: list[list[Need]] = [[] for _ in readings]
        for mention, status in zip(mentions, statuses, strict=True):
            number = int(scores.entries[mention.first])
            first = starts[number]
            start, end = readings[number].clause_span(mention.first - first, mention.last - first)
            found[number].append(
                Need(
                    label=self.label_set.labels[mention.label],
                    sub=self._sub(mention, scores),
                    status=self.label_set.statuses[status],
                    score=round(mention.score, 4),
                    start=start,
                    end=end,
                    text=texts[number][start:end],
                    uncertain=mention.uncertain,
                )
            )
        return [tuple(needs) for needs in found]

    @cached_property
    def _groups(self) -> list[list[int]]:
        return self.label_set.subs_by_label()

    def _sub(self, mention: Mention, scores: Scores) -> str:
        """Choose the second-level label among those of the mention's label."""
        choices = self._groups[mention.label]
        votes = scores.subs[mention.first : mention.last + 1, choices].max(axis=0)
        return self.label_set.subs[choices[int(votes.argmax())]]

    def facets(self, scores: Scores) -> list[Mapping[str, object]]:
        """Give the facets of each entry: one value for a single facet, else the list of those that hold."""
        margins = scores.facets - self.facet_thresholds
        return [{name: self._facet(name, row) for name in self._facet_columns} for row in margins]

    @cached_property
    def _facet_columns(self) -> dict[str, list[int]]:
        columns: dict[str, list[int]] = {}
        for number, (facet, _) in enumerate(self.label_set.facets):
            columns.setdefault(facet, []).append(number)
        return columns

    def _facet(self, name: str, margins: Floats) -> object:
        columns = self._facet_columns[name]
        if name in self.label_set.single:
            return self.label_set.facets[columns[int(margins[columns].argmax())]][1]
        return [self.label_set.facets[i][1] for i in columns if margins[i] > 0]


def topics_of(subs: Floats, groups: Sequence[list[int]]) -> Floats:
    """Give the best second-level score of each label: ``(n_clauses, n_labels)``."""
    return np.stack([subs[:, group].max(axis=1) for group in groups], axis=1)
