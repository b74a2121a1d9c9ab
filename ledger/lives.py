"""The life of a need, told from its mentions: raised, promised, under way, met or declined, raised again."""

from collections.abc import Sequence
from dataclasses import dataclass

from minqing.ledger.likeness import Mention

STATES = {"unmet": "raised", "planned": "promised", "in_progress": "under_way", "met": "met", "declined": "declined"}
CLOSED = frozenset({"met", "declined"})
_PROMISED = frozenset({"planned", "in_progress"})


@dataclass(frozen=True, slots=True)
class Life:
    """What became of a need. Dates are ISO 8601, "" when unknown; ``states`` has one a mention, in their order."""

    status: str
    opened: str
    last: str
    since: str
    closed: str
    asked: int
    reopened: int
    states: tuple[str, ...]


def life_of(mentions: Sequence[Mention]) -> Life:
    """Tell the life of a need from its mentions in the order of time.

    A promise stays one when the need is raised again: people ask again because it was not kept. What was met or
    declined and is raised again is open again.
    """
    status, since, states, reopened = "", "", [], 0
    for mention in mentions:
        state, new = _next(status, mention.status)
        reopened += status in CLOSED and new not in CLOSED
        if new != status:
            since = mention.date
        status = new
        states.append(state)
    dates = [m.date for m in mentions if m.date]
    return Life(
        status=status,
        opened=min(dates, default=""),
        last=max(dates, default=""),
        since=since,
        closed=since if status in CLOSED else "",
        asked=len({m.entry for m in mentions if m.status not in CLOSED}),
        reopened=reopened,
        states=tuple(states),
    )


def _next(before: str, told: str) -> tuple[str, str]:
    """Give the state a mention adds and the status after it."""
    if before and told == "unmet":
        return "raised_again", before if before in _PROMISED else "unmet"
    if before in CLOSED and told in _PROMISED:
        return "raised_again", told
    return STATES[told], told
