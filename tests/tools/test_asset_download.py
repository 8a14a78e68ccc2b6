"""One URL, with a connection that breaks, stalls or starts over."""

from __future__ import annotations

import pytest

from pyface_files.download import Downloader
from pyface_files.errors import SourceError

BODY = bytes(range(256)) * 100


def silent(loaded: int, total: int | None) -> None:
    pass


def test_broken_connection_is_resumed_at_once(web, tmp_path):
    web.pages["/f"] = BODY
    web.cut["/f"] = [1000]
    assert Downloader().fetch(web.url("/f"), tmp_path / "part", silent) == BODY
    assert web.asked == [("/f", None), ("/f", "bytes=1000-")]


def test_connection_that_keeps_breaking_fails_and_keeps_its_bytes(web, tmp_path):
    web.pages["/f"] = BODY
    web.cut["/f"] = [1000, 500]
    with pytest.raises(SourceError, match="1500 of 25600 bytes"):
        Downloader().fetch(web.url("/f"), tmp_path / "part", silent)
    assert (tmp_path / "part").stat().st_size == 1500


def test_server_without_ranges_starts_over(web, tmp_path):
    web.pages["/f"] = BODY
    web.cut["/f"] = [1000]
    web.ranges = False
    assert Downloader().fetch(web.url("/f"), tmp_path / "part", silent) == BODY


def test_part_longer_than_the_file_starts_over(web, tmp_path):
    web.pages["/f"] = BODY
    (tmp_path / "part").write_bytes(BODY + b"more")
    assert Downloader().fetch(web.url("/f"), tmp_path / "part", silent) == BODY


def test_progress_of_a_resumed_file_counts_the_whole_file(web, tmp_path):
    web.pages["/f"] = BODY
    (tmp_path / "part").write_bytes(BODY[:25000])
    seen: list[tuple[int, int | None]] = []
    Downloader().fetch(
        web.url("/f"), tmp_path / "part", lambda loaded, total: seen.append((loaded, total))
    )
    assert seen == [(25600, 25600)]


def test_refusal_names_the_status_and_the_host_stays_in_use(web, tmp_path):
    downloader = Downloader()
    with pytest.raises(SourceError, match="HTTP 404"):
        downloader.fetch(web.url("/gone"), tmp_path / "part", silent)
    web.pages["/f"] = BODY
    assert downloader.fetch(web.url("/f"), tmp_path / "part", silent) == BODY
