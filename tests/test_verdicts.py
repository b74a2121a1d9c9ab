import numpy as np
import pytest

from minqing.nlp.mentions import Decided, Decision, n_terms
from minqing.nlp.scores import Scores
from minqing.nlp.verdicts import (
    ANY_EVIDENCE,
    LABEL_EVIDENCE,
    Verdicts,
    any_evidence,
    best_chances,
    find_pairs,
    label_evidence,
)

# Two entries of two clauses each, two labels; the second entry has next to nothing.
FOUND = Decided(np.array([0, 0, 1, 2]), np.array([0, 1, 0, 1]), np.array([0.9, 0.3, 0.4, 0.2]))


def scores(n_clauses: int = 4, n_entries: int = 2) -> Scores:
    one = np.zeros((n_clauses, 2), dtype=np.float32)
    whole = np.zeros((n_entries, 2), dtype=np.float32)
    entries = np.sort(np.arange(n_clauses) % n_entries)
    return Scores(one, one[:, 0], one, whole, whole[:, 0], whole, {}, whole[0], entries)


def steep(names: tuple[str, ...], name: str, at: float) -> Decision:
    """Make a decision that says yes where the evidence ``name`` is over ``at``, for which log odds are -5 … 5."""
    n = len(names)
    weights = np.zeros(n_terms(n))
    weights[names.index(name)] = 50.0
    return Decision(np.full(n, -5.0), np.full(n, 5.0), weights, -50 * at / 5)


def verdicts(any_from: float, label_from: float, clause: float) -> Verdicts:
    odds = [np.log(p / (1 - p)) for p in (any_from, label_from)]
    return Verdicts(steep(ANY_EVIDENCE, "best_2", odds[0]), steep(LABEL_EVIDENCE, "best", odds[1]), clause)


def test_an_entry_without_a_likely_need_has_none() -> None:
    found = verdicts(0.5, 0.1, 0.1).of(FOUND, scores())
    assert found.clauses.tolist() == [0, 0, 1]


def test_a_label_has_its_best_clause_and_those_likely_by_themselves() -> None:
    assert verdicts(0.1, 0.1, 0.5).of(FOUND, scores()).clauses.tolist() == [0, 0, 2]
    assert verdicts(0.1, 0.1, 0.35).of(FOUND, scores()).clauses.tolist() == [0, 0, 1, 2]


def test_all_clauses_of_a_label_have_the_chance_of_the_entry() -> None:
    weighed = verdicts(0.1, 0.5, 0.35)
    chances = weighed.chances(FOUND, scores())
    assert chances[0, 0] > 0.99 and chances[0, 1] < 0.01
    assert weighed.of(FOUND, scores()).probabilities[[0, 2]] == pytest.approx([chances[0, 0]] * 2)


def test_evidence_has_the_columns_it_names() -> None:
    pairs = find_pairs(FOUND, scores())
    assert list(zip(pairs.entries.tolist(), pairs.labels.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1)]
    assert any_evidence(best_chances(FOUND, scores()), scores()).shape == (2, len(ANY_EVIDENCE))
    assert label_evidence(FOUND, scores(), best_chances(FOUND, scores()), np.array([0.9, 0.1]), pairs).shape == (
        3,
        len(LABEL_EVIDENCE),
    )


def test_what_stands_beside_a_label_is_the_likeliest_other_label_of_its_best_clause() -> None:
    pairs, best = find_pairs(FOUND, scores()), best_chances(FOUND, scores())
    rows = label_evidence(FOUND, scores(), best, np.array([0.9, 0.1]), pairs)
    beside = rows[:, LABEL_EVIDENCE.index("beside")]
    assert beside[0] == pytest.approx(np.log(0.3 / 0.7)) and beside[1] == pytest.approx(np.log(9))
    assert beside[2] < -5


@pytest.mark.parametrize("n_clauses", [0, 3])
def test_entries_without_candidates_hold_nothing(n_clauses: int) -> None:
    nothing = Decided(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    assert len(verdicts(0.1, 0.1, 0.1).of(nothing, scores(n_clauses)).clauses) == 0
