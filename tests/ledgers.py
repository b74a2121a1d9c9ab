"""Tagged entries made by hand, for the tests of the ledger: one call an entry, so that a test reads as a diary."""

from pathlib import Path

from minqing.corpora.writers import write_entries
from minqing.ledger.adding import Added, add_entries
from minqing.ledger.linking import relink
from minqing.ledger.store import Store
from minqing.nlp.records import Need, Slot, TaggedEntry


def need(text: str, sub: str = "water.drinking", status: str = "unmet", who: str = "", start: int = 0) -> Need:
    slots = (Slot("who", who, 0, len(who), who),) if who else ()
    label = sub.partition(".")[0]
    return Need(label, sub, status, 0.9, start, start + len(text), text, False, slots)


def entry(
    id: str,
    date: str,
    *needs: Need,
    place: str = "石桥村",
    voice: str = "household",
    model: str = "default@1",
    **meta: str,
) -> TaggedEntry:
    fields: dict[str, object] = {"date": date, "place": place, **meta}
    facets = {"voice": [voice], "author_level": "town_village"}
    return TaggedEntry(id, "hans", needs, facets, model, {k: v for k, v in fields.items() if v})


def written(path: Path, *entries: TaggedEntry) -> Path:
    write_entries(path, entries)
    return path


def filled(path: Path, *entries: TaggedEntry, source: str = "made.jsonl") -> Added:
    with Store(path) as store:
        return add_entries(store, entries, source, relink)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with Store(path) as store:
        return store.db.execute(query).fetchall()
