"""Labelled files -> a saved model and the report of its cross-validation.

Examples that speak of the taxonomy that ships are added to the gold corpus and make a tagger of needs; any other
label set makes a classifier of that set alone.
"""

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from gettext import gettext as _
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from minqing.corpora.labelled import load_gold
from minqing.corpora.lexicons import load_lexicon, load_vocabulary
from minqing.corpora.marked import Example, read_examples
from minqing.corpora.schemes import belongs_to_taxonomy, check_examples, lessons_of, notices, scheme_of
from minqing.corpora.taxonomy import load_taxonomy
from minqing.models import classifiers
from minqing.models.cards import write_card
from minqing.models.folders import check_place
from minqing.models.opening import current_folder, labels_of, tagger_of
from minqing.models.placing import labelled_of
from minqing.models.selftest import KEPT, expected
from minqing.models.storage import load, load_any, save
from minqing.nlp.classifier import Classifier, Lesson
from minqing.nlp.errors import LabelError
from minqing.nlp.evaluation import Report, as_dict, evaluate, figures
from minqing.nlp.intervals import Answers
from minqing.nlp.learning import Learnt, Plan, learn_labels
from minqing.nlp.model import Model
from minqing.nlp.records import Entry, LabelledEntry, Need
from minqing.nlp.refitting import refit
from minqing.nlp.training import Progress, Recipe, fit

M = TypeVar("M", Model, Classifier)
Corpus = Callable[[], list[LabelledEntry]]

# Whatever may change what is learnt from the same corpus.
LIBRARIES = ("daachorse", "jieba", "minqing", "numpy", "opencc", "rjieba", "safetensors", "scikit-learn", "scipy")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is trained.

    ``weight`` says how often each added entry counts beside one of the gold corpus; with ``alone`` that corpus is left
    out; ``own`` makes a classifier even of labels of the taxonomy; ``quick`` keeps the decisions of the default model,
    and reports on the development set that ships.
    """

    name: str = ""
    jobs: int = 1
    seed: int = 0
    weight: int = 1
    alone: bool = False
    own: bool = False
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of it: the report, what a person should know, and the examples, for a learning curve."""

    report: Report
    notices: Sequence[str] = ()
    examples: Sequence[Example] = field(default_factory=list)


def training_corpus() -> list[LabelledEntry]:
    """Give the parts of the gold corpus that models are trained on."""
    return load_gold("train") + load_gold("contrast")


def train_model(
    paths: Sequence[Path], folder: Path, settings: Settings, progress: Progress, corpus: Corpus = training_corpus
) -> Trained:
    """Train on the labelled files and ``corpus``, or on that alone when none is given, and save to ``folder``.

    Raises:
        EntryError, LabelError: a file cannot be read, or holds too little to learn from.
        ModelError: the folder cannot be written.
    """
    check_place(folder)
    if not paths:
        return Trained(_train_tagger(corpus(), folder, settings, progress))
    examples = read_examples(paths)
    check_examples(examples)
    said = list(notices(examples))
    if settings.own or not belongs_to_taxonomy(examples):
        return Trained(_train_classifier(examples, folder, settings, progress), said, examples)
    parent = _parent(load_taxonomy().label_set().labels)
    added = labelled_of(examples)
    there = [] if settings.alone else corpus()
    progress(_("{n:,} entries added to {all:,}").format(n=len(added), all=len(there)))
    labelled = there + added * settings.weight
    return Trained(_train_tagger(labelled, folder, settings, progress, parent), said, examples)


