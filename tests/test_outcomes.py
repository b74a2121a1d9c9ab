import numpy as np

from minqing.nlp.outcomes import (
    Outcomes,
    choose_statuses,
    multiplied,
    n_evidence,
    n_terms,
    outcome_evidence,
    outcome_terms,
)
from minqing.nlp.scores import STATUS_PLACES, Scores
from minqing.nlp.status import Mention

N_STATUSES, N_LABELS = 5, 3
MENTIONS = [Mention(0, 0, 0), Mention(2, 2, 3), Mention(0, 4, 4), Mention(1, 6, 6)]
ENTRIES = np.array([0, 0, 0, 0, 0, 1, 1])


def scores(entries: np.ndarray, seed: int = 0) -> Scores:
    random = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray:
        return random.normal(size=shape).astype(np.float32)

    n, m = len(entries), int(entries[-1]) + 1
    heard = {place: some(n, N_STATUSES) for place in STATUS_PLACES}
    labels, whole = some(n, N_LABELS), some(m, N_LABELS)
    return Scores(labels, labels[:, 0], labels, whole, whole[:, 0], whole, heard, some(N_STATUSES), entries)


def test_evidence_and_terms_have_the_widths_that_models_are_checked_by() -> None:
    rows = outcome_evidence(MENTIONS, scores(ENTRIES))
    assert rows.shape == (4, n_evidence(N_STATUSES, N_LABELS))
    terms = outcome_terms(rows, rows.min(axis=0) - 1, rows.max(axis=0) + 1, multiplied(N_STATUSES))
    assert terms.shape == (4, n_terms(N_STATUSES, N_LABELS))


def test_an_only_need_hears_nothing_of_others_nor_after_the_end() -> None:
    rows = outcome_evidence(MENTIONS, scores(ENTRIES))
    others, later = rows[:, 15:20], rows[:, 20:25]
    assert not others[3].any() and others[:3].any(axis=1).all()
    assert not later[[2, 3]].any() and later[:2].any(axis=1).all()


def test_the_loudest_later_clause_is_heard() -> None:
    said = scores(ENTRIES)
    assert np.allclose(outcome_evidence(MENTIONS, said)[0, 20:25], said.status["later"][1:5].max(axis=0))


def test_needs_and_clauses_are_counted() -> None:
    counts = outcome_evidence(MENTIONS, scores(ENTRIES))[:, 25:32]
    assert counts[:, :3].tolist() == [[3, 2, 0], [3, 1, 1], [3, 2, 2], [1, 1, 0]]
    assert np.allclose(counts[1, 3:], [np.log(2), np.log(3), 2, np.log(5)])


def test_an_entry_alone_and_in_company_has_the_same_statuses() -> None:
    many = np.repeat(np.arange(60), 5)
    said = scores(many)
    mentions = [Mention(k % N_LABELS, 5 * e + k, 5 * e + k) for e in range(60) for k in (0, 2, 3)]
    random = np.random.default_rng(1)
    n = n_evidence(N_STATUSES, N_LABELS)
    weights = random.normal(size=(n_terms(N_STATUSES, N_LABELS), N_STATUSES))
    outcomes = Outcomes(np.full(n, -2.0), np.full(n, 2.0), weights, np.zeros(N_STATUSES))
    together = outcomes.of(mentions, said).tolist()
    alone = []
    for e in range(60):
        at = slice(5 * e, 5 * e + 5)
        one = Scores(
            said.labels[at], said.need[at], said.subs[at], said.entry_labels[[e]], said.entry_need[[e]], said.facets[[e]],
            {place: rows[at] for place, rows in said.status.items()}, said.status_bias, np.zeros(5, dtype=np.int64),
        )  # fmt: skip
        alone += outcomes.of([Mention(k % N_LABELS, k, k) for k in (0, 2, 3)], one).tolist()
    assert together == alone and len(set(together)) == N_STATUSES


def test_without_outcomes_the_heads_choose() -> None:
    said = scores(ENTRIES)
    only = choose_statuses([Mention(1, 6, 6)], said, None)
    assert only.tolist() == [int((said.status["own"][6] + said.status["sooner"][5] + said.status_bias).argmax())]
