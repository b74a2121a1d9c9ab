"""Held-out scores -> the decisions over the heads, and the thresholds.

Each is learnt on what the one before it says: clauses, then whole entries, then the statuses of what was found.
"""

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace
from sklearn.linear_model import LogisticRegression

from .candidates import candidates, evidence
from .characters import Flags, Ints
from .decisions import Decider, topics_of
from .examples import Examples
from .mentions import Decided, Decision, Limits, n_terms
from .newton import fit_products
from .outcomes import Outcomes, multiplied, outcome_evidence, outcome_terms
from .scores import Doubles, Scores
from .status import Mention
from .verdicts import Verdicts, any_evidence, best_chances, find_pairs, label_evidence

# A label's own best threshold is drawn toward the common one as if the common one had been seen on this
# many mentions: raw per-label thresholds were no better than one for all on held-out text.
SHRINKAGE = 150.0

# The share of all mentions, the least sure ones, that is called uncertain: what a reviewer can reread.
UNCERTAIN = 0.12

FACET_SHRINKAGE = 20.0

# Inverse regularisation of each decision.
CLAUSE_COST, VERDICT_COST, OUTCOME_COST = 0.1, 1.0, 0.3

# Evidence is cut off at these quantiles: of all rows below, and above; of candidates above, of those that are needs.
LOWEST, HIGHEST, HIGHEST_OF_NEEDS = 0.005, 0.995, 0.95

# The logit of a status that training never saw.
NEVER = -100.0

Scored = tuple[Examples, Scores]  # a fold, and what heads learnt on the others say of it


def fit_decider(scored: Sequence[Scored]) -> Decider:
    """Learn the decisions over the heads, the thresholds and the facet thresholds from held-out scores."""
    label_set = scored[0][0].label_set
    decision = _fit_decision(scored)
    bare = Decider(label_set, decision, Limits(np.zeros(0)), _facet_thresholds(scored))
    decided = [bare.clauses(scores) for _, scores in scored]
    verdicts = _fit_verdicts(scored, decided)
    chances = [verdicts.chances(found, scores) for found, (_, scores) in zip(decided, scored, strict=True)]
    held = np.concatenate([part.targets.entry_labels for part, _ in scored])
    bare = replace(bare, verdicts=verdicts, limits=Limits(_fit_thresholds(np.concatenate(chances), held)))
    bare = replace(bare, limits=_fit_limits(bare, scored))
    return replace(bare, outcomes=_fit_outcomes(bare, scored))


def _fit_decision(scored: Sequence[Scored]) -> Decision:
    rows: list[Doubles] = []
    truth: list[Flags] = []
    for part, scores in scored:
        clauses, labels = candidates(scores)
        rows.append(evidence(scores, topics_of(scores.subs, part.label_set.subs_by_label()), clauses, labels))
        truth.append(part.targets.labels[clauses, labels])
    found, right = np.concatenate(rows), np.concatenate(truth)
    needs = found[right == 1] if right.any() else found
    return _fit_logistic(found, right, np.quantile(needs, HIGHEST_OF_NEEDS, axis=0), CLAUSE_COST)


def _fit_logistic(rows: Doubles, truth: Flags, high: Doubles, cost: float) -> Decision:
    """Learn a logistic model over the rows and their products; a constant one where there is nothing to tell apart."""
    low = np.quantile(rows, LOWEST, axis=0)
    bare = Decision(low, np.maximum(high, low + 1e-6), np.zeros(n_terms(rows.shape[1])), 5.0 if truth.all() else -5.0)
    if not 0 < truth.sum() < len(truth):
        return bare
    weights = fit_products(bare.scaled(rows), truth == 1, cost)
    return replace(bare, weights=weights[:-1], bias=float(weights[-1]))


def _fit_verdicts(scored: Sequence[Scored], decided: Sequence[Decided]) -> Verdicts:
    """Learn which entries hold a need at all, and of which labels, from what their clauses were found to say."""
    pairs = [(found, scores) for found, (_, scores) in zip(decided, scored, strict=True)]
    held = [part.targets.entry_labels for part, _ in scored]
    best = [best_chances(*pair) for pair in pairs]
    rows = [any_evidence(top, scores) for top, (_, scores) in zip(best, pairs, strict=True)]
    any_need = _fit_verdict(np.concatenate(rows), np.concatenate(held).max(axis=1))
    places = [find_pairs(*pair) for pair in pairs]
    of_labels = [
        label_evidence(*pair, top, any_need.probabilities(row), place)
        for pair, top, row, place in zip(pairs, best, rows, places, strict=True)
    ]
    truth = [labels[place.entries, place.labels] for labels, place in zip(held, places, strict=True)]
    clause = best_threshold(np.concatenate(best).ravel(), np.concatenate(held).ravel())
    return Verdicts(any_need, _fit_verdict(np.concatenate(of_labels), np.concatenate(truth)), clause)


