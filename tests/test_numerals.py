import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minqing.nlp.numerals import number_of


@given(st.integers(min_value=1, max_value=999_999_999))
def test_written_numbers_are_read_as_cn2an_reads_them(number: int) -> None:
    assert number_of(cn2an.an2cn(number, "low")) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十来", 10),
        ("半", 0.5),
        ("两三万", 20_000),
        ("七八", 7),
        ("一万二", 12_000),
        ("2万5", 25_000),
        ("3.5万", 35_000),
    ],
)
def test_spoken_numbers_are_read_the_lower_one_of_two(text: str, number: float) -> None:
    assert number_of(text) == number


def test_a_word_that_says_no_number_has_none() -> None:
    assert number_of("几") is None
