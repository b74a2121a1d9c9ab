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
