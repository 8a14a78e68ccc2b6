"""`pyface-web`: files in; JSON, tables and pictures out; what fails is named, the rest goes on."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_files.disk import sha256
from pyface_files.table import ArchiveSource, Asset, Table
from pyface_web.command.counting import Counter
from pyface_web.command.files import drawn_path
from pyface_web.command.main import main
from pyface_web.weights import published
from tools.assets import load_table, path_of


@pytest.fixture(scope="module")
def models() -> str:
    for name in load_table().names("models"):
        folder = path_of(name).parent
    return str(folder)


@pytest.fixture(scope="module", autouse=True)
def _leave_nothing() -> Iterator[None]:
    yield
    faceapi.dispose()
    for net in faceapi.nets.values():
        net.dispose()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three faces, the same lying on the side for a reader without Exif, nobody, and no picture."""
    picture = Image.open(path_of("images/sample1.jpg"))
    picture.thumbnail((480, 480))
    picture.save(tmp_path / "a.jpg")
    (tmp_path / "more").mkdir()
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "more" / "a.jpg", exif=exif)
    Image.new("RGB", (40, 30), "white").save(tmp_path / "nobody.png")
    (tmp_path / "broken.jpg").write_bytes(b"not an image")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def detect(models, capsys):
    def run(*arguments: str) -> SimpleNamespace:
        status = main(["detect", "--detector", "tiny", "--models", models, *arguments])
        out, err = capsys.readouterr()
        return SimpleNamespace(status=status, out=out, err=err.splitlines())

    return run


def test_files_that_cannot_be_read_are_named_and_the_others_come_out(detect, folder):
    run = detect("broken.jpg", "none.png", "more", "a.jpg", "nobody.png", "--quiet")
    assert run.status == 1
    assert run.err == [
        "'broken.jpg' (12 bytes, b'not an i' first) is not an image that Pillow can read "
        "(UnidentifiedImageError); expected JPEG, PNG, WebP, GIF, AVIF or the like",
        "'none.png' as a picture: expected a file, got FileNotFoundError (No such file or "
        "directory); is its path right?",
        "'more' as a picture: expected a file, got IsADirectoryError (Is a directory); is its path "
        "right?",
    ]
    found = json.loads(run.out)
    assert [(row["file"], len(row["faces"])) for row in found] == [("a.jpg", 3), ("nobody.png", 0)]
    assert '"width": 480,' in run.out and found[0]["height"] == 320


def test_what_was_found_can_be_read_where_something_else_fails(detect, folder):
    run = detect("nobody.png", "a.jpg", "--annotated", "broken.jpg", "-q")
    assert run.status == 1 and "broken.jpg" in run.err[-1]
    assert [row["file"] for row in json.loads(run.out)] == ["nobody.png"]


def test_a_picture_is_seen_and_drawn_on_as_its_exif_says(detect, folder):
    run = detect("a.jpg", "more/a.jpg", "--landmarks", "--annotated", "out", "-o", "out/found.json")
    assert (run.status, run.out, run.err) == (0, "", [])
    found = json.loads((folder / "out" / "found.json").read_text())
    boxes = [[list(face["box"].values()) for face in row["faces"]] for row in found]
    np.testing.assert_allclose(boxes[0], boxes[1], atol=2)
    assert np.shape(found[0]["faces"][0]["landmarks"]) == (68, 2)
    for name, original in (("a.png", "a.jpg"), ("a-2.png", "a.jpg")):
        drawn = np.asarray(Image.open(folder / "out" / name), int)
        changed = np.abs(drawn - np.asarray(Image.open(original), int)).max(axis=2) > 100
        assert 0.002 < changed.mean() < 0.1, "boxes and points cover a small part of the picture"


def test_the_same_in_lines_and_in_a_table(detect, folder):
    everything = ["--descriptors", "--expressions", "--age-gender"]
    [tree] = json.loads(detect("a.jpg", *everything).out)
    assert [
        json.loads(line)
        for line in detect("a.jpg", *everything, "--format", "jsonl").out.splitlines()
    ] == [tree]
    assert detect("a.jpg", "nobody.png", *everything, "-o", "faces.csv").status == 0
    rows = list(csv.DictReader((folder / "faces.csv").open(newline="")))
    assert [(row["picture"], row["face"]) for row in rows] == [("a.jpg", str(n)) for n in range(3)]
    for row, face in zip(rows, tree["faces"], strict=True):
        numbers = [float(row[f"descriptor_{n}"]) for n in range(128)]
        assert numbers == pytest.approx(face["descriptor"])
        last = (float(row["point_67_x"]), float(row["point_67_y"]))
        assert last == tuple(face["landmarks"][67])
        assert float(row["happy"]) == face["expressions"]["happy"]
        assert (row["gender"], float(row["age"])) == (face["gender"], face["age"])
        assert {name: float(row[name]) for name in face["box"]} == face["box"]


