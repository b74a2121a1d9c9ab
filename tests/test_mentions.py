import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from minqing.nlp.mentions import Decided, Decision, Limits, n_terms, pick
from minqing.nlp.scores import Doubles

LIMITS = Limits(np.array([0.5, 0.3]), doubtful=0.5)


def picked(found: list[tuple[int, int, float]], entries: list[int]) -> list[tuple[int, int, int, bool]]:
    clauses, labels, probability = (np.array(column) for column in zip(*found, strict=True))
    mentions = pick(Decided(clauses, labels, probability), np.array(entries), LIMITS)
    uncertain = (LIMITS.scores(np.array([m.chance for m in mentions])) < LIMITS.doubtful).tolist()
    return [(m.label, m.first, m.last, is_so) for m, is_so in zip(mentions, uncertain, strict=True)]


def test_neighbouring_clauses_of_a_label_are_one_mention() -> None:
    assert picked([(0, 0, 0.9), (1, 0, 0.8), (3, 0, 0.7)], [0] * 4) == [(0, 0, 1, False), (0, 3, 3, False)]


def test_a_mention_never_crosses_from_one_entry_to_the_next() -> None:
    assert picked([(0, 0, 0.9), (1, 0, 0.9)], [0, 1]) == [(0, 0, 0, False), (0, 1, 1, False)]


def test_each_label_has_its_own_threshold_and_a_low_score_is_uncertain() -> None:
    assert picked([(0, 0, 0.45), (0, 1, 0.35), (1, 1, 0.9)], [0, 1]) == [(1, 0, 0, True), (1, 1, 1, False)]


@given(
    values=arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 9)), elements=st.floats(-3, 3)),
    seed=st.integers(0, 99),
)
def test_few_rows_and_many_are_summed_to_the_same_last_bit(values: Doubles, seed: int) -> None:
    n = values.shape[1]
    weights = np.random.default_rng(seed).normal(size=n_terms(n))
    decision = Decision(np.full(n, -2.0), np.full(n, 2.0), weights, 0.1)
    many = np.tile(values, (200, 1))
    assert np.array_equal(np.tile(decision.probabilities(values), 200), decision.probabilities(many))
