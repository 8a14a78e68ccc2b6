"""Videos of a page that is not ours, which seek, begin anew and lose their source: with Python in
the page, in a worker, and asked in Python; in two browser engines.

The film shows one face for a second, then two; it lasts two seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.pages import BLANK, DIST, WORKER_TEST, Visitor, open_page

PATH = "site_cases/video.html"
SETUP = """async (modes) => {
  window.faces = {};
  for (const mode of modes) faces[mode] = await start(mode === "worker");
  const { TinyFaceDetectorOptions } = Object.values(faces)[0];
  window.count = async (face, video) =>
    (await face.detectAllFaces(video, new TinyFaceDetectorOptions())).length;
  // A stream that shows something new all the time.
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const context = canvas.getContext("2d");
  let step = 0;
  setInterval(() => context.fillRect((step += 7) % 64, 0, 9, 9), 40);
  window.streaming = async () => {
    const video = Object.assign(document.createElement("video"), { muted: true });
    video.srcObject = canvas.captureStream();
    await video.play();
    return video;
  };
}"""
either = pytest.mark.parametrize("mode", ["page", "worker"])


@contextmanager
def prepared(page: Page, *modes: str) -> Iterator[Page]:
    page.wait_for_function("() => window.start")
    page.evaluate(SETUP, list(modes))
    yield page


@pytest.fixture(scope="module")
def page(visitor: Visitor) -> Iterator[Page]:
    with visitor.visit(PATH) as opened, prepared(opened, "page", "worker") as ready:
        yield ready


SEEKS = """async (mode) => {
  const face = faces[mode];
  const video = await filmOf();
  const found = [];
  for (const time of [1.5, 0.5, 1.5]) {
    video.currentTime = time;
    found.push(await soon(count(face, video)));
  }
  // Set again and again before it has come anywhere.
  for (const time of [0.2, 1.2, 0.4, 1.5]) video.currentTime = time;
  found.push(await soon(count(face, video)));
  video.currentTime = 0.5;
  found.push(await soon(Promise.all([count(face, video), count(face, video)])));
  video.currentTime = 1.5;
  await soon(face.awaitMediaLoaded(video));
  found.push([face.isMediaLoaded(video), video.seeking]);
  video.load(); // begins anew, while it is asked
  found.push(await soon(count(face, video)));
  return found;
}"""
SOUGHT = [2, 1, 2, 2, [1, 1], [True, False], 1]


@either
def test_the_faces_are_those_of_the_frame_that_the_video_was_set_to(page: Page, mode: str) -> None:
    assert page.evaluate(SEEKS, mode) == SOUGHT


IN_PYTHON = """async () => {
  window.film = await filmOf();
  const answer = await python.runPythonAsync(`
import js
import pyface_web
found = []
for time in (1.5, 0.5, 1.5):
    js.film.currentTime = time
    tiny = pyface_web.TinyFaceDetectorOptions()
    found.append(len(await pyface_web.detect_all_faces(js.film, tiny)))
js.film.currentTime = 0.5
await pyface_web.await_media_loaded(js.film)
str([*found, pyface_web.is_media_loaded(js.film), js.film.seeking])
`);
  return answer;
}"""


def test_the_time_is_set_in_python(page: Page) -> None:
    assert page.evaluate(IN_PYTHON) == "[2, 1, 2, True, False]"


LOOPS = """async (mode) => {
  const video = await filmOf({ loop: true, playbackRate: 4 });
  await video.play();
  let wraps = 0;
  video.addEventListener("seeked", () => wraps++); // at each end
  const counts = new Set();
  while (wraps < 3) counts.add(await soon(count(faces[mode], video)));
  const frames = faces[mode].track(video);
  const begun = wraps;
  let inside = true;
  for await (const { faces: found, time } of frames) {
    counts.add(found.length);
    inside &&= 0 <= time && time < 3;
    if (wraps - begun > 3 && counts.size > 1) break;
  }
  video.pause();
  return [[...counts].sort(), inside, frames.reason];
}"""


@either
def test_a_looping_video_goes_on_at_its_wrap(page: Page, mode: str) -> None:
    assert page.evaluate(LOOPS, mode) == [[1, 2], True, "it was stopped"]


SOUND = """async (mode) => {
  const samples = 8000; // a second of silence, as a WAV file
  const header = [0x46464952, 36 + samples, 0x45564157, 0x20746d66, 16, 0x10001, 8000, 8000,
    0x80001, 0x61746164, samples];
  const parts = [Uint32Array.from(header), new Uint8Array(samples).fill(128)];
  const file = new Blob(parts, { type: "audio/wav" });
  const src = URL.createObjectURL(file);
  const found = await soon(count(faces[mode], await filmOf({ src })));
  URL.revokeObjectURL(src);
  return found;
}"""


@either
def test_a_video_whose_pictures_are_h265_has_sound_and_no_size(page: Page, mode: str) -> None:
    found = page.evaluate(SOUND, mode)
    assert found.startswith("EmptyImageError: ") and "such as H.265" in found


FRAME_GONE = """async (mode) => {
  const { frame, video } = await filmInFrame();
  const frames = faces[mode].track(video);
  await frames.next();
  frame.remove();
  while (!(await soon(frames.next())).done);
  return frames.reason;
}"""
FRAME_GONE_IN_PYTHON = """async () => {
  const { frame, video } = await filmInFrame();
  Object.assign(window, { film: video, frame_: frame });
  return python.runPythonAsync(`
import asyncio, js, pyface_web
frames = pyface_web.track(js.film)
await anext(frames)
js.frame_.remove()
async def rest():
    async for frame in frames:
        pass
await asyncio.wait_for(rest(), 20)
frames.reason
`);
}"""


@either
def test_the_frame_of_the_video_was_taken_away_and_track_waited(page: Page, mode: str) -> None:
    assert page.evaluate(FRAME_GONE, mode).startswith("the window of the video was closed")


def test_the_frame_of_the_video_was_taken_away_and_python_waited(page: Page) -> None:
    assert page.evaluate(FRAME_GONE_IN_PYTHON).startswith("the window of the video was closed")


SCRUBS = """async (mode) => {
  const video = await filmOf();
  const frames = faces[mode].track(video);
  const found = [];
  for (const time of [1.5, 0.5, 1.7, 99, 0.2]) {
    const next = frames.next();
    video.currentTime = time;
    const { value, done } = await soon(next);
    found.push(done ? frames.reason : value.faces.length);
  }
  const nothingNew = await soon(frames.next(), 0.3);
  await frames.stop();
  return [...found, nothingNew];
}"""
SCRUBBED = [2, 1, 2, 2, 1, "waits"]


@either
def test_boxes_stood_still_while_a_paused_video_was_scrubbed(page: Page, mode: str) -> None:
    assert page.evaluate(SCRUBS, mode) == SCRUBBED


SCRUBS_IN_PYTHON = """async () => {
  window.film = await filmOf();
  return python.runPythonAsync(`
import asyncio, js, pyface_web
frames = pyface_web.track(js.film)
found = []
for time in (1.5, 0.5, 99, 0.2):
    waiting = asyncio.ensure_future(anext(frames))
    await asyncio.sleep(0)
    js.film.currentTime = time
    found.append(len((await asyncio.wait_for(waiting, 20)).faces))
await frames.stop()
str(found)
`);
}"""


def test_boxes_stood_still_while_python_scrubbed_a_paused_video(page: Page) -> None:
    assert page.evaluate(SCRUBS_IN_PYTHON) == "[2, 1, 2, 1]"


LOSES = """async (mode) => {
  const { track } = faces[mode];
  const found = [];
  const lose = async (how, video) => {
    const frames = track(video);
    await frames.next();
    await how(video);
    const next = await soon(frames.next());
    const end = next?.done ? next : await soon(frames.next()); // one may have been on its way
    found.push([end?.done, frames.reason]);
    await frames.stop();
    video.pause();
  };
  await lose((video) => (video.srcObject = null), await streaming());
  const film = async () => {
    const video = await filmOf({ loop: true });
    await video.play();
    return video;
  };
  await lose((video) => { video.removeAttribute("src"); video.load(); }, await film());
  await lose((video) => video.srcObject.getVideoTracks()[0].stop(), await streaming());
  await lose((video) => {
    const { srcObject } = video;
    video.srcObject = null;
    for (const track of srcObject.getTracks()) track.stop();
  }, await streaming());
  return found;
}"""
GONE = "the video has nothing to show any more"
ENDED = "the stream of the video has ended"


def says_why(found: list[list[object]]) -> bool:
    return [
        [done, str(reason)[: len(word)]]
        for (done, reason), word in zip(found, [GONE, GONE, ENDED, ENDED], strict=True)
    ] == [[True, GONE], [True, GONE], [True, ENDED], [True, ENDED]]


@either
def test_the_source_is_taken_away_and_track_says_so(page: Page, mode: str) -> None:
    found = page.evaluate(LOSES, mode)
    assert says_why(found), found


LOST = """async (mode) => {
  const lost = async (take, video) => {
    await count(faces[mode], video);
    take(video);
    return outcome(soon(count(faces[mode], video), 10));
  };
  return Promise.all([
    lost((video) => { video.removeAttribute("src"); video.load(); }, await filmOf()),
    lost((video) => (video.srcObject = null), await streaming()),
  ]);
}"""
LOST_IN_PYTHON = """async () => {
  Object.assign(window, { film: await filmOf(), camera: await streaming() });
  return python.runPythonAsync(`
import asyncio, js, pyface_web
from pyface_web import errors
found = []
for video in (js.film, js.camera):
    await pyface_web.detect_all_faces(video, pyface_web.TinyFaceDetectorOptions())
js.film.removeAttribute("src")
js.film.load()
js.eval("camera.srcObject = null")
for video in (js.film, js.camera):
    try:
        await asyncio.wait_for(pyface_web.await_media_loaded(video), 10)
    except errors.MediaNotReadyError as error:
        found.append(str(error))
str(found)
`);
}"""


@either
def test_a_video_whose_source_was_taken_away_was_waited_for(page: Page, mode: str) -> None:
    found = page.evaluate(LOST, mode)
    assert [said.count("has nothing to show any more") for said in found] == [1, 1], found


def test_a_video_whose_source_was_taken_away_was_waited_for_in_python(page: Page) -> None:
    assert page.evaluate(LOST_IN_PYTHON).count("has nothing to show any more") == 2


@either
def test_track_goes_on_where_another_camera_is_taken(page: Page, mode: str) -> None:
    """In one step, by way of null, by a file; it also outlives a pause, a seek, a load."""
    found = page.evaluate(
        """async (mode) => {
          const video = await streaming();
          const frames = faces[mode].track(video);
          const numbers = [];
          const take = async () => numbers.push((await soon(frames.next()))?.value?.number);
          await take();
          const { srcObject: first } = video;
          video.srcObject = (await streaming()).srcObject;
          first.getTracks()[0].stop();
          await video.play();
          await take();
          const waiting = take();
          video.srcObject = null;
          await sleep(300);
          video.srcObject = (await streaming()).srcObject;
          await video.play();
          await waiting;
          video.srcObject = null;
          Object.assign(video, { src: "one_then_two.webm", loop: true });
          await video.play();
          await take();
          video.pause();
          video.currentTime = 1;
          await video.play();
          await take();
          video.load();
          await video.play();
          await take();
          await frames.stop();
          return [numbers.every((number, i) => number === i + 1), numbers.length, frames.reason];
        }""",
        mode,
    )
    assert found == [True, 6, "it was stopped"]


def test_images_whose_address_changes_while_they_are_waited_for(page: Page) -> None:
    found = page.evaluate(
        """async () => {
          const { awaitMediaLoaded } = faces.page;
          const broken = "data:image/png;base64,AAAA";
          const seen = [];
          const change = async (first, ...then) => {
            const image = Object.assign(new Image(), { src: first });
            window.image = image;
            const both = [
              soon(awaitMediaLoaded(image)),
              soon(python.runPythonAsync(`
import js, pyface_web
await pyface_web.await_media_loaded(js.image)
`)),
            ];
            for (const src of then) {
              await sleep(0);
              image.src = src;
            }
            const said = await Promise.all(both);
            seen.push(said.map((text) => String(text ?? "").includes("could not be loaded")));
          };
          await change("../images/sample1.jpg?a", "../images/sample2.jpg?a");
          await change(broken, "../images/sample1.jpg?b");
          await change("../images/sample1.jpg?c", broken);
          await change("../images/sample1.jpg?d", "../images/sample1.jpg?d");
          return seen;
        }"""
    )
    # What was broken from the first may have been said before it got another address.
    assert found[0] == found[3] == [False, False]
    assert found[2] == [True, True]


# A video of a frame, as of a popup, is seen or not with that frame's page: what tells of this one
# decides nothing.
IN_FRAME = """async () => {
  const { frame, video } = await filmInFrame();
  const tell = (page, state) => {
    Object.defineProperty(page, "visibilityState", { get: () => state, configurable: true });
    page.dispatchEvent(new Event("visibilitychange"));
  };
  Object.assign(window, { film: video, tellPage: (state) => tell(document, state),
    tellFrame: (state) => tell(frame.contentDocument, state), endFrame: () => {
      frame.remove();
      delete document.visibilityState;
    } });
}"""
SEEN_IN_FRAME = """async (mode) => {
  const frames = faces[mode].track(film);
  const found = [];
  const see = async (seconds) => {
    const said = await soon(frames.next(), seconds);
    found.push(said === "waits" ? said : said.done);
  };
  await see();
  tellPage("hidden");
  await see();
  tellFrame("hidden");
  await see(0.6);
  tellFrame("visible");
  await see();
  await frames.stop();
  endFrame();
  return found;
}"""
SEEN_IN_FRAME_BY_PYTHON = """() => python.runPythonAsync(`
import asyncio, js, pyface_web
found = []
frames = pyface_web.track(js.film)
async def see(seconds=20):
    waiting = asyncio.ensure_future(anext(frames))
    done, _ = await asyncio.wait([waiting], timeout=seconds)
    found.append(bool(done))
    return waiting
await see()
js.tellPage("hidden")
await see()
js.tellFrame("hidden")
waiting = await see(0.6)
js.tellFrame("visible")
await asyncio.wait_for(waiting, 20)
await frames.stop()
js.endFrame()
str(found)
`)"""


@either
def test_a_video_of_a_popup_stood_still_as_the_page_was_hidden(page: Page, mode: str) -> None:
    page.evaluate(IN_FRAME)
    assert page.evaluate(SEEN_IN_FRAME, mode) == [False, False, "waits", False]


def test_a_video_of_a_popup_stood_still_for_python_as_the_page_was_hidden(page: Page) -> None:
    page.evaluate(IN_FRAME)
    assert page.evaluate(SEEN_IN_FRAME_BY_PYTHON) == "[True, True, False]"


# What a tab in the background is to its page: no frame is told of, and no timer of its own rings.
HIDE = """() => {
  const never = { value: () => 1, writable: true };
  const changes = [
    [document, "visibilityState", { get: () => "hidden" }],
    [HTMLVideoElement.prototype, "requestVideoFrameCallback", never],
    ...["requestAnimationFrame", "setTimeout", "setInterval"].map((name) => [window, name, never]),
  ];
  const undo = changes.map(([object, name, change]) => {
    const before = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { configurable: true, ...change });
    return () => before ? Object.defineProperty(object, name, before) : delete object[name];
  });
  document.dispatchEvent(new Event("visibilitychange"));
  window.show = () => {
    for (const one of undo) one();
    document.dispatchEvent(new Event("visibilitychange"));
  };
}"""
IN_BACKGROUND = """async (mode) => {
  const video = await filmOf({ loop: true });
  await video.play();
  const usual = faces[mode].track(video);
  const always = faces[mode].track(video, { background: true });
  await usual.next();
  await always.next();
  hide();
  let stood = true;
  const waiting = usual.next().then(() => (stood = false));
  const found = [];
  for (let i = 0; i < 6; i++) found.push((await always.next()).value);
  const { rate } = always;
  const stoodStill = stood;
  show();
  await waiting;
  const { number } = (await always.next()).value;
  await usual.stop();
  await always.stop();
  video.pause();
  const times = new Set(found.map(({ time }) => time));
  const counts = found.every(({ faces: { length } }) => length === 1 || length === 2);
  return [stoodStill, times.size, counts, number > found.at(-1).number, 0 < rate && rate < 20];
}"""
IN_BACKGROUND_IN_PYTHON = """async () => {
  window.film = await filmOf({ loop: true });
  await film.play();
  return python.runPythonAsync(`
import js, pyface_web
frames = pyface_web.track(js.film, background=True)
await anext(frames)
js.hide()
try:
    found = [await anext(frames) for _ in range(6)]
    rate = frames.rate
finally:
    js.show()
later = await anext(frames)
await frames.stop()
js.film.pause()
counts = {len(frame.faces) for frame in found}
str([len({frame.time for frame in found}), counts <= {1, 2}, later.number, 0 < rate < 20])
`);
}"""


def goes_on_in_the_background(page: Page, *modes: str) -> None:
    page.evaluate(f"() => {{ window.hide = {HIDE}; }}")
    workers = len(page.workers)
    for mode in modes:
        assert page.evaluate(IN_BACKGROUND, mode) == [True, 6, True, True, True]
    assert page.evaluate(IN_BACKGROUND_IN_PYTHON) == "[6, True, 8, True]"
    for _ in range(200):  # Playwright hears late of a worker that was ended
        if len(page.workers) == workers:
            return
        page.wait_for_timeout(50)
    pytest.fail("the clock of a track has stayed")


def test_track_stood_still_in_a_background_tab_and_goes_on_if_it_is_told_to(page: Page) -> None:
    goes_on_in_the_background(page, "page", "worker")


# Answers "worker" once three ticks have come, or what went wrong.
TICKS = """async (address) => {
  const { createClock } = await import(address);
  const { Worker } = window;
  const opened = [];
  window.Worker = class extends Worker {
    constructor(url, options) {
      super(url, options);
      opened.push(new URL(url).protocol);
    }
  };
  let ticks = 0;
  await new Promise((resolve) => {
    const clock = createClock(10, () => {
      if (++ticks < 3) return;
      clock.close();
      resolve();
    });
  });
  window.Worker = Worker;
  return opened;
}"""


@pytest.mark.parametrize(
    ("path", "address", "opened"),
    [
        (WORKER_TEST, "./clock.js", ["http:"]),  # its policy allows no worker of a text
        (BLANK, "http://elsewhere.test/clock.js", ["blob:"]),
        ("site_cases/no_workers.html", "../clock.js", ["http:", "blob:"]),
    ],
    ids=["strict policy", "another origin", "no workers"],
)
def test_the_clock_ticks(visitor: Visitor, path: str, address: str, opened: list[str]) -> None:
    said: list[str] = []
    with visitor.visit(path, errors=said) as page:
        headers = {"access-control-allow-origin": "*", "content-type": "text/javascript"}
        body = (DIST / "clock.js").read_text("utf-8")
        page.route(
            "http://elsewhere.test/*", lambda route: route.fulfill(body=body, headers=headers)
        )
        assert page.evaluate(TICKS, address) == opened
    assert bool(said) == (path == "site_cases/no_workers.html"), said


ENDS = """async () => {
  const video = document.createElement("video");
  video.srcObject = document.createElement("canvas").captureStream(0);
  const waiting = soon(faces.page.awaitMediaLoaded(video), 10);
  await sleep(50);
  video.srcObject.getVideoTracks()[0].stop();
  return waiting;
}"""


def test_in_firefox(firefox_browser: Browser, site: str) -> None:
    """Which still has the frame from before while it seeks."""
    with (
        open_page(firefox_browser, site, path=PATH) as opened,
        prepared(opened, "page") as page,
    ):
        assert page.evaluate(SEEKS, "page") == SOUGHT
        assert page.evaluate(IN_PYTHON) == "[2, 1, 2, True, False]"
        assert page.evaluate(LOOPS, "page") == [[1, 2], True, "it was stopped"]
        assert page.evaluate(SCRUBS, "page") == SCRUBBED
        found = page.evaluate(LOSES, "page")
        assert says_why(found), found
        goes_on_in_the_background(page, "page")
        found = page.evaluate(ENDS)  # Chromium shows a black picture then
        assert found.startswith("MediaNotReadyError") and "has ended" in found
