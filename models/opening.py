"""A model folder -> what tags with it, whichever kind it is; and which model is the default of this installation."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from minqing.models import registry
from minqing.models.selftest import replay
from minqing.models.storage import SHIPPED, load_any, manifest_head
from minqing.nlp.engines import WordEngine
from minqing.nlp.model import Model
from minqing.nlp.records import Entry, TaggedEntry
from minqing.nlp.scores import Doubles
from minqing.nlp.tagger import Tagger

if TYPE_CHECKING:
    from minqing.nlp.classifier import Classifier


class AnyTagger(Protocol):
    """The face that both kinds of tagger have."""

    name: str

    def tag(self, entry: Entry | str) -> TaggedEntry:
        """Tag one entry."""

    def pipe(self, entries: Iterable[Entry]) -> Iterator[TaggedEntry]:
        """Tag a stream, in its order."""

    def chances(self, texts: Sequence[str]) -> Doubles:
        """Give the probability of every label for every text."""


def current_folder() -> Path:
    """Give the folder of the default model: the one promoted in this installation, or the one that ships."""
    return registry.current() or SHIPPED


def named_folder(name: Path) -> Path:
    """Give the folder of a model by what people call it: ``default``, ``shipped``, a version, or its folder."""
    if name.exists():
        return name
    if str(name) == "default":
        return current_folder()
    if str(name) == registry.SHIPPED:
        return SHIPPED
    kept = registry.folder_of(str(name))
    return kept if str(name).isdigit() and kept.is_dir() else name


def open_tagger(folder: Path | None, engine: str | WordEngine | None = None, labels_only: bool = False) -> AnyTagger:
    """Give what tags with the model in ``folder``, or with the default one; its self-test has passed.

    ``labels_only`` leaves out statuses, slots and facets, which a model of somebody's own labels never gives.

    Raises:
        ModelError: the model cannot be read, or gives other scores than when it was made.
    """
    place = folder or current_folder()
    model = load_any(place)
    tagger = tagger_of(model, engine, labels_only)
    replay(tagger, model.facts, str(place))
    return tagger


def name_of(folder: Path | None = None) -> str:
    """Give ``name@hash`` of a model, or of the default one, as its tagger calls it; only its manifest is read.

    Raises:
        ModelError: the manifest is missing, damaged, or of a format this version does not know.
    """
    head, raw = manifest_head(folder or current_folder())
    return f"{head.get('name')}@{hashlib.sha256(raw).hexdigest()[:12]}"


def tagger_of(
    model: "Model | Classifier", engine: str | WordEngine | None = None, labels_only: bool = False
) -> AnyTagger:
    """Give what tags with ``model``."""
    if isinstance(model, Model):
        return Tagger(model, engine, labels_only)
    from minqing.nlp.classifier import ClassifierTagger

    return ClassifierTagger(model, engine)


def labels_of(model: "Model | Classifier") -> tuple[str, ...]:
    """Give the labels of a model, in the order of its columns; of needs, those of the first level."""
    return model.label_set.labels if isinstance(model, Model) else model.scheme.labels
