"""What each author and unit did, as the programme asks (考核): counts of facts, in the order of names, no scores."""

from collections.abc import Iterator
from dataclasses import dataclass

from minqing.corpora.taxonomy import load_taxonomy
from minqing.ledger.database import Database

# The facets the programme asks for: 三访, 三讲 (with 调解), 四帮扶.
FACETS = ("visited_group", "talk_kind", "help_kind")

_DONE = """
SELECT e.unit, e.author, count(*), count(DISTINCT nullif(e.date, '')), count(DISTINCT nullif(p.name, '')),
       count(DISTINCT CASE WHEN e.visited <> '' THEN e.place || ' ' || e.visited END),
       count(*) FILTER (WHERE e.date <> '' AND p.name <> '' AND e.visited <> '' AND s.needs > 0 AND s.followed > 0),
       sum(coalesce(s.needs, 0))
FROM entries e JOIN places p ON p.id = e.place
LEFT JOIN (SELECT entry, count(*) AS needs, count(*) FILTER (WHERE status <> 'unmet') AS followed
           FROM spans WHERE is_current = 1
           GROUP BY entry) s ON s.entry = e.id
WHERE e.is_current = 1 AND e.twin = '' AND e.date >= :since AND (e.date <= :until OR :until = '')
GROUP BY 1, 2 ORDER BY 1, 2
"""
# A need is followed up by whoever tells of it again in a later entry.
_FOLLOWED = """
SELECT e.unit, e.author, count(DISTINCT s.need) FROM spans s JOIN entries e ON e.id = s.entry
JOIN spans f ON f.id = s.need WHERE s.is_current = 1 AND s.entry <> f.entry
  AND e.date >= :since AND (e.date <= :until OR :until = '') GROUP BY 1, 2
"""
_FACETS = """
SELECT e.unit, e.author, j.value, count(*) FROM entries e, json_each(e.facets, '$.' || :facet) j
WHERE e.is_current = 1 AND e.twin = '' AND e.date >= :since AND (e.date <= :until OR :until = '') GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What one author did. ``complete`` entries have a date, place, household, problem and follow-up."""

    unit: str
    author: str
    entries: int
    days: int
    villages: int
    households: int
    complete: int
    needs: int
    followed_up: int
    facets: dict[str, int]


def assess(db: Database, since: str = "", until: str = "") -> Iterator[Done]:
    """Give what each author did between two days, "" for no limit, in the order of units and names."""
    days = {"since": since, "until": until}
    followed = {(unit, author): n for unit, author, n in db.execute(_FOLLOWED, days)}
    facets: dict[tuple[str, str], dict[str, int]] = {}
    for facet in FACETS:
        for unit, author, value, n in db.execute(_FACETS, days | {"facet": facet}):
            facets.setdefault((unit, author), {})[value] = n
    for unit, author, *counts in db.execute(_DONE, days):
        key = unit, author
        entries, worked, villages, households, complete, needs = (int(n or 0) for n in counts)
        told = followed.get(key, 0), _all(facets.get(key, {}))
        yield Done(unit, author, entries, worked, villages, households, complete, needs, *told)


def _all(found: dict[str, int]) -> dict[str, int]:
    """Give every value of the facets asked for, zeros among them: what was not done is a fact as well."""
    values = (value.id for facet in load_taxonomy().facet if facet.id in FACETS for value in facet.values)
    return {value: found.get(value, 0) for value in values}
