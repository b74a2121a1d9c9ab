"""A model of somebody's own labels: entries -> labels, each with the clause that speaks for it most.

One linear head a label over whole entries. The answer keeps the form of ``tagger.py``, so that every writer takes
it: a need has a label, no status, and as evidence the clauses that carried the decision.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .bags import Space, Weighed, make_bags, occurrences
from .characters import Ints
from .concepts import ConceptLexicon
from .engines import WordEngine, make_engine
from .features import Features, extract
from .reading import Reader, Reading
from .records import Entry, Need, TaggedEntry
from .scores import Doubles, Floats
from .streams import BATCH, StreamTagger, batches

# A neighbour that speaks for the label at least this much of the best clause belongs to the evidence.
NEIGHBOUR = 0.5


class Scheme(Struct, frozen=True):
    """The labels, in the order of a model's columns; of ``parent.child`` the parent stands there too.

    With ``single`` every entry has exactly one of them.
    """

    labels: tuple[str, ...]
    single: bool = False

    def parent(self, label: str) -> str:
        """Give the label above ``label``, or ``""``.

        >>> Scheme(("路", "路.桥")).parent("路.桥"), Scheme(("1.2",)).parent("1.2")
        ('路', '')
        """
        above = label.rpartition(".")[0]
        return above if above in self.labels else ""

    def closed(self, labels: Iterable[str]) -> set[str]:
        """Give the labels with all that stand above them."""
        found: set[str] = set()
        for label in labels:
            while label and label not in found:
                found.add(label)
                label = self.parent(label)
        return found


class Lesson(Struct, frozen=True):
    """An entry, the labels it has, and the group it must not be parted from."""

    entry: Entry
    labels: frozenset[str]
    group: str


class Classifier(Struct, frozen=True):
    """Everything that tagging with somebody's own labels needs, as plain values.

    ``weights`` ``(n_kept, n_labels)`` are bytes, ``scale`` turns a column back into numbers. A margin ``m`` means the
    chance ``1 / (1 + exp(-(slopes * m + offsets)))``; with a single label, the softmax over ``slopes * m``.
    """

    name: str
    scheme: Scheme
    lexicon: ConceptLexicon
    vocabulary: Mapping[str, str]
    space: Space
    weights: NDArray[np.int8]
    scale: Floats
    bias: Floats
    slopes: Doubles
    offsets: Doubles
    thresholds: Doubles
    band: float  # so far above its threshold a chance is still uncertain
    facts: Mapping[str, object] = {}
    hash: str = ""

    def margins(self, rows: Weighed) -> Doubles:
        """Score entries, each by itself, so that an entry gets the same score alone and in a batch."""
        scores = np.zeros((len(rows.starts) - 1, len(self.scheme.labels)))
        for entry, (start, end) in enumerate(zip(rows.starts[:-1].tolist(), rows.starts[1:].tolist(), strict=True)):
            scores[entry] = rows.values[start:end] @ self.weights[rows.places[start:end]].astype(np.float32)
        return scores * self.scale + self.bias

    def chances(self, margins: Doubles) -> Doubles:
        """Give the calibrated probability of each label: ``(n_entries, n_labels)``."""
        return chances_of(margins, self.slopes, self.offsets, self.scheme.single)


def chances_of(margins: Doubles, slopes: Doubles, offsets: Doubles, single: bool) -> Doubles:
    """Turn margins into probabilities."""
    heights = np.clip(margins * slopes + offsets, -30, 30)
    if not single:
        return np.asarray(1 / (1 + np.exp(-heights)))
    powers = np.exp(heights - heights.max(axis=1, keepdims=True, initial=-30))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def choose(chances: Doubles, thresholds: Doubles, scheme: Scheme) -> NDArray[np.bool_]:
    """Say which labels each entry gets; a label brings those above it."""
    if scheme.single:
        return np.asarray(np.arange(chances.shape[1]) == chances.argmax(axis=1)[:, None])
    chosen = chances >= thresholds
    places = {label: place for place, label in enumerate(scheme.labels)}
    for label in sorted(scheme.labels, key=lambda name: -name.count(".")):
        if above := scheme.parent(label):
            chosen[:, places[above]] |= chosen[:, places[label]]
    return chosen


class ClassifierTagger(StreamTagger):
    """Tags entries with a model of somebody's own labels; the same face as ``Tagger``."""

    def __init__(self, model: Classifier, engine: str | WordEngine | None = None) -> None:
        self.model = model
        self.name = f"{model.name}@{model.hash[:12]}"
        self._engine = engine if isinstance(engine, WordEngine) else make_engine(engine)
        self._reader = Reader(model.vocabulary)

    def chances(self, texts: Sequence[str]) -> Doubles:
        """Give the probability of every label for every text: ``(n_texts, n_labels)``."""
        parts = [self._judge(self._read(part)[1])[2] for part in batches(texts, BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.model.scheme.labels)))

    def _read(self, texts: Sequence[str]) -> tuple[Reading, Features]:
        reading = self._reader.read(texts)
        return reading, extract(reading, self.model.lexicon, self._engine)

    def _judge(self, features: Features) -> tuple[Weighed, Doubles, Doubles]:
        rows = self.model.space.weigh(make_bags(features))
        margins = self.model.margins(rows)
        return rows, margins, self.model.chances(margins)

    def _tag_batch(self, entries: Sequence[Entry]) -> list[TaggedEntry]:
        texts = [entry.text for entry in entries]
        reading, features = self._read(texts)
        rows, _, chances = self._judge(features)
        chosen = choose(chances, self.model.thresholds, self.model.scheme)
        witness = _Witness(self.model, features, rows)
        return [
            TaggedEntry(entry.id, reading.scripts[number], needs, {}, self.name, entry.meta, entry.text)
            for number, entry in enumerate(entries)
            for needs in [tuple(self._needs(number, entry.text, chances, chosen[number], reading, witness))]
        ]

    def _needs(
        self, entry: int, text: str, chances: Doubles, chosen: NDArray[np.bool_], reading: Reading, witness: "_Witness"
    ) -> Iterator[Need]:
        """Give a need for each label chosen; of a label and one below it, the one below says both."""
        scheme = self.model.scheme
        labels = [scheme.labels[j] for j in np.flatnonzero(chosen)]
        said = {scheme.parent(label) for label in labels}
        for label in labels:
            if label in said:
                continue
            place = scheme.labels.index(label)
            chance = float(chances[entry, place])
            found = witness.clauses(entry, place)
            start, end = reading.span(*found) if found else (0, len(text))
            top, dot, _ = label.partition(".")
            is_below = bool(dot) and top in scheme.labels
            doubt = chance < self.model.thresholds[place] + self.model.band
            names = (top, label) if is_below else (label, "")
            yield Need(*names, "", round(chance, 4), start, end, text[start:end], uncertain=bool(doubt))


