"""The tables of a ledger. What is known of an entry never changes; needs are worked out from spans and corrections."""

# Written into the header of the file, so that any other SQLite file is told from a ledger. "mqLG" in ASCII.
APPLICATION = 0x6D714C47

# Raised when a table changes; a ledger of a higher one is of a newer minqing.
VERSION = 1

# Empty text is "unknown", never NULL: a group of unknowns is counted and shown like any other.
TABLES = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, file TEXT NOT NULL, added TEXT NOT NULL,
    entries INTEGER NOT NULL, known INTEGER NOT NULL, replaced INTEGER NOT NULL
) STRICT;
CREATE TABLE models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, taxonomy TEXT NOT NULL) STRICT;
CREATE TABLE places (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE, town TEXT NOT NULL
) STRICT;
CREATE TABLE aliases (key TEXT PRIMARY KEY, place INTEGER NOT NULL REFERENCES places) STRICT, WITHOUT ROWID;
CREATE TABLE households (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL REFERENCES places, key TEXT NOT NULL, name TEXT NOT NULL,
    UNIQUE (place, key)
) STRICT;
CREATE TABLE entries (
    id INTEGER PRIMARY KEY, identity BLOB NOT NULL, content BLOB NOT NULL UNIQUE,
    run INTEGER NOT NULL REFERENCES runs, model INTEGER NOT NULL REFERENCES models,
    name TEXT NOT NULL, file TEXT NOT NULL, row INTEGER NOT NULL, date TEXT NOT NULL,
    place INTEGER NOT NULL REFERENCES places, author TEXT NOT NULL, unit TEXT NOT NULL, visited TEXT NOT NULL,
    level TEXT NOT NULL, script TEXT NOT NULL, twin TEXT NOT NULL, facets TEXT NOT NULL,
    is_current INTEGER NOT NULL
) STRICT;
CREATE INDEX entries_identity ON entries (identity);
CREATE TABLE spans (
    id INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES entries, need INTEGER NOT NULL,
    place INTEGER NOT NULL, household INTEGER NOT NULL, holder TEXT NOT NULL, date TEXT NOT NULL,
    label TEXT NOT NULL, sub TEXT NOT NULL, status TEXT NOT NULL, score REAL NOT NULL, uncertain INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, slots TEXT NOT NULL,
    why TEXT NOT NULL, is_current INTEGER NOT NULL
) STRICT;
CREATE INDEX spans_entry ON spans (entry);
CREATE INDEX spans_block ON spans (place, label);
CREATE INDEX spans_need ON spans (need);
CREATE TABLE needs (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL, household INTEGER NOT NULL, holder TEXT NOT NULL,
    label TEXT NOT NULL, sub TEXT NOT NULL, status TEXT NOT NULL, opened TEXT NOT NULL, last TEXT NOT NULL,
    since TEXT NOT NULL, closed TEXT NOT NULL, asked INTEGER NOT NULL, mentions INTEGER NOT NULL,
    reopened INTEGER NOT NULL
) STRICT;
CREATE INDEX needs_block ON needs (place, label);
CREATE TABLE statuses (
    need INTEGER NOT NULL, span INTEGER NOT NULL, date TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (need, span)
) STRICT, WITHOUT ROWID;
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, span INTEGER NOT NULL, other INTEGER NOT NULL,
    reason TEXT NOT NULL, made TEXT NOT NULL
) STRICT;
CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE INDEX corrections_span ON corrections (span);
"""
