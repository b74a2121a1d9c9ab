import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from minqing.corpora.readers import archive, guard
from minqing.nlp.errors import EntryError

from office import SMALL, packed, zipped


def tree(tmp_path: Path, *names: str) -> Path:
    root = tmp_path / "收集"
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, "utf-8")
    return root


def test_a_folder_gives_its_files_by_name_without_what_systems_leave_behind(tmp_path: Path) -> None:
    names = [
        "王村/1.docx",
        "李村/1.docx",
        "总.xlsx",
        "王村/~$1.docx",
        ".隐/1.txt",
        "Thumbs.db",
        "__MACOSX/1.docx",
        "李村/.DS_Store",
    ]
    root = tree(tmp_path, *names)
    found = list(archive.walk(root))
    assert [one.name for one in found] == [f"{root}/{name}" for name in ("总.xlsx", "李村/1.docx", "王村/1.docx")]
    assert [one.path.read_text("utf-8") for one in found] == ["总.xlsx", "李村/1.docx", "王村/1.docx"]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "走访/日记.txt"), ("gb18030", "走访/日记.txt"), ("big5", "走訪/日記一.txt"), ("cp437", "diary/é.txt")],
)
def test_names_in_an_archive_are_read_in_the_encoding_of_its_maker(encoding: str, name: str, tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {name: b"x", "plain.txt": b"y"}, encoding)
    assert {one.name for one in archive.walk(path)} == {f"{path}/{name}", f"{path}/plain.txt"}


def test_archives_in_archives_are_read_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "temporary").mkdir()
    inner = packed(tmp_path / "inner.zip", {"1.txt": b"a", "__MACOSX/1.txt": b"no"}).read_bytes()
    path = packed(tmp_path / "a.zip", {"村/b.zip": inner, "村/1.txt": b"c"})
    found = [(one.name, one.path.read_bytes()) for one in archive.walk(path)]
    assert found == [(f"{path}/村/1.txt", b"c"), (f"{path}/村/b.zip/1.txt", b"a")]
    next(archive.walk(path))
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.doc", "save it as .docx"),
        ("a.WPS", "save it as .docx"),
        ("a.et", "save it as .xlsx"),
        ("a.jpg", "OCR"),
        ("a.rar", "unpack it"),
    ],
)
def test_a_file_of_no_use_comes_with_what_to_do(name: str, advice: str, tmp_path: Path) -> None:
    (found,) = archive.walk(tree(tmp_path, name))
    assert isinstance(found.path, EntryError)
    assert str(found.path).startswith(f"{found.name}: ") and advice in str(found.path)


def names_and_errors(path: Path, limits: guard.Limits = guard.USUAL) -> tuple[list[str], list[str]]:
    found = list(archive.walk(path, limits))
    return [one.name for one in found if isinstance(one.path, Path)], [
        str(one.path) for one in found if isinstance(one.path, EntryError)
    ]


def nested(content: bytes, depth: int, copies: int = 1) -> bytes:
    for _ in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as container:
            for number in range(copies):
                container.writestr(f"{number}.zip", content)
        content = packed.getvalue()
    return content


def test_archives_nested_too_deep_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(nested(zipped("1.txt", b"x"), 2))
    assert names_and_errors(path) == ([f"{path}/0.zip/0.zip/1.txt"], [])
    path.write_bytes(nested(zipped("1.txt", b"x"), 3))
    assert names_and_errors(path) == ([], [f"{path}/0.zip/0.zip/0.zip: is an archive in too many others; unpack it"])


def test_a_bomb_of_archives_counts_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(nested(zipped("1.txt", random.Random(1).randbytes(10_000) * 100), 2, copies=4))
    names, errors = names_and_errors(path, SMALL)
    assert len(names) < 4 and len(names) + len(errors) == 16
    assert all("unpacks to more than" in error for error in errors)


def test_one_bad_archive_does_not_end_the_walk(tmp_path: Path) -> None:
    for name, content in {"1.txt": b"x", "2.zip": b"PK", "3.zip": zipped("../../x.txt", b"x"), "4.txt": b"y"}.items():
        (tmp_path / name).write_bytes(content)
    names, errors = names_and_errors(tmp_path)
    assert names == [f"{tmp_path}/1.txt", f"{tmp_path}/4.txt"]
    assert "2.zip: is cut off" in errors[0] and "3.zip: holds '../../x.txt', which leads out" in errors[1]
    assert not (tmp_path.parent / "x.txt").exists()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    root, secret = tmp_path / "收集", tmp_path / "密.txt"
    (root / "村").mkdir(parents=True)
    secret.write_text("x")
    (root / "1.txt").write_text("x")
    (root / "inside.txt").symlink_to(root / "1.txt")
    (root / "link.txt").symlink_to(secret)
    (root / "up").symlink_to(tmp_path)
    (root / "村" / "loop").symlink_to(root)
    names, errors = names_and_errors(root)
    assert names == [f"{root}/1.txt"]
    assert errors == [
        f"{root}/{name}: is a link to a place outside the folder; put the file itself there"
        for name in ("link.txt", "up")
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no line break in a name")
def test_names_in_folders_and_archives_stay_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "一\n二.doc").write_bytes(b"x")
    (tmp_path / "三.zip").write_bytes(zipped("四\n五.doc", b"x"))
    _, errors = names_and_errors(tmp_path)
    assert len(errors) == 2 and not any("\n" in error for error in errors)
    assert "一\\n二.doc" in errors[0] and "三.zip/四\\n五.doc" in errors[1]


def test_the_weights_of_what_is_in_archives_are_about_their_size(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {f"{n}.txt": bytes([n]) * 5_000 for n in range(3)}).read_bytes()
    path = packed(tmp_path / "a.zip", {"b.zip": inner, "1.txt": b"c" * 2_000})
    (tmp_path / "inner.zip").unlink()
    weights = sum(found.weight for found in archive.walk(path))
    total = archive.weigh([path], {".zip"})
    assert total == path.stat().st_size and 0.9 < weights / total <= 1


@pytest.mark.skipif(os.name != "nt", reason="Windows alone has junctions")
def test_a_junction_is_taken_for_a_link(tmp_path: Path) -> None:
    import _winapi

    root = tree(tmp_path, "1.txt")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "2.txt").write_text("no", encoding="utf-8")
    create = getattr(_winapi, "CreateJunction")  # noqa: B009  # there on Windows alone
    create(str(tmp_path / "elsewhere"), str(root / "out"))
    create(str(root), str(root / "round"))
    found = list(archive.walk(root))
    assert [one.name.rpartition("/")[2] for one in found] == ["1.txt", "out"]
    assert "is a link to a place outside the folder" in str(found[1].path)
