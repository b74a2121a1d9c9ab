from typing import Any

from numpy.typing import NDArray

def candidates(n_labels: int, n_statuses: int, floor: float, bias: float, /, *arrays: NDArray[Any]) -> int:
    """Find the candidates and the logit of each, and give their number.

    Arrays: labels, need, subs, entry_labels, entry_need and own status of ``Scores``; the entry of each clause; the
    label of each second-level label; the logarithm of the number of clauses of each entry; those of
    ``Decision.arrays``; and to be filled, with room for every label of every clause: clauses, labels, logits.
    """

class Words:
    """A dictionary as jieba writes it: lines of word, frequency and tag."""

    def __new__(cls, data: bytes, /) -> Words: ...
    def cut(self, codes: NDArray[Any], starts: NDArray[Any], ends: NDArray[Any], /) -> int:
        """Fill in where each word begins and ends, ``int64``, and give their number."""

class Heads:
    """The weights and the lexicon of a model, ready to score clauses."""

    def __new__(cls, *arrays: NDArray[Any]) -> Heads:
        """Take the arrays of both blocks (columns, weights, scale, squares: ``Block``), which context columns share
        a length with the own block, those of ``ConceptLexicon.arrays``, and the hashes of the sections.
        """

    def score(self, *arrays: NDArray[Any]) -> None:
        """Fill in what each weight column says of each clause.

        Arrays: code points; starts, ends and sections of the clauses; starts and ends of the words; and to be
        filled, ``float32``: own ``(n_clauses, n_columns)`` and context.
        """
