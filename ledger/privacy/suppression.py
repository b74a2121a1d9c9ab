"""Small cells hidden, and enough others with them that no subtraction brings them back.

A table of counts with its totals is a set of equations. A hidden cell stays unknown when some other table with the
same totals and the same open cells has another number there. That is so for every cell on a rectangle of four hidden
cells of which two opposite ones can give one to the other two; such a rectangle is sought for each small cell, the
cheapest first.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]

_NEVER = np.iinfo(np.int64).max // 8


class _Sides(NamedTuple):
    """The other row and column of a rectangle."""

    row: int
    column: int


def hide_small(counts: Counts, holders: Counts, smallest: int) -> Marks:
    """Say which cells of ``counts``, ``(n_rows, n_columns)``, to hide so that no small one can be worked out.

    ``holders`` are the households behind each cell; a cell with some but fewer than ``smallest`` is small. Row and
    column totals are taken to be known to everybody, and that a hidden cell is not zero.
    """
    hidden: Marks = (holders > 0) & (holders < smallest)
    small = list(zip(*np.nonzero(hidden), strict=True))
    for row, column in small:
        if not _is_safe(counts, hidden, int(row), int(column)):
            _hide_rectangle(counts, hidden, int(row), int(column))
    _widen(counts, holders, hidden, smallest)
    return hidden


def _is_safe(counts: Counts, hidden: Marks, row: int, column: int) -> bool:
    return bool((_cost(counts, hidden, row, column) == 0).any())


def _hide_rectangle(counts: Counts, hidden: Marks, row: int, column: int) -> None:
    """Hide the cheapest rectangle; where there is none, the whole table."""
    cost = _cost(counts, hidden, row, column)
    if not cost.size or cost.min() >= _NEVER:
        hidden[:] = True
        return
    other = _Sides(*map(int, np.unravel_index(int(cost.argmin()), cost.shape)))
    hidden[row, other.column] = hidden[other.row, column] = hidden[other.row, other.column] = True


def _cost(counts: Counts, hidden: Marks, row: int, column: int) -> Counts:
    """Give for every other row and column how many more counts would be hidden by that rectangle."""
    price = np.where(hidden, 0, counts)
    beside, below = counts[row, :][None, :], counts[:, column][:, None]
    cost: Counts = price[row, :][None, :] + price[:, column][:, None] + price
    # One more here and across, one less beside and below; or the other way round. None may become zero.
    gives = (beside > 1) & (below > 1) & (counts > 0)
    takes = (counts[row, column] > 1) & (counts > 1) & (beside > 0) & (below > 0)
    cost = np.where(gives | takes, cost, _NEVER)
    cost[row, :] = cost[:, column] = _NEVER
    return cost


def _widen(counts: Counts, holders: Counts, hidden: Marks, smallest: int) -> None:
    """Hide more in a row or column whose hidden cells together are still fewer than ``smallest`` households."""
    for axis in (0, 1):
        count, holder, mark = (a if axis == 0 else a.T for a in (counts, holders, hidden))
        for line in np.nonzero(mark.any(axis=1))[0]:
            while 0 < holder[line][mark[line]].sum() < smallest:
                free = np.nonzero(~mark[line] & (holder[line] > 0))[0]
                if not free.size:
                    break
                mark[line, free[int(count[line][free].argmin())]] = True


def small_lines(holders: Counts, smallest: int, are_apart: bool) -> list[int]:
    """Give the lines to put together as "other", so that none of the totals shown is small.

    The lines that are small, and, while they are small even together, the next smallest; none when none is small.
    ``are_apart`` says that no household stands in two lines; otherwise the largest line is all that is sure.
    """
    together = np.sum if are_apart else np.max
    order = [int(line) for line in np.argsort(holders, kind="stable") if holders[line] > 0]
    pooled = [line for line in order if holders[line] < smallest]
    rest = order[len(pooled) :]
    while pooled and (int(together(holders[pooled])) < smallest or len(pooled) == 1) and rest:
        pooled.append(rest.pop(0))
    return sorted(pooled)
