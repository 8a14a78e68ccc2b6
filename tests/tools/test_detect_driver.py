"""`build.py detect` around the pipeline: files, failures, JSON, pictures.

The page is a stand-in that answers at once, so that only the driver is tested here. It runs in
a process of its own, because Playwright allows one synchronous session per process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tools.assets import ROOT
from tools.detect import picture_path

STAND_IN = """
export async function loadPyface({ models, backend }) {
  const findFaces = async (bitmap, settings, canvas) => {
    if (bitmap.width === 13) throw new Error("Traceback\\n  somewhere\\nInputError: unlucky width");
    if (canvas) canvas.getContext("2d").fillRect(0, 0, 1, 1);
    return JSON.stringify({
      width: bitmap.width, height: bitmap.height, backend: "stand-in",
      faces: [{ models, asked: backend, settings: JSON.parse(settings) }],
    });
  };
  return { pyodide: {
    runPythonAsync: async (source) => { if (!source.includes("def find_faces")) throw source; },
    globals: new Map([["find_faces", findFaces]]),
  } };
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "pyface.js").write_text(STAND_IN)
    (tmp_path / "more").mkdir()
    Image.new("RGB", (40, 30), "white").save(tmp_path / "a.png")
    Image.new("RGB", (20, 10), "white").save(tmp_path / "more" / "a.jpg")
    Image.new("RGB", (13, 10), "white").save(tmp_path / "unlucky.png")
    (tmp_path / "broken.jpg").write_bytes((tmp_path / "more" / "a.jpg").read_bytes()[:40])
    return tmp_path


def detect(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = (
        f"import sys, pathlib; sys.path.insert(0, {str(ROOT)!r})\n"
        "from tools.detect import main\n"
        "sys.exit(main(sys.argv[1:], pathlib.Path('dist')))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_bad_files_are_named_and_the_others_come_out(folder):
    run = detect(folder, "broken.jpg", "none.png", "unlucky.png", "more", "a.png", "more/a.jpg")
    assert run.returncode == 2
    first, *rest = run.stderr.splitlines()
    assert first.startswith("broken.jpg: not an image that the browser reads")
    assert rest == [
        "none.png: there is no such file",
        "unlucky.png: InputError: unlucky width",
        "more: there is no such file",
    ]
    found = json.loads(run.stdout)
    assert [(row["file"], row["width"], row["height"], row["backend"]) for row in found] == [
        ("a.png", 40, 30, "stand-in"),
        ("more/a.jpg", 20, 10, "stand-in"),
    ]


def test_options_reach_the_page_and_results_go_to_files(folder):
    run = detect(
        folder,
        *["a.png", "more/a.jpg", "--detector", "tiny", "--descriptors", "--min-score", "0.3"],
        *["--input-size", "160", "--json", "out/faces.json", "--annotated", "out/marked"],
        *["--age-gender", "--backend", "wasm"],
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    face = json.loads((folder / "out" / "faces.json").read_text())[0]["faces"][0]
    wanted = ["tiny_face_detector", "face_landmark_68", "face_recognition", "age_gender"]
    assert face["models"] == wanted
    assert face["asked"] == "wasm"
    assert face["settings"] == {
        "detector": "tiny",
        "landmarks": True,
        "descriptors": True,
        "expressions": False,
        "age_gender": True,
        "min_face_size": None,
        "min_score": 0.3,
        "input_size": 160,
    }
    with Image.open(folder / "out" / "marked" / "a.png") as picture:
        assert picture.size == (40, 30)
        assert picture.convert("RGB").getpixel((0, 0)) == (0, 0, 0), "drawn on"
        assert picture.convert("RGB").getpixel((5, 5)) == (255, 255, 255), "the photo is under it"
    with Image.open(folder / "out" / "marked" / "a-2.png") as picture:
        assert picture.size == (20, 10)


def test_page_that_cannot_load_is_an_error_of_its_own(folder):
    (folder / "dist" / "pyface.js").write_text("throw new Error('no runtime');")
    run = detect(folder, "a.png")
    assert run.returncode == 1
    assert "The page could not load the pipeline" in run.stderr and "no runtime" in run.stderr


def test_pictures_of_equal_names_are_numbered():
    taken = {Path("out/a.png"), Path("out/a-2.png")}
    assert picture_path(Path("out"), Path("x/a.jpg"), taken) == Path("out/a-3.png")
    assert picture_path(Path("out"), Path("x/b.jpeg"), taken) == Path("out/b.png")
