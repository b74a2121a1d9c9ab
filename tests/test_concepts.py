from collections import Counter

from minqing.corpora.lexicons import load_concepts, load_terms
from minqing.nlp.concepts import ConceptLexicon, Term
from minqing.nlp.script import simplify


def test_every_term_is_found_overlapping_ones_too() -> None:
    lexicon = ConceptLexicon.of([Term("水渠", "water"), Term("渠", "canal"), Term("水渠断了", "broken")])
    assert lexicon.find("水渠断了") == [(0, 2, "water"), (0, 4, "broken"), (1, 2, "canal")]


def test_a_term_of_two_concepts_gives_both() -> None:
    assert [c for _, _, c in ConceptLexicon.of([Term("辅导", "help"), Term("辅导", "school")]).find("辅导")] == [
        "help",
        "school",
    ]


def test_an_empty_lexicon_finds_nothing() -> None:
    assert ConceptLexicon.of([]).find("水渠") == []


def test_the_lexicon_that_ships_is_large_simplified_and_without_repetition() -> None:
    terms = load_terms()
    assert len({term.text for term in terms}) > 8_000
    assert [pair for pair, n in Counter((t.text, t.concept) for t in terms).items() if n > 1] == []
    assert [term.text for term in terms if simplify(term.text) != term.text] == []


def test_every_concept_is_documented_with_its_sense_and_examples() -> None:
    concepts = load_concepts()
    assert {term.concept for term in load_terms()} == set(concepts)
    assert all(sense and examples for sense, examples in concepts.values())
