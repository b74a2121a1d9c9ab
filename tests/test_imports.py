import subprocess
import sys

import pytest

# Each costs its share of the time before the answer: numpy about 80 ms, scipy 100 more, scikit-learn a second.
PACKAGES = {
    "click",
    "daachorse",
    "msgspec",
    "numpy",
    "opencc",
    "platformdirs",
    "rjieba",
    "safetensors",
    "typing_extensions",
}

MODULES = {
    "cli", "console", "commands", "commands.shared", "corpora", "corpora.taxonomy", "corpora.texts", "corpora.whole",
    "models", "models.deciding", "models.folders", "models.opening", "models.registry", "models.selftest",
    "models.storage", "nlp",
    *(f"nlp.{name}" for name in (
        "alignment", "candidates", "characters", "clauses", "clean", "concepts", "curves", "decisions", "detail_tables",
        "engines", "errors", "_native", "fast", "features", "forms", "hashing", "looking", "mentions", "model", "native",
        "numerals", "outcomes", "reading", "records", "scores", "script", "slot_patterns", "slots", "status", "streams",
        "tagger", "verdicts", "words",
    )),
}  # fmt: skip

# To write the record itself.
FOR_JSON = {"corpora.writers", "corpora.writers.record"}

NAMES = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "


def loaded(code: str, *words: str) -> set[str]:
    """Give every module that a process of its own has when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", NAMES + code, *words], capture_output=True, check=True, encoding="utf-8"
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.fixture(scope="module")
def bare() -> set[str]:
    return loaded("pass") | set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("options", "modules"),
    [((), MODULES), (("--labels-only",), MODULES), (("--json",), MODULES | FOR_JSON)],
    ids=["plain", "labels-only", "json"],
)
def test_tagging_a_typed_text_imports_only_what_is_named_here(
    options: tuple[str, ...], modules: set[str], bare: set[str]
) -> None:
    found = loaded("from minqing.cli import main; main()", "tag", *options, "自来水断了两年，没人管。")
    ours = {name.removeprefix("minqing.") for name in found if name.startswith("minqing.")}
    others = {name.partition(".")[0] for name in found} - {"minqing"} - bare
    assert ours <= modules
    assert others <= PACKAGES
