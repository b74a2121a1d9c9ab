"""What a person says against the machine: two mentions are one need, a mention is another, two spellings one place."""

from datetime import UTC, datetime
from gettext import gettext as _

from minqing.ledger.database import Database, Ledger
from minqing.ledger.linking import relink
from minqing.ledger.places import key_of_place
from minqing.nlp.errors import LedgerError

_INSTEAD = "ON CONFLICT (key) DO UPDATE SET place = excluded.place"


def join(store: Ledger, span: int, other: int, reason: str) -> int:
    """Say that two mentions tell of one need; give the number by which this can be undone.

    Raises:
        LedgerError: there is no such mention, or they are of different places or labels.
    """
    with store.change() as db:
        if _block(db, span) != _block(db, other):
            raise LedgerError(_("mentions of different places or labels cannot be one need"))
        return _keep(db, "join", span, other, reason)


def apart(store: Ledger, span: int, reason: str) -> int:
    """Say that a mention begins a need of its own; give the number by which this can be undone.

    Raises:
        LedgerError: there is no such mention.
    """
    with store.change() as db:
        _block(db, span)
        return _keep(db, "apart", span, 0, reason)


def undo(store: Ledger, number: int) -> None:
    """Take back a correction.

    Raises:
        LedgerError: there is no such correction.
    """
    with store.change() as db:
        found = db.execute("DELETE FROM corrections WHERE id = ? RETURNING span", (number,)).fetchone()
        if found is None:
            raise LedgerError(_("there is no correction {number}").format(number=number))
        relink(db, {_block(db, found[0])})


def set_alias(store: Ledger, spelling: str, name: str) -> int:
    """Count ``spelling`` as the place ``name`` from now on, also what came before; give how many entries moved.

    Raises:
        LedgerError: there is no place ``name``, or both are one already.
    """
    with store.change() as db:
        place = _place(db, name)
        if place is None:
            raise LedgerError(_("there is no place {name!r}; minqing ledger places lists them").format(name=name))
        key, old = key_of_place(spelling), _place(db, spelling)
        if old == place:
            raise LedgerError(_("{spelling!r} is {name!r} already").format(spelling=spelling, name=name))
        db.execute(f"INSERT INTO aliases VALUES (?, ?) {_INSTEAD}", (key, place))
        return _move(db, old, place) if old else 0


def _move(db: Database, old: int, new: int) -> int:
    labels = {label for (label,) in db.execute("SELECT DISTINCT label FROM spans WHERE place IN (?, ?)", (old, new))}
    db.execute(
        "UPDATE households SET place = ? WHERE place = ? AND key NOT IN (SELECT key FROM households WHERE place = ?)",
        (new, old, new),
    )
    # A name that both places had is one household now.
    db.execute(
        "UPDATE spans SET household = (SELECT n.id FROM households o JOIN households n ON n.key = o.key"
        " WHERE o.id = spans.household AND n.place = ?)"
        " WHERE household IN (SELECT id FROM households WHERE place = ?)",
        (new, old),
    )
    db.execute("DELETE FROM households WHERE place = ?", (old,))
    db.execute("UPDATE spans SET place = ? WHERE place = ?", (new, old))
    moved = db.execute("UPDATE entries SET place = ? WHERE place = ?", (new, old)).rowcount
    db.execute("UPDATE aliases SET place = ? WHERE place = ?", (new, old))
    relink(db, {(place, label) for place in (old, new) for label in labels})
    db.execute(f"INSERT INTO aliases SELECT key, CAST(? AS BIGINT) FROM places WHERE id = ? {_INSTEAD}", (new, old))
    db.execute("DELETE FROM places WHERE id = ?", (old,))
    return moved


def _place(db: Database, name: str) -> int | None:
    key = key_of_place(name)
    found = db.execute("SELECT id FROM places WHERE key = ? UNION SELECT place FROM aliases WHERE key = ?", (key, key))
    row = found.fetchone()
    return int(row[0]) if row else None


def _block(db: Database, span: int) -> tuple[int, str]:
    found = db.execute("SELECT place, label FROM spans WHERE id = ? AND is_current = 1", (span,)).fetchone()
    if found is None:
        raise LedgerError(_("there is no mention {span}; minqing ledger search lists their numbers").format(span=span))
    return int(found[0]), str(found[1])


def _keep(db: Database, kind: str, span: int, other: int, reason: str) -> int:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    row = (kind, span, other, reason, made)
    made_of = db.execute(
        "INSERT INTO corrections (kind, span, other, reason, made) VALUES (?, ?, ?, ?, ?) RETURNING id", row
    )
    number = int(made_of.fetchone()[0])
    relink(db, {_block(db, span)})
    return number
