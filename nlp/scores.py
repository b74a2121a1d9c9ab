"""Rows -> scores: every linear head over a batch of clauses, by two sparse products. Arrays only.

A head is a linear classifier. It sees a clause through its own features, its neighbours' context, or all
clauses of the entry. Since each part is linear, all heads share one weight matrix a block, and a clause is
multiplied once. Weights are small whole numbers and counts are whole, so that every sum is exact: one
entry alone and the same entry in a batch, on any machine, get the same scores.
"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .characters import Bools, Ints
from .features import BITS, Features, Rows

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

# Weights are kept as one signed byte; the squared weights of the norm as 1/16 steps.
NORM_STEPS = 16

# Products are rounded to the step that floats have from 2048 on, 1/4096: what is added up of them is exact.
_ROUNDING = np.float32(3_072)

# Past this many features, those of half a dozen entries, scipy is four times faster; for less, its import
# alone takes longer than the sums.
_MANY = 4_000

# Where a cue for the status may stand, seen from the mention; see ``status.py``.
STATUS_PLACES = ("own", "sooner", "later")


class Block(Struct, frozen=True):
    """The weights of one block of features: ``(n_kept, n_columns)`` bytes, and what they are worth.

    ``columns`` are the hashed columns kept, ascending; ``scale`` turns each weight column back into
    numbers; ``squares`` are the squared inverse document frequencies, in steps of 1/16, of which a row's
    length is made; ``heads`` names slices of the weight columns.
    """

    columns: NDArray[np.int32]
    weights: NDArray[np.int8]
    scale: Floats
    squares: NDArray[np.int32]
    heads: Mapping[str, tuple[int, int]]


class Weights(Struct, frozen=True):
    """Both blocks and the bias of each head."""

    own: Block
    context: Block
    biases: Mapping[str, Floats]


class Scores(Struct, frozen=True):
    """What the heads say of a batch of ``n`` clauses in ``m`` entries.

    ``labels`` (n, n_labels) and ``need`` (n,) of the clause; ``subs`` (n, n_subs): which second-level
    label, if it is a need at all; ``entry_labels`` (m, n_labels), ``entry_need`` (m,) and ``facets``
    (m, n_facets) of the whole entry; ``status`` maps each place a status cue may stand in, seen from the
    mention, to (n, n_statuses).
    """

    labels: Floats
    need: Floats
    subs: Floats
    entry_labels: Floats
    entry_need: Floats
    facets: Floats
    status: Mapping[str, Floats]
    status_bias: Floats
    entries: Ints


class Products(Struct, frozen=True):
    """What each weight column says of each clause, taken as a unit vector: ``(n_clauses, n_columns)`` a block.

    A head that sees both blocks shares one length between them. ``entries`` numbers the entry of each clause.
    """

    own: Floats
    context: Floats
    entries: Ints
    n_entries: int


class Scorer(Struct, frozen=True, dict=True):
    """Applies weights to features."""

    weights: Weights

    def score(self, features: Features) -> Scores:
        """Score every clause of the batch."""
        return self.combine(self.products(features))

    def products(self, features: Features) -> Products:
        """Multiply the features of every clause by the weights."""
        own, own_square = _product(features.own, self._own)
        context, context_square = _product(features.context, self._context)
        one = np.float32(1)
        both, alone = one / _lengths(own_square + context_square), one / _lengths(context_square)
        shortened: Floats = np.where(self.shared_length, both, alone)
        return Products(_rounded(own * both), _rounded(context * shortened), features.entries, features.n_entries)

    @cached_property
    def shared_length(self) -> Bools:
        """Say of each context column whether its head also sees the clause's own features: ``(n_columns,)``."""
        shared = np.zeros(self.weights.context.weights.shape[1], dtype=np.bool_)
        for name, (start, end) in self.weights.context.heads.items():
            shared[start:end] = name in self.weights.own.heads
        return shared

    def combine(self, products: Products) -> Scores:
        """Put the products together as each head looks at them."""
        parts = _Parts(self.weights, products)
        clause = parts.clause("clause") + parts.before("clause_before") + parts.after("clause_after")
        clause += self._whole(parts, products) + self.weights.biases["clause"]
        entry = parts.total("entry") + self.weights.biases["entry"]
        status = {name: parts.clause(f"status_{name}") for name in STATUS_PLACES}
        return Scores(
            labels=clause[:, :-1],
            need=clause[:, -1],
            subs=parts.clause("topic") + self.weights.biases["topic"],
            entry_labels=entry[:, :-1],
            entry_need=entry[:, -1],
            facets=parts.whole("facets") + self.weights.biases["facets"],
            status=status,
            status_bias=self.weights.biases["status"],
            entries=products.entries,
        )

    def _whole(self, parts: "_Parts", products: Products) -> Floats | np.float32:
        """Give what the whole entry says of each clause; nothing, in models of format 3."""
        name = "clause_whole"
        return parts.whole(name)[products.entries] if name in self.weights.context.heads else np.float32(0)

    @cached_property
    def _own(self) -> "_Table":
        return _Table.of(self.weights.own)

    @cached_property
    def _context(self) -> "_Table":
        return _Table.of(self.weights.context)


