"""Reading members out of packages, and what a client that fails looks like."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from tools.archives import Archives
from tools.errors import SourceError


def silent(loaded: int, total: int | None) -> None:
    pass


def tgz(path: Path, files: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        link = tarfile.TarInfo("package/link")
        link.type = tarfile.SYMTYPE
        link.linkname = "/etc/passwd"
        archive.addfile(link)


def test_members_of_an_npm_package(tmp_path):
    tgz(tmp_path / "scope-box-1.0.tgz", {"package/a/b.bin": b"b", "package/c": b"c"})
    archives = Archives(tmp_path)
    assert archives.has("npm", "@scope/box@1.0")
    found = archives.read("npm", "@scope/box@1.0", ["a/b.bin", "link", "none"], silent)
    assert found == {"a/b.bin": b"b"}, "links are not followed, missing members are left out"


def test_members_of_a_wheel(tmp_path):
    with zipfile.ZipFile(tmp_path / "box-1.0.whl", "w") as archive:
        archive.writestr("box/data.bin", b"d")
    assert Archives(tmp_path).read("pypi", "box==1.0", ["box/data.bin", "no"], silent) == {
        "box/data.bin": b"d"
    }


def test_damaged_archive_is_removed_so_that_the_next_run_gets_it_anew(tmp_path):
    (tmp_path / "box-1.0.tgz").write_bytes(b"not an archive")
    archives = Archives(tmp_path)
    with pytest.raises(SourceError, match="cannot be read and was removed"):
        archives.read("npm", "box@1.0", ["a"], silent)
    assert not archives.has("npm", "box@1.0")


def test_discarded_archive_is_gone(tmp_path):
    tgz(tmp_path / "box-1.0.tgz", {})
    archives = Archives(tmp_path)
    archives.discard("npm", "box@1.0")
    assert not archives.has("npm", "box@1.0")


def test_client_that_fails_is_asked_once_and_its_last_words_are_kept(tmp_path):
    client = tmp_path / "python"
    client.write_text(
        f"#!/bin/sh\necho x >> {tmp_path}/calls\necho 'no such version' >&2\nexit 3\n"
    )
    client.chmod(0o755)
    archives = Archives(tmp_path / "archives", python=str(client))
    for _ in range(2):
        with pytest.raises(SourceError, match="status 3: no such version"):
            archives.read("pypi", "box==1.0", ["a"], silent)
    assert (tmp_path / "calls").read_text() == "x\n"
    assert list((tmp_path / "archives").iterdir()) == [], "no temporary files stay"


def test_client_that_works_leaves_one_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "made.whl", "w") as archive:
        archive.writestr("a", b"aa")
    client = tmp_path / "python"
    client.write_text(
        "#!/bin/sh\n"
        f'while [ "$1" != --dest ]; do shift; done; sleep 0.3; cp {tmp_path}/made.whl "$2"\n'
        "sleep 0.3\n"
    )
    client.chmod(0o755)
    seen: list[int] = []
    archives = Archives(tmp_path / "archives", python=str(client))
    found = archives.read("pypi", "box==1.0", ["a"], lambda loaded, total: seen.append(loaded))
    assert found == {"a": b"aa"}
    assert max(seen) == (tmp_path / "made.whl").stat().st_size, "growth was reported"
    assert archives.has("pypi", "box==1.0")


def test_npm_that_is_not_installed_is_a_failed_source(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="npm is not installed"):
        Archives(tmp_path).read("npm", "box@1.0", ["a"], silent)
