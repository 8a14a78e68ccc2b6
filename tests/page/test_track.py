"""Live video in a page: a camera that shows a film of the sample faces, and a canvas.

What has to do with time is tried with a detection that a test sets: how long it takes does not
depend on the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.moving_faces import HEIGHT, PIECES, SIDE, WIDTH
from tests.page.test_memory import held
from tests.pages import PyfacePage, pyface_page
from tools.assets import ROOT

MODELS = (
    "tiny_face_detector",
    "face_landmark_68_tiny",
    "face_recognition",
    "face_expression",
    "age_gender",
)

# A video, a canvas over it, and `drawScene(i, x, y, …)`: faces on a canvas of their own.
SCENE = """async ([width, height, side, pieces]) => {
  globalThis.complaints = [];
  addEventListener("error", (event) => complaints.push(event.message));
  document.body.innerHTML = `<video id="camera" width="${width}" height="${height}"></video>
    <canvas id="overlay"></canvas><canvas id="scene" width="${width}" height="${height}"></canvas>`;
  overlay.style.cssText = `width: ${width}px; height: ${height}px`;
  const images = await Promise.all(pieces.map(async ([sample]) => {
    const image = Object.assign(new Image(), { src: `images/sample${sample}.jpg` });
    await image.decode();
    return image;
  }));
  const context = scene.getContext("2d");
  globalThis.drawScene = (...places) => {
    context.fillStyle = "#777";
    context.fillRect(0, 0, width, height);
    for (let i = 0; i < places.length; i += 3) {
      const [which, left, top] = places.slice(i, i + 3);
      const [, x, y, size] = pieces[which];
      context.drawImage(images[which], x, y, size, size, left, top, side, side);
    }
  };
}"""

_GIVEN = """
import asyncio, gc
from pyface_web.video import track as live
from pyface_web import errors
from pyface_web.values.geometry import Box, Dimensions
element = js.document.getElementById
ids = lambda frame: sorted(face.id for face in frame.faces)
centre = lambda tracked: tracked.face.detection.box.x + tracked.face.detection.box.width / 2

async def soon(awaitable):
    return await asyncio.wait_for(awaitable, 60)

async def open_camera(**options):
    return await faceapi.open_camera("camera", width=320, height=240, **options)

async def until(ready):
    for _ in range(600):
        if ready():
            return
        await asyncio.sleep(0.1)
    raise TimeoutError

class Detection:
    '''Stands in for the nets: takes its time, and finds what it is told to.'''
    def __init__(self, seconds=0.0, find=lambda call: []):
        self.seconds, self.find, self.calls, self.running, self.most = seconds, find, 0, 0, 0
    def __enter__(self):
        self.real, live.faces_of = live.faces_of, self
        return self
    def __exit__(self, *_):
        live.faces_of = self.real
    async def __call__(self, source, tracker, at):
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(self.seconds)
        self.running -= 1
        self.calls += 1
        return self.find(self.calls), Dimensions(320, 240)

def face(x, side=80, score=0.9):
    box = Box(x, 80, side, side).rescale(Dimensions(1 / 320, 1 / 240))
    return faceapi.FaceDetection(score, box, Dimensions(320, 240))
"""

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def page(camera_browser: Browser) -> Iterator[PyfacePage]:
    with pyface_page(camera_browser, models=MODELS) as opened:
        opened.page.context.grant_permissions(["camera"])
        opened.js(SCENE, [WIDTH, HEIGHT, SIDE, PIECES])
        # On a busy machine a frame can take seconds; ids must not hang on that here.
        opened.run(
            "from pyface_web.video import tracker\ntracker._GAP = 60\nawait faceapi.warmup()"
        )
        yield opened


@pytest.fixture
def run(page: PyfacePage) -> Iterator[Run]:
    """Runs Python in the page; afterwards the camera is closed and the page has not complained."""
    yield lambda code, **values: page.run(_GIVEN + code, **values)
    page.run("faceapi.close_camera('camera')\n0")
    assert page.js("complaints.splice(0)") == []


def test_faces_of_the_camera_keep_their_ids(run: Run) -> None:
    found = run(
        """
await open_camera()
found = []
async for frame in faceapi.track("camera", keep_seconds=60):
    faces = sorted(frame.faces, key=lambda face: face.id)
    found.append([frame.number, frame.time, frame.dropped, [[f.id, centre(f)] for f in faces]])
    if frame.number == 12:
        break
