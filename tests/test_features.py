import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from minqing.nlp.concepts import ConceptLexicon, Term
from minqing.nlp.engines import RustEngine
from minqing.nlp.features import BITS, Features, Rows, extract
from minqing.nlp.reading import Reader

from strategies import mixtures

LEXICON = ConceptLexicon.of([Term("水渠", "water"), Term("断", "broken")])


def features(texts: list[str], engine: RustEngine) -> Features:
    return extract(Reader().read(texts), LEXICON, engine)


def as_lists(rows: Rows) -> list[list[int]]:
    return [sorted(rows.columns[a:b].tolist()) for a, b in zip(rows.starts, rows.starts[1:], strict=False)]


@settings(max_examples=50)
@given(texts=st.lists(mixtures, max_size=4))
def test_a_batch_describes_each_text_as_it_is_described_alone(texts: list[str], engine: RustEngine) -> None:
    together = features(texts, engine)
    alone = [features([text], engine) for text in texts]
    assert as_lists(together.own) == [row for one in alone for row in as_lists(one.own)]
    assert as_lists(together.context) == [row for one in alone for row in as_lists(one.context)]
    assert together.n_entries == len(texts)


def test_columns_stay_within_the_space_and_rows_match_the_clauses(engine: RustEngine) -> None:
    found = features(["水渠断了，没水。", "路烂"], engine)
    assert found.entries.tolist() == [0, 0, 1]
    assert len(found.own) == len(found.context) == 3
    assert 0 <= found.own.columns.min() and found.own.columns.max() < 1 << BITS


def test_the_same_clause_has_the_same_features_wherever_it_stands(engine: RustEngine) -> None:
    found = features(["水渠断了，路烂", "路烂，水渠断了"], engine)
    own = as_lists(found.own)
    assert own[0] == own[3] and own[1] == own[2]


def test_taking_entries_keeps_their_rows(engine: RustEngine) -> None:
    found = features(["水渠断了，没水。", "路烂", "桥断"], engine)
    part = found.take(np.array([0, 2]))
    assert as_lists(part.own) == [as_lists(found.own)[i] for i in (0, 1, 3)]
    assert part.entries.tolist() == [0, 0, 1]
