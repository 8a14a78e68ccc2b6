"""The demos of live video, with a camera that shows a film, and with the visitor's own video."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.fonts import NARROW, setting
from tests.pages import Visitor, until, until_ready
from tests.site.looks import ARRIVING, LARGEST_SHIFT, WATCH, look, moved

PATIENCE = 120_000  # milliseconds; WebGL2 in software on a busy machine is slow

# Counts how often the page asks for a camera, and keeps the streams that it got.
_CAMERA = """
globalThis.streams = [];
globalThis.asked = 0;
const { getUserMedia } = MediaDevices.prototype;
MediaDevices.prototype.getUserMedia = async function (wanted) {
  asked++;
  const stream = await getUserMedia.call(this, wanted);
  streams.push(stream);
  return stream;
};
"""
# Python waits until letGo(): its code does not come.
_WITHOUT_PYTHON = """{
  const original = fetch;
  const released = new Promise((done) => { globalThis.letGo = done; });
  globalThis.fetch = async (address, ...rest) => {
    if (String(address).endsWith(".py")) await released;
    return original(address, ...rest);
  };
}"""
_STREAMS = "streams.map((stream) => stream.active)"
_HIDE = """(state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
_UNPLUG = """() => {
  const track = streams.at(-1).getVideoTracks()[0];
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""
_RECORD = """async () => {
  const image = Object.assign(new Image(), { src: "../../images/sample3.jpg" });
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
  const context = canvas.getContext("2d");
  const parts = [];
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start();
  for (let step = 0; step < 30; step++) {
    context.drawImage(image, 960 + 4 * step, 60, 600, 450, 0, 0, 320, 240);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
_DROP = """([name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true, dataTransfer };
  document.body.dispatchEvent(new DragEvent("drop", options));
}"""


def picture(canvas: Locator) -> str:
    """What a canvas shows now."""
    shown: str = canvas.evaluate("(canvas) => canvas.toDataURL()")
    return shown


def changes(page: Page, canvas: Locator) -> None:
    """Wait until a canvas shows something else."""
    before = picture(canvas)
    for _ in range(PATIENCE // 100):
        if picture(canvas) != before:
            return
        page.wait_for_timeout(100)
    pytest.fail("the canvas stays as it is")


def stays(page: Page, canvas: Locator) -> None:
    """Wait until a canvas shows the same for a while; a frame that is being looked at may end."""
    for _ in range(PATIENCE // 700):
        before = picture(canvas)
        page.wait_for_timeout(700)
        if picture(canvas) == before:
            return
    pytest.fail("the canvas goes on changing")


@pytest.fixture(scope="module")
def somebody(camera_browser: Browser, site: str) -> Iterator[Visitor]:
    """Who has a camera, and allows it."""
    with closing(Visitor(camera_browser, site, permissions=["camera"])) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def webcam(somebody: Visitor) -> Iterator[Page]:
    arriving = {**ARRIVING, "script": ARRIVING["script"] + _CAMERA}
    with somebody.visit("demos/webcam/", **arriving) as page:
        look(page, "demos/webcam/")
        page.evaluate("() => { shifts.length = 0 }")
        yield page
        assert moved(page) < 0.05


def test_no_camera_before_the_button(webcam: Page) -> None:
    expect(webcam.locator("#status")).to_have_text("Ready. The camera is off")
    assert webcam.evaluate("asked") == 0


def test_start_and_stop(webcam: Page) -> None:
    button = webcam.locator("#start")
    button.focus()
    webcam.keyboard.press("Enter")
    expect(webcam.locator("#found")).to_have_text("2 faces", timeout=PATIENCE)
    expect(button).to_have_text("Stop the camera")
    expect(webcam.locator("[data-value=fps]")).not_to_have_text("0", timeout=PATIENCE)
    changes(webcam, webcam.locator("#overlay"))
    # with other switches the camera stays open
    webcam.locator("label", has_text="Expressions").click()
    webcam.locator("label", has_text="Mirror").click()
    expect(webcam.locator("video.mirrored")).to_have_count(0, timeout=PATIENCE)
    expect(webcam.locator("#status")).to_have_text("The camera is on", timeout=PATIENCE)
    changes(webcam, webcam.locator("#pace canvas"))
    assert webcam.evaluate(_STREAMS) == [True]
    # another one closes it
    webcam.locator("#camera").select_option(index=2)
    changes(webcam, webcam.locator("#pace canvas"))
    expect(webcam.locator("#found")).to_have_text("2 faces", timeout=PATIENCE)
    assert webcam.evaluate(_STREAMS) == [False, True]
    button.click()
    expect(button).to_have_text("Start the camera")
    expect(webcam.locator("#status")).to_have_text("Stopped")
    expect(webcam.locator("[data-value=fps]")).to_have_text("0", timeout=PATIENCE)
    assert webcam.evaluate(_STREAMS) == [False, False]
    assert webcam.locator("video").evaluate("(video) => video.srcObject") is None


def test_waits_while_the_page_says_that_it_is_hidden(webcam: Page) -> None:
    webcam.locator("#start").click()
    pace = webcam.locator("#pace canvas")
    changes(webcam, pace)
    webcam.evaluate(_HIDE, "hidden")
    stays(webcam, pace)
    webcam.evaluate(_HIDE, "visible")
    changes(webcam, pace)
    webcam.evaluate("() => { delete document.visibilityState; }")
    webcam.locator("#start").click()


def test_unplugged(webcam: Page) -> None:
    webcam.locator("#start").click()
    changes(webcam, webcam.locator("#pace canvas"))
    webcam.evaluate(_UNPLUG)
    expect(webcam.locator("#status")).to_contain_text("was the camera unplugged", timeout=PATIENCE)
    expect(webcam.locator("#start")).to_have_text("Start the camera")
    webcam.locator("#start").click()
    expect(webcam.locator("#status")).to_have_text("The camera is on", timeout=PATIENCE)
    webcam.locator("#start").click()


def test_denied_then_allowed(webcam: Page) -> None:
    webcam.context.clear_permissions()
    webcam.locator("#start").click()
    alert = webcam.get_by_role("alert")
    expect(alert).to_contain_text("The camera could not be opened", timeout=PATIENCE)
    expect(alert).to_contain_text("allow it in the browser's address bar")
    expect(webcam.locator("#start")).to_have_text("Start the camera")
    webcam.context.grant_permissions(["camera"])
    webcam.locator("#start").click()
    expect(webcam.locator("#status")).to_have_text("The camera is on", timeout=PATIENCE)
    expect(alert).to_be_empty()
    webcam.locator("#start").click()


def test_camera_is_allowed_and_shown_before_python_is_there(somebody: Visitor) -> None:
    """Nobody is asked twice, and what is shown goes on."""
    script = WATCH + setting(NARROW) + _CAMERA + _WITHOUT_PYTHON
    with somebody.visit("demos/webcam/", script) as page:
        button, found = page.locator("#start"), page.locator("#found")
        button.click()
        until(page, "#video", "(video) => video.videoWidth > 0")
        expect(button).to_have_text("Stop the camera")
        expect(found).to_contain_text("as soon as Python has started")
        button.click()
        assert page.evaluate(_STREAMS) == [False]
        button.click()
        page.evaluate("() => letGo()")
        expect(found).to_have_text("2 faces", timeout=PATIENCE)
        expect(button).to_have_text("Stop the camera")
        assert page.evaluate(_STREAMS) == [False, True]
        button.click()
        expect(page.locator("#status")).to_have_text("Stopped")
        assert moved(page) < LARGEST_SHIFT


def test_video_tracking(visitor: Visitor) -> None:
    with visitor.visit("demos/video/", WATCH + setting(NARROW)) as page:
        until_ready(page)
        found = page.locator("#found")
        expect(found).to_have_text(re.compile("^[1-9] faces?$"), timeout=PATIENCE)
        timeline = page.locator("#timeline")
        expect(timeline).to_have_attribute("aria-label", re.compile("face 1"), timeout=PATIENCE)
        changes(page, page.locator("#overlay"))

        film = page.evaluate(_RECORD)
        own = {"name": "mine.webm", "mimeType": "video/webm", "buffer": base64.b64decode(film)}
        page.locator("input[type=file]").set_input_files(own)
        expect(page.locator("#own-name")).to_have_text("mine.webm")
        expect(page.locator("video")).to_have_attribute("src", re.compile("^blob:"))
        expect(found).to_have_text("1 face", timeout=PATIENCE)
        changes(page, timeline)

        page.evaluate(_DROP, ["words.webm", "video/webm", base64.b64encode(b"words").decode()])
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("That video could not be played", timeout=PATIENCE)
        page.locator("label", has_text="moving photos").click()
        expect(found).to_have_text(re.compile("^[1-9] faces?$"), timeout=PATIENCE)
        expect(alert).to_be_empty()
        page.locator("#start").click()
        expect(page.locator("#status")).to_have_text("Stopped")
        assert page.locator("video").evaluate("(video) => video.paused")
        assert moved(page) < 0.05
