import json
from pathlib import Path

import pytest

from minqing.corpora.labelled import load_gold
from minqing.models import load_default
from minqing.nlp.engines import RustEngine
from minqing.nlp.model import Model
from minqing.nlp.records import LabelledEntry
from minqing.nlp.tagger import Tagger


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test see, or change, the models of whoever runs it."""
    monkeypatch.setenv("MINQING_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def model() -> Model:
    return load_default()


@pytest.fixture(scope="session")
def tagger(model: Model) -> Tagger:
    return Tagger(model)


@pytest.fixture(scope="session")
def engine() -> RustEngine:
    return RustEngine()


@pytest.fixture(scope="session")
def gold() -> list[LabelledEntry]:
    return [item for part in ("train", "contrast", "dev") for item in load_gold(part)]


@pytest.fixture(scope="session")
def diaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve hundred rows, so that a run has several chunks."""
    path = tmp_path_factory.mktemp("diaries") / "diaries.jsonl"
    texts = [item.entry.text for item in load_gold("dev")]
    rows = [{"id": f"{k}-{i}", "text": f"{text}（第{k}份）"} for k in range(3) for i, text in enumerate(texts)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path
