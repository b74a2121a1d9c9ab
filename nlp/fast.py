"""The long middle of tagging in C: the first look at texts, and everything from words to the details of needs.

``Looker``, ``features.extract``, ``Scorer`` and ``Decider`` do the same with arrays, and are what this is held to
(``tests/test_native.py``): hashes wrap, weights and counts are whole numbers, and all that is added up is whole steps.
What C must know of characters and words is handed to it here, from the tables of those modules.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from . import native, verdicts
from .candidates import FLOOR
from .characters import Codes, Ints, codes_of, text_of
from .clauses import Field, section_kind, with_ends
from .curves import LOG_ODDS, LOG_OF_MORE, LOGISTIC, LOGS
from .decisions import Found
from .detail_tables import detail_tables
from .engines import NativeEngine
from .features import section_hashes
from .looking import Bits, Looker, Regional, piece
from .mentions import Decision, middle_and_half
from .model import Model
from .outcomes import Outcomes
from .reading import Reading
from .scores import STATUS_PLACES, Floats, Products, Scorer
from .status import place_weights
from .verdicts import Verdicts

Arrays = tuple[NDArray[np.generic], ...]


class NativeLooker(Looker):
    """Looks at texts in C."""

    def __init__(self, vocabulary: Mapping[str, str]) -> None:
        super().__init__(vocabulary)
        words = self.vocabulary.words
        # Those of one character come first, then those of each pair.
        order = sorted(range(len(words)), key=lambda word: (len(words[word]) > 1, words[word][:2]))
        self._order = np.array(order, dtype=np.int64)
        ordered = [words[word] for word in order]
        pairs = [ord(word[0]) << 16 | ord(word[1]) if len(word) > 1 else -1 for word in ordered]
        self._native = native.Characters(
            *(table.astype(np.uint16) for table in (self.classes, self.simple)),
            *map(np.ascontiguousarray, (self.irregular.pairs, self.pairs.pairs)),
            np.append(np.searchsorted(pairs, self.pairs.pairs), len(words)).astype(np.int64),
            np.cumsum([0, *map(len, ordered)], dtype=np.int64),
            codes_of("".join(ordered)),
        )

    def look(self, codes: Codes, offsets: Ints) -> tuple[Codes, Bits]:
        """Do in C what ``Looker`` does."""
        simplified, found = np.empty_like(codes), np.empty(len(offsets), dtype=np.uint32)
        self._native.look(codes, offsets, simplified, found)
        return simplified, found

    def regional(self, codes: Codes, offsets: Ints, found: Bits) -> Regional:
        """Do in C what ``Looker`` does."""
        entries, places, words = _filled(self._native.regional, 3, codes, offsets, found)
        return Regional(entries, places, self._order[words])

    def clauses(self, codes: Codes, offsets: Ints) -> tuple[Ints, Ints, Ints]:
        """Do in C what ``Looker`` does."""
        starts, ends, entries = _filled(self._native.clauses, 3, codes, offsets)
        return starts, ends, entries

    def fields(self, codes: Codes, offsets: Ints, found: Bits) -> Iterator[tuple[int, list[Field]]]:
        """Do in C what ``Looker`` does."""
        columns = [column.tolist() for column in _filled(self._native.fields, 4, codes, offsets, found)]
        for number, places in groupby(zip(*columns, strict=True), itemgetter(0)):
            offset = int(offsets[number])
            named = ((start - offset, section_kind(text_of(codes[name:end]))) for _, start, name, end in places)
            fields = [(start, kind) for start, kind in named if kind]
            if fields:
                yield number, with_ends(fields, text_of(piece(codes, offsets, number)))


def _filled(search: Callable[..., int], n: int, codes: Codes, *given: NDArray[np.generic]) -> list[Ints]:
    """Have ``n`` columns filled in by a search that finds at most one thing a character."""
    columns = [np.empty(len(codes), dtype=np.int64) for _ in range(n)]
    count = search(codes, *given, *columns)
    return [column[:count] for column in columns]


class NativeModel:
    """A model in C."""

    def __init__(self, model: Model, scorer: Scorer, engine: NativeEngine) -> None:
        self._engine = engine
        own, context = scorer.weights.own, scorer.weights.context
        self._widths = own.weights.shape[1], context.weights.shape[1]
        self._n_facets = len(model.label_set.facets)
        # Models of older formats make no verdicts, and theirs are left to ``Decider``.
        self.decides = bool(model.verdicts and model.outcomes) and "clause_whole" not in context.heads
        decisions = decisions_of(model) if self.decides else ()
        self._native = native.Model(heads_of(model, scorer), decisions)

    def products(self, reading: Reading) -> Products:
        """Give the products of every clause of a reading."""
        own, context = (np.empty((len(reading.clauses), width), dtype=np.float32) for width in self._widths)
        self._native.score(*self._batch(reading), own, context)
        return Products(own, context, reading.clauses.entries, len(reading))

    def find(self, reading: Reading, labels_only: bool) -> tuple[Found, Floats]:
        """Find the needs of a batch, and the margins of its facets, ``(n_entries, n_facets)``."""
        facets = np.empty((len(reading), self._n_facets), dtype=np.float32)
        places = (reading.offsets, reading.clauses.entries, *map(np.ascontiguousarray, reading.edits))
        needs, details = self._native.find((*self._batch(reading), *places, facets), labels_only)
        table = np.frombuffer(needs, dtype=np.int64).reshape(-1, 8)
        chances = table[:, 7].view(np.float64)
        return Found(table[:, :7], chances, np.frombuffer(details, dtype=np.int64).reshape(-1, 6)), facets

    def _batch(self, reading: Reading) -> Arrays:
        clauses = reading.clauses
        return (reading.codes, clauses.starts, clauses.ends, clauses.sections, *self._engine.spans(reading.codes))


def _solid(arrays: Iterable[NDArray[np.generic]]) -> Arrays:
    return tuple(map(np.ascontiguousarray, arrays))


def heads_of(model: Model, scorer: Scorer) -> Arrays:
    """Give the heads and what they look at, in the order of ``c/types_of_model.c``."""
    own, context = model.weights.own, model.weights.context
    return _solid(
        (
            *(own.columns, own.weights, own.scale, own.squares),
            *(context.columns, context.weights, context.scale, context.squares),
            scorer.shared_length,
            *model.lexicon.arrays(),
            section_hashes(),
        )
    )


def decisions_of(model: Model) -> Arrays:
    """Give all that decides, in the order of ``c/types_of_model.c``."""
    assert model.verdicts and model.outcomes
    biases, labels = model.weights.biases, model.label_set
    return _solid(
        (
            _shape(model),
            _settings(model.decision, model.verdicts),
            *(biases[name] for name in ("clause", "topic", "entry", "facets", "status")),
            _label_of_sub(labels.subs_by_label()),
            *(LOGISTIC.values, LOG_ODDS.values, LOG_OF_MORE.values, LOGS),
            *(array for decision in _in_order(model.decision, model.verdicts) for array in decision.arrays),
            model.limits.thresholds,
            *_outcomes(model.outcomes),
            place_weights(),
            *detail_tables(),
        )
    )


def _in_order(decision: Decision, verdicts: Verdicts) -> tuple[Decision, Decision, Decision]:
    return decision, verdicts.any_need, verdicts.label


def _shape(model: Model) -> Ints:
    """Say how many there are of everything, and where the columns of each head begin: ``Shape`` in ``c/native.h``."""
    labels, own, context = model.label_set, model.weights.own.heads, model.weights.context.heads
    statuses = tuple(f"status_{name}" for name in STATUS_PLACES)
    in_context = ("clause", "clause_before", "clause_after", "topic", "entry", "facets", *statuses)
    return np.array(
        [
            *map(len, (labels.labels, labels.subs, labels.facets, labels.statuses)),
            *(own[name][0] for name in ("clause", "topic", "entry", *statuses)),
            *(context[name][0] for name in in_context),
        ],
        dtype=np.int64,
    )


def _settings(decision: Decision, made: Verdicts) -> NDArray[np.float64]:
    curves = (LOGISTIC, LOG_ODDS, LOG_OF_MORE)
    return np.array(
        [
            *(FLOOR, verdicts.QUIET, verdicts.LEAST, made.clause),
            *(one.bias for one in _in_order(decision, made)),
            *(number for curve in curves for number in (curve.low, curve.per_unit)),
        ],
        dtype=np.float64,
    )


def _label_of_sub(groups: Sequence[Sequence[int]]) -> Ints:
    label_of_sub = np.empty(sum(map(len, groups)), dtype=np.int64)
    for label, group in enumerate(groups):
        label_of_sub[list(group)] = label
    return label_of_sub


def _outcomes(outcomes: Outcomes) -> Arrays:
    return *middle_and_half(outcomes.low, outcomes.high), outcomes.stepped_weights, outcomes.bias