found
"""
    )
    assert [number for number, *_ in found] == list(range(1, 13))
    times = [time for _, time, *_ in found]
    assert times == sorted(set(times))
    assert all(dropped >= 0 for _, _, dropped, _ in found)
    for *_, faces in found:
        assert [id for id, _ in faces] == [1, 2]
    for face in (0, 1):
        places = [faces[face][1] for *_, faces in found]
        assert max(places) - min(places) > 15
    left = found[0][3][0][1] < found[0][3][1][1]
    assert all((faces[0][1] < faces[1][1]) == left for *_, faces in found)


@pytest.mark.parametrize(
    ("tops", "options"),
    [([8, 130], {}), ([60, 64], {"descriptors": True, "tiny_landmarks": True})],
    ids=["above each other", "one hides the other, descriptors"],
)
def test_faces_that_pass_each_other_keep_their_ids(
    run: Run, tops: list[int], options: dict[str, bool]
) -> None:
    """One step a frame, and ten frames a second, so that the machine's speed does not matter. The
    second is in front."""
    found = run(
        """
from dataclasses import replace

class EvenFrames(live.ShownFrames):
    count = 0
    async def next(self):
        frame, skipped = await super().next()
        self.count += 1
        return replace(frame, time=self.count / 10), skipped

def draw(step):
    js.drawScene(0, 12 + 16 * step, tops[0], 1, 204 - 16 * step, tops[1])

draw(0)
found = []
real, live.ShownFrames = live.ShownFrames, EvenFrames
try:
    frames = faceapi.track("scene", keep_seconds=60, **options)
finally:
    live.ShownFrames = real
async for frame in frames:
    found.append({face.id: centre(face) for face in frame.faces})
    if frame.number == 13:
        break
    draw(frame.number)
found
""",
        tops=tops,
        options=options,
    )
    assert sorted(found[0]) == sorted(found[-1]) == ["1", "2"]
    assert {id for faces in found for id in faces} == {"1", "2"}
    first, second = ("1", "2") if found[0]["1"] < found[0]["2"] else ("2", "1")
    assert found[0][first] < 110 < 210 < found[0][second]
    assert found[-1][second] < 110 < 210 < found[-1][first]


@pytest.mark.parametrize(("keep_score", "seen"), [(0.3, [1, 2]), (1, [1])])
def test_a_face_that_turns_faint(run: Run, keep_score: float, seen: list[int]) -> None:
    """The score of one of the two falls from 0.61 to 0.39; it is found again at once in either
    case."""
    found = run(
        """
def draw(strength):
    js.drawScene(0, 50, 68, 1, 208, 68)
    context = element("scene").getContext("2d")
    context.fillStyle = f"rgb(119 119 119 / {100 - strength}%)"
    context.fillRect(0, 0, 320, 240)

draw(100)
found = []
async for frame in faceapi.track("scene", keep_score=keep_score, keep_seconds=60):
    found.append(ids(frame))
    if frame.number == 3:
        break
    draw((50, 100)[frame.number - 1])
found
""",
        keep_score=keep_score,
    )
    assert found == [[1, 2], seen, [1, 2]]


def test_never_two_at_once_and_the_newest_frame_wins(run: Run) -> None:
    """The film has 10 frames a second, and a look at one of them takes 0.45 s."""
    frames, most = run(
        """
await open_camera()
with Detection(0.45) as detection:
    async with faceapi.track("camera") as frames:
        await soon(anext(frames))
        seen = await soon(asyncio.gather(*[anext(frames) for _ in range(4)]))
[[f.time, f.dropped, f.milliseconds] for f in seen], detection.most
"""
    )
    assert most == 1
    for (before, *_), (time, dropped, milliseconds) in pairwise(frames):
        assert dropped >= 2
        assert time - before > 0.25
        assert milliseconds > 400


def test_pauses_with_the_video(run: Run) -> None:
    assert run(
        """
await open_camera()
with Detection() as detection:
    async with faceapi.track("camera") as frames:
        await soon(anext(frames))
        element("camera").pause()
        before = detection.calls
        waiting = asyncio.ensure_future(anext(frames))
        await asyncio.sleep(0.6)
        paused = [detection.calls - before, waiting.done()]
        await element("camera").play()
        frame = await soon(waiting)
