"""Readings -> products, the whole way in C: words, concepts, features and weights, clause by clause.

``features.extract`` and ``Scorer.products`` do the same with arrays, and are what this one is held to
(``tests/test_native.py``): hashes, counts and weights are whole numbers, so that every sum is exact.
"""

import numpy as np
from numpy.typing import NDArray

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
            *(_solid(array) for array in (own.columns, own.weights, own.scale, own.squares)),
            *(_solid(array) for array in (context.columns, context.weights, context.scale, context.squares)),
            scorer.shared_length,
            *lexicon.table_of_hashes(),
            section_hashes(),
            lexicon.longest,
        )

    def of(self, reading: Reading) -> Products:
        """Give the products of every clause of a reading."""
        clauses = reading.clauses
        own, context = (np.empty((len(clauses), width), dtype=np.float32) for width in self._widths)
        self._heads.score(
            reading.codes,
            *(_solid(array) for array in (clauses.starts, clauses.ends, clauses.sections)),
            *self._engine.spans(reading.codes),
            own,
            context,
        )
        return Products(own, context, clauses.entries, len(reading))


def _solid(array: NDArray[np.generic]) -> NDArray[np.generic]:
    """Give an array whose numbers lie side by side."""
    return np.ascontiguousarray(array)
