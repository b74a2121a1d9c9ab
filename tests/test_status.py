import numpy as np

from minqing.nlp.status import Mention, surroundings


def where(mentions: list[Mention], entries: list[int], number: int) -> dict[str, list[int]]:
    found = surroundings(mentions, np.array(entries))
    return {place: list(range(start[number], end[number])) for place, (start, end) in found.items()}


def test_every_clause_of_the_entry_stands_in_a_place() -> None:
    places = where([Mention(0, 2, 3)], [0] * 9, 0)
    assert places == {
        "own": [2, 3],
        "before": [1],
        "earlier": [0],
        "after": [4],
        "second": [5],
        "until": [6, 7, 8],
        "rest": [],
        "last": [8],
    }


def test_what_follows_the_next_mention_is_the_rest() -> None:
    places = where([Mention(0, 0, 0), Mention(1, 4, 4)], [0] * 7, 0)
    assert (places["until"], places["rest"]) == ([3], [4, 5, 6])


def test_a_place_never_leaves_the_entry() -> None:
    places = where([Mention(0, 2, 2)], [0, 0, 1, 2, 2], 0)
    assert places["own"] == [2]
    assert all(not clauses for place, clauses in places.items() if place != "own")
