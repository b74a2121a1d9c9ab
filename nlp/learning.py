"""Entries with labels of somebody's own -> a classifier, with the report of what it got right on held-out entries.

The margins of each fold come from heads learnt on the other folds. They give the calibration and the thresholds; for
the report, those of a fold come from the other folds, so that no figure rests on text seen before.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from .bags import Bags, Space, Weighed, make_bags
from .chances import fit_chances
from .characters import Ints
from .classifier import Classifier, Lesson, Scheme, chances_of, choose
from .concepts import ConceptLexicon
from .deciding import best_threshold
from .engines import make_engine
from .features import extract
from .folds import stratified_folds
from .intervals import Answers
from .reading import Reader
from .scores import Doubles
from .streams import batches

FOLDS, FEWER_FOLDS, MANY = 5, 3, 5000
# Inverse regularisation; for one label an entry the best wins, and a looser fit was better by half a point (citizens'
# messages), where several thresholds are to be passed a tighter one by as much (CAIL divorce).
COST, COST_OF_ONE = 1.0, 3.0

# How far above its threshold a chance still counts as uncertain.
BAND = 0.15

TOLERANCE = 1e-2

# Of many entries, a feature that stands in one alone only takes room; of few, it may be the name of a thing.
# Past so many features, those in two entries go as well.
FEW, MOST = 2000, 600_000

# A label's own threshold is drawn toward the common one as if that had been seen on this many entries.
SHRINKAGE = 30.0

# A threshold outside this is chance: it would give a rare label to every entry, or to none.
LOWEST, HIGHEST = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Plan:
    """What a classifier is made from beside the lessons."""

    name: str
    scheme: Scheme
    lexicon: ConceptLexicon
    vocabulary: Mapping[str, str]
    jobs: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Learnt:
    """A classifier; what it said of entries when it had not seen them, ``(n, n_labels)``, and the labels it chose."""

    model: Classifier
    chances: Doubles
    answers: Answers
    folds: Sequence[Ints] = field(default_factory=list)


def learn_labels(lessons: Sequence[Lesson], plan: Plan, progress: Callable[[str], None]) -> Learnt:
    """Learn a classifier."""
    bags = bags_of([lesson.entry.text for lesson in lessons], plan)
    truth = targets_of(lessons, plan.scheme)
    n = FOLDS if len(lessons) <= MANY else FEWER_FOLDS
    folds = stratified_folds(truth, groups_of(lessons), n, plan.seed)
    progress(f"{len(lessons):,} entries, {len(plan.scheme.labels)} labels; {len(folds)} folds")
    everything = np.arange(len(lessons))
    seen = [everything, *(np.setdiff1d(everything, fold) for fold in folds)]
    cost = COST_OF_ONE if plan.scheme.single else COST
    heads = _learn_all([(bags.take(rows), truth[rows], cost) for rows in seen], plan.jobs)
    progress("heads learnt")
    margins = np.zeros(truth.shape)
    for fold, head in zip(folds, heads[1:], strict=True):
        margins[fold] = head.margins(bags.take(fold))
    model = _built(heads[0], decide(margins, truth, plan.scheme), plan)
    chances, chosen = _held_out(margins, truth, folds, plan.scheme)
    names = np.array(plan.scheme.labels, dtype=object)
    return Learnt(model, chances, [frozenset(names[row].tolist()) for row in chosen], folds)


def groups_of(lessons: Sequence[Lesson]) -> list[str]:
    """Give the group of each lesson; of one single group nothing could be held out, so each is then by itself."""
    groups = [lesson.group for lesson in lessons]
    return groups if len(set(groups)) > 1 else [str(number) for number in range(len(lessons))]


def bags_of(texts: Sequence[str], plan: Plan) -> Bags:
    """Read texts and describe them, a thousand at a time so that memory stays small."""
    engine, reader = make_engine("rjieba"), Reader(plan.vocabulary)
    parts = [make_bags(extract(reader.read(part), plan.lexicon, engine)) for part in batches(texts, 1000)]
    sizes = np.concatenate([np.diff(part.starts) for part in parts])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    columns, counts = ([getattr(part, name) for part in parts] for name in ("columns", "counts"))
    return Bags(starts, np.concatenate(columns), np.concatenate(counts))


def targets_of(lessons: Sequence[Lesson], scheme: Scheme) -> Ints:
    """Say which labels each lesson has, those above included: 0/1, ``(n_lessons, n_labels)``."""
    places = {label: j for j, label in enumerate(scheme.labels)}
    truth = np.zeros((len(lessons), len(places)), dtype=np.int64)
    for row, lesson in enumerate(lessons):
        truth[row, [places[label] for label in scheme.closed(lesson.labels)]] = 1
    return truth


@dataclass(frozen=True, slots=True)
class Heads:
    """One linear head a label over a space of features."""

    space: Space
    weights: Doubles  # (n_labels, n_kept)
    bias: Doubles

    def margins(self, bags: Bags) -> Doubles:
        """Score entries: ``(n_entries, n_labels)``."""
        return np.asarray(matrix_of(self.space.weigh(bags), len(self.space.columns)) @ self.weights.T + self.bias)


def matrix_of(rows: Weighed, width: int) -> sp.csr_matrix:
    """Give rows as scipy takes them, in doubles, so that the learner makes no copy for each label."""
    return sp.csr_matrix((rows.values.astype(np.float64), rows.places, rows.starts), (len(rows.starts) - 1, width))


def fit_heads(bags: Bags, truth: Ints, cost: float = COST) -> Heads:
    """Learn one linear support vector machine a label; a label that all or none have gets a constant yes or no."""
    space = _space(bags)
    rows = matrix_of(space.weigh(bags), len(space.columns))
    weights = np.zeros((truth.shape[1], len(space.columns)))
    bias = np.where(truth.mean(axis=0) > 0.5, 1.0, -1.5)
    for j in np.flatnonzero((truth.sum(axis=0) > 0) & (truth.sum(axis=0) < len(truth))):
        machine = LinearSVC(C=cost, tol=TOLERANCE, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            machine.fit(rows, truth[:, j])
        weights[j], bias[j] = machine.coef_[0], machine.intercept_[0]
    return Heads(space, weights, bias)


def _space(bags: Bags) -> Space:
    if len(bags) <= FEW:
        return Space.of(bags, 1)
    space = Space.of(bags, 2)
    return space if len(space.columns) <= MOST else Space.of(bags, 3)


def _learn_all(tasks: Sequence[tuple[Bags, Ints, float]], jobs: int) -> list[Heads]:
    if jobs < 2:
        return [fit_heads(*task) for task in tasks]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(fit_heads, *zip(*tasks, strict=True)))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What turns margins into labels."""

    slopes: Doubles
    offsets: Doubles
    thresholds: Doubles


