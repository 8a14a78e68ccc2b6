"""What is built here and kept: used again only as it was made."""

from __future__ import annotations

import errno
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pyface_files.disk import is_intact, names_disk, only, remove, seal, write_whole
from pyface_files.errors import DiskError
from tools import cli, environment, wheel
from tools.errors import EnvironmentSetupError


def kept(folder: Path) -> Path:
    for name in ("a.js", "sub/b.json"):
        write_whole(folder / name, name.encode())
    seal(folder)
    return folder


def test_a_folder_is_intact_as_long_as_nothing_in_it_changes(tmp_path):
    changes = [
        lambda folder: (folder / "a.js").write_bytes(b"a.jS"),
        lambda folder: (folder / "sub/b.json").unlink(),
        lambda folder: (folder / "c").write_bytes(b""),
        lambda folder: (folder / "SHA256SUMS").unlink(),
        lambda folder: (folder / "SHA256SUMS").write_bytes(b""),
        remove,
    ]
    for number, change in enumerate(changes):
        folder = kept(tmp_path / str(number))
        assert is_intact(folder)
        change(folder)
        assert not is_intact(folder)


def test_what_lies_beside_it_is_removed(tmp_path):
    for name in ("old", "half.new", "now"):
        kept(tmp_path / name)
    (tmp_path / "file").write_bytes(b"")
    only(tmp_path / "now")
    assert [path.name for path in tmp_path.iterdir()] == ["now"]


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
def test_a_wheel_that_was_damaged_is_built_anew(tmp_path, recorder):
    for name in ("pyproject.toml", "README.md"):
        (tmp_path / name).write_text(name)
    python = tmp_path / "python"
    python.write_text(
        "#!/bin/sh\n"
        'while [ "$1" != -d ]; do shift; done; mkdir -p "$2"; echo wheel > "$2/w-1.whl"\n'
    )
    python.chmod(0o755)
    out = tmp_path / "out"
    made = wheel.build_wheel(tmp_path, python, out, recorder)
    assert wheel.build_wheel(tmp_path, python, out, recorder) == made
    assert len(recorder.notes) == 1
    made.write_bytes(b"damaged")
    assert wheel.build_wheel(tmp_path, python, out, recorder).read_bytes() == b"wheel\n"
    assert len(recorder.notes) == 2
    assert [path.name for path in out.iterdir()] == [made.parent.name]


@pytest.mark.parametrize(
    "line",
    ["npm ERR! code ENOSPC", "OSError: [Errno 28] No space left on device", "npm ERR! code EACCES"],
)
def test_words_of_a_full_disk(line):
    assert names_disk(line)
    assert not names_disk("npm ERR! 403 Forbidden: permission denied by the registry")


def test_a_disk_that_is_full_is_one_message_of_the_command(monkeypatch, capsys):
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "dist/files.json")

    monkeypatch.setattr(cli, "build_dist", fail)
    assert cli.main(["build"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: dist/files.json cannot be read or written (No space left")
    monkeypatch.setattr(cli, "build_dist", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["build"])


def test_packages_that_find_no_space_are_no_matter_of_the_network(tmp_path, monkeypatch, recorder):
    monkeypatch.setattr(
        environment.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1)
    )
    project = '[project]\ndependencies=[]\n[build-system]\nrequires=["x"]\n'
    extras = "[project.optional-dependencies]\ndev=[]\nbuild=[]\n"
    (tmp_path / "pyproject.toml").write_text(project + extras)
    for name in ("bin/python", "pyface-made.stamp"):
        write_whole(tmp_path / ".venv" / name, b"")
    with pytest.raises(EnvironmentSetupError, match="Check the network"):
        environment.ensure_environment(tmp_path, "dev", recorder)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=3_000_000))
    with pytest.raises(DiskError, match=r"is full \(3 MB are free\); free some space"):
        environment.ensure_environment(tmp_path, "dev", recorder)


def test_a_folder_in_the_place_of_a_file_is_said(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(DiskError, match="there is a folder where a file belongs; remove it"):
        write_whole(tmp_path / "a", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
