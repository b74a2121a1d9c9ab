"""What the heads say of a candidate: this clause, with this label, among its neighbours and in its entry.

Every head sees one side of the question: is the clause about the label, is it a need at all, is the entry
about the label, does it hold any need? ``mentions.Decision`` weighs them.
"""

import numpy as np

from .characters import Ints
from .curves import logs
from .scores import Doubles, Floats, Scores

# Below this sum of what the clause and its entry say, a label is never chosen; it saves fifteen sixteenths of the work.
# At -1.35 there are twice as many candidates for less than a tenth of a point of F1, by cross-validation.
FLOOR = -1.1

# What stands for a neighbour where the entry has none: as low as a clause without any need.
NOBODY = -2.0

# How many of the highest scores of the clause and of the entry are looked at beside the candidate's own.
TOP = 3

EVIDENCE = (
    "label", "need", "topic", "topic_lead", "entry_label", "entry_need",
    "label_lead", "behind_best", "best_need", "n_clauses", "need_behind_best",
    "label_before", "label_after", "topic_before", "topic_after",
    "need_before", "need_after", "need_two_before", "need_two_after",
    "position", "share_before", "n_positive",
    *(f"best_label_{n}" for n in range(TOP)), *(f"entry_label_{n}" for n in range(TOP)),
    *(f"status_{n}" for n in range(5)),
)  # fmt: skip


def candidates(scores: Scores) -> tuple[Ints, Ints]:
    """Give the ``(clauses, labels)`` worth a decision, by clause."""
    clauses, labels = np.nonzero(scores.labels + 0.5 * scores.entry_labels[scores.entries] > FLOOR)
    return clauses, labels


def evidence(scores: Scores, topics: Floats, clauses: Ints, labels: Ints) -> Doubles:
    """Bring together what each head says of the candidates: ``(n_candidates, n_evidence)``, as ``EVIDENCE`` names it.

    ``topics`` is ``(n_clauses, n_labels)``: the best second-level score of each label.
    """
    entries = scores.entries
    n_entries = len(scores.entry_need)
    best_label = _best(scores.labels, entries, n_entries)
    best_need = _best(scores.need[:, None], entries, n_entries)[:, 0]
    sizes = clause_counts(scores)
    e = entries[clauses]
    position = clauses - np.searchsorted(entries, e)
    label, need = scores.labels[clauses, labels], scores.need[clauses]
    columns = (
        label,
        need,
        topics[clauses, labels],
        _lead(topics, clauses, labels),
        scores.entry_labels[e, labels],
        scores.entry_need[e],
        _lead(scores.labels, clauses, labels),
        best_label[e, labels] - label,
        best_need[e],
        logs(sizes)[e],
        best_need[e] - need,
        *(_neighbour(values, clauses, labels, entries, by) for values in (scores.labels, topics) for by in (-1, 1)),
        *(_neighbour(scores.need[:, None], clauses, 0, entries, by) for by in (-1, 1, -2, 2)),
        position,
        position / np.maximum(sizes[e] - 1, 1),
        (scores.labels > 0).sum(axis=1)[clauses],
    )
    blocks = (_top(best_label)[e], _top(scores.entry_labels)[e], scores.status["own"][clauses])
    return np.column_stack([*columns, *blocks]).astype(np.float64)


def clause_counts(scores: Scores) -> Ints:
    """Count the clauses of each entry, one for those without any: ``(n_entries,)``."""
    return np.maximum(np.bincount(scores.entries, minlength=len(scores.entry_need)), 1)


def _neighbour(values: Floats, clauses: Ints, columns: Ints | int, entries: Ints, by: int) -> Floats:
    """Give what the clause ``by`` places on in the same entry has in ``columns``."""
    there = np.clip(clauses + by, 0, len(entries) - 1)
    same = (entries[there] == entries[clauses]) & (there == clauses + by)
    return np.where(same, values[there, columns], np.float32(NOBODY))


def _top(values: Floats) -> Floats:
    """Give the ``TOP`` highest of each row, ascending; fewer labels than that are filled up from below."""
    return np.sort(np.pad(values, ((0, 0), (TOP, 0)), constant_values=-9), axis=1)[:, -TOP:]


def _best(values: Floats, entries: Ints, n_entries: int) -> Floats:
    """Give the greatest of each column by entry; entries without clauses get the lowest of all."""
    starts = np.searchsorted(entries, np.arange(n_entries))
    out = np.full((n_entries, values.shape[1]), -9, dtype=np.float32)
    filled = np.flatnonzero(np.bincount(entries, minlength=n_entries))
    if len(filled):
        out[filled] = np.maximum.reduceat(values, starts[filled], axis=0)
    return out


def _lead(values: Floats, clauses: Ints, labels: Ints) -> Floats:
    """Say by how much each candidate's label leads the best other label of its clause."""
    two = np.sort(values, axis=1)[:, -2:]
    mine = values[clauses, labels]
    best, second = two[clauses, 1], two[clauses, 0]
    return np.asarray(mine - np.where(mine == best, second, best), dtype=np.float32)
