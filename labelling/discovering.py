"""Entries that fit no label, in groups, so that a label that is missing shows itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from minqing.labelling.suggesting import vectors
from minqing.models.opening import AnyTagger
from minqing.nlp.clusters import cluster
from minqing.nlp.engines import make_engine
from minqing.nlp.records import Entry
from minqing.nlp.script import simplify

# An entry whose likeliest label has less chance than this fits none.
UNFIT = 0.3


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of entries that no label fits: how many, how tight (0 to 1), key words, those nearest to its middle."""

    size: int
    tightness: float
    words: tuple[str, ...]
    ids: tuple[str, ...]
    examples: tuple[str, ...]


def discover(
    tagger: AnyTagger, entries: Sequence[Entry], fewest: int, unfit: float = UNFIT, seed: int = 0
) -> tuple[int, list[Topic]]:
    """Give how many entries fit no label, and the groups they form, the largest first."""
    chances = tagger.chances([entry.text for entry in entries])
    left = [entries[i] for i in np.flatnonzero(chances.max(axis=1, initial=0) < unfit).tolist()]
    texts = [simplify(entry.text) for entry in left]
    if len(texts) < 2:
        return len(left), []
    found = cluster(texts, vectors(texts), make_engine("rjieba"), fewest, seed)
    topics = [
        Topic(
            len(c.members),
            round(c.tightness, 3),
            c.words,
            tuple(left[i].id for i in c.members),
            tuple(" ".join(left[i].text.split())[:60] for i in c.members[:3]),
        )
        for c in found
    ]
    return len(left), topics
