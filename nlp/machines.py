"""Linear support vector machines over many rows, each learnt from the few rows that have a say in it.

Only rows inside the margin have a say in what a machine becomes: one clause in twelve. The learner walks over all its
rows again and again, in no order, and waits for memory where they are more than the processor's caches hold. So the
rows near the margin are found first, by machines learnt from fewer; what comes out is the machine of all rows.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from .characters import Bools, Flags
from .scores import Doubles

# Where learning stops; a tenth of it changes one weight in ten thousand, by one step of 127, and takes longer by
# a quarter.
TOLERANCE = 1e-3

# The first machine sees one negative row of so many, and every positive one, since these are rare. With fewer rows than
# ``MANY``, or a greater share of them positive than ``RARE``, the search takes longer than it spares.
SCOUTED, MANY, RARE = 5, 100_000, 0.1

# Rows up to this far from the boundary are near, where 1 is the margin itself. Of the rows inside the margin of the
# machine of all clauses the search so missed none in three heads of labels.
NEAR = 1.1


@dataclass(frozen=True, slots=True)
class Machines:
    """What was learnt, and which rows are near the margin of each machine."""

    coefficients: Doubles  # (n_machines, n_columns)
    bias: Doubles  # (n_machines,)
    near: Bools  # (n_rows, n_machines)


def fit_machines(rows: sp.csr_matrix, targets: Flags, cost: float, near: Bools | None = None) -> Machines:
    """Learn one machine a column of ``targets``; a column without both values gets a constant no or yes.

    ``near`` says which rows are near the margin where that is known, as from the machines of more rows than these.
    """
    found = np.zeros(targets.shape, dtype=np.bool_)
    coefficients = np.zeros((targets.shape[1], rows.shape[1]))
    bias = np.where(targets.mean(axis=0) > 0.5, 1.0, -1.0) if len(targets) else np.full(targets.shape[1], -1.0)
    for j in range(targets.shape[1]):
        truth = targets[:, j] == 1
        if 0 < truth.sum() < len(truth):
            seen = _scouted(rows, truth, cost) if near is None else near[:, j]
            machine = _fit(rows, truth, cost, seen)
            coefficients[j], bias[j] = machine.coef_[0], machine.intercept_[0]
            found[:, j] = _within(NEAR, machine, rows, truth)
    return Machines(coefficients, bias, found)


def _scouted(rows: sp.csr_matrix, truth: Bools, cost: float) -> Bools:
    """Find the rows near the margin of the machine of all rows; all of them where that costs more than it spares."""
    if len(truth) < MANY or truth.mean() > RARE:
        return np.ones(len(truth), dtype=np.bool_)
    some = truth.copy()
    some[np.flatnonzero(~truth)[::SCOUTED]] = True
    first = _fit(rows, truth, cost, some)
    return _within(NEAR, _fit(rows, truth, cost, _within(1.0, first, rows, truth)), rows, truth)


def _within(margin: float, machine: LinearSVC, rows: sp.csr_matrix, truth: Bools) -> Bools:
    """Say which rows are nearer to the boundary of ``machine`` than ``margin``, or on its wrong side."""
    sides = rows @ machine.coef_[0].astype(rows.dtype) + machine.intercept_[0]
    return np.asarray(np.where(truth, sides, -sides) < margin)


def _fit(rows: sp.csr_matrix, truth: Bools, cost: float, near: Bools) -> LinearSVC:
    """Learn from the positive rows and those near; from all where no negative one is near."""
    seen = truth | near
    some = not (seen.all() or truth[seen].all())
    machine = LinearSVC(C=cost, tol=TOLERANCE, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(rows[seen] if some else rows, truth[seen] if some else truth)
    return machine
