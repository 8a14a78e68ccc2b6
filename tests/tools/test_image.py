"""The image that pages start Python from: optional, made once, made anew when its parts change."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import image


@pytest.fixture
def parts(tmp_path):
    """Third-party files and a wheel, of no use but there."""
    files = {}
    for name in (
        "pyodide/pyodide.mjs",
        "pyodide/pyodide.asm.mjs",
        "pyodide/pyodide.asm.wasm",
        "pyodide/python_stdlib.zip",
        "pyodide/pyodide-lock.json",
        "pyodide/numpy-1.whl",
        "models/a_model-weights_manifest.json",
    ):
        files[name] = tmp_path / "assets" / name
        files[name].parent.mkdir(parents=True, exist_ok=True)
        files[name].write_text(name)
    wheel = tmp_path / "pyface_web.whl"
    wheel.write_text("wheel")
    return files, wheel


def node(tmp_path: Path, script: str) -> Path:
    """A program that says it is Node 20 and otherwise runs Python: job is the dict it is given."""
    program = tmp_path / "node"
    program.write_text(
        f"#!{sys.executable}\nimport json, sys, pathlib\n"
        "if sys.argv[1] == '--version':\n    print('v20.1.0')\n    sys.exit()\n"
        "job = json.loads(pathlib.Path(sys.argv[2]).read_text())\n"
        "out = pathlib.Path(job['out'])\n" + script
    )
    program.chmod(0o755)
    return program


def test_without_node_there_is_no_image_and_a_note(tmp_path, parts, recorder, monkeypatch):
    monkeypatch.delenv("PYFACE_NODE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert image.build_image(tmp_path, *parts, tmp_path / "venv/bin/python", recorder) == {}
    assert "PYFACE_NODE" in recorder.notes[0]


def test_an_old_node_is_passed_over(tmp_path, monkeypatch):
    program = node(tmp_path, "")
    program.write_text("#!/bin/sh\necho v16.20.0\n")
    monkeypatch.setenv("PYFACE_NODE", str(program))
    assert image.find_node(tmp_path / "python") is None


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
def test_image_is_made_once_and_anew_for_another_wheel(tmp_path, parts, recorder, monkeypatch):
    script = (
        "(out / 'shaders').mkdir()\n"
        "(out / 'shaders' / 'a.json').write_text(job['manifests']['a_model'])\n"
        "(out / 'python.image').write_text(job['wheelHash'])\n"
        "(out / 'python.rest').write_text('sources')\n"
    )
    monkeypatch.setenv("PYFACE_NODE", str(node(tmp_path, script)))
    files, wheel = parts
    python = Path(sys.executable)
    made = image.build_image(tmp_path, files, wheel, python, recorder)
    assert sorted(made) == ["python.image", "python.rest", "shaders/a.json"]
    first = made["python.image"].read_bytes()
    assert image.build_image(tmp_path, files, wheel, python, recorder) == made
    assert len(recorder.notes) == 1
    wheel.write_text("another")
    made = image.build_image(tmp_path, files, wheel, python, recorder)
    assert made["python.image"].read_bytes() != first
    assert len(list((tmp_path / ".cache/image").iterdir())) == 1, "the old one is removed"


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
def test_a_failure_is_said_and_the_site_is_built_without(tmp_path, parts, recorder, monkeypatch):
    monkeypatch.setenv("PYFACE_NODE", str(node(tmp_path, "sys.exit('RangeError: no memory')")))
    assert image.build_image(tmp_path, *parts, tmp_path / "python", recorder) == {}
    assert "RangeError: no memory" in recorder.notes[-1]
