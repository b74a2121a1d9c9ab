import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from minqing.nlp.curves import CHANCE_STEPS, LOG_ODDS, LOG_OF_MORE, LOGS, SURE, Curve, logistic, logs
from minqing.nlp.scores import Doubles

AT = np.linspace(-15.9, 15.9, 10_001)


def test_a_curve_is_as_good_as_its_formula() -> None:
    assert np.abs(logistic(AT) - 1 / (1 + np.exp(-AT))).max() < 1e-6
    chances = np.linspace(1 - SURE, SURE, 10_001)
    assert np.abs(LOG_ODDS.at(chances) - np.log(chances / (1 - chances))).max() < 1e-3
    sums = np.linspace(0, 16, 10_001)
    assert np.abs(LOG_OF_MORE.at(sums) - np.log1p(sums)).max() < 1e-4


def test_beyond_its_ends_a_curve_is_level() -> None:
    assert logistic(np.array([-1e9, -16.0, 16.0, 1e9])).tolist() == [0.0, 0.0, 1.0, 1.0]
    assert LOG_ODDS.at(np.array([0.0, 1.0])).tolist() == [LOG_ODDS.values[0], LOG_ODDS.values[-1]]


@given(arrays(np.float64, st.integers(0, 30), elements=st.floats(-40, 40)))
def test_chances_are_whole_steps_in_the_order_of_their_logits(logits: Doubles) -> None:
    found = logistic(logits)
    assert (found * CHANCE_STEPS == np.rint(found * CHANCE_STEPS)).all()
    assert (np.diff(found[np.argsort(logits)]) >= 0).all()


def test_a_curve_goes_straight_between_its_values() -> None:
    curve = Curve(0.0, 1.0, np.array([0.0, 10.0, 0.0]))
    assert curve.at(np.array([0.0, 0.25, 1.0, 1.5, 2.0])).tolist() == [0, 2.5, 10, 5, 0]


def test_the_logarithm_of_a_count_beyond_the_table_is_that_of_its_end() -> None:
    assert logs(np.array([1, 2, 10**9])).tolist() == [0.0, np.log(2), LOGS[-1]]
