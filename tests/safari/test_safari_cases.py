"""What pages of others do, in Safari's engine: cases that Chromium and Firefox are asked, too."""

from __future__ import annotations

import pytest

from tests.js import test_video_waits as waits
from tests.safari.tab import Tab


@pytest.fixture(scope="module")
def video(tab: Tab) -> Tab:
    tab.goto(waits.PATH)
    tab.until("() => Boolean(globalThis.start)")
    tab.evaluate(waits.SETUP, ["page"])
    return tab


def test_the_faces_are_those_of_the_frame_that_the_video_was_set_to(video: Tab) -> None:
    """In a film of WebM, which Debian's GStreamer plays."""
    assert video.evaluate(waits.SEEKS, "page") == waits.SOUGHT
    assert video.evaluate(waits.IN_PYTHON) == "[2, 1, 2, True, False]"


def test_the_source_is_taken_away_and_track_says_so(video: Tab) -> None:
    found = video.evaluate(waits.LOSES, "page")
    assert waits.says_why(found), found
