import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minqing.nlp.alignment import Aligned, replace, substitute

texts = st.text(alphabet="ab-，😀", max_size=20)
runs = re.compile("-+")


@given(texts)
def test_an_unchanged_text_maps_every_span_to_itself(text: str) -> None:
    aligned = replace(text, re.compile("z"), lambda _: "")
    assert aligned == Aligned(text)


@given(texts)
def test_characters_that_stay_lead_back_to_themselves(text: str) -> None:
    aligned = replace(text, runs, lambda _: "")
    assert [text[slice(*aligned.span(i, i + 1))] for i in range(len(aligned.text))] == list(aligned.text)


@given(texts)
def test_two_changes_in_turn_lead_back_like_one(text: str) -> None:
    first = replace(text, runs, lambda _: "==")
    both = first.then(replace(first.text, re.compile("=="), lambda _: "-"))
    for i, char in enumerate(both.text):
        piece = text[slice(*both.span(i, i + 1))]
        assert runs.fullmatch(piece) if char == "-" else piece == char


def test_a_replaced_stretch_leads_back_whole_from_each_of_its_characters() -> None:
    aligned = substitute("坐計程車來", [(1, 4, "出租车")])
    assert aligned.text == "坐出租车來"
    assert [aligned.span(i, i + 1) for i in range(5)] == [(0, 1), (1, 4), (1, 4), (1, 4), (4, 5)]


def test_a_text_of_another_length_cannot_take_the_place() -> None:
    with pytest.raises(ValueError, match="a text of 1 characters cannot stand for one of 2"):
        Aligned("ab").same_length("a")
