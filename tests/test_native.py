"""The fast path says what the plain one says, to the bit."""

import subprocess
import sys

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from minqing.corpora.writers.record import record_of
from minqing.nlp import native
from minqing.nlp.decisions import Decider
from minqing.nlp.engines import NativeEngine, RustEngine
from minqing.nlp.fast import NativeLooker, NativeModel, decisions_of, heads_of
from minqing.nlp.features import extract
from minqing.nlp.looking import FIELD, Looker
from minqing.nlp.model import Model
from minqing.nlp.reading import Reader
from minqing.nlp.records import LabelledEntry
from minqing.nlp.scores import Scorer
from minqing.nlp.streams import batches
from minqing.nlp.tagger import Tagger

from strategies import mixtures

# Without a compiler the fast path is missing, and all but the last tests of this file have nothing to hold.
built = pytest.mark.skipif(not native.BUILT, reason="the fast path in C was not built: no compiler at installation")

# What details are made of, in any order: most of it is none.
DETAILS = (
    "三", "十", "廿", "百", "千", "万", "半", "两", "几", "来", "多", "5", "19", "98", ".", "-", "/", "年", "月", "日", "号", "初",
    "农历", "腊", "元", "块", "钱", "木", "亩", "个", "学生", "人", "家", "户", "位", "村民", "组", "社", "队", "长", "王", "李", "老",
    "阿", "大爷", "婶", "两口子", "兄弟", "讲", "在", "到", "的", "，", "。", "\n", "村", "口", "镇", "县", "桥", "里", "小学", "渠", "断",
)  # fmt: skip

details = st.lists(st.sampled_from(DETAILS), max_size=30).map("".join)


class Both:
    """The two ways from texts to what is found in them."""

    def __init__(self, model: Model, engine: RustEngine) -> None:
        self._model, self._engine = model, engine
        self.plain, self.fast = Looker(model.vocabulary), NativeLooker(model.vocabulary)
        self._reader, self._scorer = Reader(looker=self.fast), Scorer(model.weights)
        self._native, self._decider = NativeModel(model, self._scorer, NativeEngine()), Decider.of(model)

    def read_alike(self, texts: list[str]) -> bool:
        plain, fast = Reader(looker=self.plain).read(texts), self._reader.read(texts)
        arrays = [(r.codes, r.offsets, r.clauses.starts, r.clauses.ends, r.clauses.entries) for r in (plain, fast)]
        sections = (plain.clauses.sections.tolist(), fast.clauses.sections.tolist())
        return all(map(np.array_equal, *arrays)) and sections[0] == sections[1] and plain.scripts == fast.scripts

    def agree(self, texts: list[str]) -> int:
        """Count the needs found, the same in both ways."""
        reading = self._reader.read(texts)
        plain = self._scorer.products(extract(reading, self._model.lexicon, self._engine))
        fast = self._native.products(reading)
        assert (plain.n_entries, plain.entries.tolist()) == (fast.n_entries, fast.entries.tolist())
        assert np.array_equal(plain.own, fast.own) and np.array_equal(plain.context, fast.context)
        scores = self._scorer.combine(plain)
        found, facets = self._native.find(reading, False)
        assert all(map(np.array_equal, found, self._decider.find(scores, reading)))
        assert np.array_equal(facets, scores.facets)
        labels = self._native.find(reading, True)[0]
        assert all(map(np.array_equal, labels, self._decider.find(scores, reading, labels_only=True)))
        return len(found.needs)


@pytest.fixture(scope="module")
def both(model: Model, engine: RustEngine) -> Both:
    return Both(model, engine)


@pytest.fixture(scope="module")
def eager(model: Model, engine: RustEngine) -> Both:
    """A model that takes the least sign for a need, so that details are looked for in every text."""
    assert model.verdicts
    verdicts = replace(model.verdicts, any_need=replace(model.verdicts.any_need, bias=50.0))
    limits = replace(model.limits, thresholds=np.zeros(len(model.label_set.labels)))
    return Both(replace(model, verdicts=verdicts, limits=limits), engine)


@pytest.fixture(scope="module")
def taggers(model: Model) -> list[Tagger]:
    return [Tagger(model, name) for name in ("native", "rjieba")]


@built
def test_over_the_whole_corpus_all_that_is_found_is_equal(both: Both, gold: list[LabelledEntry]) -> None:
    assert sum(both.agree([item.entry.text for item in part]) for part in batches(gold, 500)) > 10_000


@built
def test_over_the_whole_corpus_every_text_reads_alike(both: Both, gold: list[LabelledEntry]) -> None:
    assert all(both.read_alike([item.entry.text for item in part]) for part in batches(gold, 250))


@built
def test_more_needs_and_their_details_are_equal(eager: Both, gold: list[LabelledEntry]) -> None:
    assert sum(eager.agree([item.entry.text for item in part]) for part in batches(gold[::5], 500)) > 5_000


