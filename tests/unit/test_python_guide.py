"""docs/guides/python.md: its blocks run one after the other, in an empty folder with pictures."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loaded_nets import published
from tests.samples import samples
from tools.assets import ROOT, path_of

GUIDE = ROOT / "docs" / "guides" / "python.md"


@pytest.fixture
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    photo = path_of("images/sample1.jpg")
    (tmp_path / "photos").mkdir()
    for name in ("photo.jpg", "photos/a.jpg"):
        shutil.copy(photo, tmp_path / name)
    (tmp_path / "photos" / "b.jpg").write_bytes(b"no picture")
    monkeypatch.chdir(tmp_path)
    with published():
        yield


@pytest.mark.usefixtures("_folder")
def test_the_blocks_run(capsys: pytest.CaptureFixture[str]) -> None:
    scope: dict[str, object] = {"__name__": "guide"}
    for sample in samples("python", documents=(GUIDE,)):
        exec(compile("\n" * sample.line + sample.code, str(GUIDE), "exec"), scope)
    assert len(scope["faces"]) == len(scope["found"]) == len(scope["everybody"]) == 3
    assert scope["same"] and len(scope["people"]) == 3 and len(scope["again"]) == 3
    assert Path("coco.json").stat().st_size > 5000 and Path("faces.csv").stat().st_size > 300
    assert re.search(r"2 of 2: photos.b.jpg, 0 faces, .*not an image", capsys.readouterr().out)
