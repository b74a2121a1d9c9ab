import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Which rooms each room may import from; nlp also imports within itself, relatively.
MAY_IMPORT = {
    "nlp": set(),
    "corpora": {"corpora", "nlp"},
    "models": {"models", "corpora", "nlp"},
    "batch": {"batch", "models", "corpora", "nlp"},
    "labelling": {"labelling", "models", "corpora", "nlp"},
    "ledger": {"ledger", "models", "corpora", "nlp"},
    "commands": {"commands", "console", "batch", "labelling", "ledger", "models", "corpora", "nlp"},
}

SOURCES = sorted(path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Give the absolute names that a file imports."""
    tree = ast.parse(path.read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module and not n.level}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_from_the_rooms_below_it(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("minqing.")}
    assert rooms <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_reaches_the_network_or_runs_saved_code(path: Path) -> None:
    banned = {"pickle", "marshal", "joblib", "socket", "urllib", "http", "requests", "ssl", "pg8000"}
    # A ledger on a server is on the one that the user names.
    allowed = {"ssl", "pg8000"} if path.name == "postgres.py" else set()
    assert not {name.partition(".")[0] for name in imported(path)} & banned - allowed


@pytest.mark.parametrize("path", sorted((ROOT / "nlp").glob("*.py")), ids=lambda path: path.name)
def test_the_language_part_prints_nothing_and_opens_no_file(path: Path) -> None:
    calls = [
        n.func.id
        for n in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    ]
    assert not {"print", "open"} & set(calls)
    assert "pathlib" not in imported(path)


def test_only_the_part_that_learns_imports_scikit_learn() -> None:
    users = {p.name for p in SOURCES if any(n.startswith("sklearn") for n in imported(p))}
    assert users == {"clusters.py", "deciding.py", "learning.py", "machines.py", "training.py"}