def _train_tagger(
    labelled: Sequence[LabelledEntry], folder: Path, settings: Settings, progress: Progress, parent: str = ""
) -> Report:
    if not any(item.needs for item in labelled):
        raise LabelError(f"{len(labelled)} entries, 0 needs: too few to learn from")
    taxonomy = load_taxonomy()
    recipe = Recipe(
        settings.name or "default", taxonomy.label_set(), load_lexicon(), load_vocabulary(), jobs=settings.jobs
    )
    if settings.quick:
        model = refit(labelled, recipe, load(current_folder()), progress)
        gold = load_gold("dev")
        tagged = list(tagger_of(model).pipe(item.entry for item in gold))
        report = evaluate(gold, [entry.needs for entry in tagged], [entry.facets for entry in tagged])
    else:
        model, report = fit(labelled, recipe, progress)
    facts = _facts(corpus_hash(labelled), len(labelled), settings, report, parent)
    save(_finished(model, facts), folder, taxonomy.version)
    write_card(folder)
    return report


def _train_classifier(examples: Sequence[Example], folder: Path, settings: Settings, progress: Progress) -> Report:
    learnt = learn_classifier(lessons_of(examples), settings, progress, examples)
    report = report_of([example.entry for example in examples], gold_answers(examples, learnt.model), learnt.answers)
    parent = _parent(learnt.model.scheme.labels)
    facts = _facts(examples_hash(examples), len(examples), settings, report, parent)
    classifiers.save(_finished(learnt.model, facts), folder)
    write_card(folder)
    return report


def learn_classifier(
    lessons: Sequence[Lesson], settings: Settings, progress: Progress, examples: Sequence[Example]
) -> Learnt:
    """Learn a classifier of the label set of ``examples``."""
    name = settings.name or "own"
    plan = Plan(name, scheme_of(examples), load_lexicon(), load_vocabulary(), settings.jobs, settings.seed)
    return learn_labels(lessons, plan, progress)


def gold_answers(examples: Sequence[Example], model: Classifier) -> Answers:
    """Give the labels of each example, those above them included."""
    return [frozenset(model.scheme.closed(example.all_labels)) for example in examples]


def report_of(entries: Sequence[Entry], gold: Answers, predicted: Answers) -> Report:
    """Report on labels of whole entries."""
    labelled = [LabelledEntry(entry, flat(labels)) for entry, labels in zip(entries, gold, strict=True)]
    return evaluate(labelled, [flat(labels) for labels in predicted])


def flat(labels: frozenset[str]) -> tuple[Need, ...]:
    """Give labels of a whole entry in the form of needs."""
    return tuple(Need(label, "", "", 1.0, 0, 0, "") for label in sorted(labels))


def _facts(digest: str, entries: int, settings: Settings, report: Report, parent: str) -> dict[str, object]:
    return {
        "corpus": digest,
        "entries": entries,
        "weight": settings.weight,
        "seed": settings.seed,
        **({"parent": parent} if parent else {}),
        ("development_set" if settings.quick else "cross_validation"): figures(report.overall, bool(report.statuses))
        | {f"{name}_interval": ends for name, ends in report.intervals.items()},
        "labels": as_dict(report)["labels"],
        "libraries": {library: version(library) for library in LIBRARIES},
    }


def _parent(labels: Container[str]) -> str:
    """Name the default model, which this one is to replace, if it has labels in common with it."""
    model = load_any(current_folder())
    return f"{model.name}@{model.hash[:12]}" if any(label in labels for label in labels_of(model)) else ""


def _finished(model: M, facts: Mapping[str, object]) -> M:
    """Add to a model what is known of it, and the scores of its self-test."""
    return replace(model, facts={**facts, KEPT: expected(tagger_of(model))})


def corpus_hash(labelled: Sequence[LabelledEntry]) -> str:
    """Give the SHA-256 of the labelled entries, in their order."""
    return hashlib.sha256(msgspec.json.encode(list(labelled))).hexdigest()


def examples_hash(examples: Sequence[Example]) -> str:
    """Give the SHA-256 of the texts and labels of examples, in their order; where the file lay does not count."""
    rows = [(example.entry.text, sorted(example.all_labels), example.group) for example in examples]
    return hashlib.sha256(msgspec.json.encode(rows)).hexdigest()
