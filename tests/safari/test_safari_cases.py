"""What pages of others do, in Safari's engine: cases that Chromium and Firefox are asked, too."""

from __future__ import annotations

import pytest

from tests.js import test_pictures_of_any_page as pictures, test_video_waits as waits
from tests.pages import WORKER_TEST
from tests.safari.tab import Tab

# What is turned, has a density, no pixels, or more than are to be seen.
ODD = [
    "a turned photo at 100 px",
    "a turned photo of an iframe at 100 px",
    "a photo in double density",
    "a drawing with only a viewBox",
    "a drawing shown at 2000 px",
    "a drawing shown at 100 px",
    "a video with setsar=4/3",
    "a video that is one pixel off",
    "a frame of a video with setsar=4/3",
    "a frame that is shown smaller",
    "a part of a frame",
]


@pytest.fixture
def video(tab: Tab) -> Tab:
    tab.at(waits.PATH, _start)
    return tab


def _start(tab: Tab) -> None:
    tab.until("() => Boolean(globalThis.start)")
    tab.evaluate(waits.SETUP, ["page"])


def test_the_faces_are_those_of_the_frame_that_the_video_was_set_to(video: Tab) -> None:
    """In a film of WebM, which Debian's GStreamer plays."""
    assert video.evaluate(waits.SEEKS, "page") == waits.SOUGHT
    assert video.evaluate(waits.IN_PYTHON) == "[2, 1, 2, True, False]"


def test_the_source_is_taken_away_and_track_says_so(video: Tab) -> None:
    found = video.evaluate(waits.LOSES, "page")
    assert waits.says_why(found), found


@pytest.fixture
def both(tab: Tab) -> Tab:
    """A page with Python in it and in a worker."""
    tab.at(WORKER_TEST, _load)
    return tab


def _load(tab: Tab) -> None:
    tab.until("() => typeof load === 'function'")
    tab.evaluate(pictures.LOAD, None)  # in a worker there is WebAssembly alone


def test_a_worker_answers_and_says_what_it_has_not(both: Tab) -> None:
    """A worker has no canvas element: there is no WebGL2 in it, and WebAssembly is taken."""
    faces, name, described, error = both.evaluate("""async () => {
      const { faceapi: face } = inWorker;
      const photo = Object.assign(new Image(), { src: "/images/sample3.jpg" });
      await photo.decode();
      const faces = await face.detectAllFaces(photo, new face.TinyFaceDetectorOptions());
      const told = [await face.getBackend(), await face.describeBackend()];
      const error = await face.setBackend("webgl").catch(({ name }) => name);
      return [faces.length, ...told, error];
    }""")
    assert (faces, name, error) == (3, "wasm", "BackendError")
    assert "no WebGL2 on a GPU in a worker" in described


@pytest.mark.parametrize("where", ["inPage", "inWorker"])
def test_boxes_are_in_natural_pixels_whatever_the_page_shows(both: Tab, where: str) -> None:
    """The engine says of a drawing that its natural size is the one in which it is shown, and draws
    nothing of a video that is outside of the window, as those are here."""
    found = both.evaluate(pictures.LOOK, {"where": where, "names": ODD})
    assert len(found) == len(ODD)
    pictures.check(found)


def test_sizes_of_drawings_and_photos_are_not_those_of_the_page(both: Tab) -> None:
    names = [ODD[5], ODD[2], ODD[0]]
    found = both.evaluate(pictures.LOOK, {"where": "inPage", "names": names})
    assert [found[name]["size"] for name in names] == [[960, 640], [480, 320], [960, 640]]


def test_pictures_of_an_iframe_and_subclasses(both: Tab) -> None:
    """And of no popup, which here needs a click."""
    found = both.evaluate(pictures.OTHERS, {"where": "inPage", "which": "detected"})
    pictures.check_seen(found, count=10)
    used = both.evaluate(pictures.OTHERS, {"where": "inPage", "which": "used"})
    assert used == pictures.USED
