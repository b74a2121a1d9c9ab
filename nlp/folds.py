"""Labelled entries cut into folds: groups whole, and every label spread evenly over the folds.

Groups are dealt out one by one, those with the rarest labels first, each to the fold that lacks most of what it has:
the idea of iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011), here over groups and all labels at once.
"""

from collections.abc import Sequence

import numpy as np

from .characters import Ints
from .scores import Doubles


def stratified_folds(targets: Ints, groups: Sequence[str], n: int, seed: int = 0) -> list[Ints]:
    """Give the numbers of the entries in each of at most ``n`` folds, ascending.

    ``targets`` is 0/1, ``(n_entries, n_labels)``; ``groups`` names the group of each entry. There are never more folds
    than groups.
    """
    names, group_of = np.unique(np.array(groups), return_inverse=True)
    counts = np.zeros((len(names), targets.shape[1] + 1))
    np.add.at(counts, group_of, np.column_stack([targets, np.ones(len(targets), dtype=np.int64)]))
    fold_of = _dealt(counts, min(n, len(names)), np.random.default_rng(seed))
    return [np.flatnonzero(fold_of[group_of] == fold) for fold in range(min(n, len(names)))]


def _dealt(counts: Doubles, n: int, random: np.random.Generator) -> Ints:
    """Deal groups to folds; the last column of ``counts`` is how many entries each has, the others of which label."""
    fold_of = np.full(len(counts), -1, dtype=np.int64)
    totals = counts.sum(axis=0)
    wanted = np.tile(totals / n, (n, 1))
    rarest = np.where(counts > 0, totals, np.inf).min(axis=1)
    order = random.permutation(len(counts))
    for group in order[np.lexsort((-counts[order, -1], rarest[order]))]:
        # Of all folds, the one whose lack, each label by how rare it is, this group fills most.
        fold = int((wanted @ (counts[group] / np.maximum(totals, 1))).argmax())
        fold_of[group] = fold
        wanted[fold] -= counts[group]
    return fold_of