class _Witness:
    """Which clauses of an entry speak for a label, by what their features add to its score."""

    def __init__(self, model: Classifier, features: Features, rows: Weighed) -> None:
        self._model, self._features, self._rows = model, features, rows

    @cached_property
    def _by_clause(self) -> tuple[Ints, Ints]:
        clauses, columns = occurrences(self._features)
        order = np.argsort(clauses, kind="stable")
        return clauses[order], columns[order]

    def clauses(self, entry: int, label: int) -> tuple[int, int] | None:
        """Give the first and the last clause of the evidence, or nothing for an entry without known features."""
        shares = self._shares(entry, label)
        if not len(shares) or shares.max() <= 0:
            return None
        first = last = int(shares.argmax())
        enough = NEIGHBOUR * shares[first]
        while first > 0 and shares[first - 1] >= enough:
            first -= 1
        while last + 1 < len(shares) and shares[last + 1] >= enough:
            last += 1
        begin = int(np.searchsorted(self._features.entries, entry))
        return begin + first, begin + last

    def _shares(self, entry: int, label: int) -> Doubles:
        """Divide the score of a label among the clauses of an entry: ``(n_clauses,)``."""
        begin, end = np.searchsorted(self._features.entries, [entry, entry + 1])
        start, stop = self._rows.starts[entry], self._rows.starts[entry + 1]
        places = self._rows.places[start:stop]
        worth = self._rows.values[start:stop] * self._model.weights[places, label] / self._rows.counts[start:stop]
        all_clauses, all_columns = self._by_clause
        a, b = np.searchsorted(all_clauses, [begin, end])
        known = self._model.space.columns[places]
        if not len(known):
            return np.zeros(end - begin)
        at = np.minimum(np.searchsorted(known, all_columns[a:b]), len(known) - 1)
        values = np.where(known[at] == all_columns[a:b], worth[at], 0.0)
        shares = np.bincount(all_clauses[a:b] - begin, weights=values, minlength=end - begin)
        return shares.astype(np.float64)
