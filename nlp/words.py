"""Words of Chinese text, by jieba or by its Rust port, with a dictionary of our own.

Both engines see nothing but runs of Han characters and so give the same words: they differ only in how
they join Latin letters and digits, which are split here. Neither the shared tokenizer of the ``jieba``
module nor its cache file is ever touched: the cache lies in the temporary directory under a fixed name,
where anybody may plant one, and it is read with ``marshal``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from .clean import HAN
from .records import Token

# jieba's search over a run is quadratic in the worst case (200,000 characters took 122 s; runs of this
# length take half a millisecond), so longer runs are cut before it sees them.
LONGEST_RUN = 512

_RUNS = re.compile(f"[{HAN}]{{1,{LONGEST_RUN}}}|[A-Za-z]+|[0-9]+(?:[.][0-9]+)?|.", re.DOTALL)
_HAN_RUN = re.compile(f"[{HAN}]")


class WordEngine(Protocol):
    """Cuts runs of Han characters into words."""

    def cut(self, text: str) -> Sequence[str]:
        """Cut ``text``, Han runs separated by newlines; the pieces join back to it."""


class RustEngine:
    """jieba-rs: about thirty times faster than jieba, and ready in a tenth of a second."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        import rjieba

        self._jieba = rjieba.Jieba()
        for word in words:
            self._jieba.add_word(word, _frequency(word), "n")

    def cut(self, text: str) -> Sequence[str]:
        """Cut without the hidden Markov model: it guesses new words, mostly wrong ones in diaries."""
        pieces: list[str] = self._jieba.cut(text, False)
        return pieces


class PythonEngine:
    """jieba itself, for machines without a wheel of the Rust port."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        import jieba

        self._jieba = jieba.Tokenizer()
        # What ``initialize`` does, without reading or writing the shared cache file.
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        self._jieba.initialized = True
        for word in words:
            self._jieba.add_word(word, _frequency(word), "n")

    def cut(self, text: str) -> Sequence[str]:
        """Cut without the hidden Markov model, as the Rust engine does."""
        return list(self._jieba.cut(text, HMM=False))


ENGINES = {"rjieba": RustEngine, "jieba": PythonEngine}


def make_engine(name: str, words: Iterable[str] = ()) -> WordEngine:
    """Make the engine called ``name`` with ``words`` added to its dictionary.

    Raises:
        ValueError: no such engine; the message lists those that exist.
    """
    if name not in ENGINES:
        raise ValueError(f"no word engine {name!r}; there are {', '.join(ENGINES)}")
    engine: WordEngine = ENGINES[name](words)
    return engine


def _frequency(word: str) -> int:
    """Give a domain word enough weight to win over its parts; fixed, so that order does not matter."""
    return 2000 if len(word) < 3 else 20000


def cut_words(text: str, engine: WordEngine) -> list[str]:
    """Cut ``text`` into words, numbers and single signs; joined they give ``text`` back.

    >>> cut_words("修了3.5公里水渠", RustEngine())
    ['修', '了', '3.5', '公里', '水渠']
    """
    runs = _RUNS.findall(text)
    han = [run for run in runs if _HAN_RUN.match(run)]
    words = iter(engine.cut("\n".join(han)))
    return list(_woven(runs, words))


def _woven(runs: Sequence[str], words: Iterator[str]) -> Iterator[str]:
    """Put the words of each Han run in its place among the other runs."""
    first = True
    for run in runs:
        if not _HAN_RUN.match(run):
            yield run
            continue
        if not first:
            next(words)  # the newline between two runs
        first = False
        left = len(run)
        for word in islice(words, left):
            yield word
            left -= len(word)
            if not left:
                break


def segment(text: str, engine: WordEngine) -> list[Token]:
    """Cut ``text`` into tokens with their places; they cover every character."""
    tokens: list[Token] = []
    at = 0
    for word in cut_words(text, engine):
        tokens.append(Token(word, at, at + len(word)))
        at += len(word)
    return tokens