def test_a_damaged_file_is_warned_of_by_its_name(detect, folder):
    whole = (folder / "a.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(whole[: len(whole) * 3 // 4])
    run = detect("cut.jpg", "--format", "csv")
    [said] = run.err
    assert said.startswith("warning: cut.jpg is damaged (")
    assert run.status == 0
    assert detect("nobody.png", "--format", "csv").out.startswith("picture,face,score,x,y,width,")


def test_confidence_leaves_out_faces(detect, folder):
    [all_of_them] = json.loads(detect("a.jpg", "--min-confidence", "0.1").out)
    scores = sorted(face["score"] for face in all_of_them["faces"])
    least = (scores[-1] + scores[-2]) / 2
    [best] = json.loads(detect("a.jpg", "--min-confidence", str(least)).out)
    assert [face["score"] for face in best["faces"]] == [scores[-1]]


def test_patterns_and_standard_input(detect, folder, monkeypatch):
    run = detect("**/*.jpg", "--format", "csv", "-q")
    assert {row["picture"] for row in csv.DictReader(io.StringIO(run.out))} == {
        "a.jpg",
        str(Path("more/a.jpg")),
    }
    data = io.BytesIO((folder / "a.jpg").read_bytes())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=data))
    [found] = json.loads(detect("-").out)
    assert (found["file"], len(found["faces"])) == ("-", 3)
    [nothing] = detect("-").err
    assert nothing.startswith("-: 0 bytes as a picture: expected a file of a picture, got no bytes")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["detect"], "IMAGE"),
        (["detect", "a.jpg", "--min-confidence", "2"], "above 0 and below 1"),
        (["detect", "a.jpg", "--input-size", "100"], "multiple of 32"),
        (["detect", "a.jpg", "--min-face-size", "0"], "1 or more"),
        (["detect", "a.jpg", "--detector", "dlib"], "invalid choice"),
        (["models"], "ACTION"),
        (["models", "fetch", "vgg"], "unknown net 'vgg'; expected some of: ssd_mobilenetv1, "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_arguments_are_refused_in_words(arguments, message, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("command", ["detect", "models"])
def test_help_of_every_command_has_examples(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"  pyface-web {command} " in capsys.readouterr().out


def test_missing_weights_are_one_message(capsys, folder):
    assert main(["detect", "--models", "nowhere", "a.jpg"]) == 1
    [said] = capsys.readouterr().err.splitlines()
    assert said.startswith("error: nowhere/ssd_mobilenetv1_model-weights_manifest.json: expected")


def test_how_far_it_is_where_lines_cannot_change(capsys):
    for files in (3, 40):
        counter = Counter(files, quiet=False)
        for number in range(files):
            counter.count(None if number == 1 else 2)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 10
    assert (said[0], said[-1]) == (
        "4 of 40 files, 6 faces, 1 failed",
        "40 of 40 files, 78 faces, 1 failed",
    )


def test_drawn_pictures_are_numbered_where_files_of_their_names_are():
    taken = {Path("out/a.png").resolve(), Path("out/a-2.png").resolve()}
    assert drawn_path(Path("out"), "x/a.jpg", taken) == Path("out/a-3.png")
    assert drawn_path(Path("out"), "x/b.jpeg", taken) == Path("out/b.png")
    assert drawn_path(Path("x/../out"), "b.jpg", taken) == Path("x/../out/b-2.png")
    assert drawn_path(Path("out"), "-", taken) == Path("out/stdin.png")


def test_pictures_that_are_drawn_beside_their_files_leave_these_alone(detect, folder):
    before = (folder / "nobody.png").read_bytes()
    assert detect("nobody.png", "--annotated", ".").status == 0
    assert (folder / "nobody.png").read_bytes() == before
    assert (folder / "nobody-2.png").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there, not bytes")
def test_a_name_that_is_no_text_is_written_as_it_is_on_disk(detect, folder):
    name = os.fsdecode(b"\xff.jpg")
    (folder / "a.jpg").rename(folder / name)
    assert detect(name, "-o", "faces.csv").status == 0
    assert (folder / "faces.csv").read_bytes().count(b"\n\xff.jpg,") == 3


class Output(io.TextIOWrapper):
    """Standard output with an encoding that lacks much, as that of Windows."""

    def __init__(self, *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding="cp1252")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def content(self) -> bytes:
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue()


@pytest.mark.parametrize("terminal", [False, True], ids=["no terminal", "terminal"])
def test_a_name_that_does_not_fit_the_encoding_of_the_output(detect, folder, monkeypatch, terminal):
    (folder / "a.jpg").rename(folder / "李é.jpg")
    monkeypatch.setattr(sys, "stdout", output := Output(terminal=terminal))
    assert detect("李é.jpg", "--format", "csv").status == 0
    name = b"\\u674e\xe9.jpg" if terminal else "李é.jpg".encode()
    assert [line.partition(b",")[0] for line in output.content().splitlines()[1:]] == [name] * 3


def test_a_folder_that_does_not_fit_the_encoding_of_the_output(monkeypatch):
    monkeypatch.setenv(published.VARIABLE, "李\udcff")
    monkeypatch.setattr(sys, "stdout", output := Output())
    assert main(["models", "where"]) == 0
    last = "\\udcff" if os.name == "nt" else "\xff"
    assert output.content().startswith(f"\\u674e{last}".encode("cp1252"))


def test_weights_are_listed_and_fetched(web, models, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(published, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setenv(published.VARIABLE, web.url("/"))
    names = ["face_landmark_68_tiny_model-weights_manifest.json"]
    names.append("face_landmark_68_tiny_model-shard1")
    web.pages |= {f"/{name}": Path(models, name).read_bytes() for name in names}
    assert main(["models", "fetch", "face_landmark_68_tiny", "--to", str(tmp_path / "usb")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'usb'}\n"
    fetched = {path.name for path in (tmp_path / "usb").iterdir()}
    assert fetched == set(names)

    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / names[1]).write_bytes(b"on its way, by another program")
    main(["models", "list"])
    assert (tmp_path / "cache" / names[1]).exists()
    capsys.readouterr()

    monkeypatch.setenv(published.VARIABLE, str(tmp_path / "usb"))
    main(["models", "list"])
    lines = [line.split(maxsplit=3) for line in capsys.readouterr().out.splitlines()]
    here = {line[0]: line[-1] for line in lines}
    assert here.pop("face_landmark_68_tiny") == str(tmp_path / "usb")
    assert set(here.values()) == {"not here; downloaded when asked for"} and len(here) == 7
    main(["models", "where"])
    first, *_, last = capsys.readouterr().out.splitlines()
    assert (first, last) == (str(tmp_path / "usb"), str(tmp_path / "cache"))


@pytest.mark.skipif(os.name != "posix", reason="npm is a shell script here")
def test_of_a_package_only_the_nets_that_are_named_go_into_a_folder(tmp_path, monkeypatch, capsys):
    """Which is named from where the command is called; the cache keeps all that came."""
    files = {f"{net}_model-shard1": net.encode() for net in ("tiny_face_detector", "mtcnn")}
    with tarfile.open(tmp_path / "made.tgz", "w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    npm = tmp_path / "npm"
    npm.write_text(f'#!/bin/sh\ncp {tmp_path}/made.tgz "$4"\n')
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    table = Table(
        tuple(
            Asset(f"models/{name}", len(data), sha256(data), (ArchiveSource("npm", "b", name),))
            for name, data in files.items()
        ),
        {},
    )
    monkeypatch.setattr(published, "read_models", lambda: table)
    monkeypatch.setattr(published, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.chdir(tmp_path)
    for options, folder in ((["--to", "usb/models"], "usb/models"), ([], "cache")):
        assert main(["models", "fetch", "tiny_face_detector", *options]) == 0
        assert capsys.readouterr().out.endswith(f"{folder}\n")
    assert [path.name for path in Path("usb/models").iterdir()] == [
        "tiny_face_detector_model-shard1"
    ]
    assert {path.name for path in Path("cache").iterdir()} == files.keys()
