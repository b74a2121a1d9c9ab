"""The stages of tagging, one after another, each with its time."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from minqing.nlp.decisions import Decider
from minqing.nlp.engines import NativeEngine, make_engine
from minqing.nlp.fast import NativeProducts
from minqing.nlp.features import extract
from minqing.nlp.model import Model
from minqing.nlp.reading import Reader
from minqing.nlp.scores import Scorer


class Stages:
    """What ``Tagger`` holds, taken apart; with the engine ``native`` the fast path, else the plain one."""

    def __init__(self, model: Model, engine: str) -> None:
        self._lexicon = model.lexicon
        self._engine = make_engine(engine)
        self._reader = Reader(model.vocabulary)
        self._scorer = Scorer(model.weights)
        native = isinstance(self._engine, NativeEngine)
        self._fast = NativeProducts(self._scorer, model.lexicon, self._engine) if native else None
        self._decider = Decider.of(model, native)

    def seconds(self, chunks: Iterable[Sequence[str]]) -> dict[str, float]:
        """Give the seconds of the processor that each stage took for all chunks together."""
        taken: dict[str, float] = defaultdict(float)
        for texts in chunks:
            clock = _Clock(taken)
            reading = self._reader.read(texts)
            clock.stop("reading: clean, script, clauses")
            if self._fast:
                products = self._fast.of(reading)
                clock.stop("words, concepts, n-grams and weights, in C")
            else:
                features = extract(reading, self._lexicon, self._engine)
                clock.stop("features: words, concepts, n-grams")
                products = self._scorer.products(features)
                clock.stop("weights: sums of each head")
            scores = self._scorer.combine(products)
            clock.stop("scores: heads of clause, neighbours, entry")
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
