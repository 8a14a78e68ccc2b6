"""`build.py detect` for real: files in, JSON and pictures out, a broken one between them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tools.assets import ROOT, path_of


def detect(results: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, which writes what it found to a file."""
    return subprocess.run(
        [sys.executable, "-m", "tools.detect", "--json", results, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_detect_writes_json_and_pictures_and_goes_on_after_a_broken_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_text("not an image")
    group, portrait = path_of("images/sample5.jpg"), path_of("images/sample1.jpg")
    everything = ["--detector", "mtcnn", "--min-face-size", "100", "--descriptors"]
    everything += ["--expressions", "--age-gender", "--annotated", str(tmp_path / "out")]
    run = detect(tmp_path / "faces.json", *everything, portrait, broken, group)
    assert run.returncode == 2, run.stderr
    assert [line for line in run.stderr.splitlines() if line].count(run.stderr.strip()) == 1
    assert run.stderr.startswith(f"{broken}: ")

    results = json.loads((tmp_path / "faces.json").read_text())
    assert [len(result["faces"]) for result in results] == [2, 3]
    assert {result["backend"] for result in results} == {"wasm"}
    for face in results[1]["faces"]:
        assert np.shape(face["landmarks"]) == (68, 2)
        assert np.shape(face["descriptor"]) == (128,)
        assert 0.7 < face["score"] < 1
        assert sum(face["expressions"].values()) == pytest.approx(1)
        assert 0 < face["age"] < 100 and face["gender"] in ("female", "male")
        assert face["box"]["x"] >= 0 and face["box"]["x"] + face["box"]["width"] <= 1920

    pictures = sorted((tmp_path / "out").iterdir())
    assert len(pictures) == 2
    drawn, original = (
        np.asarray(Image.open(p).convert("RGB"), int) for p in (pictures[0], portrait)
    )
    changed = np.abs(drawn - original).max(axis=2) > 100
    assert 0.0005 < changed.mean() < 0.05, "boxes and landmarks cover a small part of the picture"


def test_detect_computes_with_what_it_is_told_to(tmp_path: Path) -> None:
    portrait = path_of("images/sample1.jpg")
    run = detect(tmp_path / "faces.json", "--backend", "webgl", "--detector", "tiny", portrait)
    assert (run.returncode, run.stderr) == (0, "")
    [result] = json.loads((tmp_path / "faces.json").read_text())
    assert (result["backend"], len(result["faces"])) == ("webgl", 3)
