"""Margins -> probabilities, learnt on held-out margins: a slope and an offset a label (Platt 1999).

A label seen a few times cannot carry two numbers of its own: they are held near those of all labels together.
"""

import numpy as np

from .characters import Ints
from .classifier import chances_of
from .scores import Doubles

# How strongly a label's own slope and offset are held to the common ones.
HOLD = 5.0
STEPS = 30
TEMPERATURES = np.exp(np.linspace(-1.5, 3.5, 51))


def fit_chances(margins: Doubles, truth: Ints, single: bool) -> tuple[Doubles, Doubles]:
    """Give the slope and the offset of each label: two arrays ``(n_labels,)``."""
    n = margins.shape[1]
    if single:
        return np.full(n, _temperature(margins, truth)), np.zeros(n)
    common = _platt(margins.ravel(), truth.ravel(), np.array([2.0, 0.0]), 1e-3)
    own = np.array([_platt(margins[:, j], truth[:, j], common, HOLD) for j in range(n)])
    return np.maximum(own[:, 0], 0.1), own[:, 1]


def _platt(margins: Doubles, truth: Ints, start: Doubles, hold: float) -> Doubles:
    """Fit a logistic curve by Newton's steps, held to ``start``."""
    rows = np.column_stack([margins, np.ones(len(margins))])
    found = start.copy()
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (truth - chance) - hold * (found - start)
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + hold * np.eye(2)
        step = np.linalg.solve(bend, slope)
        found = found + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    return found


def _temperature(margins: Doubles, truth: Ints) -> float:
    """Find the factor under which the softmax gives the true labels the greatest likelihood."""
    zeros = np.zeros(margins.shape[1])
    losses = [
        -np.log(np.maximum((chances_of(margins, zeros + t, zeros, True) * truth).sum(axis=1), 1e-12)).mean()
        for t in TEMPERATURES
    ]
    return float(TEMPERATURES[int(np.argmin(losses))])
