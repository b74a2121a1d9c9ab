import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from minqing.nlp.engines import RustEngine
from minqing.nlp.features import extract
from minqing.nlp.model import Model
from minqing.nlp.reading import Reader
from minqing.nlp.records import LabelledEntry
from minqing.nlp.scores import Scorer, Scores, shifted, summed

from strategies import mixtures


def scores(texts: list[str], model: Model, engine: RustEngine) -> Scores:
    reading = Reader(model.vocabulary).read(texts)
    return Scorer(model.weights).score(extract(reading, model.lexicon, engine))


def test_a_large_batch_scores_each_entry_exactly_as_alone(
    model: Model, engine: RustEngine, gold: list[LabelledEntry]
) -> None:
    """The large batch goes through scipy, the single entry through numpy; sums of whole numbers agree to the bit."""
    texts = [item.entry.text for item in gold[:300]]
    together = scores(texts, model, engine)
    for number in range(0, 300, 29):
        alone = scores([texts[number]], model, engine)
        mine = together.entries == number
        assert (alone.labels == together.labels[mine]).all()
        assert (alone.subs == together.subs[mine]).all()
        assert (alone.facets[0] == together.facets[number]).all()
        assert all((alone.status[place] == together.status[place][mine]).all() for place in alone.status)


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(mixtures, min_size=1, max_size=3))
def test_scores_are_numbers_whatever_the_text(texts: list[str], model: Model, engine: RustEngine) -> None:
    found = scores(texts, model, engine)
    assert found.labels.shape == (len(found.entries), len(model.label_set.labels))
    assert found.entry_labels.shape == (len(texts), len(model.label_set.labels))
    for array in (found.labels, found.need, found.subs, found.entry_labels, found.facets):
        assert np.isfinite(array).all()


def test_shifting_stays_within_an_entry() -> None:
    values = np.arange(4, dtype=np.float32)[:, None] + 1
    entries = np.array([0, 0, 1, 1])
    assert shifted(values, entries, -1).ravel().tolist() == [0, 1, 0, 3]
    assert shifted(values, entries, 1).ravel().tolist() == [2, 0, 4, 0]


def test_summing_gives_a_row_an_entry_and_zeros_to_one_without_clauses() -> None:
    values = np.ones((4, 1), dtype=np.float32)
    assert summed(values, np.array([0, 0, 0, 0]), 2).ravel().tolist() == [2.0, 0.0]
