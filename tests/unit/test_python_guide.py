"""docs/guides/python.md: its blocks run one after the other, in an empty folder with pictures."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import pyface_web
from tests.reference.nets import manifest_path
from tools.assets import ROOT, path_of

GUIDE = ROOT / "docs" / "guides" / "python.md"
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    photo = path_of("images/sample1.jpg")
    (tmp_path / "photos").mkdir()
    for name in ("photo.jpg", "photos/a.jpg"):
        shutil.copy(photo, tmp_path / name)
    (tmp_path / "photos" / "b.jpg").write_bytes(b"no picture")
    monkeypatch.chdir(tmp_path)
    folder = manifest_path(pyface_web.nets.tiny_face_detector.architecture).parent
    monkeypatch.setenv("PYFACE_WEB_MODELS", str(folder))
    yield
    pyface_web.dispose()
    for net in pyface_web.nets.values():
        net.dispose()


@pytest.mark.usefixtures("_folder")
def test_the_blocks_run(capsys: pytest.CaptureFixture[str]) -> None:
    scope: dict[str, object] = {"__name__": "guide"}
    text = GUIDE.read_text("utf-8")
    for block in _BLOCK.finditer(text):
        lines = text.count("\n", 0, block.start(1))
        exec(compile("\n" * lines + block[1], str(GUIDE), "exec"), scope)
    assert len(scope["faces"]) == len(scope["found"]) == len(scope["everybody"]) == 3
    assert scope["same"] and len(scope["people"]) == 3 and len(scope["again"]) == 3
    assert Path("coco.json").stat().st_size > 5000 and Path("faces.csv").stat().st_size > 300
    assert re.search(r"2 of 2: photos.b.jpg, 0 faces, .*not an image", capsys.readouterr().out)
