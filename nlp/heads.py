"""Learning the linear heads: features and targets -> weights in bytes.

Every head is a linear support vector machine over unit-length rows of counts times rarity. What it sees of
the neighbours and of the whole entry is added as further columns, so that at tagging time each part is one
slice of one product (``scores.py``).
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from .characters import Ints
from .features import BITS, Features, Rows
from .scores import NORM_STEPS, Block, Doubles, Floats, Weights
from .status import Mention, surroundings

# What the neighbours count beside the clause itself: chosen on the development set. The whole entry counted too: that
# was worth nothing by cross-validation, and the decisions see the entry anyway.
BEFORE, AFTER = 0.5, 0.5
PLACES = {"own": 1.0, "sooner": 0.5, "later": 1.0}  # around a mention, for its status

# Features in fewer clauses than this are dropped: they cost space and carry little over. Dropping n-grams
# seen three or four times cost under a point on the development set and keeps the model under 20 MB.
FEWEST_OWN, FEWEST_CONTEXT = 9, 3


@dataclass(frozen=True, slots=True)
class Costs:
    """Inverse regularisation of each family of heads, chosen on the development set."""

    clause: float = 0.5
    topic: float = 0.5
    entry: float = 0.5
    status: float = 0.5
    facets: float = 0.5


COSTS = Costs()

# Where learning stops; a tenth of it changes one weight in ten thousand, by one step of 127, and takes longer by
# a quarter.
TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Targets:
    """What the labels say of a batch: 0/1 arrays by clause and by entry, the mentions marked and their status."""

    labels: Ints
    subs: Ints
    entry_labels: Ints
    facets: Ints
    mentions: Sequence[Mention]
    statuses: Ints  # (n_mentions, n_statuses), 0/1


@dataclass(frozen=True, slots=True)
class _Space:
    """The columns kept and their weights by rarity; turns features into unit-length sparse rows."""

    own_columns: Ints
    context_columns: Ints
    own_rarity: Floats
    context_rarity: Floats

    @classmethod
    def of(cls, features: Features) -> "_Space":
        own, own_rarity = _kept(features.own, FEWEST_OWN)
        context, context_rarity = _kept(features.context, FEWEST_CONTEXT)
        return cls(own, context, own_rarity, context_rarity)

    def views(self, features: Features) -> "_Views":
        own = _matrix(features.own)[:, self.own_columns]
        context = _matrix(features.context)[:, self.context_columns]
        own_square, context_square = own @ _steps(self.own_rarity), context @ _steps(self.context_rarity)
        own, context = own @ sp.diags(self.own_rarity), context @ sp.diags(self.context_rarity)
        clause = _unit(sp.hstack([own, context]), own_square + context_square)
        return _Views(clause, _unit(context, context_square), features.entries, features.n_entries)


def _steps(rarity: Floats) -> Floats:
    """Square, rounded to the steps in which the model file keeps it."""
    return np.asarray(np.round(rarity**2 * NORM_STEPS) / NORM_STEPS, dtype=np.float32)


def _kept(rows: Rows, fewest: int) -> tuple[Ints, Floats]:
    """Give the columns worth keeping and the inverse document frequency of each."""
    pairs = np.unique(np.repeat(np.arange(len(rows)), np.diff(rows.starts)) << BITS | rows.columns)
    columns, counts = np.unique(pairs & ((1 << BITS) - 1), return_counts=True)
    kept = counts >= fewest
    return columns[kept], np.log(1 + len(rows) / (1 + counts[kept])).astype(np.float32)


def _matrix(rows: Rows) -> sp.csr_matrix:
    ones = np.ones(len(rows.columns), dtype=np.float32)
    return sp.csr_matrix((ones, rows.columns, rows.starts), shape=(len(rows), 1 << BITS))


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


def fit_weights(features: Features, targets: Targets, costs: Costs = COSTS) -> Weights:
    """Learn every head; give the weights, in bytes."""
    space = _Space.of(features)
    views = space.views(features)
    clause_targets = np.column_stack([targets.labels, targets.labels.max(axis=1, initial=0)])
    entry_targets = np.column_stack([targets.entry_labels, targets.entry_labels.max(axis=1, initial=0)])
    about_needs = np.flatnonzero(clause_targets[:, -1])
    whole, total = views.summed(views.context), views.summed(views.clause)
    before, after = views.shifted(-1), views.shifted(1)
    families = {
        "clause": _fit_family(
            {"clause": (views.clause, 1.0), "clause_before": (before, BEFORE), "clause_after": (after, AFTER)},
            clause_targets, costs.clause,
        ),
        "topic": _fit_family({"topic": (views.clause[about_needs], 1.0)}, targets.subs[about_needs], costs.topic),
        "entry": _fit_family({"entry": (total, 1.0)}, entry_targets, costs.entry),
        "facets": _fit_family({"facets": (whole, 1.0)}, targets.facets, costs.facets),
        "status": _fit_family(
            {f"status_{place}": (rows, PLACES[place]) for place, rows in views.at(targets.mentions).items()},
            targets.statuses, costs.status,
        ),
    }  # fmt: skip
    return _packed(space, families)


def _fit_family(parts: Mapping[str, tuple[sp.csr_matrix, float]], targets: Ints, cost: float) -> _Family:
    # In doubles once, or the learner would make a copy in doubles for every head.
    rows = sp.hstack([matrix * scale for matrix, scale in parts.values()]).tocsr().astype(np.float64)
    coefficients, bias = _fit_machines(rows, targets, cost)
    ends = np.cumsum([matrix.shape[1] for matrix, _ in parts.values()])[:-1]
    cut = np.split(coefficients, ends, axis=1)
    named = {name: (c, scale) for (name, (_, scale)), c in zip(parts.items(), cut, strict=True)}
    return _Family(named, bias.astype(np.float32))


def _fit_machines(rows: sp.csr_matrix, targets: Ints, cost: float) -> tuple[Doubles, Doubles]:
    """One linear support vector machine a column; a column without both values gets a constant no or yes."""
    coefficients = np.zeros((targets.shape[1], rows.shape[1]))
    bias = np.where(targets.mean(axis=0) > 0.5, 1.0, -1.0) if len(targets) else np.full(targets.shape[1], -1.0)
    for j in range(targets.shape[1]):
        if 0 < targets[:, j].sum() < len(targets):
            machine = LinearSVC(C=cost, tol=TOLERANCE, random_state=0)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                machine.fit(rows, targets[:, j])
            coefficients[j], bias[j] = machine.coef_[0], machine.intercept_[0]
    return coefficients, bias


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
    matrix = np.concatenate(list(heads.values()), axis=1)
    scale = np.maximum(np.abs(matrix).max(axis=0, initial=0), 1e-9) / 127
    ends = np.cumsum([head.shape[1] for head in heads.values()]).tolist()
    names = {name: (end - head.shape[1], end) for (name, head), end in zip(heads.items(), ends, strict=True)}
    return Block(
        columns.astype(np.int32),
        np.round(matrix / scale).astype(np.int8),
        scale.astype(np.float32),
        np.round(_steps(rarity) * NORM_STEPS).astype(np.int32),
        names,
    )
