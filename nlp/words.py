"""Words of Chinese text, by jieba or by its Rust port, with a dictionary of our own.

Both engines see nothing but runs of Han characters and so give the same words: they differ only in how
they join Latin letters and digits, which are split here. Neither the shared tokenizer of the ``jieba``
module nor its cache file is ever touched: the cache lies in the temporary directory under a fixed name,
where anybody may plant one, and it is read with ``marshal``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from itertools import pairwise
from typing import Any, Protocol
from zlib import crc32

import numpy as np

from .characters import Bools, Codes, Ints, are_han, codes_of, text_of
from .records import Token

# jieba's search over a run is quadratic in the worst case (200,000 characters took 122 s; runs of this
# length take half a millisecond), so longer runs are cut before it sees them.
LONGEST_RUN = 512

_HELD = re.compile("[\u4e00-\u9fd5]+")
_OTHER_WORD = re.compile("[A-Za-z]+|[0-9]+(?:[.][0-9]+)?")


class WordEngine(Protocol):
    """Cuts runs of Han characters into words."""

    def cut(self, text: str) -> Sequence[str]:
        """Cut ``text``, Han runs separated by newlines; the pieces join back to it."""


class RustEngine:
    """jieba-rs: about thirty times faster than jieba, and ready in a tenth of a second."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._jieba = _rust_module().Jieba()
        for word, frequency in _added(words):
            self._jieba.add_word(word, frequency, "n")

    def cut(self, text: str) -> Sequence[str]:
        """Cut without the hidden Markov model: it guesses new words, mostly wrong ones in diaries."""
        pieces: list[str] = self._jieba.cut(text, False)
        return pieces


def _rust_module() -> Any:
    """Load the compiled part of rjieba alone: importing the package builds a tokenizer that nobody asked for.

    It takes as long as ours (0.1 s), on every start of the command.
    """
    package = find_spec("rjieba")
    if package is None:
        raise ImportError("rjieba is not installed; the engine 'jieba' works without it")
    spec = PathFinder.find_spec("rjieba.rjieba", package.submodule_search_locations)
    if spec is None or spec.loader is None:
        return import_module("rjieba")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class PythonEngine:
    """jieba itself, for machines without a wheel of the Rust port."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        import jieba

        self._jieba = jieba.Tokenizer()
        # What ``initialize`` does, without reading or writing the shared cache file.
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        self._jieba.initialized = True
        for word, frequency in _added(words):
            # jieba counts a word it knew twice in its total, the Rust port once; the total decides close cuts.
            self._jieba.total -= self._jieba.FREQ.get(word, 0)
            self._jieba.add_word(word, frequency, "n")

    def cut(self, text: str) -> Sequence[str]:
        """Cut without the hidden Markov model, as the Rust engine does."""
        return list(self._jieba.cut(text, HMM=False))


ENGINES: dict[str, Callable[[Iterable[str]], WordEngine]] = {"rjieba": RustEngine, "jieba": PythonEngine}


def make_engine(name: str, words: Iterable[str] = ()) -> WordEngine:
    """Make the engine called ``name`` with ``words`` added to its dictionary.

    Raises:
        ValueError: no such engine; the message lists those that exist.
    """
    if name not in ENGINES:
        raise ValueError(f"no word engine {name!r}; there are {', '.join(ENGINES)}")
    return ENGINES[name](words)


def _added(words: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Give the words an engine can hold (jieba knows no rarer characters) and how often each is said to occur.

    Often enough to win over its parts; and no two alike, since the engines settle ties differently.
    """
    for word in words:
        if _HELD.fullmatch(word):
            yield word, (2_000 if len(word) < 3 else 20_000) + crc32(word.encode()) % 1_999


def word_spans(text: str, codes: Codes, engine: WordEngine) -> tuple[Ints, Ints]:
    """Give the starts and the ends of all words and numbers, in order; other signs belong to none.

    ``codes`` are those of ``text``.
    """
    han_starts, han_ends = _han_spans(codes, engine)
    others = np.array([match.span() for match in _OTHER_WORD.finditer(text)], dtype=np.int64).reshape(-1, 2)
    starts = np.concatenate([han_starts, others[:, 0]])
    ends = np.concatenate([han_ends, others[:, 1]])
    order = np.argsort(starts, kind="stable")
    return starts[order], ends[order]


def _han_spans(codes: Codes, engine: WordEngine) -> tuple[Ints, Ints]:
    """Cut the text with a newline for everything but Han, so that the engine sees nothing else."""
    han = are_han(codes)
    masked = text_of(np.where(han, codes, np.uint32(10)))
    cuts = [0, *_run_cuts(han), len(masked)]
    pieces = (piece for a, b in pairwise(cuts) for piece in engine.cut(masked[a:b]))
    lengths = np.fromiter(map(len, pieces), dtype=np.int64)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    words = han[starts]
    return starts[words], ends[words]


def _run_cuts(han: Bools) -> Iterator[int]:
    """Say where runs of Han characters are cut because they are too long."""
    edges = np.flatnonzero(np.diff(han, prepend=False, append=False)).reshape(-1, 2)
    for start, end in edges[edges[:, 1] - edges[:, 0] > LONGEST_RUN].tolist():
        yield from range(start + LONGEST_RUN, end, LONGEST_RUN)


def segment(text: str, engine: WordEngine) -> list[Token]:
    """Cut ``text`` into words, numbers and single signs; joined they give ``text`` back.

    >>> [token.text for token in segment("修了3.5公里水渠。", RustEngine())]
    ['修', '了', '3.5', '公里', '水渠', '。']
    """
    starts, ends = word_spans(text, codes_of(text), engine)
    tokens: list[Token] = []
    at = 0
    for start, end in [*zip(starts.tolist(), ends.tolist(), strict=True), (len(text), len(text))]:
        tokens += [Token(text[i], i, i + 1) for i in range(at, start)]
        tokens += [Token(text[start:end], start, end)] if start < end else []
        at = end
    return tokens
