"""A model of somebody's own labels as a folder: the same files as a tagger's, another manifest."""

from pathlib import Path

import msgspec
import numpy as np

from minqing.models.folders import (
    FORMAT,
    MANIFEST,
    WEIGHTS,
    Arrays,
    arrays_file,
    check_place,
    checked_file,
    decoded_manifest,
    digests,
    encoded,
    read_words,
    words_files,
    write_folder,
)
from minqing.nlp.bags import N_COLUMNS, Space
from minqing.nlp.classifier import Classifier, Scheme
from minqing.nlp.errors import ModelError

KIND = "classifier"


class Manifest(msgspec.Struct, frozen=True):
    """What ``manifest.json`` of a classifier says; ``files`` maps each other file to its SHA-256."""

    format: int
    kind: str
    name: str
    scheme: Scheme
    band: float
    facts: dict[str, object]
    files: dict[str, str]


def save(model: Classifier, folder: Path) -> None:
    """Write ``model`` to ``folder``, whole or not at all; what stood there before is replaced.

    Raises:
        ModelError: the folder cannot be written, or holds something that is no model.
    """
    check_place(folder)
    arrays = arrays_file(
        {
            "columns": model.space.columns,
            "rarity": model.space.rarity,
            "weights": model.weights,
            "scale": model.scale,
            "bias": model.bias,
            "slopes": model.slopes,
            "offsets": model.offsets,
            "thresholds": model.thresholds,
        }
    )
    contents = {WEIGHTS: arrays, **words_files(model.lexicon, model.vocabulary)}
    facts = dict(model.facts)
    manifest = Manifest(FORMAT, KIND, model.name, model.scheme, model.band, facts, digests(contents))
    write_folder(folder, {**contents, MANIFEST: encoded(manifest)})


def read(folder: Path, raw: bytes, digest: str) -> Classifier:
    """Build the classifier whose manifest is ``raw``.

    Raises:
        ModelError: a file is missing, damaged, or does not fit the manifest.
    """
    manifest = decoded_manifest(raw, Manifest, folder / MANIFEST)
    if manifest.kind != KIND:
        raise ModelError(f"{folder}: a model of a kind this version does not know: {manifest.kind}")
    taken = Arrays(checked_file(folder, manifest.files, WEIGHTS), folder / WEIGHTS)
    lexicon, vocabulary = read_words(folder, manifest.files)
    n = len(manifest.scheme.labels)
    if not n or len(set(manifest.scheme.labels)) != n:
        raise ModelError(f"{folder / MANIFEST}: not a model manifest: {n} labels, or one of them twice")
    columns = taken.take("columns", np.int32, (-1,))
    if len(columns) and not (columns[0] >= 0 and columns[-1] < N_COLUMNS and (np.diff(columns) > 0).all()):
        raise ModelError(f"{taken.path}: array 'columns' points outside the feature space")
    return Classifier(
        name=manifest.name,
        scheme=manifest.scheme,
        lexicon=lexicon,
        vocabulary=vocabulary,
        space=Space(columns, taken.take("rarity", np.float32, (len(columns),))),
        weights=taken.take("weights", np.int8, (len(columns), n)),
        scale=taken.take("scale", np.float32, (n,)),
        bias=taken.take("bias", np.float32, (n,)),
        slopes=taken.take("slopes", np.float64, (n,)),
        offsets=taken.take("offsets", np.float64, (n,)),
        thresholds=taken.take("thresholds", np.float64, (n,)),
        band=manifest.band,
        facts=manifest.facts,
        hash=digest,
    )
