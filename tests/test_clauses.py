import pytest
from hypothesis import given
from hypothesis import strategies as st

from minqing.nlp.clauses import LONGEST_CLAUSE, section_kind, split_clauses

from strategies import mixtures


def pieces(text: str) -> list[str]:
    return [text[c.start : c.end] for c in split_clauses(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("渠断了，没水。路也烂！", ["渠断了", "没水", "路也烂"]),
        ("  渠断了 ， 没水 ", ["渠断了", "没水"]),
        ("", []),
        ("。。\n，", []),
        ("买菜、看病都难", ["买菜、看病都难"]),
    ],
)
def test_clauses_stand_between_marks(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@given(mixtures | st.text(alphabet="路 水，。\n", max_size=200))
def test_clauses_are_in_order_and_hold_all_but_marks_and_spaces(text: str) -> None:
    clauses = split_clauses(text)
    assert all(a.end <= b.start for a, b in zip(clauses, clauses[1:], strict=False))
    assert all(0 < c.end - c.start <= LONGEST_CLAUSE for c in clauses)
    covered = {i for c in clauses for i in range(c.start, c.end)}
    assert all(char in "，。；！？,;!?…：:" or char.isspace() for i, char in enumerate(text) if i not in covered)


def test_a_text_without_marks_is_cut_at_spaces_and_then_evenly() -> None:
    assert [len(p) for p in pieces("路" * 100 + " " + "水" * 10)] == [33, 33, 34, 10]


def test_sentences_are_counted_across_lines() -> None:
    assert [c.sentence for c in split_clauses("渠断了，没水。路烂\n桥也断")] == [0, 0, 1, 2]


def test_a_form_gives_each_clause_the_kind_of_its_field() -> None:
    text = "走访时间：3月4日\n诉求：渠断了，没水。处理情况：已报。\n心得体会：要把冷暖放心上\n\n明天再去"
    kinds = [(text[c.start : c.end], c.section) for c in split_clauses(text)]
    assert ("没水", "problem") in kinds
    assert ("已报", "handling") in kinds
    assert ("要把冷暖放心上", "reflection") in kinds
    assert ("明天再去", "") in kinds


@pytest.mark.parametrize(("name", "kind"), [("案由", "problem"), ("議決", ""), ("议决", "handling"), ("老王说", "")])
def test_a_field_is_known_by_what_its_name_contains(name: str, kind: str) -> None:
    assert section_kind(name) == kind
