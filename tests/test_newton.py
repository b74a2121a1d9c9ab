import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from minqing.nlp import newton
from minqing.nlp.characters import Bools
from minqing.nlp.mentions import n_terms
from minqing.nlp.newton import fit_products, with_products
from minqing.nlp.scores import Doubles


def values_and_truth(n: int = 3000) -> tuple[Doubles, Bools]:
    """Make evidence between -1 and 1 of which two columns count, and their product."""
    random = np.random.default_rng(0)
    values = random.uniform(-1, 1, size=(n, 5))
    logits = 3 * values[:, 0] - 2 * values[:, 1] + 4 * values[:, 0] * values[:, 1] - 1
    return values, random.random(n) < 1 / (1 + np.exp(-logits))


def test_products_are_as_many_as_said() -> None:
    assert with_products(np.array([[2.0, 3.0], [1.0, 0.0]])).T.tolist() == [[2, 3, 4, 6, 9, 1], [1, 0, 1, 0, 0, 1]]
    assert len(with_products(np.zeros((1, 7)))) == n_terms(7) + 1


@pytest.mark.parametrize("cost", [0.01, 0.1, 10.0])
def test_weights_are_those_of_logistic_regression(cost: float) -> None:
    values, truth = values_and_truth()
    model = LogisticRegression(C=cost, tol=1e-8, max_iter=1000).fit(with_products(values)[:-1].T, truth)
    weights = fit_products(values, truth, cost)
    assert weights[:-1] == pytest.approx(model.coef_[0], abs=0.01)
    assert weights[-1] == pytest.approx(model.intercept_[0], abs=0.01)


def test_a_start_from_some_rows_ends_where_all_rows_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    values, truth = values_and_truth()
    weights = fit_products(values, truth, 0.1)
    monkeypatch.setattr(newton, "MANY", 100)
    assert fit_products(values, truth, 0.1) == pytest.approx(weights, abs=0.01)


def test_rows_are_taken_in_parts_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    values, truth = values_and_truth(300)
    weights = fit_products(values, truth, 0.1)
    monkeypatch.setattr(newton, "ROWS", 7)
    assert fit_products(values, truth, 0.1) == pytest.approx(weights, abs=1e-4)


def test_steps_that_lead_too_far_are_halved() -> None:
    values = np.linspace(-1, 1, 40)[:, None]
    weights = fit_products(values, values[:, 0] > 0.9, 1e6)
    logits = weights @ with_products(values)
    assert ((logits > 0) == (values[:, 0] > 0.9)).all()
