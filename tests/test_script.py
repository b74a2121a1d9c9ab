import numpy as np
import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_forms import tables

from minqing.corpora.lexicons import load_vocabulary
from minqing.nlp import forms
from minqing.nlp.characters import codes_of, text_of
from minqing.nlp.clean import clean
from minqing.nlp.looking import IRREGULAR, UNUSUAL, Looker, numbers, piece
from minqing.nlp.records import LabelledEntry
from minqing.nlp.script import Vocabulary, detect_script, simplify

from strategies import mixtures, opencc_entries

SCRIPTS = {
    "村里的水渠断了": "hans",
    "農路塌陷，里長說會勘": "hant",
    "水渠断了，没钱修。農路塌陷，縣府會勘": "mixed",
    "下雨": "hans",
    "OK 123 😀": "other",
    "": "other",
}


@pytest.mark.parametrize("text", SCRIPTS)
def test_the_script_is_told_from_characters_of_one_script_alone(text: str) -> None:
    assert detect_script(text) == SCRIPTS[text]


def test_the_tables_of_single_characters_are_those_of_opencc() -> None:
    assert tables() == {name: getattr(forms, name) for name in tables()}, "python tests/make_forms.py writes them anew"


def test_conversion_keeps_the_number_of_characters_for_every_word_of_opencc() -> None:
    words = opencc_entries()
    assert len(words) > 50_000
    assert [word for word in words if len(simplify(word)) != len(word)] == []


@pytest.mark.parametrize(
    ("script", "config"),
    [("hans", "s2t"), ("hans", "s2tw"), ("hans", "s2hk"), ("hant", "t2s"), ("hant", "tw2s"), ("hant", "hk2s")],
)
def test_every_entry_reads_the_same_in_the_other_script(script: str, config: str, gold: list[LabelledEntry]) -> None:
    converter = opencc.OpenCC(config)

    def read(text: str) -> str:
        """Read a text; OpenCC writes 土坯 as 土坏, which no reader could undo."""
        return simplify(text).replace("坯", "坏")

    texts = [item.entry.text for item in gold if detect_script(item.entry.text) == script]
    assert len(texts) > 500
    assert [text for text in texts if read(converter.convert(text)) != read(text)] == []


@given(mixtures)
def test_conversion_keeps_the_number_of_characters(text: str) -> None:
    text = clean(text).text
    assert len(simplify(text)) == len(text)


def test_variants_and_taiwan_forms_are_read_as_the_common_character() -> None:
    assert simplify("羣衆裏爲喫麪牀，穿著") == "群众里为吃面床，穿着"


def test_regional_words_are_folded_and_lead_back_whole() -> None:
    folded = Vocabulary({"计程车": "出租车", "公所": "镇政府"}).fold("坐计程车去公所")
    assert folded.text == "坐出租车去镇政府"
    assert folded.span(5, 8) == (5, 7)


def test_the_vocabulary_that_ships_folds_every_word_once() -> None:
    words = load_vocabulary()
    vocabulary = Vocabulary(words)
    assert [
        word
        for word, new in words.items()
        if vocabulary.fold(vocabulary.fold(new).text).text != vocabulary.fold(new).text
    ] == []
    assert [word for word in words if simplify(word) != word] == []


def test_an_empty_vocabulary_changes_nothing() -> None:
    assert Vocabulary({}).fold("计程车").text == "计程车"


def test_texts_in_which_no_neighbour_counts_are_simplified_character_by_character() -> None:
    words = [word for word in opencc_entries() if "\n" not in word]
    assert by_character(words) == simplify("\n".join(words)).split("\n")


@given(texts=st.lists(mixtures | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=9), min_size=1))
def test_many_texts_are_simplified_as_each_alone(texts: list[str]) -> None:
    # Cleaned before: OpenCC ends a text at a NUL, and a surrogate is in no text of it.
    texts = [clean(text).text.replace("\n", " ") for text in texts]
    assert by_character(texts) == [simplify(text) for text in texts]


def by_character(texts: list[str]) -> list[str]:
    """Simplify texts as a reader does: with OpenCC those alone in which a look found something."""
    codes = codes_of("\n".join(texts))
    offsets = np.cumsum([0, *(len(text) + 1 for text in texts)], dtype=np.int64)[:-1]
    simplified, found = Looker({}).look(codes, offsets)
    closer = set(numbers(found, UNUSUAL | IRREGULAR))
    return [
        simplify(text) if number in closer else text_of(piece(simplified, offsets, number))
        for number, text in enumerate(texts)
    ]
