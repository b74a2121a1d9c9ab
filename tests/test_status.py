import numpy as np

from minqing.nlp.status import FADING, MOST_TURNS, Mention, Place, surroundings

# What a clause counts is whole steps of this.
STEP = 1 / (1 << 16)


def where(mentions: list[Mention], entries: list[int], number: int) -> dict[str, dict[int, float]]:
    """Give, for every place, the clauses that stand there and what each counts."""
    found = surroundings(mentions, np.array(entries))
    return {name: voices(place, number) for name, place in found.items()}


def voices(place: Place, number: int) -> dict[int, float]:
    at = slice(place.starts[number], place.starts[number + 1])
    return dict(zip(place.clauses[at].tolist(), place.weights[at].tolist(), strict=True))


def test_every_clause_of_the_entry_stands_in_one_place() -> None:
    places = where([Mention(0, 2, 3)], [0] * 7, 0)
    assert {name: sorted(clauses) for name, clauses in places.items()} == {
        "own": [2, 3],
        "sooner": [0, 1],
        "later": [4, 5, 6],
    }


def test_a_clause_counts_less_the_farther_away_it_is() -> None:
    places = where([Mention(0, 3, 3)], [0] * 7, 0)
    assert places["later"][4] == places["sooner"][2] == 1
    assert places["later"][4] > places["later"][5] > places["later"][6] > 0
    assert places["sooner"][2] > places["sooner"][1] > places["sooner"][0] > 0


def test_another_need_in_between_takes_from_its_voice() -> None:
    alone = where([Mention(0, 0, 0)], [0] * 5, 0)["later"]
    followed = where([Mention(0, 0, 0), Mention(1, 2, 2)], [0] * 5, 0)["later"]
    turn = FADING["later"][1]
    assert followed[1] == alone[1]
    assert np.allclose(
        [followed[clause] for clause in (2, 3, 4)], [alone[clause] * turn for clause in (2, 3, 4)], atol=STEP
    )


def test_the_same_holds_backwards() -> None:
    alone = where([Mention(0, 4, 4)], [0] * 5, 0)["sooner"]
    led = where([Mention(1, 2, 2), Mention(0, 4, 4)], [0] * 5, 1)["sooner"]
    turn = FADING["sooner"][1]
    assert led[3] == alone[3]
    assert np.allclose([led[clause] for clause in (2, 1, 0)], [alone[clause] * turn for clause in (2, 1, 0)], atol=STEP)


def test_many_needs_in_between_leave_some_voice() -> None:
    mentions = [Mention(0, clause, clause) for clause in range(9)]
    power, turn = FADING["later"]
    assert np.isclose(where(mentions, [0] * 9, 0)["later"][8], 8**-power * turn**MOST_TURNS, atol=STEP)


def test_a_place_never_leaves_the_entry() -> None:
    places = where([Mention(0, 2, 2)], [0, 0, 1, 2, 2], 0)
    assert places == {"own": {2: 1.0}, "sooner": {}, "later": {}}


def test_rows_are_summed_by_what_they_count() -> None:
    place = Place(np.array([0, 2, 2]), np.array([0, 2]), np.array([1, 0.5], dtype=np.float32))
    values = np.array([[1, 2], [9, 9], [4, 6]], dtype=np.float32)
    assert place.sums(values).tolist() == [[3, 5], [0, 0]]
