import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minqing.nlp.engines import ENGINES, PythonEngine, RustEngine, WordEngine, make_engine
from minqing.nlp.errors import EngineError
from minqing.nlp.records import LabelledEntry
from minqing.nlp.script import simplify
from minqing.nlp.words import segment

from strategies import mixtures

WORDS = ["机耕路", "断头路", "危房改造", "以奖代补"]


@pytest.fixture(scope="module")
def engines() -> list[WordEngine]:
    return [make_engine(name, WORDS) for name in ENGINES]


@given(text=mixtures | st.text(max_size=30))
def test_tokens_cover_every_character(text: str, engine: RustEngine) -> None:
    tokens = segment(text, engine)
    assert "".join(token.text for token in tokens) == text
    assert all(text[token.start : token.end] == token.text for token in tokens)


def test_all_engines_give_the_same_words_over_the_corpus(engines: list[WordEngine], gold: list[LabelledEntry]) -> None:
    for item in gold[::7]:
        text = simplify(item.entry.text)
        first, *others = (segment(text, engine) for engine in engines)
        assert all(other == first for other in others)


@given(text=st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=40) | mixtures)
def test_all_engines_give_the_same_words_on_random_text(text: str, engines: list[WordEngine]) -> None:
    first, *others = (segment(text, engine) for engine in engines)
    assert all(other == first for other in others)


def test_domain_words_stay_whole(engines: list[WordEngine]) -> None:
    for engine in engines:
        assert {"机耕路", "危房改造"} <= {token.text for token in segment("机耕路和危房改造都没钱", engine)}


def test_latin_and_digits_are_cut_alike(engines: list[WordEngine]) -> None:
    for engine in engines:
        assert [t.text for t in segment("修3.5公里ABC路8.", engine)] == ["修", "3.5", "公里", "ABC", "路", "8", "."]


def test_the_pieces_of_an_engine_join_back_to_the_text(engines: list[WordEngine]) -> None:
    for engine in engines:
        assert "".join(engine.cut("水渠断了\n\n没人管")) == "水渠断了\n\n没人管"


@pytest.mark.parametrize("name", ENGINES)
def test_time_grows_no_faster_than_the_text(name: str) -> None:
    engine = make_engine(name)
    spans = []
    for length in (100_000, 200_000):
        best = min(_seconds(engine, "鑿" * length) for _ in range(3))
        spans.append(best)
    assert spans[1] / spans[0] < 4  # twice the text; a quadratic search takes a hundred times longer here


def _seconds(engine: object, text: str) -> float:
    start = time.perf_counter()
    segment(text, engine)  # type: ignore[arg-type]
    return time.perf_counter() - start


def test_the_shared_cache_file_is_neither_read_nor_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "jieba.cache").write_bytes(b"planted")
    assert [t.text for t in segment("水渠断了", PythonEngine())] == ["水渠", "断", "了"]
    assert (tmp_path / "jieba.cache").read_bytes() == b"planted"


def test_the_shared_tokenizer_of_jieba_is_left_alone() -> None:
    import jieba

    PythonEngine(["水渠断了"])
    assert not jieba.dt.initialized or "水渠断了" not in jieba.dt.FREQ


def test_an_unknown_engine_is_refused_with_the_names_of_those_that_exist() -> None:
    with pytest.raises(EngineError, match=r"no word engine 'pkuseg' here; there are .*rjieba, jieba"):
        make_engine("pkuseg")
