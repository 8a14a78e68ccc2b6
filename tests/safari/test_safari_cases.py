"""What pages of others do, in Safari's engine: cases that Chromium and Firefox are asked, too."""

from __future__ import annotations

import pytest

from tests.js import test_pictures_of_any_page as sizes, test_video_waits as waits
from tests.pages import WORKER_TEST
from tests.safari.tab import Tab

# There is no WebGL in a worker.
LOAD = """async () => {
  const models = ["tiny_face_detector"];
  Object.assign(globalThis, await import("/site_cases/natural_sizes.js"));
  globalThis.inPage = await loadPyface({ models, backend: "webgl" });
  globalThis.inWorker = await loadPyface({ models, worker: true });
}"""

# Drawings are left out, whose inner photo the engine may paint later, and frames, of which it takes
# all, whatever part was asked for.
PICTURES = [
    "a turned photo", "a turned photo at 100 px", "a turned photo of an iframe at 100 px",
    "a photo in double density", "a photo whose EXIF says 144 dpi", "an animation",
]  # fmt: skip


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


def test_natural_sizes_and_elements_of_another_window(tab: Tab) -> None:
    tab.goto(WORKER_TEST)
    tab.until("() => typeof loadPyface === 'function'")
    tab.evaluate(LOAD)
    for where in ("inPage", "inWorker"):
        found = tab.evaluate(sizes.LOOK, {"where": where, "names": PICTURES})
        sizes.check(found)
        assert set(found) == set(PICTURES)
