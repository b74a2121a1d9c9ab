"""What to label next, and whether labelling more still pays."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from minqing.corpora.duplicates import bare
from minqing.corpora.label_names import label_id
from minqing.corpora.lexicons import load_lexicon, load_vocabulary
from minqing.corpora.marked import Example
from minqing.models.opening import AnyTagger, labels_of
from minqing.nlp.agreement import kappa
from minqing.nlp.bags import Space
from minqing.nlp.characters import Ints
from minqing.nlp.classifier import ClassifierTagger, Scheme
from minqing.nlp.learning import Plan, bags_of, matrix_of
from minqing.nlp.picking import doubt, pick
from minqing.nlp.records import Entry
from minqing.nlp.scores import Doubles
from minqing.nlp.tagger import Tagger

# When the answers of two models in a row agree this far on what is not yet labelled, more labels hardly change them
# (Bloodgood and Vijay-Shanker 2009).
ENOUGH = 0.99


@dataclass(frozen=True, slots=True)
class Suggested:
    """Entries to label, the first one first, and how unsure the model is of each, 0 to 1."""

    entries: Sequence[Entry]
    doubts: Sequence[float]


def suggest(
    tagger: AnyTagger, entries: Sequence[Entry], labelled: Sequence[Example], n: int, strategy: str, seed: int
) -> Suggested:
    """Pick ``n`` of ``entries`` to label next; those that say what a labelled one says are left out."""
    known = {bare(example.entry.text) for example in labelled}
    left = list({bare(entry.text): entry for entry in reversed(entries) if bare(entry.text) not in known}.values())[
        ::-1
    ]
    if not left:
        return Suggested([], [])
    texts = [entry.text for entry in left]
    chances, rows = tagger.chances(texts), vectors(texts)
    single = is_single(tagger)
    picked = pick(chances, rows, _counts(tagger, labelled), n, single, strategy, seed)
    doubts = doubt(chances, single)
    return Suggested([left[i] for i in picked], [round(float(doubts[i]), 3) for i in picked])


def is_single(tagger: AnyTagger) -> bool:
    """Say whether a model gives every entry exactly one label."""
    return isinstance(tagger, ClassifierTagger) and tagger.model.scheme.single


def vectors(texts: Sequence[str]) -> sp.csr_matrix:
    """Give texts as unit vectors of rare features: what texts of one kind have in common."""
    bags = bags_of(texts, Plan("", Scheme(()), load_lexicon(), load_vocabulary()))
    space = Space.of(bags, 2 if len(texts) > 50 else 1)
    return matrix_of(space.weigh(bags), len(space.columns))


def _counts(tagger: AnyTagger, labelled: Sequence[Example]) -> Ints:
    """Count the labelled entries of each of the model's labels."""
    model = tagger.model if isinstance(tagger, (Tagger, ClassifierTagger)) else None
    labels = labels_of(model) if model else ()
    names = Counter(name for example in labelled for name in example.all_labels)
    said = names.copy()
    for name, n in names.items():
        top = label_id(name).partition(".")[0]
        if top and name not in labels:
            said[top] += n
    return np.array([said[label] for label in labels], dtype=np.int64)


def agreement(before: Doubles, after: Doubles) -> float:
    """Give Cohen's kappa of the answers of two models in a row on the same texts, label by label."""
    pairs = zip((before > 0.5).ravel().tolist(), (after > 0.5).ravel().tolist(), strict=True)
    return kappa(list(pairs))
