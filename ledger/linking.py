"""Mentions of one place and label -> needs: each mention joins the likeliest need before it, or begins one.

Worked out anew for every place and label that changed, so that the order in which files came plays no part.
What a person said (``corrections``) comes first.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from minqing.ledger.database import Database
from minqing.ledger.holders import surname_of
from minqing.ledger.likeness import THRESHOLD, Mention, Reason, explained, reasons
from minqing.ledger.lives import CLOSED, Life, life_of

# A mention is compared with so many of the latest needs that could be its own: the cost stays flat in a large place.
NEAREST = 12

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Group:
    """Mentions of one need so far, and why each but the first is among them."""

    mentions: list[Mention] = field(default_factory=list)
    why: list[list[Reason]] = field(default_factory=list)

    @property
    def ends(self) -> list[Mention]:
        """Give the first and the last mention: what a later one is compared with."""
        return self.mentions[:1] + self.mentions[-1:] if len(self.mentions) > 1 else self.mentions

    @property
    def is_closed(self) -> bool:
        """Say whether the need was met or declined by the last mention."""
        return self.mentions[-1].status in CLOSED


@dataclass(frozen=True, slots=True)
class Said:
    """What persons said: spans that begin a need of their own, and pairs that are one need."""

    apart: frozenset[int] = frozenset()
    joined: tuple[tuple[int, int], ...] = ()


NOTHING_SAID = Said()


def group(mentions: Sequence[Mention], said: Said = NOTHING_SAID) -> list[Group]:
    """Group mentions of one place and label, given in the order of time, into needs."""
    groups: list[Group] = []
    of: dict[int, Group] = {}
    near: defaultdict[tuple[str, str], deque[Group]] = defaultdict(lambda: deque(maxlen=NEAREST))
    partners = _partners(said)
    for mention in mentions:
        found, why = _told(mention, partners, of)
        if found is None and mention.id not in said.apart:
            found, why = _likeliest(mention, near)
        if found is None:
            found = Group()
            groups.append(found)
            near[_bucket(mention)].append(found)
        found.mentions.append(mention)
        found.why.append(why)
        of[mention.id] = found
    return groups


def _partners(said: Said) -> dict[int, list[int]]:
    partners: dict[int, list[int]] = {}
    for a, b in said.joined:
        partners.setdefault(a, []).append(b)
        partners.setdefault(b, []).append(a)
    return partners


def _told(mention: Mention, partners: dict[int, list[int]], of: dict[int, Group]) -> tuple[Group | None, list[Reason]]:
    found = next((of[id] for id in partners.get(mention.id, ()) if id in of), None)
    return found, [("told", 1.0, "")] if found else []


def _likeliest(mention: Mention, near: dict[tuple[str, str], deque[Group]]) -> tuple[Group | None, list[Reason]]:
    best, best_sum, why = None, THRESHOLD, list[Reason]()
    for key in _wanted(mention):
        for candidate in near.get(key, ()):
            for end in candidate.ends:
                found = reasons(end, mention, candidate.is_closed)
                total = sum([weight for _, weight, _ in found]) if found else 0.0
                if total >= best_sum:
                    best, best_sum, why = candidate, total, explained(found, end, mention)
    return best, why


def _bucket(mention: Mention) -> tuple[str, str]:
    if mention.household:
        return "household", surname_of(mention.household) or mention.household
    # Without a name only what is said can tell: another second-level label would ask for nearly the same words.
    return "other", mention.sub


def _wanted(mention: Mention) -> Iterator[tuple[str, str]]:
    yield _bucket(mention)
    if mention.household:
        yield "other", mention.sub


# --- in the store ------------------------------------------------------------------------------------------


def relink(db: Database, touched: Iterable[tuple[int, str]]) -> None:
    """Work out the needs of these places and labels anew."""
    unknown = {id for (id,) in db.execute("SELECT id FROM places WHERE key = ''")}
    names = dict(db.execute("SELECT id, key FROM households"))
    told = _all_said(db)
    for place, label in sorted(touched):
        rows = db.execute(
            "SELECT id, entry, household, holder, date, sub, status, text, slots FROM spans"
            " WHERE place = ? AND label = ? AND is_current = 1 ORDER BY date, id",
            (place, label),
        ).fetchall()
        mentions = [_mention(row, names) for row in rows]
        # Where nobody knows the place, nothing says that two mentions are of one: each stays a need of its own.
        groups = [Group([m], [[]]) for m in mentions] if place in unknown else group(mentions, _said_of(told, mentions))
        _write(db, place, label, groups, {row[0]: row[2] for row in rows})


def _mention(row: tuple[int, int, int, str, str, str, str, str, str], names: dict[int, str]) -> Mention:
    id, entry, household, holder, date, sub, status, text, slots = row
    spot = ""
    if '"where"' in slots:
        spot = next((s["text"] for s in msgspec.json.decode(slots) if s["kind"] == "where"), "")
    return Mention(id, entry, names.get(household, ""), holder, date, sub, status, text, spot)


def _all_said(db: Database) -> list[tuple[str, int, int]]:
    return db.execute("SELECT kind, span, other FROM corrections").fetchall()


def _said_of(told: Sequence[tuple[str, int, int]], mentions: Sequence[Mention]) -> Said:
    if not told:
        return NOTHING_SAID
    ids = {mention.id for mention in mentions}
    return Said(
        frozenset(span for kind, span, _ in told if kind == "apart" and span in ids),
        tuple((span, other) for kind, span, other in told if kind == "join" and span in ids and other in ids),
    )


def _write(db: Database, place: int, label: str, groups: Sequence[Group], household: dict[int, int]) -> None:
    db.execute(
        "DELETE FROM statuses WHERE need IN (SELECT id FROM needs WHERE place = ? AND label = ?)", (place, label)
    )
    db.execute("DELETE FROM needs WHERE place = ? AND label = ?", (place, label))
    needs, states, spans = [], [], []
    for found in groups:
        life = life_of(found.mentions)
        # The first that was added names the need: its number stays when more mentions come.
        need = min(mention.id for mention in found.mentions)
        needs.append(_need(need, place, label, found, life, household))
        states += [(need, m.id, m.date, state) for m, state in zip(found.mentions, life.states, strict=True)]
        spans += [(need, _encode(w).decode(), m.id) for m, w in zip(found.mentions, found.why, strict=True)]
    db.executemany(f"INSERT INTO needs VALUES ({','.join('?' * 14)})", needs)
    db.executemany("INSERT INTO statuses VALUES (?, ?, ?, ?)", states)
    db.executemany("UPDATE spans SET need = ?, why = ? WHERE id = ?", spans)


def _need(id: int, place: int, label: str, found: Group, life: Life, household: dict[int, int]) -> tuple[object, ...]:
    named = next((m for m in found.mentions if m.household), found.mentions[0])
    sub = found.mentions[-1].sub or found.mentions[0].sub
    return (
        id, place, household[named.id], named.holder, label, sub, life.status, life.opened, life.last, life.since,
        life.closed, life.asked, len(found.mentions), life.reopened,
    )  # fmt: skip