class _Table(Struct, frozen=True):
    """A block made ready: ``row_of`` each hashed column, -1 for columns never seen in training."""

    block: Block
    row_of: NDArray[np.int32]
    scale: Floats

    @classmethod
    def of(cls, block: Block) -> "_Table":
        row_of = np.full(1 << BITS, -1, dtype=np.int32)
        row_of[block.columns] = np.arange(len(block.columns))
        return cls(block, row_of, np.append(block.scale, np.float32(1 / NORM_STEPS)).astype(np.float32))

    def rows(self, numbers: NDArray[np.int32]) -> Floats:
        """Give the weights of some rows, and in the last column the squares of which lengths are made."""
        found = np.empty((len(numbers), len(self.scale)), dtype=np.float32)
        found[:, :-1] = self.block.weights[numbers]
        found[:, -1] = self.block.squares[numbers]
        return found


def _lengths(squares: Floats) -> Floats:
    """Give the lengths of rows as a column; a row without any known feature counts as short, not as none."""
    return np.sqrt(np.maximum(squares, np.float32(1e-6)))[:, None]


def _rounded(products: Floats) -> Floats:
    return np.asarray((products + _ROUNDING) - _ROUNDING, dtype=np.float32)


def _product(rows: Rows, table: _Table) -> tuple[Floats, Floats]:
    """Multiply counts by weights; give the head columns, and apart the squared lengths."""
    columns = table.row_of[rows.columns]
    known = columns >= 0
    kept = np.concatenate([[0], np.cumsum(known)])[rows.starts]
    columns = columns[known]
    sums = _sum_of_rows(kept, columns, table) * table.scale
    return sums[:, :-1], sums[:, -1]


def _sum_of_rows(starts: Ints, columns: NDArray[np.int32], table: _Table) -> Floats:
    """Add up the weight rows of each clause, exactly: every term is a whole number."""
    n, width = len(starts) - 1, len(table.scale)
    if len(columns) > _MANY:
        from scipy.sparse import csr_matrix

        # Only the rows that occur, a sixth of all: fewer to turn into numbers, and they stay near the processor.
        occurs = np.zeros(len(table.block.columns), dtype=np.bool_)
        occurs[columns] = True
        used = np.flatnonzero(occurs).astype(np.int32)
        place = (np.cumsum(occurs) - 1).astype(np.int32)
        ones = np.ones(len(columns), dtype=np.float32)
        product: Floats = csr_matrix((ones, place[columns], starts), shape=(n, len(used))) @ table.rows(used)
        return product
    sums = np.zeros((n, width), dtype=np.float32)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        sums[filled] = np.add.reduceat(table.rows(columns), starts[filled], axis=0)
    return sums


def shifted(values: Floats, entries: Ints, by: int) -> Floats:
    """Give each clause the row of the clause ``by`` places on in its entry; zeros past the ends."""
    out = np.zeros_like(values)
    if by > 0:
        out[:-by] = values[by:]
        out[:-by][entries[by:] != entries[:-by]] = 0
    else:
        out[-by:] = values[:by]
        out[-by:][entries[:by] != entries[-by:]] = 0
    return out


def summed(values: Floats, entries: Ints, n_entries: int) -> Floats:
    """Add up the rows of each entry, divided by the root of their number: ``(n_entries, …)``."""
    counts = np.bincount(entries, minlength=n_entries)
    starts = np.concatenate([[0], np.cumsum(counts)])
    out = np.zeros((n_entries, values.shape[1]))
    filled = np.flatnonzero(counts)
    if len(filled):
        out[filled] = np.add.reduceat(values, starts[filled], axis=0, dtype=np.float64)
    return np.asarray(out / np.sqrt(np.maximum(counts, 1))[:, None], dtype=np.float32)


class _Parts(Struct, frozen=True):
    """The products, cut into heads and put where each head looks."""

    weights: Weights
    products: Products

    def clause(self, head: str) -> Floats:
        """The clause itself: its own features and its context, as one unit vector."""
        start, end = self.weights.own.heads[head]
        return self.products.own[:, start:end] + self.alone(head)

    def alone(self, head: str) -> Floats:
        """The context of the clause as a unit vector."""
        start, end = self.weights.context.heads[head]
        return self.products.context[:, start:end]

    def before(self, head: str) -> Floats:
        return shifted(self.alone(head), self.products.entries, -1)

    def after(self, head: str) -> Floats:
        return shifted(self.alone(head), self.products.entries, 1)

    def whole(self, head: str) -> Floats:
        return summed(self.alone(head), self.products.entries, self.products.n_entries)

    def total(self, head: str) -> Floats:
        return summed(self.clause(head), self.products.entries, self.products.n_entries)
