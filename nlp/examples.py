"""Labelled entries made ready for learning: read, described as features, and their targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .characters import Ints
from .concepts import ConceptLexicon
from .engines import WordEngine
from .features import Features, extract
from .heads import Targets
from .model import LabelSet
from .reading import Reader, Reading
from .records import LabelledEntry
from .status import Mention


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled entries made ready: read, described, and their targets."""

    labelled: Sequence[LabelledEntry]
    reading: Reading
    features: Features
    targets: Targets
    label_set: LabelSet
    reader: Reader

    def take(self, chosen: Ints) -> "Examples":
        """Give the examples numbered ``chosen``, ascending."""
        labelled = [self.labelled[i] for i in chosen]
        return replace(
            self,
            labelled=labelled,
            reading=self.reader.read([item.entry.text for item in labelled]),
            features=self.features.take(chosen),
            targets=self.targets.take(chosen, self.features.entries),
        )


def make_examples(
    labelled: Sequence[LabelledEntry],
    label_set: LabelSet,
    lexicon: ConceptLexicon,
    engine: WordEngine,
    reader: Reader,
) -> Examples:
    """Read and describe ``labelled``."""
    reading = reader.read([item.entry.text for item in labelled])
    features = extract(reading, lexicon, engine)
    return Examples(labelled, reading, features, make_targets(labelled, reading, label_set), label_set, reader)


def make_targets(labelled: Sequence[LabelledEntry], reading: Reading, label_set: LabelSet) -> Targets:
    """Say which clauses each marked span covers; a clause counts from three characters of overlap."""
    n = len(reading.clauses)
    labels = np.zeros((n, len(label_set.labels)), dtype=np.int8)
    subs = np.zeros((n, len(label_set.subs)), dtype=np.int8)
    entry_labels = np.zeros((len(labelled), len(label_set.labels)), dtype=np.int8)
    facets = np.zeros((len(labelled), len(label_set.facets)), dtype=np.int8)
    mentions: list[Mention] = []
    statuses: list[int] = []
    first = np.searchsorted(reading.clauses.entries, np.arange(len(labelled) + 1)).tolist()
    for number, item in enumerate(labelled):
        spans = [(i, reading.span(i, i)) for i in range(first[number], first[number + 1])]
        for need in item.needs:
            label = label_set.labels.index(need.label)
            entry_labels[number, label] = 1
            covered = [i for i, span in spans if _covers(span, need.start, need.end)]
            if covered:
                labels[covered, label] = 1
                if need.sub:
                    subs[covered, label_set.subs.index(need.sub)] = 1
                mentions.append(Mention(label, covered[0], covered[-1]))
                statuses.append(label_set.statuses.index(need.status))
        facets[number] = [_has_facet(item.facets, facet, value) for facet, value in label_set.facets]
    chosen = np.eye(len(label_set.statuses), dtype=np.int8)[statuses]
    return Targets(labels, subs, entry_labels, facets, mentions, chosen)


def _covers(span: tuple[int, int], start: int, end: int) -> bool:
    return min(span[1], end) - max(span[0], start) >= min(3, end - start)


def _has_facet(facets: Mapping[str, object], facet: str, value: str) -> bool:
    found = facets.get(facet)
    return value in found if isinstance(found, (list, tuple)) else value == found
