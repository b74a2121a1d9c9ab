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
from minqing.ledger.likeness import THRESHOLD, Mention, Reason, explained, reasons, weights
from minqing.ledger.lives import CLOSED, Life, life_of

# A mention is compared with so many of the latest needs that could be its own: the cost stays flat in a large place.
NEAREST = 12
# Mentions whose needs are written at a time.
MOST_HELD = 5_000

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Group:
    """Mentions of one need so far, and why each but the first is among them."""

    mentions: list[Mention] = field(default_factory=list)
    why: list[list[Reason]] = field(default_factory=list)
    # The first and the last mention, with which a later one is compared; whether the last told of an end.
    ends: tuple[Mention, ...] = ()
    is_closed: bool = False

    def add(self, mention: Mention, why: list[Reason]) -> None:
        """Take in a mention that is later than those there are."""
        self.mentions.append(mention)
        self.why.append(why)
        self.ends = (self.mentions[0], mention) if len(self.mentions) > 1 else (mention,)
        self.is_closed = mention.status in CLOSED


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
        found.add(mention, why)
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
    best, best_sum, best_end = None, THRESHOLD, mention
    for key in _wanted(mention):
        for candidate in near.get(key, ()):
            for end in candidate.ends:
                found = weights(end, mention, candidate.is_closed)
                if found and (total := sum(found)) >= best_sum:
                    best, best_sum, best_end = candidate, total, end
    if best is None:
        return None, []
    return best, explained(reasons(best_end, mention, best.is_closed), best_end, mention)


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
    blocks = sorted(touched)
    # Before any is written: where a place was joined to another, a need goes from block to block.
    db.executemany("DELETE FROM statuses WHERE need IN (SELECT id FROM needs WHERE place = ? AND label = ?)", blocks)
    db.executemany("DELETE FROM needs WHERE place = ? AND label = ?", blocks)
    unknown = {id for (id,) in db.execute("SELECT id FROM places WHERE key = ''")}
    names = dict(db.execute("SELECT id, key FROM households"))
    told = _all_said(db)
    made = _Made(db)
    for place, label in blocks:
        rows = db.execute(
            "SELECT id, entry, household, holder, date, sub, status, text, slots FROM spans"
            " WHERE place = ? AND label = ? AND is_current = 1 ORDER BY date, id",
            (place, label),
        ).fetchall()
        mentions = [_mention(row, names) for row in rows]
        # Where nobody knows the place, nothing says that two mentions are of one: each stays a need of its own.
        alone = place in unknown
        groups = [Group([m], [[]]) for m in mentions] if alone else group(mentions, _said_of(told, mentions))
        made.add(place, label, groups, {row[0]: row[2] for row in rows})
    made.write()


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


class _Made:
    """Needs made and not yet written: most places have few, and every step of writing has its price."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._needs: list[tuple[object, ...]] = []
        self._states: list[tuple[object, ...]] = []
        self._spans: list[tuple[object, ...]] = []

    def add(self, place: int, label: str, groups: Sequence[Group], household: dict[int, int]) -> None:
        """Take in the needs of one place and label."""
        for found in groups:
            life = life_of(found.mentions)
            # The first that was added names the need: its number stays when more mentions come.
            need = min(mention.id for mention in found.mentions)
            self._needs.append(_need(need, place, label, found, life, household))
            self._states += [(need, m.id, m.date, state) for m, state in zip(found.mentions, life.states, strict=True)]
            self._spans += [(need, _encode(w).decode(), m.id) for m, w in zip(found.mentions, found.why, strict=True)]
        if len(self._spans) > MOST_HELD:
            self.write()

    def write(self) -> None:
        """Write what there is."""
        self._db.executemany(f"INSERT INTO needs VALUES ({','.join('?' * 14)})", self._needs)
        self._db.executemany("INSERT INTO statuses VALUES (?, ?, ?, ?)", self._states)
        self._db.executemany("UPDATE spans SET need = ?, why = ? WHERE id = ?", self._spans)
        self._needs, self._states, self._spans = [], [], []


def _need(id: int, place: int, label: str, found: Group, life: Life, household: dict[int, int]) -> tuple[object, ...]:
    named = next((m for m in found.mentions if m.household), found.mentions[0])
    sub = found.mentions[-1].sub or found.mentions[0].sub
    return (
        id, place, household[named.id], named.holder, label, sub, life.status, life.opened, life.last, life.since,
        life.closed, life.asked, len(found.mentions), life.reopened,
    )  # fmt: skip
