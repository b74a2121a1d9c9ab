import numpy as np

from minqing.nlp.mentions import Limits, n_terms, pick, with_products

LIMITS = Limits(np.array([0.5, 0.3]), doubtful=0.5)


def picked(found: list[tuple[int, int, float]], entries: list[int]) -> list[tuple[int, int, int, bool]]:
    clauses, labels, probability = (np.array(column) for column in zip(*found, strict=True))
    mentions = pick(probability, clauses, labels, np.array(entries), LIMITS)
    return [(m.label, m.first, m.last, m.uncertain) for m in mentions]


def test_neighbouring_clauses_of_a_label_are_one_mention() -> None:
    assert picked([(0, 0, 0.9), (1, 0, 0.8), (3, 0, 0.7)], [0] * 4) == [(0, 0, 1, False), (0, 3, 3, False)]


def test_a_mention_never_crosses_from_one_entry_to_the_next() -> None:
    assert picked([(0, 0, 0.9), (1, 0, 0.9)], [0, 1]) == [(0, 0, 0, False), (0, 1, 1, False)]


def test_each_label_has_its_own_threshold_and_a_low_score_is_uncertain() -> None:
    assert picked([(0, 0, 0.45), (0, 1, 0.35), (1, 1, 0.9)], [0, 1]) == [(1, 0, 0, True), (1, 1, 1, False)]


def test_products_are_as_many_as_said() -> None:
    values = np.array([[2.0, 3.0]])
    assert with_products(values).tolist() == [[2, 3, 4, 6, 9]]
    assert with_products(values).shape[1] == n_terms(2)
