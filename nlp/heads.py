"""Learning the linear heads: features and targets -> weights in bytes.

Every head is a linear support vector machine over unit-length rows of counts times rarity. What it sees of
the neighbours and of the whole entry is added as further columns, so that at tagging time each part is one
slice of one product (``scores.py``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from msgspec.structs import replace
from numpy.typing import NDArray

from .characters import Bools, Flags, Ints
from .features import BITS, Features, Rows
from .machines import fit_machines
from .scores import NORM_STEPS, Block, Doubles, Floats, Weights
from .status import Mention, surroundings

# What the neighbours count beside the clause itself: chosen on the development set. The whole entry counted too: that
# was worth nothing by cross-validation, and the decisions see the entry anyway.
BEFORE, AFTER = 0.5, 0.5
PLACES = {"own": 1.0, "sooner": 0.5, "later": 1.0}  # around a mention, for its status

# Features in fewer clauses than this are dropped: they cost space and carry little over. Dropping n-grams
# seen three or four times cost under a point on the development set and keeps the model under 20 MB.
FEWEST_OWN, FEWEST_CONTEXT = 10, 3


@dataclass(frozen=True, slots=True)
class Costs:
    """Inverse regularisation of each family of heads, chosen on the development set."""

    clause: float = 0.5
    topic: float = 0.5
    entry: float = 0.5
    status: float = 0.5
    facets: float = 0.5


COSTS = Costs()


@dataclass(frozen=True, slots=True)
class Targets:
    """What the labels say of a batch: 0/1 arrays by clause and by entry, the mentions marked and their status."""

    labels: Flags
    subs: Flags
    entry_labels: Flags
    facets: Flags
    mentions: Sequence[Mention]
    statuses: Flags  # (n_mentions, n_statuses)

    def take(self, chosen: Ints, entries: Ints) -> "Targets":
        """Give what is said of the entries numbered ``chosen``, ascending; ``entries`` are those of the clauses."""
        rows = np.flatnonzero(np.isin(entries, chosen))
        first = np.array([mention.first for mention in self.mentions], dtype=np.int64)
        numbers = np.flatnonzero(np.isin(entries[first], chosen))
        shifts = (np.searchsorted(rows, first[numbers]) - first[numbers]).tolist()
        there = [self.mentions[number] for number in numbers.tolist()]
        moved = [replace(m, first=m.first + by, last=m.last + by) for m, by in zip(there, shifts, strict=True)]
        return Targets(
            self.labels[rows],
            self.subs[rows],
            self.entry_labels[chosen],
            self.facets[chosen],
            moved,
            self.statuses[numbers],
        )


@dataclass(frozen=True, slots=True)
class _Space:
    """The columns kept and their weights by rarity; turns counts into unit-length sparse rows."""

    own_columns: Ints
    context_columns: Ints
    own_rarity: Floats
    context_rarity: Floats

    @classmethod
    def of(cls, own: sp.csr_matrix, context: sp.csr_matrix) -> "_Space":
        own_columns, own_rarity = _kept(own, FEWEST_OWN)
        context_columns, context_rarity = _kept(context, FEWEST_CONTEXT)
        return cls(own_columns, context_columns, own_rarity, context_rarity)

    def unit_rows(self, own: sp.csr_matrix, context: sp.csr_matrix) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        """Give the rows of both blocks side by side, and those of ``context`` alone."""
        own, context = own[:, self.own_columns], context[:, self.context_columns]
        own_square, context_square = own @ _steps(self.own_rarity), context @ _steps(self.context_rarity)
        own, context = own @ sp.diags(self.own_rarity), context @ sp.diags(self.context_rarity)
        return _unit(sp.hstack([own, context]), own_square + context_square), _unit(context, context_square)


def _steps(rarity: Floats) -> Floats:
    """Square, rounded to the steps in which the model file keeps it."""
    return np.asarray(np.round(rarity**2 * NORM_STEPS) / NORM_STEPS, dtype=np.float32)


def _kept(counts: sp.csr_matrix, fewest: int) -> tuple[Ints, Floats]:
    """Give the columns worth keeping and the inverse document frequency of each."""
    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = np.flatnonzero(seen >= fewest)
    return kept, np.log(1 + counts.shape[0] / (1 + seen[kept])).astype(np.float32)


def _counts(rows: Rows) -> sp.csr_matrix:
    ones = np.ones(len(rows.columns), dtype=np.float32)
    counts = sp.csr_matrix((ones, rows.columns, rows.starts), shape=(len(rows), 1 << BITS), copy=True)
    counts.sum_duplicates()
    return counts


def _unit(matrix: sp.spmatrix, squares: Floats) -> sp.csr_matrix:
    lengths = np.sqrt(np.maximum(squares, 1e-6))
    return (sp.diags((1 / lengths).astype(np.float32)) @ matrix).tocsr()


@dataclass(frozen=True, slots=True)
class _Views:
    """The rows as each family of heads sees them."""

    clause: sp.csr_matrix
    context: sp.csr_matrix
    entries: Ints
    n_entries: int

    def shifted(self, by: int) -> sp.csr_matrix:
        n = len(self.entries)
        target = np.clip(np.arange(n) + by, 0, max(n - 1, 0))
        same = (self.entries[target] == self.entries) & (target == np.arange(n) + by)
        return sp.diags(same.astype(np.float32)) @ self.context[target]

    def summed(self, rows: sp.csr_matrix) -> sp.csr_matrix:
        counts = np.maximum(np.bincount(self.entries, minlength=self.n_entries), 1)
        ones = np.ones(len(self.entries), dtype=np.float32)
        gather = sp.csr_matrix(
            (ones, (self.entries, np.arange(len(self.entries)))), shape=(self.n_entries, len(self.entries))
        )
        return (sp.diags((1 / np.sqrt(counts)).astype(np.float32)) @ gather @ rows).tocsr()

    def at(self, mentions: Sequence[Mention]) -> dict[str, sp.csr_matrix]:
        """Give what stands in each place around the mentions, as one row a mention."""
        shape = (len(mentions), len(self.entries))
        gathers = {
            name: sp.csr_matrix((place.weights.astype(np.float32), place.clauses, place.starts), shape=shape)
            for name, place in surroundings(mentions, self.entries).items()
        }
        return {name: (gather @ self.clause).tocsr() for name, gather in gathers.items()}


@dataclass(frozen=True, slots=True)
class _Family:
    """One family of heads after learning: a coefficient matrix for each part of what it saw."""

    parts: Mapping[str, tuple[Doubles, float]]  # part -> (n_heads, n_columns), what the part was scaled by
    bias: Floats
    near: Bools


# Which rows are near the margins of each family of heads: name -> (n_rows, n_heads). What a row is differs by family.
Near = Mapping[str, Bools]


def fit_heads(
    features: Features, targets: Targets, costs: Costs = COSTS, near: Near | None = None
) -> tuple[Weights, Near]:
    """Learn every head; give the weights, in bytes, and which rows are near the margins.

    ``near`` says that beforehand, where it is known from more rows: it spares two thirds of the time.
    """
    space, views = _seen(features)
    families = {
        problem.name: _fit_family(problem, near[problem.name] if near else None)
        for problem in _problems(views, targets, costs)
    }
    return _packed(space, families), {name: family.near for name, family in families.items()}


def _seen(features: Features) -> tuple[_Space, _Views]:
    counts = _counts(features.own), _counts(features.context)
    space = _Space.of(*counts)
    return space, _Views(*space.unit_rows(*counts), features.entries, features.n_entries)


_Parts = Mapping[str, tuple[sp.csr_matrix, float]]  # what the heads see apart, and what each counts


@dataclass(frozen=True, slots=True)
class _Problem:
    """What one family of heads learns from: ``parts`` says how wide each part of the rows is, and scaled by what."""

    name: str
    rows: sp.csr_matrix
    parts: Mapping[str, tuple[int, float]]
    targets: Flags
    cost: float


def _problems(views: _Views, targets: Targets, costs: Costs) -> Iterator[_Problem]:
    """Put the rows of one family together after the other: those of all would take a gigabyte."""
    yield _problem("clause", _with_neighbours(views), _with_any(targets.labels), costs.clause)
    about_needs = np.flatnonzero(targets.labels.any(axis=1))
    yield _problem("topic", {"topic": (views.clause[about_needs], 1.0)}, targets.subs[about_needs], costs.topic)
    yield _problem("entry", {"entry": (views.summed(views.clause), 1.0)}, _with_any(targets.entry_labels), costs.entry)
    yield _problem("facets", {"facets": (views.summed(views.context), 1.0)}, targets.facets, costs.facets)
    yield _problem("status", _by_place(views, targets.mentions), targets.statuses, costs.status)


def _with_neighbours(views: _Views) -> _Parts:
    before, after = views.shifted(-1), views.shifted(1)
    return {"clause": (views.clause, 1.0), "clause_before": (before, BEFORE), "clause_after": (after, AFTER)}


def _by_place(views: _Views, mentions: Sequence[Mention]) -> _Parts:
    return {f"status_{place}": (rows, PLACES[place]) for place, rows in views.at(mentions).items()}


def _problem(name: str, parts: _Parts, targets: Flags, cost: float) -> _Problem:
    rows = sp.hstack([matrix * scale for matrix, scale in parts.values()], format="csr")
    widths = {part: (matrix.shape[1], scale) for part, (matrix, scale) in parts.items()}
    return _Problem(name, rows, widths, targets, cost)


def _with_any(targets: Flags) -> Flags:
    """Append a column that says whether there is any."""
    return np.column_stack([targets, targets.max(axis=1, initial=0)])


def near_of(near: Near, features: Features, targets: Targets, chosen: Ints) -> Near:
    """Give what ``near`` says of the rows of the entries numbered ``chosen``."""
    entries, each = features.entries, np.arange(features.n_entries)
    entry_of_row = {
        "clause": entries,
        "topic": entries[targets.labels.any(axis=1)],
        "entry": each,
        "facets": each,
        "status": entries[[mention.first for mention in targets.mentions]],
    }
    return {name: near[name][np.isin(of_row, chosen)] for name, of_row in entry_of_row.items()}


def _fit_family(problem: _Problem, near: Bools | None) -> _Family:
    machines = fit_machines(problem.rows, problem.targets, problem.cost, near)
    ends = np.cumsum([width for width, _ in problem.parts.values()])[:-1]
    cut = np.split(machines.coefficients, ends, axis=1)
    named = {name: (c, scale) for (name, (_, scale)), c in zip(problem.parts.items(), cut, strict=True)}
    return _Family(named, machines.bias.astype(np.float32), machines.near)


def _packed(space: _Space, families: Mapping[str, _Family]) -> Weights:
    """Put the coefficients of all families side by side, rarity and scale multiplied in, as bytes."""
    n_own = len(space.own_columns)
    own: dict[str, Doubles] = {}
    context: dict[str, Doubles] = {}
    for family in families.values():
        for name, (coefficients, scale) in family.parts.items():
            both = coefficients.shape[1] > len(space.context_columns)
            if both:
                own[name] = coefficients[:, :n_own].T * space.own_rarity[:, None] * scale
            rest = coefficients[:, n_own:] if both else coefficients
            context[name] = rest.T * space.context_rarity[:, None] * scale
    biases = {name: family.bias for name, family in families.items()}
    return Weights(
        _block(space.own_columns, space.own_rarity, own),
        _block(space.context_columns, space.context_rarity, context),
        biases,
    )


def _block(columns: Ints, rarity: Floats, heads: Mapping[str, Doubles]) -> Block:
    weights, scales = zip(*map(_in_bytes, heads.values()), strict=True)
    ends = np.cumsum([head.shape[1] for head in heads.values()]).tolist()
    names = {name: (end - head.shape[1], end) for (name, head), end in zip(heads.items(), ends, strict=True)}
    return Block(
        columns.astype(np.int32),
        np.concatenate(weights, axis=1),
        np.concatenate(scales),
        np.round(_steps(rarity) * NORM_STEPS).astype(np.int32),
        names,
    )


def _in_bytes(matrix: Doubles) -> tuple[NDArray[np.int8], Floats]:
    """Round each column to 127 steps to either side; give the steps, and what one of each column is worth."""
    scale = np.maximum(np.abs(matrix).max(axis=0, initial=0), 1e-9) / 127
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32)
