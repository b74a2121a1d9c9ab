"""A model as a folder: ``manifest.json``, ``weights.safetensors`` and two word lists. No code in any of them.

The manifest says what the other files must hold, byte for byte, and everything is checked before anything
is built. A folder is written beside its place and moved in whole.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from minqing.nlp.candidates import EVIDENCE
from minqing.nlp.concepts import ConceptLexicon
from minqing.nlp.errors import EntryError, ModelError
from minqing.nlp.features import BITS
from minqing.nlp.mentions import Decision, Limits, n_terms
from minqing.nlp.model import LabelSet, Model
from minqing.nlp.scores import Block, Weights

FORMAT = 2
MANIFEST, WEIGHTS = "manifest.json", "weights.safetensors"
LEXICON, VOCABULARY = "lexicon.tsv", "vocabulary.tsv"
DEFAULT = Path(__file__).parent / "default"
LARGEST_FILE = 200_000_000

Heads = dict[str, tuple[int, int]]
T = TypeVar("T", bound=np.generic)


class Manifest(msgspec.Struct, frozen=True):
    """What ``manifest.json`` says; ``files`` maps each other file to its SHA-256."""

    format: int
    name: str
    taxonomy: str
    labels: LabelSet
    own_heads: Heads
    context_heads: Heads
    calibration: tuple[float, float, float]  # slope and offset of the scores, and under which one is uncertain
    decision_bias: float
    facts: dict[str, object]
    files: dict[str, str]


def save(model: Model, folder: Path, taxonomy: str) -> None:
    """Write ``model`` to ``folder``, whole or not at all; what stood there before is replaced.

    Raises:
        ModelError: the folder cannot be written, or holds something that is no model.
    """
    if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
        raise ModelError(f"{folder}: is not empty and holds no model; choose another folder")
    contents = {
        WEIGHTS: _weights_file(model),
        LEXICON: model.lexicon.table.encode("utf-8"),
        VOCABULARY: "".join(f"{word}\t{new}\n" for word, new in sorted(model.vocabulary.items())).encode("utf-8"),
    }
    manifest = Manifest(
        FORMAT,
        model.name,
        taxonomy,
        model.label_set,
        dict(model.weights.own.heads),
        dict(model.weights.context.heads),
        (model.limits.slope, model.limits.offset, model.limits.doubtful),
        model.decision.bias,
        dict(model.facts),
        {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
    )
    contents[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1) + b"\n"
    _write_folder(folder, contents)


def load(folder: Path) -> Model:
    """Read the model in ``folder``.

    Raises:
        ModelError: a file is missing, damaged, too large, or of a format this version does not know.
    """
    manifest, digest = _manifest(folder)
    contents = {name: _checked(folder, manifest, name) for name in (WEIGHTS, LEXICON, VOCABULARY)}
    try:
        tensors = load_tensors(contents[WEIGHTS])
    except SafetensorError as error:
        raise ModelError(f"{folder / WEIGHTS}: damaged: {error}") from error
    words = _lexicon(contents[LEXICON], folder / LEXICON), _vocabulary(contents[VOCABULARY], folder / VOCABULARY)
    return _built(manifest, tensors, *words, digest, folder)


def load_default() -> Model:
    """Read the model that ships."""
    return load(DEFAULT)


def name_of(folder: Path | None = None) -> str:
    """Give ``name@hash`` of a model, or of the one that ships, as a ``Tagger`` calls it; only its manifest is read.

    Raises:
        ModelError: the manifest is missing, damaged, or of a format this version does not know.
    """
    manifest, digest = _manifest(folder or DEFAULT)
    return f"{manifest.name}@{digest[:12]}"


def _manifest(folder: Path) -> tuple[Manifest, str]:
    """Give what the manifest says, and the SHA-256 of it, which is that of the model."""
    raw = _read(folder / MANIFEST)
    try:
        head = msgspec.json.decode(raw, type=dict[str, object])
        if head.get("format") != FORMAT:
            raise ModelError(f"{folder}: model format {head.get('format')!r}; this version reads format {FORMAT}")
        return msgspec.json.decode(raw, type=Manifest), hashlib.sha256(raw).hexdigest()
    except msgspec.MsgspecError as error:
        raise ModelError(f"{folder / MANIFEST}: not a model manifest: {error}") from error


def _write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
            fresh = Path(name) / "model"
            fresh.mkdir()
            for file, content in contents.items():
                _write_file(fresh / file, content)
            if folder.exists():
                folder.replace(Path(name) / "old")
            fresh.replace(folder)
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written: {error.strerror}") from error


def _write_file(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ModelError(f"{path}: larger than {LARGEST_FILE // 1_000_000} MB; no model of ours is")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}; is this a model folder?") from error


def _checked(folder: Path, manifest: Manifest, name: str) -> bytes:
    content = _read(folder / name)
    if hashlib.sha256(content).hexdigest() != manifest.files.get(name):
        raise ModelError(f"{folder / name}: is not the file the manifest was written for; copy the model again")
    return content


# --- the arrays --------------------------------------------------------------------------------------------


def _weights_file(model: Model) -> bytes:
    tensors: dict[str, NDArray[np.generic]] = {}
    for prefix, block in (("own", model.weights.own), ("context", model.weights.context)):
        tensors[f"{prefix}.columns"] = block.columns
        tensors[f"{prefix}.weights"] = block.weights
        tensors[f"{prefix}.scale"] = block.scale
        tensors[f"{prefix}.squares"] = block.squares
    tensors |= {f"bias.{name}": bias for name, bias in model.weights.biases.items()}
    tensors["decision.low"] = model.decision.low
    tensors["decision.high"] = model.decision.high
    tensors["decision.weights"] = model.decision.weights
    tensors["thresholds"] = model.limits.thresholds
    tensors["facet_thresholds"] = model.facet_thresholds
    return save_tensors({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()})


class _Tensors:
    """The arrays of a file, each checked as it is taken."""

    def __init__(self, tensors: Mapping[str, NDArray[np.generic]], path: Path) -> None:
        self._tensors = tensors
        self._path = path

    def take(self, name: str, dtype: type[T], shape: tuple[int, ...]) -> NDArray[T]:
        """Give the array called ``name``; -1 in ``shape`` stands for any length."""
        tensor = self._tensors.get(name)
        if tensor is None:
            raise ModelError(f"{self._path}: no array {name!r}")
        fits = tensor.ndim == len(shape) and all(w in (-1, g) for w, g in zip(shape, tensor.shape, strict=True))
        if tensor.dtype != dtype or not fits:
            raise ModelError(
                f"{self._path}: array {name!r} is {tensor.dtype}{tensor.shape}; expected {dtype.__name__}{shape}"
            )
        if tensor.dtype.kind == "f" and not np.isfinite(tensor).all():
            raise ModelError(f"{self._path}: array {name!r} holds values that are no numbers")
        return np.asarray(tensor, dtype=dtype)


def _built(
    manifest: Manifest,
    tensors: Mapping[str, NDArray[np.generic]],
    lexicon: ConceptLexicon,
    vocabulary: Mapping[str, str],
    digest: str,
    folder: Path,
) -> Model:
    taken = _Tensors(tensors, folder / WEIGHTS)
    labels = manifest.labels
    widths = {
        "clause": len(labels.labels) + 1,
        "topic": len(labels.subs),
        "entry": len(labels.labels) + 1,
        "facets": len(labels.facets),
        "status": len(labels.statuses),
    }
    biases = {name: taken.take(f"bias.{name}", np.float32, (width,)) for name, width in widths.items()}
    own = _block(taken, "own", manifest.own_heads)
    context = _block(taken, "context", manifest.context_heads)
    n = len(EVIDENCE)
    decision = Decision(
        taken.take("decision.low", np.float64, (n,)),
        taken.take("decision.high", np.float64, (n,)),
        taken.take("decision.weights", np.float64, (n_terms(n),)),
        manifest.decision_bias,
    )
    return Model(
        name=manifest.name,
        label_set=labels,
        lexicon=lexicon,
        vocabulary=vocabulary,
        weights=Weights(own, context, biases),
        decision=decision,
        limits=Limits(taken.take("thresholds", np.float64, (len(labels.labels),)), *manifest.calibration),
        facet_thresholds=taken.take("facet_thresholds", np.float64, (len(labels.facets),)),
        facts=manifest.facts,
        hash=digest,
    )


def _block(taken: _Tensors, prefix: str, heads: Heads) -> Block:
    columns = taken.take(f"{prefix}.columns", np.int32, (-1,))
    if len(columns) and not (columns.min() >= 0 and columns.max() < 1 << BITS):
        raise ModelError(f"{taken._path}: array '{prefix}.columns' points outside the feature space")
    width = max((end for _, end in heads.values()), default=0)
    return Block(
        columns,
        taken.take(f"{prefix}.weights", np.int8, (len(columns), width)),
        taken.take(f"{prefix}.scale", np.float32, (width,)),
        taken.take(f"{prefix}.squares", np.int32, (len(columns),)),
        heads,
    )


# --- the words ---------------------------------------------------------------------------------------------


def _lexicon(raw: bytes, path: Path) -> ConceptLexicon:
    try:
        return ConceptLexicon(raw.decode("utf-8"))
    except EntryError as error:
        raise ModelError(f"{path}: {error}") from error


def _vocabulary(raw: bytes, path: Path) -> dict[str, str]:
    words: dict[str, str] = {}
    for number, line in enumerate(raw.decode("utf-8").splitlines(), start=1):
        word, tab, new = line.partition("\t")
        if not (word and tab and new):
            raise ModelError(f"{path}:{number}: not a word and what it is read as")
        words[word] = new
    return words