[paused, frame.number]
"""
    ) == [[0, False], 2]


def test_pauses_while_the_page_says_that_it_is_hidden(run: Run) -> None:
    """Headless Chromium hides no tab, so the page is told that it is, as a browser would."""
    assert run(
        """
def tell(state):
    js.eval(f'''Object.defineProperty(document, "visibilityState",
        {{ configurable: true, get: () => "{state}" }});
        document.dispatchEvent(new Event("visibilitychange"))''')

await open_camera()
with Detection() as detection:
    async with faceapi.track("camera") as frames:
        await soon(anext(frames))
        tell("hidden")
        before = detection.calls
        waiting = asyncio.ensure_future(anext(frames))
        await asyncio.sleep(0.6)
        hidden = [detection.calls - before, waiting.done()]
        tell("visible")
        frame = await soon(waiting)
js.eval("delete document.visibilityState")
[hidden, frame.number, frame.dropped]
"""
    ) == [[0, False], 2, 0]


def test_draws_between_detections(run: Run) -> None:
    """Faces go on with their velocity; at the end the canvas is empty."""
    drawn = run(
        """
def painted():
    canvas = element("overlay")
    data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    return bool(np.asarray(data.to_py())[3::4].any())

js.drawScene()
drawn = []
with Detection(0.1, lambda call: [face(20 + 10 * call, score=0.6 + call / 1000)]):
    async with faceapi.track("scene") as frames:
        frames.draw_on(element("overlay"), lambda context, faces: drawn.append(
            [faces[0].face.detection.score, centre(faces[0])]))
        async for frame in frames:
            if frame.number == 12:
                break
    async with faceapi.track("scene") as frames:
        frames.draw_on(element("overlay"))
        async for frame in frames:
            if painted():
                break
    ended = painted()
[drawn, ended, [element("overlay").width, element("overlay").height]]
"""
    )
    places, painted_at_the_end, size = drawn
    assert len(places) > 15  # on an idle machine 60 or more
    steps = [b - a for (first, a), (second, b) in pairwise(places) if first == second]
    assert min(steps) >= 0  # 0 as long as there was only one frame, and so no velocity
    assert sum(step > 0 for step in steps) > 5
    assert painted_at_the_end is False
    assert size == [WIDTH, HEIGHT]


@pytest.mark.parametrize("smoothing", [True, False])
def test_smoothing(run: Run, smoothing: bool) -> None:
    """A face that trembles by 4 pixels."""
    places = run(
        """
js.drawScene()
places = []
with Detection(0.02, lambda call: [face(100 + 4 * (call % 2))]):
    async for frame in faceapi.track("scene", smoothing=smoothing):
        places.append(centre(frame.faces[0]))
        if frame.number == 20:
            break
places
""",
        smoothing=smoothing,
    )
    steps = [abs(b - a) for a, b in pairwise(places[10:])]
    if smoothing:
        assert max(steps) < 3.5
    else:
        assert steps == pytest.approx([4] * len(steps), abs=1e-3)


def test_everything_about_a_face(run: Run) -> None:
    found = run(
        """
js.drawScene(0, 20, 60, 1, 190, 60)
async for frame in faceapi.track("scene", tiny_landmarks=True, descriptors=True,
                                 expressions=True, age_and_gender=True):
    if frame.number == 2:
        break
[[t.id, len(t.face.landmarks.positions), len(t.face.descriptor),
  t.face.expressions.as_sorted_array()[0].expression, t.face.age, str(t.face.gender), t.seconds]
 for t in frame.faces]
"""
    )
    assert sorted(id for id, *_ in found) == [1, 2]
    for _, points, numbers, expression, age, gender, seconds in found:
        assert (points, numbers) == (68, 128)
        assert expression in ("happy", "neutral")
        assert 10 < age < 60 and gender == "female"
        assert seconds > 0


def test_the_sample_of_the_guide(run: Run) -> None:
    text = (ROOT / "docs" / "guides" / "video.md").read_text("utf-8").split("## In Python")[1]
    sample = text.split("```python\n")[1].split("```")[0]
    reason = run(sample + "frames.reason")
    assert reason == "it was stopped"


# --- how it ends

_COUNT = """() => {
  pyface.pyodide._module.enable_pyproxy_allocation_tracing();
  globalThis.listening = 0;
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (...given) {
    listening++;
    return addEventListener.apply(this, given);
  };
  EventTarget.prototype.removeEventListener = function (...given) {
    listening--;
    return removeEventListener.apply(this, given);
  };
}"""

_HELD = """() => {
  const runtime = pyface.pyodide._module;
  return [runtime.pyproxy_alloc_map.size, runtime._hiwire_num_refs(), listening];
}"""

_ENDINGS = """
async def by_break(frames):
    async for frame in frames:
        break

