"""Words and numbers of a text, and where they stand.

An engine sees nothing but runs of Han characters, so that every engine gives the same words: they differ
only in how they join Latin letters and digits, which are split here.
"""

import re
from collections.abc import Iterator
from itertools import chain, pairwise

import numpy as np

from .characters import Bools, Codes, Ints, are_han, codes_of, text_of
from .engines import NativeEngine, WordEngine
from .records import Token

# jieba's search over a run is quadratic in the worst case (200,000 characters took 122 s; runs of this
# length take half a millisecond), so longer runs are cut before it sees them.
LONGEST_RUN = 512

_OTHER_WORD = re.compile("[A-Za-z]+|[0-9]+(?:[.][0-9]+)?")


def word_spans(text: str, codes: Codes, engine: WordEngine) -> tuple[Ints, Ints]:
    """Give the starts and the ends of all words and numbers, in order; other signs belong to none.

    ``codes`` are those of ``text``.
    """
    if isinstance(engine, NativeEngine):
        return engine.spans(codes)
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
    pieces = chain.from_iterable(engine.cut(masked[a:b]) for a, b in pairwise(cuts))
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

    >>> from minqing.nlp.engines import RustEngine
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
