"""The stages of tagging, one after another, each with its time."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from minqing.nlp.decisions import Decider
from minqing.nlp.engines import NativeEngine, make_engine
from minqing.nlp.fast import NativeLooker, NativeModel
from minqing.nlp.features import extract
from minqing.nlp.looking import Looker
from minqing.nlp.model import Model
from minqing.nlp.reading import Reader
from minqing.nlp.scores import Scorer


class Stages:
    """What ``Tagger`` holds, taken apart; with the engine ``native`` the fast path, else the plain one."""

    def __init__(self, model: Model, engine: str) -> None:
        self._lexicon, self._engine = model.lexicon, make_engine(engine)
        self._scorer, self._decider = Scorer(model.weights), Decider.of(model)
        native = self._engine if isinstance(self._engine, NativeEngine) else None
        self._fast = NativeModel(model, self._scorer, native) if native else None
        self._reader = Reader(looker=(NativeLooker if native else Looker)(model.vocabulary))

    def seconds(self, chunks: Iterable[Sequence[str]]) -> dict[str, float]:
        """Give the seconds of the processor that each stage took for all chunks together."""
        taken: dict[str, float] = defaultdict(float)
        for texts in chunks:
            clock = _Clock(taken)
            reading = self._reader.read(texts)
            clock.stop("reading: clean, script, clauses")
            if self._fast:
                found, facets = self._fast.find(reading, labels_only=False)
                clock.stop("words to decisions and details, in C")
            else:
                features = extract(reading, self._lexicon, self._engine)
                clock.stop("features: words, concepts, n-grams")
                products = self._scorer.products(features)
                clock.stop("weights: sums of each head")
                scores = self._scorer.combine(products)
                clock.stop("scores: heads of clause, neighbours, entry")
                found, facets = self._decider.find(scores, reading), scores.facets
                clock.stop("decisions: mentions, second level, status, details")
            self._decider.needs(found, reading, texts)
            clock.stop("records of needs")
            self._decider.facets(facets)
            clock.stop("facets")
            if self._fast and isinstance(self._engine, NativeEngine):
                self._engine.spans(reading.codes)
                clock.stop("of what is in C, words alone")
                self._fast.find(reading, labels_only=True)
                clock.stop("of what is in C, without status and details")
        return dict(taken)


class _Clock:
    def __init__(self, taken: dict[str, float]) -> None:
        self._taken = taken
        self._start = time.process_time()

    def stop(self, name: str) -> None:
        now = time.process_time()
        self._taken[name] += now - self._start
        self._start = time.process_time()
