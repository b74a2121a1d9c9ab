import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from minqing.models import load, load_default, name_of, save
from minqing.nlp.errors import ModelError
from minqing.nlp.tagger import Tagger
from minqing.nlp.training import fit

from tiny import LABELLED, RECIPE, silent


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save(fit(LABELLED, RECIPE, silent)[0], folder, "1.0")
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "model"
    copy.mkdir()
    for file in template.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


def edit_manifest(folder: Path, **fields: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), encoding="utf-8")


def edit_weights(folder: Path, change: Callable[[dict[str, np.ndarray]], None]) -> None:
    """Change the arrays and make the manifest agree, as somebody hostile would."""
    path = folder / "weights.safetensors"
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path)
    files = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    edit_manifest(folder, files=files | {path.name: hashlib.sha256(path.read_bytes()).hexdigest()})


def test_the_name_of_a_model_is_read_without_its_weights(folder: Path) -> None:
    name = Tagger(load(folder)).name
    (folder / "weights.safetensors").unlink()
    assert name_of(folder) == name
    assert name_of() == Tagger(load_default()).name


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere.manifest.json: cannot be read: No such file"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["manifest.json", "weights.safetensors", "lexicon.tsv"])
def test_a_missing_file_is_named(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: cannot be read"):
        load(folder)


def test_a_format_of_the_future_is_refused(folder: Path) -> None:
    edit_manifest(folder, format=99)
    with pytest.raises(ModelError, match="model format 99; this version reads formats 2 and 3"):
        load(folder)


def test_a_model_of_format_2_lets_clauses_and_heads_have_the_last_word(folder: Path) -> None:
    later = ("any_need", "label", "verdicts", "outcomes")
    edit_weights(folder, lambda t: [t.pop(name) for name in list(t) if name.partition(".")[0] in later])  # type: ignore[arg-type,return-value]
    edit_manifest(folder, format=2)
    model = load(folder)
    assert model.verdicts is None and model.outcomes is None
    assert Tagger(model).tag("村口的水渠断了，浇不上地。").needs[0].status == "unmet"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 2}', b"\xff\xfe", b'{"format": 2, "name": 3}'])
def test_a_damaged_manifest_is_refused(content: bytes, folder: Path) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ModelError, match="not a model manifest"):
        load(folder)


@pytest.mark.parametrize("name", ["weights.safetensors", "lexicon.tsv"])
def test_a_file_changed_since_is_refused(name: str, folder: Path) -> None:
    with (folder / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match=f"{name}: is not the file the manifest was written for"):
        load(folder)


def test_weights_that_are_no_numbers_are_refused(folder: Path) -> None:
    edit_weights(folder, lambda t: t["own.scale"].fill(np.nan))
    with pytest.raises(ModelError, match=r"array 'own.scale' holds values that are no numbers"):
        load(folder)


def test_an_array_of_another_shape_is_refused(folder: Path) -> None:
    edit_weights(folder, lambda t: t.update(thresholds=np.zeros(3)))
    with pytest.raises(ModelError, match=r"array 'thresholds' is float64\(3,\); expected float64\(20,\)"):
        load(folder)


def test_columns_outside_the_feature_space_are_refused(folder: Path) -> None:
    edit_weights(folder, lambda t: t["own.columns"].__setitem__(-1, 2**30))
    with pytest.raises(ModelError, match="points outside the feature space"):
        load(folder)


def test_columns_out_of_order_are_refused(folder: Path) -> None:
    edit_weights(folder, lambda t: t["own.columns"].__setitem__(1, t["own.columns"][0]))
    with pytest.raises(ModelError, match=r"array 'own.columns' is out of order"):
        load(folder)


@pytest.mark.parametrize("place", [[-5, 16], [0, 4], [0, 10**9], [21, 0]])
def test_a_head_that_is_not_as_wide_as_its_labels_is_refused(place: list[int], folder: Path) -> None:
    heads = json.loads((folder / "manifest.json").read_text("utf-8"))["own_heads"]
    edit_manifest(folder, own_heads=heads | {"clause": place})
    with pytest.raises(ModelError, match="head 'clause' is"):
        load(folder)


def test_a_missing_array_is_named(folder: Path) -> None:
    edit_weights(folder, lambda t: t.pop("decision.low"))
    with pytest.raises(ModelError, match=r"no array 'decision.low'"):
        load(folder)


def test_damage_to_the_weights_is_an_error_of_ours_and_nothing_else(folder: Path) -> None:
    path = folder / "weights.safetensors"
    good = path.read_bytes()
    random = np.random.default_rng(0)
    for _ in range(200):
        raw = bytearray(good[: random.integers(1, 4000)] if random.random() < 0.5 else good)
        for at in random.integers(0, min(len(raw), 3000), 5):
            raw[at] = random.integers(0, 256)
        path.write_bytes(raw)
        files = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
        edit_manifest(folder, files=files | {path.name: hashlib.sha256(bytes(raw)).hexdigest()})
        try:
            load(folder)
        except ModelError as error:
            assert str(folder) in str(error)


def test_saving_over_a_folder_of_something_else_is_refused(template: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("dear")
    with pytest.raises(ModelError, match="is not empty and holds no model"):
        save(load(template), tmp_path / "letters", "1.0")


def test_saving_leaves_nothing_beside_the_model(template: Path, tmp_path: Path) -> None:
    for _ in range(2):
        save(load(template), tmp_path / "model", "1.0")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_the_default_model_is_small_and_says_what_it_was_made_from(model: object) -> None:
    from importlib.resources import files

    folder = files("minqing.models").joinpath("default")
    assert sum(len(file.read_bytes()) for file in folder.iterdir()) < 20_000_000
    assert {"corpus", "entries", "cross_validation", "libraries"} <= set(model.facts)  # type: ignore[attr-defined]
