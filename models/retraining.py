"""Labelled files -> a saved model and the report of its cross-validation."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

import msgspec

from minqing.corpora.labelled import load_gold, read_gold
from minqing.corpora.lexicons import load_lexicon, load_vocabulary
from minqing.corpora.taxonomy import load_taxonomy
from minqing.models.storage import save
from minqing.nlp.errors import LabelError
from minqing.nlp.evaluation import Report
from minqing.nlp.records import LabelledEntry
from minqing.nlp.training import Progress, Recipe, fit

# Whatever may change what is learnt from the same corpus.
LIBRARIES = ("daachorse", "jieba", "numpy", "opencc", "rjieba", "scikit-learn", "scipy")

# With fewer authors, or entries without author, nothing can be held out.
FEWEST_ENTRIES = 10


def train_model(paths: Sequence[Path], folder: Path, name: str, jobs: int, progress: Progress) -> Report:
    """Train on the labelled files, or on the corpus that ships when none is given, and save to ``folder``.

    Raises:
        EntryError, LabelError: a file cannot be read, or holds too little to learn from.
        ModelError: the folder cannot be written.
    """
    labelled = [item for path in paths for item in read_gold(path)] if paths else training_corpus()
    if len(labelled) < FEWEST_ENTRIES or not any(item.needs for item in labelled):
        raise LabelError(f"{len(labelled)} entries, {sum(len(i.needs) for i in labelled)} needs: too few to learn from")
    taxonomy = load_taxonomy()
    recipe = Recipe(name, taxonomy.label_set(), load_lexicon(), load_vocabulary(), jobs=jobs)
    model, report = fit(labelled, recipe, progress)
    facts: dict[str, object] = {
        "corpus": corpus_hash(labelled),
        "entries": len(labelled),
        "cross_validation": {key: round(value, 4) for key, value in asdict(report.overall).items()},
        "libraries": {library: version(library) for library in LIBRARIES},
    }
    save(replace(model, facts=facts), folder, taxonomy.version)
    return report


def training_corpus() -> list[LabelledEntry]:
    """Give the parts of the gold corpus that models are trained on."""
    return load_gold("train") + load_gold("contrast")


def corpus_hash(labelled: Sequence[LabelledEntry]) -> str:
    """Give the SHA-256 of the labelled entries, in their order."""
    return hashlib.sha256(msgspec.json.encode(list(labelled))).hexdigest()
