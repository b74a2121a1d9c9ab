"""Tagged entries -> the store: each once, whatever file it comes in.

A second reading of an entry by another model takes the place of the first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec

from minqing.corpora.taxonomy import load_taxonomy
from minqing.ledger.database import Database, Ledger
from minqing.ledger.heads import date_of, text_of, town_field_of, village_of
from minqing.ledger.holders import holder_of
from minqing.ledger.places import key_of_place, town_of
from minqing.ledger.privacy.masking import mask_on_import
from minqing.ledger.privacy.pseudonyms import pseudonyms_of
from minqing.nlp.records import Need, Slot, TaggedEntry
from minqing.nlp.streams import batches

# Entries looked up at a time.
CHUNK = 500

# What a run says of an entry beside the entry itself.
_MARKS = frozenset({"duplicate_of", "duplicate_at"})

_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(slots=True)
class Added:
    """What came of adding: entries new, known from before, and read again by another model; needs mentioned."""

    entries: int = 0
    known: int = 0
    replaced: int = 0
    needs: int = 0
    no_date: int = 0
    no_place: int = 0


Linker = Callable[[Database, set[tuple[int, str]]], object]


def add_entries(
    store: Ledger, entries: Iterable[TaggedEntry], source: str, link: Linker, year: int | None = None
) -> Added:
    """Add ``entries`` of the file ``source`` and link their needs; all of it or, when anything fails, nothing.

    ``year`` completes dates that have none. ``link`` gets the places and labels whose needs changed.
    """
    added = Added()
    with store.change() as db:
        adding = _Adding(db, source, added, year)
        for chunk in batches(entries, CHUNK):
            adding.add(chunk)
        adding.finish()
        link(db, adding.touched)
    return added


class _Adding:
    """One file on its way in: what is looked up once, and the rows not yet written."""

    def __init__(self, db: Database, source: str, added: Added, year: int | None) -> None:
        self._db, self._added, self._year = db, added, year
        self.touched: set[tuple[int, str]] = set()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        run = "INSERT INTO runs (file, added, entries, known, replaced) VALUES (?, ?, 0, 0, 0) RETURNING id"
        self._run = int(db.execute(run, (source, now)).fetchone()[0])
        self._entry = _next_id(db, "entries")
        self._span = _next_id(db, "spans")
        self._places: dict[str, int] = dict(db.execute("SELECT key, id FROM places")) | dict(
            db.execute("SELECT key, place FROM aliases")
        )
        self._households: dict[tuple[int, str], int] = {}
        self._stands = pseudonyms_of(db)
        self._models: dict[str, int] = dict(db.execute("SELECT name, id FROM models"))

    def add(self, chunk: Sequence[TaggedEntry]) -> None:
        """Add those of ``chunk`` that are not there."""
        keyed = [(_digest(_identity(e)), _digest((_identity(e), e.needs, e.model)), e) for e in chunk]
        marks = ",".join("?" * len(keyed))
        db, n = self._db, self._added
        known = {
            c for (c,) in db.execute(f"SELECT content FROM entries WHERE content IN ({marks})", [k[1] for k in keyed])
        }
        twins = self._read_before([k[0] for k in keyed], marks)
        entries: list[tuple[object, ...]] = []
        spans: list[tuple[object, ...]] = []
        for identity, content, entry in keyed:
            if content in known:
                n.known += 1
                continue
            known.add(content)
            if self._replaces(entry, twins.get(identity, [])):
                n.replaced += 1
            row = self._row(identity, content, entry)
            entries.append(row)
            spans += self._spans(entry, row)
            self._entry += 1
        db.executemany(f"INSERT INTO entries VALUES ({','.join('?' * 18)})", entries)
        db.executemany(f"INSERT INTO spans VALUES ({','.join('?' * 18)})", spans)
        n.entries += len(entries)
        n.needs += len(spans)

    def finish(self) -> None:
        """Write what the run came to; a run that added nothing leaves no trace."""
        n = self._added
        if n.entries:
            self._db.execute(
                "UPDATE runs SET entries = ?, known = ?, replaced = ? WHERE id = ?",
                (n.entries, n.known, n.replaced, self._run),
            )
        else:
            self._db.execute("DELETE FROM runs WHERE id = ?", (self._run,))

    def _read_before(self, identities: Sequence[bytes], marks: str) -> dict[bytes, list[tuple[int, str]]]:
        found: dict[bytes, list[tuple[int, str]]] = {}
        for identity, id, model in self._db.execute(
            "SELECT identity, e.id, m.name FROM entries e JOIN models m ON m.id = e.model"
            f" WHERE is_current = 1 AND identity IN ({marks})",
            identities,
        ):
            found.setdefault(identity, []).append((id, model))
        return found

    def _replaces(self, entry: TaggedEntry, before: Sequence[tuple[int, str]]) -> bool:
        """Set aside the reading of the same text by another model; it stays in the store, out of every count."""
        for id, model in before:
            old = self._db.execute(
                'SELECT start, "end", text, place, label FROM spans WHERE entry = ?', (id,)
            ).fetchall()
            if model != entry.model and _agree(entry.needs, old):
                self._db.execute("UPDATE entries SET is_current = 0 WHERE id = ?", (id,))
                self._db.execute("UPDATE spans SET is_current = 0, need = 0 WHERE entry = ?", (id,))
                self.touched.update((place, label) for *_, place, label in old)
                return True
        return False

    def _row(self, identity: bytes, content: bytes, entry: TaggedEntry) -> tuple[object, ...]:
        meta = entry.meta
        source = meta.get("source")
        where: Mapping[str, object] = source if isinstance(source, dict) else {}
        when = date_of(entry, self._year)
        village = village_of(meta)
        place = self._place(village, town_field_of(meta))
        self._added.no_date += not when
        self._added.no_place += not village
        row_number = where.get("row", 0)
        level = entry.facets.get("author_level", "")
        return (
            self._entry, identity, content, self._run, self._model(entry.model), entry.id, str(where.get("file", "")),
            row_number if isinstance(row_number, int) else 0, when, place, text_of(meta, "author"),
            text_of(meta, "unit"), text_of(meta, "visited"), str(level), entry.script, text_of(meta, "duplicate_of"),
            _encode(dict(entry.facets)).decode(), 1,
        )  # fmt: skip

    def _spans(self, entry: TaggedEntry, row: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
        """Give the rows of an entry's needs; those of a copy of another entry count for nothing new."""
        when, place, twin = str(row[8]), int(str(row[9])), row[15]
        for need in entry.needs if not twin else ():
            holder = holder_of(need, entry.meta, entry.facets)
            household = self._household(place, holder.key, holder.name) if holder.key else 0
            self.touched.add((place, need.label))
            text = mask_on_import(need.text, self._stands)
            slots = _encode([_slot(slot) for slot in need.slots]).decode() if need.slots else "[]"
            yield (
                self._span, self._entry, 0, place, household, holder.kind, when, need.label, need.sub, need.status,
                need.score, int(need.uncertain), need.start, need.end, text, slots, "[]", 1,
            )  # fmt: skip
            self._span += 1

    def _place(self, spelling: str, town: str) -> int:
        key = key_of_place(spelling)
        if key not in self._places:
            row = (spelling.strip(), key, town or town_of(spelling))
            made = self._db.execute("INSERT INTO places (name, key, town) VALUES (?, ?, ?) RETURNING id", row)
            self._places[key] = int(made.fetchone()[0])
        return self._places[key]

    def _household(self, place: int, key: str, name: str) -> int:
        known = self._households.get((place, key))
        if known is None:
            # An update of nothing, so that the number comes back of one that was there, too.
            found = self._db.execute(
                "INSERT INTO households (place, key, name) VALUES (?, ?, ?)"
                " ON CONFLICT (place, key) DO UPDATE SET key = excluded.key RETURNING id",
                (place, key, name),
            ).fetchone()
            known = self._households[place, key] = int(found[0])
        return known

    def _model(self, name: str) -> int:
        if name not in self._models:
            row = (name, load_taxonomy().version)
            made = self._db.execute("INSERT INTO models (name, taxonomy) VALUES (?, ?) RETURNING id", row)
            self._models[name] = int(made.fetchone()[0])
        return self._models[name]


def _agree(needs: Sequence[Need], old: Sequence[tuple[int, int, str, int, str]]) -> bool:
    """Say whether two readings can be of one text: where their spans overlap, the same characters stand."""
    for need in needs:
        for start, end, text, *_ in old:
            low, high = max(need.start, start), min(need.end, end)
            if low < high and need.text[low - need.start : high - need.start] != text[low - start : high - start]:
                return False
    return True


def _identity(entry: TaggedEntry) -> tuple[object, ...]:
    return entry.id, {name: value for name, value in entry.meta.items() if name not in _MARKS}


def _digest(value: object) -> bytes:
    return blake2b(_encode(value), digest_size=16).digest()


def _slot(slot: Slot) -> dict[str, str]:
    return {"kind": slot.kind, "text": slot.text, "value": slot.value}


def _next_id(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])
