from typing_extensions import Buffer

class Words:
    """A dictionary as jieba writes it: lines of word, frequency and tag."""

    def __new__(cls, data: bytes, /) -> Words: ...
    def cut(self, codes: Buffer, starts: Buffer, ends: Buffer, /) -> int:
        """Fill in where each word begins and ends, ``int64``, and give their number."""

class Heads:
    """The weights and the lexicon of a model, ready to score clauses."""

    def __new__(
        cls,
        own_columns: Buffer,
        own_weights: Buffer,
        own_scale: Buffer,
        own_squares: Buffer,
        context_columns: Buffer,
        context_weights: Buffer,
        context_scale: Buffer,
        context_squares: Buffer,
        whole_length: Buffer,
        terms: Buffer,
        first: Buffer,
        counts: Buffer,
        senses: Buffer,
        names: Buffer,
        sections: Buffer,
        longest: int,
        /,
    ) -> Heads: ...
    def score(
        self,
        codes: Buffer,
        starts: Buffer,
        ends: Buffer,
        sections: Buffer,
        word_starts: Buffer,
        word_ends: Buffer,
        own: Buffer,
        context: Buffer,
        /,
    ) -> None:
        """Fill in what each weight column says of each clause, ``float32``."""
