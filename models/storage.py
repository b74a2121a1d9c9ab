"""A model as a folder: ``manifest.json``, ``weights.safetensors`` and two word lists. No code in any of them.

There are two kinds: a tagger of needs, and a classifier of somebody's own labels (``classifiers.py``). The manifest
says which, and everything is checked before anything is built.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from minqing.models.deciding import decision_arrays, read_decision, read_outcomes, read_verdicts
from minqing.models.folders import (
    FORMAT,
    LARGEST_MANIFEST,
    MANIFEST,
    READABLE,
    WEIGHTS,
    Arrays,
    arrays_file,
    check_place,
    checked_file,
    decoded_manifest,
    digests,
    encoded,
    read_file,
    read_words,
    words_files,
    write_folder,
)
from minqing.nlp.candidates import EVIDENCE
from minqing.nlp.errors import ModelError
from minqing.nlp.features import BITS
from minqing.nlp.mentions import Limits
from minqing.nlp.model import LabelSet, Model
from minqing.nlp.scores import Block, Weights

if TYPE_CHECKING:
    from minqing.nlp.classifier import Classifier

SHIPPED = Path(__file__).parent / "default"

Heads = dict[str, tuple[int, int]]


class Manifest(msgspec.Struct, frozen=True):
    """What ``manifest.json`` of a tagger says; ``files`` maps each other file to its SHA-256."""

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
    check_place(folder)
    contents = {WEIGHTS: _weights_file(model), **words_files(model.lexicon, model.vocabulary)}
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
        digests(contents),
    )
    write_folder(folder, {**contents, MANIFEST: encoded(manifest)})


def load_any(folder: Path) -> "Model | Classifier":
    """Read the model in ``folder``, of whichever kind.

    Raises:
        ModelError: a file is missing, damaged, too large, or of a format this version does not know.
    """
    head, raw = manifest_head(folder)
    digest = hashlib.sha256(raw).hexdigest()
    if head.get("kind"):
        from minqing.models import classifiers  # those who tag needs need not wait for its import

        return classifiers.read(folder, raw, digest)
    manifest = decoded_manifest(raw, Manifest, folder / MANIFEST)
    return _built(folder, manifest, digest)


def manifest_head(folder: Path) -> tuple[dict[str, object], bytes]:
    """Give what the manifest in ``folder`` says, of either kind of model, read and as it stands.

    Raises:
        ModelError: the manifest is missing, damaged, or of a format this version does not know.
    """
    raw = read_file(folder / MANIFEST, LARGEST_MANIFEST)
    try:
        head = msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ModelError(f"{folder / MANIFEST}: not a model manifest: {error}") from error
    if head.get("format") not in READABLE:
        known = " and ".join(map(str, READABLE))
        raise ModelError(f"{folder}: model format {head.get('format')!r}; this version reads formats {known}")
    return head, raw


def load(folder: Path) -> Model:
    """Read the tagger of needs in ``folder``.

    Raises:
        ModelError: as ``load_any``; or the model is one of somebody's own labels.
    """
    model = load_any(folder)
    if not isinstance(model, Model):
        raise ModelError(f"{folder}: a model of other labels ({', '.join(model.scheme.labels[:5])} …), not of needs")
    return model


def load_default() -> Model:
    """Read the model that ships."""
    return load(SHIPPED)


# --- the arrays --------------------------------------------------------------------------------------------


def _weights_file(model: Model) -> bytes:
    tensors: dict[str, NDArray[np.generic]] = {}
    for prefix, block in (("own", model.weights.own), ("context", model.weights.context)):
        tensors[f"{prefix}.columns"] = block.columns
        tensors[f"{prefix}.weights"] = block.weights
        tensors[f"{prefix}.scale"] = block.scale
        tensors[f"{prefix}.squares"] = block.squares
    tensors |= {f"bias.{name}": bias for name, bias in model.weights.biases.items()}
    tensors |= decision_arrays(model)
    tensors["thresholds"] = model.limits.thresholds
    tensors["facet_thresholds"] = model.facet_thresholds
    return arrays_file(tensors)


def _built(folder: Path, manifest: Manifest, digest: str) -> Model:
    taken = Arrays(checked_file(folder, manifest.files, WEIGHTS), folder / WEIGHTS)
    lexicon, vocabulary = read_words(folder, manifest.files)
    labels = manifest.labels
    widths = {
        "clause": len(labels.labels) + 1,
        "topic": len(labels.subs),
        "entry": len(labels.labels) + 1,
        "facets": len(labels.facets),
        "status": len(labels.statuses),
    }
    biases = {name: taken.take(f"bias.{name}", np.float32, (width,)) for name, width in widths.items()}
    for heads in (manifest.own_heads, manifest.context_heads):
        _check_heads(heads, widths, folder)
    own = _block(taken, "own", manifest.own_heads)
    context = _block(taken, "context", manifest.context_heads)
    return Model(
        name=manifest.name,
        label_set=labels,
        lexicon=lexicon,
        vocabulary=vocabulary,
        weights=Weights(own, context, biases),
        decision=read_decision(taken, "decision", len(EVIDENCE), manifest.decision_bias),
        limits=Limits(taken.take("thresholds", np.float64, (len(labels.labels),)), *manifest.calibration),
        facet_thresholds=taken.take("facet_thresholds", np.float64, (len(labels.facets),)),
        verdicts=read_verdicts(taken),
        outcomes=read_outcomes(taken, labels),
        facts=manifest.facts,
        hash=digest,
    )


def _check_heads(heads: Heads, widths: Mapping[str, int], folder: Path) -> None:
    """Refuse slices that lie outside the weights or are not as wide as the labels they are for."""
    for name, (start, end) in heads.items():
        width = widths.get(name.partition("_")[0], end - start)
        if start < 0 or end - start != width:
            raise ModelError(
                f"{folder / MANIFEST}: not a model manifest: head {name!r} is {start}-{end}, not {width} wide"
            )


def _block(taken: Arrays, prefix: str, heads: Heads) -> Block:
    columns = taken.take(f"{prefix}.columns", np.int32, (-1,))
    if len(columns) and not (columns.min() >= 0 and columns.max() < 1 << BITS):
        raise ModelError(f"{taken.path}: array '{prefix}.columns' points outside the feature space")
    if np.any(np.diff(columns) <= 0):
        raise ModelError(f"{taken.path}: array '{prefix}.columns' is out of order")
    width = max((end for _, end in heads.values()), default=0)
    return Block(
        columns,
        taken.take(f"{prefix}.weights", np.int8, (len(columns), width)),
        taken.take(f"{prefix}.scale", np.float32, (width,)),
        taken.take(f"{prefix}.squares", np.int32, (len(columns),)),
        heads,
    )
