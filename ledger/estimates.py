"""How many needs there likely are behind a count, since the tagger misses some and invents others.

The count is multiplied by precision and divided by recall, as measured for that label on entries the model never saw.
The interval takes in that both were measured on few entries, and that the count itself is one draw.
"""

import math
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

import msgspec

from minqing.nlp.errors import LedgerError

# Of the normal distribution, for an interval that holds the truth in 19 cases of 20.
_Z = 1.96
_SHIPPED = Path(__file__).with_name("label_errors.json")


class LabelErrors(msgspec.Struct, frozen=True):
    """What a model got right and wrong of one label, in entries."""

    tp: int
    fp: int
    fn: int


class KnownErrors(msgspec.Struct, frozen=True):
    """The errors of a model by label, and on what they were measured."""

    model: str
    entries: int
    labels: dict[str, LabelErrors]

    def are_of(self, models: list[str]) -> bool:
        """Say whether they were measured for these very models."""
        return bool(models) and all(model == self.model for model in models)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A likely number, and between which two it lies in 19 cases of 20."""

    likely: float
    low: float
    high: float


def load_errors(path: Path | None = None) -> KnownErrors:
    """Read the errors of a model, those of the model that ships by default.

    Raises:
        LedgerError: the file is no such thing.
    """
    try:
        return msgspec.json.decode((path or _SHIPPED).read_bytes(), type=KnownErrors)
    except (OSError, msgspec.DecodeError) as error:
        raise LedgerError(_("{path}: no errors of a model by label: {error}").format(path=path, error=error)) from error


def estimate(count: int, errors: LabelErrors) -> Estimate | None:
    """Give how many there likely are behind ``count``; None when too little is known of the label.

    >>> found = estimate(100, LabelErrors(80, 20, 20))
    >>> round(found.likely), found.low < 100 < found.high
    (100, True)
    """
    if errors.tp < 5:
        return None
    precision = errors.tp / (errors.tp + errors.fp)
    recall = errors.tp / (errors.tp + errors.fn)
    likely = count * precision / recall
    # Of the logarithm, by the delta method: two shares, each of its own sample, and a count.
    variance = (1 - precision) / errors.tp + (1 - recall) / errors.tp + 1 / max(count, 1)
    spread = math.exp(_Z * math.sqrt(variance))
    return Estimate(likely, likely / spread, likely * spread)
