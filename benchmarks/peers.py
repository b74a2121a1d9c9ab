"""What a user could put together today: text in, labels out, trained on the corpus that ships. Labels only.

Each peer turns traditional characters into simplified ones first, as its words would be unknown otherwise; spaCy
takes single characters, as its Chinese does when nothing is chosen.
"""

import random
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import jieba
import opencc
import rjieba
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC

from minqing.corpora.labelled import load_gold

# So many entries teach a peer: enough for a vocabulary of usual size, few enough to wait for.
TAUGHT = 4_000

Predict = Callable[[Sequence[str]], object]
Lessons = tuple[list[str], list[list[str]]]

_simple = opencc.OpenCC("t2s").convert
_words = rjieba.Jieba().cut


def jieba_words(text: str) -> list[str]:
    return jieba.lcut(_simple(text))


def rjieba_words(text: str) -> list[str]:
    return _words(_simple(text))


def peers() -> dict[str, Predict]:
    """Train every peer that is installed."""
    taught = lessons()
    found = {
        f"naive: jieba {version('jieba')} + TF-IDF + LinearSVC (scikit-learn {version('scikit-learn')})": naive(taught),
        f"rjieba {version('rjieba')} + TF-IDF + LinearSVC": _sklearn(rjieba_words, taught).predict,
    }
    if find_spec("fasttext"):
        found[f"fastText {version('fasttext-numpy2')} + rjieba"] = _fasttext(taught)
    if find_spec("spacy"):
        found[f"spaCy {version('spacy')}, blank zh, characters, bag of words"] = _spacy(taught)
    return found


def lessons() -> Lessons:
    items = load_gold("train")[:TAUGHT]
    return [i.entry.text for i in items], [sorted({need.label for need in i.needs}) for i in items]


def naive(taught: Lessons) -> Predict:
    return naive_pipeline(taught).predict


def naive_pipeline(taught: Lessons) -> Pipeline:
    return _sklearn(jieba_words, taught)


def _sklearn(words: Callable[[str], list[str]], taught: Lessons) -> Pipeline:
    texts, labels = taught
    vectors = TfidfVectorizer(tokenizer=words, token_pattern=None, lowercase=False, sublinear_tf=True)
    pipeline = make_pipeline(vectors, OneVsRestClassifier(LinearSVC()))
    return pipeline.fit(texts, MultiLabelBinarizer().fit_transform(labels))


def _fasttext(taught: Lessons) -> Predict:
    import fasttext

    def line(text: str) -> str:
        return " ".join(rjieba_words(text)).replace("\n", " ")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lessons.txt")
        rows = (" ".join([*(f"__label__{x}" for x in ls or ["none"]), line(t)]) for t, ls in zip(*taught, strict=True))
        path.write_text("\n".join(rows), encoding="utf-8")
        model = fasttext.train_supervised(str(path), loss="ova", epoch=10, dim=100, wordNgrams=2, thread=1, verbose=0)
    return lambda texts: model.predict([line(text) for text in texts], k=-1, threshold=0.5)


def _spacy(taught: Lessons) -> Predict:
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("zh")
    bag = {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": False,
        "ngram_size": 3,
        "no_output_layer": False,
    }
    nlp.add_pipe("textcat_multilabel", config={"model": bag})
    every = sorted({label for labels in taught[1] for label in labels})
    examples = [
        Example.from_dict(nlp.make_doc(_simple(text)), {"cats": {label: float(label in labels) for label in every}})
        for text, labels in zip(*taught, strict=True)
    ]
    nlp.initialize(lambda: examples[:200])
    random.Random(0).shuffle(examples)
    for start in range(0, len(examples), 100):
        nlp.update(examples[start : start + 100])
    return partial(_spacy_labels, nlp)


def _spacy_labels(nlp: "object", texts: Sequence[str]) -> list[list[str]]:
    docs = nlp.pipe(map(_simple, texts), batch_size=250)  # type: ignore[attr-defined]
    return [[label for label, chance in doc.cats.items() if chance > 0.5] for doc in docs]
