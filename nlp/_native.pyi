from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]

class Words:
    """A dictionary as jieba writes it: lines of word, frequency and tag."""

    def __new__(cls, data: bytes, /) -> Words: ...
    def cut(self, codes: Array, starts: Array, ends: Array, /) -> int:
        """Fill in where each word begins and ends, ``int64``, and give their number."""

class Characters:
    """What texts are looked at with: texts laid end to end, a newline between two, each from its offset on."""

    def __new__(cls, *tables: Array) -> Characters:
        """Take the classes and the simplified form of the first 65,536 characters, ``uint16``; irregular pairs; pairs
        that regional words begin with, and for each the number of the first such word, and all words: where they begin
        in their code points, and these.
        """

    def look(self, codes: Array, offsets: Array, simplified: Array, found: Array, /) -> None:
        """Fill in the simplified codes, and the bits of what each text holds, ``uint32``."""

    def regional(self, codes: Array, offsets: Array, found: Array, /, *arrays: Array) -> int:
        """Fill in the text, the place and the number of each regional word, ``int64``, and give how many there are."""

    def clauses(self, codes: Array, offsets: Array, starts: Array, ends: Array, entries: Array, /) -> int:
        """Fill in where each clause starts and ends, and its text, and give how many there are."""

    def fields(self, codes: Array, offsets: Array, found: Array, /, *arrays: Array) -> int:
        """Fill in the text of each field, its start, where its name begins and ends, and give how many there are."""

class Model:
    """The weights and the lexicon of a model, ready for clauses, and what decides on them."""

    def __new__(cls, heads: tuple[Array, ...], decisions: tuple[Array, ...], /) -> Model:
        """Take the arrays of both blocks (columns, weights, scale, squares: ``Block``), which context columns share
        a length with the own block, those of ``ConceptLexicon.arrays``, and the hashes of the sections; then those that
        ``fast.py`` brings together for the decisions, or none.
        """

    def score(self, *arrays: Array) -> None:
        """Fill in what each weight column says of each clause.

        Arrays: code points; starts, ends and sections of the clauses; starts and ends of the words; and to be
        filled, ``float32``: own ``(n_clauses, n_columns)`` and context.
        """

    def find(self, arrays: tuple[Array, ...], labels_only: bool, /) -> tuple[bytes, bytes]:
        """Give the needs of a batch, eight numbers each, the last a double, and their details, six each: ``Found``.

        Arrays: as for ``score``, without what is filled; then where each text begins, the text of each clause, and to
        be filled, ``float32``: what is said of the facets, ``(n_texts, n_facets)``.
        """