def _fit_verdict(rows: Doubles, truth: Flags) -> Decision:
    return _fit_logistic(rows, truth, np.quantile(rows, HIGHEST, axis=0), VERDICT_COST)


def _fit_thresholds(chances: Doubles, truth: Flags) -> Doubles:
    """Find the threshold of each label that makes the entry-level F1 greatest, drawn toward the common one."""
    common = best_threshold(chances.ravel(), truth.ravel())
    own = np.array([best_threshold(chances[:, j], truth[:, j], common) for j in range(truth.shape[1])])
    seen = truth.sum(axis=0)
    return np.asarray((seen * own + SHRINKAGE * common) / (seen + SHRINKAGE))


def _fit_limits(bare: Decider, scored: Sequence[Scored]) -> Limits:
    """Learn what a mention's probability is worth, and which to call uncertain."""
    chances: list[float] = []
    right: list[bool] = []
    for part, said in scored:
        for mention in bare.mentions(said):
            chances.append(mention.chance)
            right.append(bool(part.targets.entry_labels[said.entries[mention.first], mention.label]))
    if not 0 < sum(right) < len(right):
        return bare.limits
    scores = bare.limits.scores(np.array(chances))
    logits = np.log(scores) - np.log1p(-scores)
    curve = LogisticRegression(C=1e3, random_state=0).fit(logits[:, None], right)
    limits = replace(bare.limits, slope=float(curve.coef_[0, 0]), offset=float(curve.intercept_[0]))
    return replace(limits, doubtful=float(limits.scores(np.asarray(np.quantile(scores, UNCERTAIN)))))


def _fit_outcomes(bare: Decider, scored: Sequence[Scored]) -> Outcomes | None:
    """Learn to weigh what is heard of a status, on the mentions as marked and as found; None for one or two."""
    rows: list[Doubles] = []
    statuses: list[Ints] = []
    for part, scores in scored:
        marked, found = list(part.targets.mentions), bare.mentions(scores)
        status = part.targets.statuses.argmax(axis=1)
        same = _same_need(marked, found)
        for mentions, numbers in ((marked, np.arange(len(marked))), (found, same)):
            if len(mentions):
                rows.append(outcome_evidence(mentions, scores)[numbers >= 0])
                statuses.append(status[numbers[numbers >= 0]])
    truth = np.concatenate(statuses) if statuses else np.zeros(0, dtype=np.int64)
    known = np.unique(truth)
    if len(known) < 3:
        return None
    evidence_of = np.concatenate(rows)
    low, high = np.quantile(evidence_of, (LOWEST, HIGHEST), axis=0)
    high, n = np.maximum(high, low + 1e-6), scored[0][0].targets.statuses.shape[1]
    terms = outcome_terms(evidence_of, low, high, multiplied(n))
    model = LogisticRegression(C=OUTCOME_COST, solver="newton-cg", random_state=0).fit(terms, truth)
    weights, bias = np.zeros((terms.shape[1], n)), np.full(n, NEVER)
    weights[:, known], bias[known] = model.coef_.T, model.intercept_
    return Outcomes(low, high, weights, bias)


def _same_need(marked: Sequence[Mention], found: Sequence[Mention]) -> Ints:
    """Give the number of the marked mention of the same label that each found one overlaps first, -1 for none."""
    numbers = np.full(len(found), -1, dtype=np.int64)
    by_label: dict[int, list[tuple[int, Mention]]] = {}
    for number, mention in enumerate(marked):
        by_label.setdefault(mention.label, []).append((number, mention))
    for k, one in enumerate(found):
        alike = (n for n, m in by_label.get(one.label, ()) if m.first <= one.last and one.first <= m.last)
        numbers[k] = next(alike, -1)
    return numbers


def best_threshold(score: Doubles, truth: Flags | Ints, default: float = 0.5) -> float:
    """Give the threshold of the greatest F1, halfway to the next lower score; ``default`` without a yes.

    >>> best_threshold(np.array([0.9, 0.8, 0.3, 0.1]), np.array([1, 1, 0, 0]))
    0.55
    """
    if not truth.any():
        return default
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(score) + 1) + truth.sum())
    f1[:-1][score[order][:-1] == score[order][1:]] = 0  # equal scores cannot be told apart
    best = int(f1.argmax())
    below = score[order[best + 1]] if best + 1 < len(score) else 0.0
    return float(round((score[order[best]] + below) / 2, 6))


def _facet_thresholds(scored: Sequence[Scored]) -> Doubles:
    """Draw each facet's best threshold toward the machine's own, 0: rare facets would else fire too often."""
    scores = np.concatenate([said.facets for _, said in scored])
    truth = np.concatenate([part.targets.facets for part, _ in scored])
    best = [best_threshold(scores[:, j].astype(float), truth[:, j], 0.0) for j in range(truth.shape[1])]
    seen = truth.sum(axis=0)
    return np.asarray(seen * best / (seen + FACET_SHRINKAGE))
