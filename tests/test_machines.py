import numpy as np
import pytest
import scipy.sparse as sp

from minqing.nlp import machines
from minqing.nlp.characters import Flags
from minqing.nlp.machines import NEAR, fit_machines
from minqing.nlp.scores import Doubles

COST = 0.5


def rows_and_targets(n: int = 1500) -> tuple[sp.csr_matrix, Flags]:
    """Make unit-length rows of a few words each, and two rare labels that some words speak for, not always."""
    random = np.random.default_rng(0)
    counts = sp.random(n, 80, density=0.08, random_state=0, format="csr", dtype=np.float32)
    rows = (sp.diags(1 / np.sqrt(np.maximum(counts.multiply(counts).sum(axis=1).A1, 1e-6))) @ counts).tocsr()
    said = rows[:, :2].toarray() + random.normal(scale=0.1, size=(n, 2))
    return rows.astype(np.float32), (said > 0.5).astype(np.int8)


def margins(found: machines.Machines, rows: sp.csr_matrix, targets: Flags) -> Doubles:
    return np.asarray((2.0 * targets - 1) * (rows @ found.coefficients.T + found.bias))


@pytest.fixture
def always_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "MANY", 0)


def test_machines_of_the_rows_near_the_margin_are_those_of_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, targets = rows_and_targets()
    of_all = fit_machines(rows, targets, COST)
    monkeypatch.setattr(machines, "MANY", 0)
    found = fit_machines(rows, targets, COST)
    assert 0 < targets.mean() < machines.RARE
    assert found.coefficients == pytest.approx(of_all.coefficients, abs=0.01)
    assert found.bias == pytest.approx(of_all.bias, abs=0.01)


def test_rows_are_near_that_lie_inside_the_margin_or_on_the_wrong_side() -> None:
    rows, targets = rows_and_targets()
    found = fit_machines(rows, targets, COST)
    clear = np.abs(margins(found, rows, targets) - NEAR) > 1e-5
    assert np.array_equal(found.near[clear], (margins(found, rows, targets) < NEAR)[clear])
    assert found.near.mean() < 0.5


def test_what_is_near_among_all_rows_teaches_most_of_them_the_same() -> None:
    rows, targets = rows_and_targets(6000)
    near = fit_machines(rows, targets, COST).near
    most = np.arange(len(targets)) % 5 > 0
    alone = fit_machines(rows[most], targets[most], COST)
    told = fit_machines(rows[most], targets[most], COST, near[most])
    assert told.coefficients == pytest.approx(alone.coefficients, abs=0.06)


def test_all_rows_teach_where_no_negative_one_is_near(always_searched: None) -> None:
    rows, targets = rows_and_targets()
    nothing = np.zeros(targets.shape, dtype=np.bool_)
    of_all = fit_machines(rows, targets, COST, np.ones_like(nothing))
    assert np.array_equal(fit_machines(rows, targets, COST, nothing).coefficients, of_all.coefficients)


def test_a_column_without_both_values_gets_a_constant_answer(always_searched: None) -> None:
    rows, _ = rows_and_targets(20)
    found = fit_machines(rows, np.tile(np.array([0, 1], dtype=np.int8), (20, 1)), COST)
    assert found.bias.tolist() == [-1.0, 1.0] and not found.coefficients.any() and not found.near.any()
