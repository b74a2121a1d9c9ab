"""Labelled entries -> a model, with the report of what it got right on entries it never saw.

The decision over the heads is learnt on scores that each fold's heads give to entries they never saw, all
entries of one author in one fold. The same folds give the thresholds and the report. For the report each
fold's decision and thresholds come from the other folds, so that no number rests on text seen before.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import GroupKFold

from .characters import Ints
from .concepts import ConceptLexicon
from .deciding import Scored, fit_decider
from .engines import make_engine
from .evaluation import Report, evaluate
from .examples import Examples, make_examples
from .heads import COSTS, Costs, fit_weights
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
