"""The wheel as `python -m build` makes it, where nothing else is: no repository, no weights."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from PIL import Image

from tools.assets import ROOT, path_of

NAMES = ("tiny_face_detector_model-weights_manifest.json", "tiny_face_detector_model-shard1")


def python(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process without the paths of this one."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """The folder with the wheel and the archive of its sources, built in the repository."""
    out = tmp_path_factory.mktemp("built")
    run = python("-m", "build", "--no-isolation", "--outdir", out, cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    [path] = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory) -> Path:
    """A folder with the package alone; what it depends on is where tests have it."""
    target = tmp_path_factory.mktemp("installed")
    pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    run = python(*pip, "--target", target, wheel, cwd=target)
    assert run.returncode == 0, run.stderr
    return target


def test_build_py_still_has_its_own_commands():
    run = python("build.py", "--help", cwd=ROOT)
    assert run.returncode == 0 and "usage: build.py" in run.stdout


def test_registries_would_take_it(built):
    run = python("-m", "twine", "check", "--strict", *sorted(built.iterdir()), cwd=built)
    assert run.returncode == 0, run.stdout + run.stderr


def test_what_the_wheel_says_of_itself(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [metadata] = [name for name in names if name.endswith(".dist-info/METADATA")]
        said = message_from_bytes(archive.read(metadata))
    assert "pyface_web/py.typed" in names and "pyface_files/models.json" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"pyface_web", "pyface_files"}
    text = said.get_payload()
    assert text.startswith("# pyface_web\n")
    links = re.findall(r"\]\(([^)]*)\)", text)
    assert links and not [link for link in links if not link.startswith(("https:", "http:", "#"))]
    needed = [one for one in said.get_all("Requires-Dist", []) if "extra ==" not in one]
    assert sorted(one.split(">")[0] for one in needed) == ["numpy", "pillow"]
    [pillow] = [one for one in needed if one.startswith("pillow")]
    assert "sys_platform != 'emscripten'" in pillow, "pages are not to load it"


def test_it_finds_faces_with_weights_that_it_gets_itself(installed, web, tmp_path):
    web.pages |= {f"/mirror/{name}": path_of(f"models/{name}").read_bytes() for name in NAMES}
    picture = Image.open(path_of("images/sample1.jpg"))
    picture.thumbnail((480, 480))
    picture.save(tmp_path / "photo.jpg")
    there = {
        "PYTHONPATH": str(installed),
        "PYFACE_WEB_MODELS": web.url("/mirror"),
        **dict.fromkeys(("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA"), str(tmp_path)),
    }
    command = installed / "bin" / "pyface-web"  # pip makes an .exe of it on Windows
    first = [command] if command.exists() else ["-m", "pyface_web"]
    detect = ["detect", "--detector", "tiny", "*.jpg", "--format", "jsonl"]
    run = python(*first, *detect, cwd=tmp_path, **there)
    assert (run.returncode, run.stderr) == (0, "")
    found = json.loads(run.stdout)
    assert (found["file"], len(found["faces"])) == ("photo.jpg", 3)
    assert [path for path, _ in web.asked] == [f"/mirror/{name}" for name in NAMES]

    where = "import pyface_web, pyface_files; print(pyface_web.__file__, pyface_files.__file__)"
    run = python("-c", where, cwd=tmp_path, **there)
    assert run.stdout.count(str(installed)) == 2, "and not the repository's"
    there["PYFACE_WEB_MODELS"] = "http://127.0.0.1:1/"
    run = python("-m", "pyface_web", *detect, cwd=tmp_path, **there)
    assert (run.returncode, run.stdout.count("score")) == (0, 3), "they are in the cache now"
