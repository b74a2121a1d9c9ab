"""What every kind of model folder shares: written whole or not at all, read with every array checked before use.

``manifest.json`` says what the other files must hold, byte for byte. Nothing in a folder is code.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from minqing.corpora.whole import put_in_place
from minqing.nlp.concepts import ConceptLexicon
from minqing.nlp.errors import EntryError, ModelError

# Of every kind of model. 1: heads for seven places around a mention; no model of it was ever released. 2: without the
# verdicts over whole entries and the outcomes of needs.
FORMAT = 3
READABLE = (2, 3)
MANIFEST, WEIGHTS, CARD = "manifest.json", "weights.safetensors", "README.md"
LEXICON, VOCABULARY = "lexicon.tsv", "vocabulary.tsv"
LARGEST_FILE = 200_000_000
# A manifest of five hundred labels takes a tenth of this.
LARGEST_MANIFEST = 5_000_000

Tensors = Mapping[str, NDArray[np.generic]]
T = TypeVar("T", bound=np.generic)
Manifest = TypeVar("Manifest", bound=msgspec.Struct)


def check_place(folder: Path) -> None:
    """Refuse a folder that holds something else.

    Raises:
        ModelError: the folder is not empty and holds no model, or a file has its name.
    """
    if folder.is_file():
        raise ModelError(f"{folder}: is a file; a model is a folder, choose another name")
    if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
        raise ModelError(f"{folder}: is not empty and holds no model; choose another folder")


def digests(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Give the SHA-256 of each file."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def encoded(manifest: msgspec.Struct) -> bytes:
    """Write a manifest, always the same way."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1) + b"\n"


def words_files(lexicon: ConceptLexicon, vocabulary: Mapping[str, str]) -> dict[str, bytes]:
    """Give the two word lists as files."""
    lines = "".join(f"{word}\t{new}\n" for word, new in sorted(vocabulary.items()))
    return {LEXICON: lexicon.table.encode("utf-8"), VOCABULARY: lines.encode("utf-8")}


def arrays_file(tensors: Tensors) -> bytes:
    """Give arrays as a file."""
    return save_tensors({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()})


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write a folder beside its place and move it in whole.

    Raises:
        ModelError: it cannot be written.
    """
    check_place(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # On Windows another program may hold a file of the old model: it then stays behind, the new one is in place.
        with tempfile.TemporaryDirectory(
            prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True
        ) as name:
            fresh = Path(name) / "model"
            fresh.mkdir()
            for file, content in contents.items():
                _write_file(fresh / file, content)
            if folder.exists():
                put_in_place(folder, Path(name) / "old")
            put_in_place(fresh, folder)
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written: {error.strerror}") from error


def _write_file(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_file(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """Read a file of a model, once it is known to be a plain one of sane size.

    Raises:
        ModelError: it is missing, no plain file, or larger than any model of ours.
    """
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode):
            raise ModelError(f"{path}: is no plain file; is this a model folder?")
        if found.st_size > largest:
            raise ModelError(f"{path}: larger than {largest // 1_000_000} MB; no model of ours is")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}; is this a model folder?") from error


def checked_file(folder: Path, files: Mapping[str, str], name: str) -> bytes:
    """Read a file whose SHA-256 the manifest tells. Only names that are known here are ever opened.

    Raises:
        ModelError: it is missing, or not the one that the manifest was written for.
    """
    content = read_file(folder / name)
    if hashlib.sha256(content).hexdigest() != files.get(name):
        raise ModelError(f"{folder / name}: is not the file the manifest was written for; copy the model again")
    return content


def decoded_manifest(raw: bytes, kind: type[Manifest], path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        ModelError: it is none.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.MsgspecError as error:
        raise ModelError(f"{path}: not a model manifest: {error}") from error


class Arrays:
    """The arrays of a file, each checked as it is taken."""

    def __init__(self, raw: bytes, path: Path) -> None:
        """Read the file; safetensors refuses a header that is too long or claims more than the file holds.

        Raises:
            ModelError: it is damaged.
        """
        self.path = path
        try:
            self._tensors: Tensors = load_tensors(raw)
        except (SafetensorError, ValueError, KeyError) as error:
            raise ModelError(f"{path}: damaged: {error}") from error

    def __contains__(self, name: str) -> bool:
        """Say whether there is an array called ``name``."""
        return name in self._tensors

    def take(self, name: str, dtype: type[T], shape: tuple[int, ...]) -> NDArray[T]:
        """Give the array called ``name``; -1 in ``shape`` stands for any length.

        Raises:
            ModelError: it is missing, of another type or shape, or holds what is no number.
        """
        tensor = self._tensors.get(name)
        if tensor is None:
            raise ModelError(f"{self.path}: no array {name!r}")
        fits = tensor.ndim == len(shape) and all(w in (-1, g) for w, g in zip(shape, tensor.shape, strict=True))
        if tensor.dtype != dtype or not fits:
            raise ModelError(
                f"{self.path}: array {name!r} is {tensor.dtype}{tensor.shape}; expected {dtype.__name__}{shape}"
            )
        if tensor.dtype.kind == "f" and not np.isfinite(tensor).all():
            raise ModelError(f"{self.path}: array {name!r} holds values that are no numbers")
        return np.asarray(tensor, dtype=dtype)


def read_words(folder: Path, files: Mapping[str, str]) -> tuple[ConceptLexicon, dict[str, str]]:
    """Read both word lists.

    Raises:
        ModelError: one is missing or damaged.
    """
    lexicon, vocabulary = (checked_file(folder, files, name) for name in (LEXICON, VOCABULARY))
    try:
        return ConceptLexicon(lexicon.decode("utf-8")), _vocabulary(vocabulary, folder / VOCABULARY)
    except (EntryError, UnicodeDecodeError) as error:
        raise ModelError(f"{folder / LEXICON}: {error}") from error


def _vocabulary(raw: bytes, path: Path) -> dict[str, str]:
    words: dict[str, str] = {}
    for number, line in enumerate(raw.decode("utf-8").splitlines(), start=1):
        word, tab, new = line.partition("\t")
        if not (word and tab and new):
            raise ModelError(f"{path}:{number}: not a word and what it is read as")
        words[word] = new
    return words
