"""The order of sources, and what happens when one of them gives nothing or the wrong bytes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from pyface_files.archives import Archives
from pyface_files.download import Downloader
from pyface_files.errors import AssetsUnavailableError, DiskError, SourceError
from pyface_files.fetcher import Fetcher, by_name
from pyface_files.table import ArchiveSource, Asset, Source, Table, TensorSource, UrlSource
from tools import assets

BODY = bytes(range(256)) * 1024  # 256 KiB, several chunks


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def asset(name: str, body: bytes, *sources: Source, paths: tuple[str, ...] = ()) -> Asset:
    return Asset(name, len(body), sha(body), sources, paths)


class FakeArchives(Archives):
    """Packages that lie in a dict; counts how often one was downloaded."""

    def __init__(self, packages: dict[str, dict[str, bytes]]) -> None:
        self.packages = packages
        self.on_disk: dict[str, bytes] | None = None  # what the package that is here has instead
        self.here: set[str] = set()
        self.downloads: list[str] = []

    def has(self, registry: str, spec: str) -> bool:
        return spec in self.here

    def read(self, registry, spec, members, on_bytes):  # type: ignore[no-untyped-def]
        if spec not in self.packages:
            raise SourceError("the registry does not answer")
        if spec in self.here and self.on_disk is not None:
            return self.on_disk
        if spec not in self.here:
            self.downloads.append(spec)
            self.here.add(spec)
            on_bytes(10, None)
        return {name: data for name, data in self.packages[spec].items() if name in members}

    def discard(self, registry: str, spec: str) -> None:
        self.here.discard(spec)
        self.on_disk = None


@pytest.fixture
def fetch(tmp_path: Path, recorder):
    def make(*assets: Asset, packages: dict[str, dict[str, bytes]] | None = None) -> Fetcher:
        return Fetcher(
            Table(assets, {"box@1": 20}),
            tmp_path / "cache",
            reporter=recorder,
            downloader=Downloader(timeout=2),
            archives=FakeArchives(packages or {}),
        )

    return make


def test_first_source_that_answers_is_used(web, fetch):
    web.pages["/a"] = BODY
    wanted = asset("a", BODY, UrlSource(web.url("/a")), UrlSource(web.url("/b")))
    assert fetch(wanted).ensure(["a"])["a"].read_bytes() == BODY
    assert [path for path, _ in web.asked] == ["/a"]


def test_second_run_asks_nobody(web, fetch, recorder):
    web.pages["/a"] = BODY
    wanted = asset("a", BODY, UrlSource(web.url("/a")))
    fetch(wanted).ensure(["a"])
    recorder.notes.clear()
    recorder.steps.clear()
    fetch(wanted).ensure(["a"])
    assert len(web.asked) == 1
    assert recorder.notes == recorder.steps == []


def test_wrong_bytes_are_named_and_the_next_source_is_asked(web, fetch, recorder):
    web.pages["/bad"] = b"<html>blocked</html>"
    web.pages["/good"] = BODY
    wanted = asset("models/a", BODY, UrlSource(web.url("/bad")), UrlSource(web.url("/good")))
    assert fetch(wanted).ensure(["models/a"])["models/a"].read_bytes() == BODY
    (said,) = [note for note in recorder.notes if "other bytes" in note]
    for part in ("models/a", web.url("/bad"), sha(BODY), sha(b"<html>blocked</html>")):
        assert part in said


def test_damaged_cache_file_is_replaced(web, fetch, recorder):
    web.pages["/a"] = BODY
    wanted = asset("a", BODY, UrlSource(web.url("/a")))
    path = fetch(wanted).ensure(["a"])["a"]
    path.write_bytes(BODY[:-1])
    assert fetch(wanted).ensure(["a"])["a"].read_bytes() == BODY
    assert any("the cache gave other bytes" in note for note in recorder.notes)


def test_package_is_the_way_out_and_gives_all_its_files_at_once(web, fetch):
    first = asset("x/a", b"aaa", UrlSource(web.url("/a")), ArchiveSource("npm", "box@1", "lib/a"))
    second = asset("x/b", b"bbb", UrlSource(web.url("/b")), ArchiveSource("npm", "box@1", "lib/b"))
    fetcher = fetch(first, second, packages={"box@1": {"lib/a": b"aaa", "lib/b": b"bbb"}})
    paths = fetcher.ensure(["x/a", "x/b"])
    assert [paths[name].read_bytes() for name in ("x/a", "x/b")] == [b"aaa", b"bbb"]
    assert fetcher._archives.downloads == ["box@1"]
    assert not fetcher._archives.has("npm", "box@1"), "nothing more to take out: removed"
    assert [path for path, _ in web.asked] == ["/a"], "the second file came with the first"


def test_package_stays_while_one_of_its_files_is_not_out(fetch):
    first = asset("a", b"aaa", ArchiveSource("npm", "box@1", "a"))
    second = asset("b", b"bbb", ArchiveSource("npm", "box@1", "b"))
    fetcher = fetch(first, second, packages={"box@1": {"a": b"aaa", "b": b"other"}})
    fetcher.ensure(["a"])
    assert fetcher._archives.has("npm", "box@1")
    with pytest.raises(AssetsUnavailableError, match="other bytes"):
        fetcher.ensure(["b"])
    assert fetcher._archives.downloads == ["box@1"]


def test_package_on_disk_with_wrong_bytes_is_got_anew_and_not_asked_first_again(fetch, web):
    web.pages["/a"] = b"aaa"
    wanted = asset("a", b"aaa", UrlSource(web.url("/a")), ArchiveSource("npm", "box@1", "a"))
    packages = {"box@1": {"a": b"flipped"}}
    fetcher = fetch(wanted, packages=packages)
    fetcher._archives.here.add("box@1")
    assert fetcher.ensure(["a"])["a"].read_bytes() == b"aaa", "from the address"
    assert fetcher._archives.downloads == ["box@1"], "once more, then it is as it is"
    assert not fetcher._archives.has("npm", "box@1")
    fetcher.ensure(["a"])["a"].unlink()
    packages["box@1"] = {"a": b"aaa"}
    fetcher = fetch(wanted, packages=packages)
    fetcher._archives.packages, damaged = packages, {"a": b"flipped"}
    fetcher._archives.here.add("box@1")
    fetcher._archives.on_disk = damaged
    assert fetcher.ensure(["a"])["a"].read_bytes() == b"aaa"
    assert [path for path, _ in web.asked] == ["/a"], "only the first time"


def test_of_a_member_only_so_many_bytes_are_asked_for_as_it_may_have(fetch):
    asked: dict[str, int] = {}
    whole = bytes(range(100))
    three = [
        asset("a", b"aaa", ArchiveSource("npm", "box@1", "a")),
        asset("b", whole[:64], ArchiveSource("npm", "box@1", "net.bin", cut=(0, 64))),
        asset("c", whole[64:80], ArchiveSource("npm", "box@1", "net.bin", cut=(64, 80))),
    ]
    fetcher = fetch(*three, packages={"box@1": {"a": b"aaa", "net.bin": whole}})
    read = fetcher._archives.read
    fetcher._archives.read = lambda r, s, members, on: (
        asked.update(members) or read(r, s, members, on)
    )
    fetcher.ensure(["a", "b", "c"])
    assert asked == {"a": 4, "net.bin": 80}


def test_an_address_that_gives_more_than_the_file_has_is_left(web, fetch, tmp_path):
    web.pages["/a"] = BODY * 8
    wanted = asset("a", BODY, UrlSource(web.url("/a")))
    with pytest.raises(AssetsUnavailableError, match=f"more than {len(BODY)} bytes came"):
        fetch(wanted).ensure(["a"])
    assert not list((tmp_path / "cache" / "parts").iterdir()), "nothing is left to go on with"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_full_disk_is_said_and_no_matter_of_the_network(web, fetch, tmp_path):
    web.pages["/a"] = BODY
    wanted = asset("a", BODY, UrlSource(web.url("/a")))
    key = sha(web.url("/a").encode())[:8]
    part = tmp_path / "cache" / "parts" / f"{wanted.sha256[:16]}-{key}"
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    with pytest.raises(DiskError, match=r"No space left on device\): the disk is full; free some"):
        fetch(wanted).ensure(["a"])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "not permitted"),
        (errno.EROFS, "only be read"),
    ],
)
def test_a_disk_that_does_not_take_a_file_is_said(web, fetch, tmp_path, monkeypatch, code, said):
    """And nothing lies under the file's name, or beside it."""
    web.pages["/a"] = BODY
    wanted = asset("a", BODY, UrlSource(web.url("/a")))

    def half(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(DiskError, match=f"cannot be read or written .*{said}"):
        fetch(wanted).ensure(["a"])
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["parts"]


def test_a_named_file_that_was_damaged_is_written_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("PYFACE_CACHE", str(tmp_path))
    table = Table((asset("oracle/a", b"aaa", TensorSource(())),), {})
    monkeypatch.setattr(assets, "load_table", lambda: table)
    (tmp_path / sha(b"aaa")).write_bytes(b"aaa")
    path = assets.path_of("oracle/a")
    path.write_bytes(b"bbb")
    assert assets.path_of("oracle/a").read_bytes() == b"aaa"


def test_package_on_disk_goes_before_the_network(web, fetch):
    web.pages["/a"] = b"aaa"
    wanted = asset("a", b"aaa", UrlSource(web.url("/a")), ArchiveSource("npm", "box@1", "a"))
    fetcher = fetch(wanted, packages={"box@1": {"a": b"aaa"}})
    fetcher._archives.here.add("box@1")
    fetcher.ensure(["a"])
    assert web.asked == []


def test_shards_are_slices_of_one_member(fetch):
    whole = bytes(range(100))
    shards = [
        asset(name, whole[a:b], ArchiveSource("npm", "box@1", "net.bin", cut=(a, b)))
        for name, a, b in (("net-shard1", 0, 64), ("net-shard2", 64, 100))
    ]
    paths = fetch(*shards, packages={"box@1": {"net.bin": whole}}).ensure(
        ["net-shard1", "net-shard2"]
    )
    assert b"".join(path.read_bytes() for path in paths.values()) == whole


def test_a_part_of_what_an_address_has(web, fetch):
    web.pages["/net.bin"] = bytes(range(100))
    body = bytes(range(64, 100))
    wanted = asset("net-shard2", body, UrlSource(web.url("/net.bin"), cut=(64, 100)))
    assert fetch(wanted).ensure(["net-shard2"])["net-shard2"].read_bytes() == body


def test_every_source_gives_the_same_manifest_bytes(tmp_path, web, recorder):
    weights = [{"name": "conv/bias", "shape": [4], "dtype": "float32"}]
    stored = json.dumps(
        [{"paths": ["net-shard1"], "weights": weights}], sort_keys=True, separators=(",", ":")
    ).encode()
    web.pages["/manifest"] = json.dumps([{"weights": weights, "paths": ["net-shard1"]}]).encode()
    member = json.dumps([{"paths": ["net.bin"], "weights": weights}], indent=2).encode()
    sources: tuple[Source, ...] = (
        UrlSource(web.url("/manifest")),
        ArchiveSource("npm", "box@1", "net.json"),
        TensorSource((("conv/bias", (4,)),)),
    )
    for index, source in enumerate(sources):
        wanted = asset("net.json", stored, source, paths=("net-shard1",))
        fetcher = Fetcher(
            Table((wanted,), {}),
            tmp_path / str(index),
            reporter=recorder,
            archives=FakeArchives({"box@1": {"net.json": member}}),
        )
        assert fetcher.ensure(["net.json"])["net.json"].read_bytes() == stored


def test_a_manifest_in_the_cache_may_be_written_in_another_way(tmp_path, recorder):
    """As by whoever put it there by hand."""
    groups = [{"paths": ["a"], "weights": []}]
    stored = json.dumps(groups, sort_keys=True, separators=(",", ":")).encode()
    wanted = asset("models/a.json", stored, ArchiveSource("npm", "box@1", "a"), paths=("a",))
    (tmp_path / "a.json").write_text(json.dumps(groups, indent=2))
    fetcher = Fetcher(Table((wanted,), {}), tmp_path, name_of=by_name, reporter=recorder)
    assert fetcher.ensure([wanted.name])[wanted.name] == tmp_path / "a.json"
    (tmp_path / "a.json").write_text("[]")
    assert not fetcher.is_cached(wanted)


def test_pickled_arrays_are_not_read_when_the_file_is_another(fetch):
    source = ArchiveSource("pypi", "box==1", "w.npy", member_sha256=sha(b"x"), arrays=("net",))
    wanted = asset("a", b"aaa", source)
    with pytest.raises(AssetsUnavailableError, match="it was not read"):
        fetch(wanted, packages={"box==1": {"w.npy": b"malicious"}}).ensure(["a"])


def test_failure_lists_what_every_source_answered_for_every_file(web, fetch):
    web.pages["/wrong"] = b"?"
    first = asset("a", b"aaa", UrlSource(web.url("/gone")), ArchiveSource("npm", "box@1", "a"))
    second = asset("b", b"bbb", UrlSource(web.url("/wrong")), ArchiveSource("pypi", "no==1", "b"))
    good = asset("c", BODY, UrlSource(web.url("/c")))
    web.pages["/c"] = BODY
    fetcher = fetch(first, second, good, packages={"box@1": {}})
    with pytest.raises(AssetsUnavailableError) as caught:
        fetcher.ensure(["a", "b", "c"])
    said = str(caught.value)
    for part in (
        "HTTP 404",
        "the package has no such file",
        "other bytes",
        "the registry does not answer",
        "run the same command again",
    ):
        assert part in said
    assert fetcher.is_cached(good), "the others are fetched all the same"


def test_unreachable_host_is_asked_once(fetch, recorder):
    dead = "http://127.0.0.1:9/"  # the discard port: nothing listens
    both = [asset(name, BODY, UrlSource(dead + name)) for name in "ab"]
    with pytest.raises(AssetsUnavailableError) as caught:
        fetch(*both).ensure(["a", "b"])
    assert "not reachable earlier in this run" in str(caught.value)


def test_progress_counts_this_file_and_the_whole_run(web, fetch, recorder):
    web.pages["/a"] = BODY
    web.pages["/b"] = b"bb"
    fetch(
        asset("a", BODY, UrlSource(web.url("/a"))), asset("b", b"bb", UrlSource(web.url("/b")))
    ).ensure(["a", "b"])
    of_a = [step for step in recorder.steps if step.file == "a"]
    loaded = [step.loaded for step in of_a]
    assert len(loaded) > 2 and loaded == sorted(loaded)
    assert {step.total for step in of_a} == {len(BODY)}
    assert of_a[0].done == 0
    last = recorder.steps[-1]
    assert (last.file, last.loaded, last.total) == ("b", 2, 2)
    assert last.done == last.whole == len(BODY) + 2


def test_interrupted_download_goes_on_where_it_stopped(web, fetch, recorder):
    web.pages["/a"] = BODY
    wanted = asset("a", BODY, UrlSource(web.url("/a")))

    def interrupt(progress):
        raise KeyboardInterrupt

    recorder.on_step = interrupt
    with pytest.raises(KeyboardInterrupt):
        fetch(wanted).ensure(["a"])
    recorder.on_step = lambda progress: None
    assert fetch(wanted).ensure(["a"])["a"].read_bytes() == BODY
    assert web.asked[1][1] == "bytes=65536-"


def test_leftover_of_another_file_is_thrown_away(web, fetch, tmp_path):
    web.pages["/a"] = BODY
    wanted = asset("a", BODY, UrlSource(web.url("/a")))
    key = sha(web.url("/a").encode())[:8]
    part = tmp_path / "cache" / "parts" / f"{wanted.sha256[:16]}-{key}"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"something else")
    assert fetch(wanted).ensure(["a"])["a"].read_bytes() == BODY
