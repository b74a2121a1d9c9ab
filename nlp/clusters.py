"""Texts that fit no label, brought together by what they say, each group with its key words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD

from .characters import Ints, codes_of
from .engines import WordEngine
from .scores import Doubles
from .words import word_spans

DIMENSIONS = 50

# Words shorter than this, or in most of the texts, name no topic.
SHORTEST, COMMONEST = 2, 0.6

# A group held together less than this is no topic.
TIGHTEST = 0.15


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of texts: their numbers, those nearest to the middle first; key words; how tight, 0 to 1."""

    members: tuple[int, ...]
    words: tuple[str, ...]
    tightness: float


def cluster(texts: Sequence[str], rows: sp.csr_matrix, engine: WordEngine, fewest: int, seed: int = 0) -> list[Cluster]:
    """Bring texts together; groups of fewer than ``fewest``, and loose ones, are left out. The largest comes first.

    ``rows`` are the texts as unit vectors.
    """
    if len(texts) < 2 * fewest:
        return []
    points = _points(rows, seed)
    n = max(2, min(int(np.sqrt(len(texts) / 2)) + 1, len(texts) // fewest))
    groups = KMeans(n, n_init=10, random_state=seed).fit_predict(points)
    words = word_counts(texts, engine)
    found = [_cluster(points, np.flatnonzero(groups == g), words) for g in range(n)]
    kept = [c for c in found if len(c.members) >= fewest and c.tightness >= TIGHTEST]
    return sorted(kept, key=lambda c: (-len(c.members), c.members))


def _points(rows: sp.csr_matrix, seed: int) -> Doubles:
    """Give the texts in few dimensions, where words that go together lie together."""
    size = min(DIMENSIONS, rows.shape[0] - 1)
    points = TruncatedSVD(size, random_state=seed).fit_transform(rows)
    return np.asarray(points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9))


def word_counts(texts: Sequence[str], engine: WordEngine) -> list[set[str]]:
    """Give the words of each text that may name a topic."""
    found: list[set[str]] = []
    for text in texts:
        starts, ends = word_spans(text, codes_of(text), engine)
        words = {text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)}
        found.append({word for word in words if len(word) >= SHORTEST and not word.isdigit()})
    return found


def _cluster(points: Doubles, members: Ints, words: Sequence[set[str]]) -> Cluster:
    middle = points[members].mean(axis=0)
    near = points[members] @ middle
    order = members[np.argsort(-near, kind="stable")]
    return Cluster(tuple(order.tolist()), key_words(words, members.tolist()), float(np.linalg.norm(middle) ** 2))


def key_words(words: Sequence[set[str]], members: Sequence[int], most: int = 8) -> tuple[str, ...]:
    """Give the words that are frequent in the group and rare outside, the most telling first."""
    inside: dict[str, int] = {}
    for number in members:
        for word in words[number]:
            inside[word] = inside.get(word, 0) + 1
    total = {word: sum(word in other for other in words) for word, n in inside.items() if n > 1}
    share = len(members) / len(words)
    most_common = max(COMMONEST, share) * len(words) + 1
    worth = {word: inside[word] * np.log(inside[word] / (n * share)) for word, n in total.items() if n <= most_common}
    return tuple(sorted(worth, key=lambda word: (-worth[word], word))[:most])
