"""Where in an entry a label stands that was given to the whole: the clauses that carry it, and what became of it."""

from collections.abc import Sequence

import numpy as np

from .engines import WordEngine
from .features import extract
from .model import Model
from .outcomes import choose_statuses
from .reading import Reader
from .records import Need
from .scores import Scorer
from .status import Mention

# A neighbour whose margin is this near to the best clause's belongs to the evidence.
NEAR = 0.3


def find_evidence(
    model: Model, engine: WordEngine, texts: Sequence[str], labels: Sequence[Sequence[str]]
) -> list[list[Need]]:
    """Give, for each text, a need for each of its labels, placed where ``model`` hears it loudest.

    The status is what the model makes of that place. A text without clauses gives no needs.
    """
    reading = Reader(model.vocabulary).read(texts)
    scores = Scorer(model.weights).score(extract(reading, model.lexicon, engine))
    names = model.label_set.labels
    mentions: list[Mention] = []
    for number, wanted in enumerate(labels):
        first, past = np.searchsorted(scores.entries, [number, number + 1]).tolist()
        if first < past:
            margins = scores.labels[first:past]
            mentions += [
                _loudest(margins[:, names.index(label)].tolist(), names.index(label), first) for label in wanted
            ]
    found: list[list[Need]] = [[] for _ in texts]
    statuses = choose_statuses(mentions, scores, model.outcomes).tolist() if mentions else []
    for mention, status in zip(mentions, statuses, strict=True):
        entry = int(scores.entries[mention.first])
        start, end = reading.span(mention.first, mention.last)
        text = texts[entry][start:end]
        found[entry].append(Need(names[mention.label], "", model.label_set.statuses[status], 1.0, start, end, text))
    return found


def _loudest(margins: Sequence[float], label: int, first: int) -> Mention:
    best = max(range(len(margins)), key=margins.__getitem__)
    low = high = best
    while low > 0 and margins[low - 1] >= margins[best] - NEAR:
        low -= 1
    while high + 1 < len(margins) and margins[high + 1] >= margins[best] - NEAR:
        high += 1
    return Mention(label, first + low, first + high)