@built
@settings(deadline=None)
@given(texts=st.lists(mixtures | details | st.text(max_size=80), max_size=4))
def test_on_random_text_all_is_equal(texts: list[str], eager: Both) -> None:
    assert eager.read_alike(texts)
    eager.agree(texts)


@built
@settings(deadline=None)
@given(
    text=st.lists(st.sampled_from("【】[]（）():：。 \n、.*#1一三诉求困难情况心得体会年月"), max_size=25).map("".join)
)
def test_fields_are_found_in_any_mixture_of_their_signs(text: str, both: Both) -> None:
    assert both.read_alike([text, "", text + "："])


@built
def test_looking_says_the_same_of_texts(both: Both) -> None:
    texts = ["", "里長說：路　爛了", "a b c d", "😀𠮷", "座標", "計程車（車）", "佢", "\x00"]
    codes, offsets = (np.frombuffer("\n".join(texts).encode("utf-32-le"), np.uint32), [])
    offsets = np.cumsum([0, *(len(text) + 1 for text in texts)])[:-1]
    (plain, seen), (fast, held) = both.plain.look(codes, offsets), both.fast.look(codes, offsets)
    assert np.array_equal(plain, fast) and seen.tolist() == held.tolist()
    assert [bool(held[number] & FIELD) for number in range(len(texts))] == [False, True] + [False] * 6


@built
def test_tagged_entries_are_equal(taggers: list[Tagger], gold: list[LabelledEntry]) -> None:
    entries = [item.entry for item in gold[::3]]
    fast, plain = (list(tagger.pipe(entries)) for tagger in taggers)
    assert fast == plain


@built
def test_a_long_text_without_marks_is_equal(both: Both) -> None:
    assert both.agree(["水渠断了" * 3000, "a1.5b" * 100, "。" * 50])


@built
def test_a_model_without_verdicts_is_decided_by_the_plain_path(model: Model, gold: list[LabelledEntry]) -> None:
    old = replace(model, verdicts=None, outcomes=None)
    entries = [item.entry for item in gold[:50]]
    assert list(Tagger(old, "native").pipe(entries)) == list(Tagger(old, "rjieba").pipe(entries))


@built
def test_arrays_that_do_not_fit_are_refused(model: Model) -> None:
    words = native.Words("水渠 5 n\n".encode())
    codes, offsets, three, four = (
        np.zeros(4, np.uint32),
        np.zeros(1, np.int64),
        np.zeros(3, np.int64),
        np.zeros(4, np.int64),
    )
    with pytest.raises(ValueError, match="no room for the words"):
        words.cut(codes, three, four)
    looker = NativeLooker(model.vocabulary)
    with pytest.raises(ValueError, match="no room for what is found"):
        looker._native.clauses(codes, offsets, four, three, four)
    with pytest.raises(ValueError, match="texts that begin outside"):
        looker.look(codes, offsets + 5)
    with pytest.raises(ValueError, match="texts without a newline between"):
        looker.look(codes, np.zeros(2, np.int64))
    with pytest.raises(ValueError, match="arrays of another number"):
        native.Model((), ())


@built
@pytest.mark.parametrize(
    ("name", "value", "refused"),
    [(0, [5, 3], "columns out of order"), (0, [3, 1 << 21], "columns out of order"), (1, [1], "weights of another shape"),
     (3, [1, 1 << 14], "squares too large"), (8, [1, 1], "lengths of another number"), (10, [-1], "terms outside"),
     (11, [1, 9], "terms outside"), (11, [2, 1], "terms outside"), (11, [1], "terms of another number")],
)  # fmt: skip
def test_weights_and_terms_that_point_outside_are_refused(name: int, value: list[int], refused: str) -> None:
    block = [np.array([3, 5], np.int32), np.zeros((2, 1), np.int8), np.ones(1, np.float32), np.ones(2, np.int32)]
    table = [np.array([0x6C34, 9, 0x6C34, 9], np.uint32), np.array([0]), np.array([[1, 3]])]
    arrays = [*block, *block, np.zeros(1, np.bool_), *table, np.array([1], np.uint64)]
    native.Model(tuple(arrays), ())
    arrays[name] = np.array(value, arrays[name].dtype)
    with pytest.raises(ValueError, match=refused):
        native.Model(tuple(arrays), ())


@built
def test_decisions_of_another_shape_are_refused(model: Model) -> None:
    heads, decisions = heads_of(model, Scorer(model.weights)), decisions_of(model)
    native.Model(heads, decisions)
    for number, array in enumerate(decisions):
        with pytest.raises(ValueError, match=r"number|shape|evidence|weights|labels|curve|point|logarithms|end"):
            native.Model(heads, (*decisions[:number], array[:0], *decisions[number + 1 :]))


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
