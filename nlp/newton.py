"""Logistic models over values and their products, learnt without ever holding all products at once.

Newton's method: some hundred columns, many rows, and a step needs only sums over the rows. So the products are made for
some rows at a time. A table of all products of 225,000 candidates takes a gigabyte, and its copies three more.
"""

import numpy as np

from .characters import Bools
from .mentions import n_terms
from .scores import Doubles

# Rows multiplied at a time: their products stay in the processor's caches.
ROWS = 2048

# Past this many rows, one of so many gives the weights from which learning on all of them starts.
MANY, SAMPLED = 50_000, 5

# Learning stops where a step promises less than twice this of each row's log likelihood, or after so many steps.
LEAST_GAIN, STEPS = 1e-6, 50


def fit_products(values: Doubles, truth: Bools, cost: float) -> Doubles:
    """Learn the weights of the columns of ``values``, of the products of every two, and last the bias.

    ``cost`` is inverse regularisation, as in scikit-learn's ``LogisticRegression``; the bias goes free. ``truth`` must
    hold both values.
    """
    weights = np.zeros(n_terms(values.shape[1]) + 1)
    some = truth[::SAMPLED]
    if len(values) > MANY and 0 < some.sum() < len(some):
        weights = _climb(values[::SAMPLED], some, cost * SAMPLED, weights)
    return _climb(values, truth, cost, weights)


def _climb(values: Doubles, truth: Bools, cost: float, weights: Doubles) -> Doubles:
    """Step to the optimum from ``weights``, by half a step where a whole one leads past it."""
    loss, gradient, hessian = _sums(values, truth, cost, weights)
    for _ in range(STEPS):
        step = np.linalg.solve(hessian, gradient)
        if gradient @ step < LEAST_GAIN * len(values):
            break
        best, loss = loss, np.inf
        while not loss <= best:
            new = weights - step
            loss, gradient, hessian = _sums(values, truth, cost, new)
            step /= 2
        weights = new
    return weights


def _sums(values: Doubles, truth: Bools, cost: float, weights: Doubles) -> tuple[float, Doubles, Doubles]:
    """Give the loss, its gradient ``(n_weights,)`` and its second derivatives ``(n_weights, n_weights)``."""
    shrunk = np.append(np.full(len(weights) - 1, 1 / cost), 0.0)
    loss, gradient, hessian = float(shrunk @ weights**2) / 2, shrunk * weights, np.diag(shrunk)
    for at in range(0, len(values), ROWS):
        terms, right = with_products(values[at : at + ROWS]), truth[at : at + ROWS]
        logits = weights @ terms
        chances = 1 / (1 + np.exp(-logits))
        loss += float(np.logaddexp(0, logits).sum() - logits[right].sum())
        gradient += terms @ (chances - right)
        # Single precision will do for the way, and takes half the time; the gradient says where it ends.
        spread = (terms * np.sqrt(chances * (1 - chances))).astype(np.float32)
        hessian += spread @ spread.T
    return loss, gradient, hessian


def with_products(values: Doubles) -> Doubles:
    """Give the columns, the product of every two and a row of ones: ``(n, n_columns)`` -> ``(n_weights, n)``.

    >>> with_products(np.array([[2.0, 3.0]])).ravel().tolist()
    [2.0, 3.0, 4.0, 6.0, 9.0, 1.0]
    """
    columns = np.ascontiguousarray(values.T)
    products = [column * columns[i:] for i, column in enumerate(columns)]
    return np.concatenate([columns, *products, np.ones((1, len(values)))])
