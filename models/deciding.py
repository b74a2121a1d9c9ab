"""The decisions of a tagger as arrays, and read back."""

import numpy as np
from numpy.typing import NDArray

from minqing.models.folders import Arrays
from minqing.nlp import outcomes
from minqing.nlp.mentions import Decision, n_terms
from minqing.nlp.model import LabelSet, Model
from minqing.nlp.outcomes import Outcomes
from minqing.nlp.verdicts import ANY_EVIDENCE, LABEL_EVIDENCE, Verdicts


def decision_arrays(model: Model) -> dict[str, NDArray[np.generic]]:
    """Give the decisions over clauses, whole entries and statuses, as far as the model has them."""
    tensors = _fields("decision", model.decision, ("low", "high", "weights"))
    if model.verdicts:
        tensors |= _fields("any_need", model.verdicts.any_need, ("low", "high", "weights"))
        tensors |= _fields("label", model.verdicts.label, ("low", "high", "weights"))
        biases = (model.verdicts.any_need.bias, model.verdicts.label.bias, model.verdicts.clause)
        tensors["verdicts"] = np.array(biases)
    if model.outcomes:
        tensors |= _fields("outcomes", model.outcomes, ("low", "high", "weights", "bias"))
    return tensors


def _fields(prefix: str, record: object, names: tuple[str, ...]) -> dict[str, NDArray[np.generic]]:
    return {f"{prefix}.{name}": getattr(record, name) for name in names}


def read_decision(taken: Arrays, prefix: str, n: int, bias: float) -> Decision:
    """Read a logistic model over ``n`` pieces of evidence."""
    return Decision(
        taken.take(f"{prefix}.low", np.float64, (n,)),
        taken.take(f"{prefix}.high", np.float64, (n,)),
        taken.take(f"{prefix}.weights", np.float64, (n_terms(n),)),
        bias,
    )


def read_verdicts(taken: Arrays) -> Verdicts | None:
    """Read the verdicts, which models of format 2 have not."""
    if "verdicts" not in taken:
        return None
    any_need, label, clause = taken.take("verdicts", np.float64, (3,)).tolist()
    return Verdicts(
        read_decision(taken, "any_need", len(ANY_EVIDENCE), any_need),
        read_decision(taken, "label", len(LABEL_EVIDENCE), label),
        clause,
    )


def read_outcomes(taken: Arrays, labels: LabelSet) -> Outcomes | None:
    """Read the outcomes, which models of format 2 and those that saw one or two statuses have not."""
    if "outcomes.bias" not in taken:
        return None
    sizes = len(labels.statuses), len(labels.labels)
    n = outcomes.n_evidence(*sizes)
    return Outcomes(
        taken.take("outcomes.low", np.float64, (n,)),
        taken.take("outcomes.high", np.float64, (n,)),
        taken.take("outcomes.weights", np.float64, (outcomes.n_terms(*sizes), sizes[0])),
        taken.take("outcomes.bias", np.float64, (sizes[0],)),
    )
