"""The fast path says what the plain one says, to the bit."""

import subprocess
import sys

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minqing.corpora.writers.record import record_of
from minqing.nlp import native
from minqing.nlp.engines import NativeEngine, RustEngine
from minqing.nlp.fast import NativeProducts
from minqing.nlp.features import extract
from minqing.nlp.model import Model
from minqing.nlp.reading import Reader
from minqing.nlp.records import LabelledEntry
from minqing.nlp.scores import Scorer
from minqing.nlp.streams import batches
from minqing.nlp.tagger import Tagger

from strategies import mixtures

# Without a compiler the fast path is missing, and all but the last tests of this file have nothing to hold.
built = pytest.mark.skipif(not native.BUILT, reason="the fast path in C was not built: no compiler at installation")


class Both:
    """The two ways from texts to products."""

    def __init__(self, model: Model, engine: RustEngine) -> None:
        self._model, self._engine, self._reader = model, engine, Reader(model.vocabulary)
        self._scorer = Scorer(model.weights)
        self._native = NativeProducts(self._scorer, model.lexicon, NativeEngine())

    def agree(self, texts: list[str]) -> bool:
        reading = self._reader.read(texts)
        plain = self._scorer.products(extract(reading, self._model.lexicon, self._engine))
        fast = self._native.of(reading)
        assert (plain.n_entries, plain.entries.tolist()) == (fast.n_entries, fast.entries.tolist())
        return np.array_equal(plain.own, fast.own) and np.array_equal(plain.context, fast.context)


@pytest.fixture(scope="module")
def both(model: Model, engine: RustEngine) -> Both:
    return Both(model, engine)


@pytest.fixture(scope="module")
def taggers(model: Model) -> list[Tagger]:
    return [Tagger(model, name) for name in ("native", "rjieba")]


@built
def test_over_the_whole_corpus_every_product_is_equal(both: Both, gold: list[LabelledEntry]) -> None:
    assert all(both.agree([item.entry.text for item in part]) for part in batches(gold, 500))


@built
@settings(deadline=None)
@given(texts=st.lists(mixtures | st.text(max_size=80), max_size=4))
def test_on_random_text_every_product_is_equal(texts: list[str], both: Both) -> None:
    assert both.agree(texts)


@built
def test_tagged_entries_are_equal(taggers: list[Tagger], gold: list[LabelledEntry]) -> None:
    entries = [item.entry for item in gold[::3]]
    fast, plain = (list(tagger.pipe(entries)) for tagger in taggers)
    assert fast == plain


@built
def test_a_long_text_without_marks_is_equal(both: Both) -> None:
    assert both.agree(["水渠断了" * 3000, "a1.5b" * 100, "。" * 50])


@built
def test_arrays_that_do_not_fit_are_refused(model: Model) -> None:
    words = native.Words("水渠 5 n\n".encode())
    codes = np.zeros(4, dtype=np.uint32)
    with pytest.raises(ValueError, match="no room for the words"):
        words.cut(codes, np.zeros(3, dtype=np.int64), np.zeros(4, dtype=np.int64))


@built
@pytest.mark.parametrize(
    ("name", "value", "refused"),
    [(0, [5, 3], "columns out of order"), (0, [3, 1 << 21], "columns out of order"), (1, [1], "weights of another shape"),
     (10, [1], "no such concept"), (12, [7], "no such concept"), (15, [-1], "terms of another length")],
)  # fmt: skip
def test_weights_and_terms_that_point_outside_are_refused(name: int, value: list[int], refused: str) -> None:
    block = [np.array([3, 5], np.int32), np.zeros((2, 1), np.int8), np.ones(1, np.float32), np.ones(2, np.int32)]
    term = [np.array([9], np.uint64), *np.array([[0], [1], [0]]), np.array([9], np.uint64)]
    table = [np.array([0x6C34], np.uint32), *np.array([[0], [1]])]
    arrays = [*block, *block, np.zeros(1, np.bool_), *term, *table, np.array([1], np.uint64)]
    native.Heads(*arrays)
    arrays[name] = np.array(value, arrays[name].dtype)
    with pytest.raises(ValueError, match=refused):
        native.Heads(*arrays)


def without_it(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command where the fast path was not built."""
    code = "import sys; sys.modules['minqing.nlp._native'] = None; from minqing.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, encoding="utf-8")


def test_where_it_was_not_built_the_plain_path_answers_the_same(tagger: Tagger) -> None:
    text = "自来水断了两年，没人管。阿公問公車幾點有。"
    done = without_it("tag", "--json", text)
    assert msgspec.json.decode(done.stdout)["needs"] == record_of(tagger.tag(text))["needs"]


def test_where_it_was_not_built_asking_for_it_is_refused_in_one_line() -> None:
    done = without_it("--lang", "en", "tag", "--engine", "native", "路烂")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "error: no word engine 'native' here; there are rjieba, jieba"
