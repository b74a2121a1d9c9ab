"""The stages of tagging, one after another, each with its time."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from minqing.nlp.decisions import Decider
from minqing.nlp.engines import make_engine
from minqing.nlp.features import extract
from minqing.nlp.model import Model
from minqing.nlp.reading import Reader
from minqing.nlp.scores import Scorer


class Stages:
    """What ``Tagger`` holds, taken apart."""

    def __init__(self, model: Model) -> None:
        self._lexicon = model.lexicon
        self._engine = make_engine("rjieba")
        self._reader = Reader(model.vocabulary)
        self._scorer = Scorer(model.weights)
        self._decider = Decider(model.label_set, model.decision, model.limits, model.facet_thresholds)

    def seconds(self, chunks: Iterable[Sequence[str]]) -> dict[str, float]:
        """Give the seconds of the processor that each stage took for all chunks together."""
        taken: dict[str, float] = defaultdict(float)
        for texts in chunks:
            clock = _Clock(taken)
            reading = self._reader.read(texts)
            clock.stop("reading: clean, script, clauses")
            features = extract(reading, self._lexicon, self._engine)
            clock.stop("features: words, concepts, n-grams")
            scores = self._scorer.score(features)
            clock.stop("scores: linear heads")
            self._decider.needs(scores, reading, texts)
            clock.stop("decisions: mentions, second level, status, slots")
            self._decider.facets(scores)
            clock.stop("facets")
            self._decider.needs(scores, reading, texts, labels_only=True)
            clock.stop("of the decisions, without status and slots")
            self._decider.mentions(scores)
            clock.stop("of the decisions, mentions alone")
        return dict(taken)


class _Clock:
    def __init__(self, taken: dict[str, float]) -> None:
        self._taken = taken
        self._start = time.process_time()

    def stop(self, name: str) -> None:
        now = time.process_time()
        self._taken[name] += now - self._start
        self._start = time.process_time()