def decide(margins: Doubles, truth: Ints, scheme: Scheme) -> Judgement:
    """Learn the calibration and the thresholds on held-out margins."""
    slopes, offsets = fit_chances(margins, truth, scheme.single)
    chances = chances_of(margins, slopes, offsets, scheme.single)
    common = np.clip(best_threshold(chances.ravel(), truth.ravel()), LOWEST, HIGHEST)
    own = [best_threshold(chances[:, j], truth[:, j], common) for j in range(truth.shape[1])]
    seen = truth.sum(axis=0)
    thresholds = (seen * np.clip(own, LOWEST, HIGHEST) + SHRINKAGE * common) / (seen + SHRINKAGE)
    return Judgement(slopes, offsets, np.zeros(len(own)) if scheme.single else thresholds)


def _held_out(
    margins: Doubles, truth: Ints, folds: Sequence[Ints], scheme: Scheme
) -> tuple[Doubles, NDArray[np.bool_]]:
    """Give the chances and the labels of every entry as judged by what the other folds taught."""
    chances, chosen = np.zeros(truth.shape), np.zeros(truth.shape, dtype=np.bool_)
    for fold in folds:
        others = np.setdiff1d(np.arange(len(truth)), fold)
        rows = others if len(others) else fold
        judge = decide(margins[rows], truth[rows], scheme)
        chances[fold] = chances_of(margins[fold], judge.slopes, judge.offsets, scheme.single)
        chosen[fold] = choose(chances[fold], judge.thresholds, scheme)
    return chances, chosen


def _built(heads: Heads, judge: Judgement, plan: Plan) -> Classifier:
    scale = np.maximum(np.abs(heads.weights).max(axis=1, initial=0), 1e-9) / 127
    return Classifier(
        name=plan.name,
        scheme=plan.scheme,
        lexicon=plan.lexicon,
        vocabulary=dict(plan.vocabulary),
        space=heads.space,
        weights=np.round(heads.weights / scale[:, None]).T.astype(np.int8),
        scale=scale.astype(np.float32),
        bias=heads.bias.astype(np.float32),
        slopes=judge.slopes,
        offsets=judge.offsets,
        thresholds=judge.thresholds,
        band=BAND,
    )