async def by_stop(frames):
    async for frame in frames:
        await frames.stop()

async def by_stop_of_another(frames):
    async def stop():
        await asyncio.sleep(0.05)
        await frames.stop()
    stopping = asyncio.ensure_future(stop())
    async for frame in frames:
        pass
    await stopping

async def by_error(frames):
    try:
        async for frame in frames:
            raise KeyError
    except KeyError:
        pass

async def by_cancelling(frames):
    async def work():
        async for frame in frames:
            pass
    task = asyncio.ensure_future(work())
    await asyncio.sleep(0.05)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass

async def by_an_error_of_detection(frames):
    with Detection(find=lambda call: 1 / 0):
        try:
            async for frame in frames:
                pass
        except ZeroDivisionError:
            pass

async def never_begun(frames):
    await frames.stop()

ENDINGS = [by_break, by_stop, by_stop_of_another, by_error, by_cancelling,
           by_an_error_of_detection, never_begun]

async def end_all(count):
    reasons = []
    for _ in range(count):
        for end in ENDINGS:
            for name in ("camera", "scene"):
                frames = faceapi.track(name)
                frames.draw_on(element("overlay"))
                await soon(end(frames))
                reasons.append(frames.reason)
                assert frames.faces_at() == []
    del frames
    await asyncio.sleep(0.2)
    gc.collect()
    return reasons
"""


def test_every_end_frees_everything(page: PyfacePage, run: Run) -> None:
    if not page.js("globalThis.listening !== undefined"):
        page.js(_COUNT)
    run("await open_camera()\n0")
    page.run(_GIVEN + _ENDINGS + "await end_all(2)\n0")
    memory, held_before = held(page), page.js(_HELD)
    reasons = page.run(_GIVEN + _ENDINGS + "await end_all(5)")
    assert set(reasons) == {"it was stopped", "division by zero"}
    assert held(page) == memory
    assert page.js(_HELD) == held_before


UNPLUG = """
def unplug(stream):
    # A script that stops a track hears no event of it; an unplugged camera gives one.
    track = stream.getVideoTracks()[0]
    track.stop()
    track.dispatchEvent(js.Event.new("ended"))
"""


@pytest.mark.parametrize(
    "how",
    ["unplug(stream)", "faceapi.close_camera('camera')", "stream.getVideoTracks()[0].stop()"],
    ids=["unplugged", "closed", "stopped by the page"],
)
def test_ends_with_the_camera(run: Run, how: str) -> None:
    numbers, reason, again = run(
        UNPLUG
        + f"""
stream = await open_camera()
frames = faceapi.track("camera")
numbers = []

async def work():
    async for frame in frames:
        numbers.append(frame.number)
        if frame.number == 2:
            {how}

await soon(work())
video = element("camera")
video.srcObject = stream
after = faceapi.track("camera")
async for frame in after:
    pass
