import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from minqing.models import load, save
from minqing.nlp.deciding import best_threshold
from minqing.nlp.engines import make_engine
from minqing.nlp.examples import make_examples, make_targets
from minqing.nlp.model import Model
from minqing.nlp.reading import Reader
from minqing.nlp.tagger import Tagger
from minqing.nlp.training import fit, split_by_author

from tiny import LABELLED, LINES, RECIPE, silent


@pytest.fixture(scope="module")
def tiny() -> Model:
    return fit(LABELLED, RECIPE, silent)[0]


def test_a_tiny_model_learns_ten_lines_by_heart(tiny: Model) -> None:
    tagger = Tagger(tiny)
    for text, span, sub, status in LINES:
        needs = tagger.tag(text).needs
        assert [(need.sub, need.status) for need in needs] == ([(sub, status)] if span else [])
        assert all(text.find(span) < need.end and need.start < text.find(span) + len(span) for need in needs)


def test_learn_save_load_and_predict_the_same(tiny: Model, tmp_path: Path) -> None:
    save(tiny, tmp_path / "model", "1.0")
    loaded = load(tmp_path / "model")
    assert [Tagger(loaded).tag(line[0]).needs for line in LINES] == [Tagger(tiny).tag(line[0]).needs for line in LINES]


def test_training_again_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save(fit(LABELLED, RECIPE, silent)[0], tmp_path / name, "1.0")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_two_processes_learn_what_one_learns(tiny: Model) -> None:
    other = fit(LABELLED, replace(RECIPE, jobs=2), silent)[0]
    assert (other.limits.thresholds == tiny.limits.thresholds).all()
    assert (other.decision.weights == tiny.decision.weights).all()
    assert (other.weights.own.weights == tiny.weights.own.weights).all()


def test_targets_taken_are_those_of_the_entries_alone() -> None:
    reader = Reader(RECIPE.vocabulary)
    examples = make_examples(LABELLED, RECIPE.label_set, RECIPE.lexicon, make_engine("rjieba"), reader)
    chosen = np.arange(1, len(LABELLED), 2)
    part = examples.take(chosen)
    alone = make_targets([LABELLED[i] for i in chosen], part.reading, RECIPE.label_set)
    assert part.targets.mentions == alone.mentions and len(alone.mentions) > 1
    for name in ("labels", "subs", "entry_labels", "facets", "statuses"):
        assert np.array_equal(getattr(part.targets, name), getattr(alone, name))


def test_an_author_stays_in_one_fold() -> None:
    folds = split_by_author(LABELLED)
    authors = [{LABELLED[i].author for i in fold} for fold in folds]
    assert sorted(i for fold in folds for i in fold) == list(range(len(LABELLED)))
    assert all(not a & b for k, a in enumerate(authors) for b in authors[k + 1 :])


@pytest.mark.parametrize(
    ("score", "truth", "threshold"),
    [
        ([0.9, 0.8, 0.3], [1, 1, 0], 0.55),
        ([0.9, 0.2], [0, 0], 0.5),
        ([0.7, 0.7, 0.1], [1, 0, 0], 0.4),
        ([0.4], [1], 0.2),
    ],
)
def test_the_best_threshold_parts_yes_from_no(score: list[float], truth: list[int], threshold: float) -> None:
    assert best_threshold(np.array(score), np.array(truth)) == pytest.approx(threshold)


def test_tagging_never_imports_what_only_training_needs() -> None:
    code = (
        "import sys; from minqing.models import load_default; from minqing.nlp.tagger import Tagger;"
        "Tagger(load_default()).tag('水渠断了');"
        "sys.exit(','.join(sorted({m.partition('.')[0] for m in sys.modules} & {'sklearn', 'scipy', 'jieba', 'joblib'})) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, encoding="utf-8")
    assert done.stderr == "" and done.returncode == 0
