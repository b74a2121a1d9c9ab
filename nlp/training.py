"""Labelled entries -> a model, with the report of what it got right on entries it never saw.

The decision over the heads is learnt on scores that each fold's heads give to entries they never saw, all
entries of one author in one fold. The same folds give the thresholds and the report. For the report each
fold's decision and thresholds come from the other folds, so that no number rests on text seen before.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from .candidates import candidates, evidence
from .characters import Ints
from .concepts import ConceptLexicon
from .decisions import Decider, topics_of
from .engines import make_engine
from .evaluation import Report, evaluate
from .examples import Examples, make_examples
from .heads import COSTS, Costs, fit_weights
from .mentions import Decision, Limits, n_terms, with_products
from .model import LabelSet, Model
from .reading import Reader
from .records import LabelledEntry
from .scores import Doubles, Floats, Scorer, Scores, Weights

FOLDS = 5

# A label's own best threshold is drawn toward the common one as if the common one had been seen on this
# many mentions: raw per-label thresholds were no better than one for all on held-out text.
SHRINKAGE = 150.0

# The share of all mentions, the least sure ones, that is called uncertain: what a reviewer can reread.
UNCERTAIN = 0.12

FACET_SHRINKAGE = 20.0

DECISION_COST = 0.1

# Evidence is cut off at these quantiles: of all candidates below, of those that are needs above.
RANGE = (0.005, 0.95)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training run is made from beside the labelled entries."""

    name: str
    label_set: LabelSet
    lexicon: ConceptLexicon
    vocabulary: Mapping[str, str]
    costs: Costs = COSTS
    jobs: int = 1


def fit(labelled: Sequence[LabelledEntry], recipe: Recipe, progress: Progress = print) -> tuple[Model, Report]:
    """Train a model on ``labelled`` and report by grouped cross-validation."""
    engine = make_engine("rjieba")
    examples = make_examples(labelled, recipe.label_set, recipe.lexicon, engine, Reader(recipe.vocabulary))
    folds = split_by_author(labelled)
    progress(f"{len(labelled)} entries, {len(examples.features)} clauses; {len(folds)} folds by author")
    weights, held_out = learn(examples, folds, recipe)
    progress("heads learnt")
    scored = list(zip(map(examples.take, folds), held_out, strict=True))
    report = cross_validate(scored)
    decider = fit_decider(scored)
    model = Model(
        name=recipe.name,
        label_set=recipe.label_set,
        lexicon=recipe.lexicon,
        vocabulary=dict(recipe.vocabulary),
        weights=weights,
        decision=decider.decision,
        limits=decider.limits,
        facet_thresholds=decider.facet_thresholds,
    )
    return model, report


def split_by_author(labelled: Sequence[LabelledEntry]) -> list[Ints]:
    """Cut the entries into folds, each author whole; entries without author count as one each."""
    authors = np.array([item.author or item.entry.id for item in labelled])
    n = min(FOLDS, len(set(authors.tolist())))
    return [np.sort(held) for _, held in GroupKFold(n).split(authors, groups=authors)]


def learn(examples: Examples, folds: Sequence[Ints], recipe: Recipe) -> tuple[Weights, list[Scores]]:
    """Learn the heads on all entries; and on all but each fold, with the scores of that fold."""
    parts = [examples.take(np.setdiff1d(np.arange(len(examples.labelled)), held)) for held in folds]
    seen = [(part.features, part.targets, recipe.costs) for part in [examples, *parts]]
    held = [examples.features.take(fold) for fold in folds]
    if recipe.jobs < 2:
        weights = [fit_weights(*task) for task in seen]
    else:
        with ProcessPoolExecutor(recipe.jobs) as pool:
            weights = list(pool.map(fit_weights, *zip(*seen, strict=True)))
    return weights[0], [Scorer(w).score(features) for w, features in zip(weights[1:], held, strict=True)]


Scored = tuple[Examples, Scores]  # a fold, and what heads learnt on the others say of it


def cross_validate(scored: Sequence[Scored]) -> Report:
    """Report on every fold, decided by what the other folds taught."""
    gold: list[LabelledEntry] = []
    predicted: list[tuple[object, object]] = []
    for k, (part, scores) in enumerate(scored):
        decider = fit_decider([*scored[:k], *scored[k + 1 :]] or scored)
        texts = [item.entry.text for item in part.labelled]
        gold += part.labelled
        predicted += zip(decider.needs(scores, part.reading, texts), decider.facets(scores), strict=True)
    return evaluate(gold, [p[0] for p in predicted], [p[1] for p in predicted])  # type: ignore[misc]