[numbers, frames.reason, after.reason]
"""
    )
    assert numbers == [1, 2]
    assert reason == again
    assert reason == "the stream of the video has ended; was the camera unplugged, or stopped?"


_RECORD = """async () => {
  const parts = [];
  const recorder = new MediaRecorder(scene.captureStream(20), { mimeType: "video/webm" });
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start();
  for (let step = 0; step < 20; step++) {
    drawScene(0, 20 + 5 * step, 60);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  recorder.stop();
  await stopped;
  globalThis.film = URL.createObjectURL(new Blob(parts, { type: "video/webm" }));
}"""


def test_ends_with_the_video(page: PyfacePage, run: Run) -> None:
    page.js(_RECORD)
    assert run(
        """
video = js.document.createElement("video")
video.muted, video.src = True, js.film
frames, seen = faceapi.track(video), []

async def work():
    async for frame in frames:
        seen.append(ids(frame))

working = asyncio.ensure_future(work())
await video.play()
await soon(working)
[{str(ids) for ids in seen} <= {"[1]", "[]"}, "[1]" in map(str, seen), frames.reason]
""".replace("[{str", "found = [{str")
        + "found"
    ) == [True, True, "the video has ended"]


def test_a_video_that_cannot_be_played(run: Run) -> None:
    found = run(
        """
video = js.document.createElement("video")
video.src = "favicon.svg"
frames = faceapi.track(video)
failure = await outcome(soon(anext(frames)))
[failure, frames.reason]
"""
    )
    failure, reason = found
    assert failure["error"] == "MediaNotReadyError"
    assert failure["text"] == reason and "could not be played" in reason


# --- opening cameras


def test_a_camera_that_is_not_allowed(page: PyfacePage, run: Run) -> None:
    page.page.context.clear_permissions()
    try:
        failure = run("await outcome(open_camera())")
    finally:
        page.page.context.grant_permissions(["camera"])
    assert failure["error"] == "CameraDeniedError"
    assert "allow it in the browser's address bar" in failure["text"]


@pytest.mark.parametrize(
    ("name", "error", "remedy"),
    [
        ("NotFoundError", "CameraNotFoundError", "connect one"),
        ("NotReadableError", "CameraBusyError", "close other programs"),
        ("AbortError", "CameraBusyError", "plug it in"),
        ("TypeError", "CameraError", "another browser"),
    ],
)
def test_cameras_that_do_not_open(run: Run, name: str, error: str, remedy: str) -> None:
    failure = run(
        """
js.eval(f'''navigator.mediaDevices.getUserMedia = async () => {{
    throw new DOMException("as a test wants", "{name}") }}''')
try:
    failure = await outcome(open_camera())
finally:
    js.eval("delete navigator.mediaDevices.getUserMedia")
failure
""",
        name=name,
    )
    assert failure["error"] == error and "CameraError" in failure["kinds"]
    assert remedy in failure["text"] and "as a test wants" in failure["text"]


@pytest.mark.parametrize(("secure", "words"), [(True, "another one"), (False, "https://")])
def test_a_browser_without_cameras(run: Run, secure: bool, words: str) -> None:
    failures = run(
        """
js.eval(f'''Object.defineProperty(navigator, "mediaDevices", {{ configurable: true }});
    globalThis.wasSecure = Object.getOwnPropertyDescriptor(globalThis, "isSecureContext");
    Object.defineProperty(globalThis, "isSecureContext",
        {{ configurable: true, value: {str(secure).lower()} }})''')
try:
    failures = [await outcome(open_camera()), await outcome(faceapi.list_cameras())]
finally:
    js.eval('''delete navigator.mediaDevices;
        Object.defineProperty(globalThis, "isSecureContext", wasSecure)''')
failures
""",
        secure=secure,
    )
    for failure in failures:
        assert failure["error"] == "CameraUnavailableError"
        assert words in failure["text"]


def test_choosing_a_camera(run: Run) -> None:
    cameras, ids, failure, misuse = run(
        """
stream = await open_camera(facing="environment")
cameras = await faceapi.list_cameras()
first = stream.getVideoTracks()[0]
again = await open_camera(camera=cameras[0].id)
ids = [again.getVideoTracks()[0].getSettings().deviceId, first.readyState]
failure = await outcome(open_camera(camera="unplugged"))
ids.append(again.active)
misuse = [await outcome(open_camera(facing="left")), await outcome(faceapi.open_camera("scene"))]
[[[c.id, c.label] for c in cameras], ids, failure, misuse]
"""
    )
    assert len(cameras) == 1 and cameras[0][1].endswith(".y4m")
    assert ids == [cameras[0][0], "ended", False]
    assert failure["error"] == "CameraNotFoundError" and "list_cameras" in failure["text"]
    assert [one["error"] for one in misuse] == ["OptionsError", "InputError"]


def test_a_camera_that_nobody_waits_for_is_turned_off(run: Run) -> None:
    """The visitor allows it after the page has given up."""
    assert run(
        """
js.eval('''{
    const devices = navigator.mediaDevices;
    devices.getUserMedia = (wanted) => new Promise((resolve) => {
        globalThis.allow = async () => {
            delete devices.getUserMedia;
            globalThis.late = await devices.getUserMedia(wanted);
            resolve(late);
        };
    });
}''')
opening = asyncio.ensure_future(open_camera())
await until(lambda: hasattr(js, "allow"))
opening.cancel()
await asyncio.sleep(0.05)
await js.allow()
await until(lambda: not js.late.active)
[opening.cancelled(), element("camera").srcObject is None or js.late.active]
"""
    )[0]
