"""Readings -> products, the whole way in C: words, concepts, features and weights, clause by clause.

``features.extract`` and ``Scorer.products`` do the same with arrays, and are what this one is held to
(``tests/test_native.py``): hashes, counts and weights are whole numbers, so that every sum is exact.
"""

import numpy as np

from . import native
from .concepts import ConceptLexicon
from .engines import NativeEngine
from .features import section_hashes
from .reading import Reading
from .scores import Products, Scorer


class NativeProducts:
    """Multiplies what clauses hold by the weights of a scorer."""

    def __init__(self, scorer: Scorer, lexicon: ConceptLexicon, engine: NativeEngine) -> None:
        own, context = scorer.weights.own, scorer.weights.context
        self._engine = engine
        self._widths = own.weights.shape[1], context.weights.shape[1]
        self._heads = native.Heads(
            *map(np.ascontiguousarray, (own.columns, own.weights, own.scale, own.squares)),
            *map(np.ascontiguousarray, (context.columns, context.weights, context.scale, context.squares)),
            scorer.shared_length,
            *map(np.ascontiguousarray, lexicon.arrays()),
            section_hashes(),
        )

    def of(self, reading: Reading) -> Products:
        """Give the products of every clause of a reading."""
        clauses = reading.clauses
        own, context = (np.empty((len(clauses), width), dtype=np.float32) for width in self._widths)
        self._heads.score(
            reading.codes,
            *map(np.ascontiguousarray, (clauses.starts, clauses.ends, clauses.sections)),
            *self._engine.spans(reading.codes),
            own,
            context,
        )
        return Products(own, context, clauses.entries, len(reading))