def fit_decider(scored: Sequence[Scored]) -> Decider:
    """Learn the decision over the heads, the thresholds and the facet thresholds from held-out scores."""
    label_set = scored[0][0].label_set
    gathered = [_gather(part, scores) for part, scores in scored]
    rows = np.concatenate([g.evidence for g in gathered])
    truth = np.concatenate([g.truth for g in gathered])
    decision = _fit_decision(rows, truth)
    thresholds = _fit_thresholds(gathered, decision, len(label_set.labels))
    facets = np.concatenate([scores.facets for _, scores in scored])
    facet_truth = np.concatenate([part.targets.facets for part, _ in scored])
    bare = Decider(label_set, decision, Limits(thresholds), _facet_thresholds(facets, facet_truth))
    return replace(bare, limits=_fit_limits(bare, scored))


@dataclass(frozen=True, slots=True)
class _Gathered:
    evidence: Doubles
    truth: Ints
    labels: Ints
    entries: Ints  # of each candidate
    entry_labels: Ints


def _gather(part: Examples, scores: Scores) -> _Gathered:
    clauses, labels = candidates(scores)
    rows = evidence(scores, topics_of(scores.subs, part.label_set.subs_by_label()), clauses, labels)
    truth = part.targets.labels[clauses, labels]
    return _Gathered(rows, truth, labels, scores.entries[clauses], part.targets.entry_labels)


def _fit_decision(rows: Doubles, truth: Ints) -> Decision:
    if not 0 < truth.sum() < len(truth):
        zeros = np.zeros(rows.shape[1])
        return Decision(zeros, zeros + 1, np.zeros(n_terms(rows.shape[1])), 5.0 if truth.all() else -5.0)
    low, high = np.quantile(rows, RANGE[0], axis=0), np.quantile(rows[truth == 1], RANGE[1], axis=0)
    bare = Decision(low, np.maximum(high, low + 1e-6), np.zeros(0), 0.0)
    model = LogisticRegression(C=DECISION_COST, max_iter=1000, random_state=0)
    model.fit(with_products(bare.scaled(rows)), truth)
    return replace(bare, weights=model.coef_[0], bias=float(model.intercept_[0]))


def _fit_thresholds(gathered: Sequence[_Gathered], decision: Decision, n_labels: int) -> Doubles:
    """Find the threshold of each label that makes the entry-level F1 greatest, drawn toward the common one."""
    best: list[Doubles] = []
    for g in gathered:
        top = np.zeros(g.entry_labels.shape)
        np.maximum.at(top, (g.entries, g.labels), decision.probabilities(g.evidence))
        best.append(top)
    probability = np.concatenate(best)
    truth = np.concatenate([g.entry_labels for g in gathered])
    common = best_threshold(probability.ravel(), truth.ravel())
    own = np.array([best_threshold(probability[:, j], truth[:, j], common) for j in range(n_labels)])
    seen = truth.sum(axis=0)
    return np.asarray((seen * own + SHRINKAGE * common) / (seen + SHRINKAGE))


def _fit_limits(bare: Decider, scored: Sequence[Scored]) -> Limits:
    """Learn what a mention's probability is worth, and which to call uncertain."""
    scores: list[float] = []
    right: list[bool] = []
    for part, said in scored:
        for mention in bare.mentions(said):
            scores.append(mention.score)
            right.append(bool(part.targets.entry_labels[said.entries[mention.first], mention.label]))
    if not 0 < sum(right) < len(right):
        return bare.limits
    logits = np.log(scores) - np.log1p(-np.array(scores))
    curve = LogisticRegression(C=1e3, random_state=0).fit(logits[:, None], right)
    limits = replace(bare.limits, slope=float(curve.coef_[0, 0]), offset=float(curve.intercept_[0]))
    return replace(limits, doubtful=limits.score(float(np.quantile(scores, UNCERTAIN))))


def best_threshold(score: Doubles, truth: Ints, default: float = 0.5) -> float:
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


def _facet_thresholds(scores: Floats, truth: Ints) -> Doubles:
    """Draw each facet's best threshold toward the machine's own, 0: rare facets would else fire too often."""
    best = [best_threshold(scores[:, j].astype(float), truth[:, j], 0.0) for j in range(truth.shape[1])]
    seen = truth.sum(axis=0)
    return np.asarray(seen * best / (seen + FACET_SHRINKAGE))
