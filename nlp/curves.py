"""Logarithms and the like as tables with straight lines between: the same bits on every machine, and in C as in numpy.

What numpy and a C library make of an exponential differs in the last bit from one processor to the next. A table is
made once, and reading it takes nothing but sums and products, each of which is rounded in one way only.
"""

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from .characters import Ints
from .scores import Doubles

# Twenty bits of a probability leave room for the sum of a million of them to be exact.
CHANCE_STEPS = 1 << 20

# Beyond these log odds are all but certainty.
SURE = 0.995


class Curve(Struct, frozen=True):
    """A curve from ``low`` on, ``per_unit`` values for each step of 1: ``values`` (n,). Beyond its ends it is level."""

    low: float
    per_unit: float
    values: Doubles

    @classmethod
    def of(cls, curve: Callable[[Doubles], Doubles], low: float, high: float, per_unit: int) -> "Curve":
        """Take the values of ``curve`` from ``low`` to ``high``."""
        at = np.linspace(low, high, round((high - low) * per_unit) + 1)
        return cls(low, float(per_unit), curve(at))

    def at(self, x: Doubles) -> Doubles:
        """Read the curve at each of ``x``, any shape."""
        place = np.clip((x - self.low) * self.per_unit, 0, len(self.values) - 1)
        before = np.minimum(place.astype(np.int64), len(self.values) - 2)
        value = self.values[before]
        return np.asarray(value + (self.values[before + 1] - value) * (place - before))


LOGISTIC = Curve.of(lambda x: 1 / (1 + np.exp(-x)), -16, 16, 256)
LOG_ODDS = Curve.of(lambda p: np.log(p / (1 - p)), 1 - SURE, SURE, 4_000)
LOG_OF_MORE = Curve.of(np.log1p, 0, 16, 64)

# The logarithms of whole numbers from 1; of larger ones that of the last.
LOGS = np.log(np.arange(1, 4_097))


def stepped(values: Doubles, steps: int) -> Doubles:
    """Round values to whole steps of ``1 / steps``."""
    whole = values * steps
    return np.divide(np.rint(whole, out=whole), steps, out=whole)


def logistic(logits: Doubles) -> Doubles:
    """Turn sums of evidence into probabilities, in steps of ``1 / CHANCE_STEPS``."""
    return stepped(LOGISTIC.at(logits), CHANCE_STEPS)


def logs(counts: Ints) -> Doubles:
    """Give the logarithms of counts from 1 on."""
    return np.asarray(LOGS[np.minimum(counts, len(LOGS)) - 1])
