"""`faceapi.track` in the JavaScript face, with Python in the page and in a worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.pages import WORKER_TEST, Visitor

MODELS = ["tiny_face_detector", "face_landmark_68_tiny"]
# Two faces that swing to and fro, as a canvas and as a video of it.
SCENE = """async (models) => {
  const inPage = await loadPyface({ models, backend: "webgl" });
  const inWorker = await loadPyface({ models, backend: "webgl", worker: true });
  window.runtime = inPage.pyodide._module;
  runtime.enable_pyproxy_allocation_tracing();
  window.faces = { page: inPage.faceapi, worker: inWorker.faceapi };
  for (const face of Object.values(faces)) await face.warmup();
  const { canvas, video } = await swinging();
  [canvas.id, video.id] = ["scene", "video"];
  const overlay = document.createElement("canvas");
  Object.assign(overlay, { id: "overlay", width: 400, height: 300 });
  document.body.append(overlay);

  window.take = async (frames, count) => {
    const taken = [];
    for await (const frame of frames) {
      taken.push(frame);
      if (taken.length === count) break;
    }
    return taken;
  };
  window.sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  window.sizes = async (face) => {
    const { draws, runs, readbacks, uploads, ...sizes } = await face.memory();
    return [sizes, runtime.pyproxy_alloc_map.size, runtime._hiwire_num_refs()];
  };
}"""


@pytest.fixture(scope="module")
def page(visitor: Visitor) -> Iterator[Page]:
    """A page with both namespaces, and faces that move."""
    with visitor.visit(WORKER_TEST) as made:
        made.evaluate(SCENE, MODELS)
        yield made


either = pytest.mark.parametrize("mode", ["page", "worker"])


@either
@pytest.mark.parametrize("source", ["video", "scene"])
def test_frames_with_faces_that_keep_their_ids(page: Page, mode: str, source: str) -> None:
    found = page.evaluate(
        """async ([mode, source]) => {
          const face = faces[mode];
          const frames = face.track(source, { tinyLandmarks: true, keepSeconds: 60 });
          const taken = await take(frames, 4);
          const first = taken[0].faces[0];
          return {
            numbers: taken.map(({ number }) => number),
            ids: taken.map(({ faces }) => faces.map(({ id }) => id).sort().join()),
            later: taken.every(({ time }, i) => i === 0 || time > taken[i - 1].time),
            whole: taken.every(({ dropped }) => Number.isInteger(dropped) && dropped >= 0),
            positive: taken.every(({ milliseconds }) => milliseconds > 0),
            size: [taken[0].size.width, taken[0].size.height],
            seconds: [first.seconds, taken[3].faces[0].seconds > 0],
            result: first.face instanceof face.FaceResult,
            points: first.face.landmarks.positions.length,
            velocity: first.velocity instanceof face.Point,
            reason: [frames.reason, frames.isStopped],
            done: (await frames.next()).done,
          };
        }""",
        [mode, source],
    )
    assert found == {
        "numbers": [1, 2, 3, 4],
        "ids": ["1,2"] * 4,
        "later": True,
        "whole": True,
        "positive": True,
        "size": [400, 300],
        "seconds": [0, True],
        "result": True,
        "points": 68,
        "velocity": True,
        "reason": ["it was stopped", True],
        "done": True,
    }


@either
def test_faces_are_drawn_until_the_end(page: Page, mode: str) -> None:
    found = page.evaluate(
        """async (mode) => {
          const overlay = document.getElementById("overlay");
          const blank = overlay.toDataURL();
          const frames = faces[mode].track("video");
          const labels = new Set();
          frames.drawOn("overlay", { label: ({ id }) => { labels.add(id); return `face ${id}`; } });
          await frames.next();
          while (overlay.toDataURL() === blank) await sleep(10);
          const { faces: [face] } = (await frames.next()).value;
          const at = (time) => frames.facesAt(time)[0].face.detection.box.x;
          const now = frames.facesAt().length;
          const far = at(1e9) - at(0);
          await frames.stop();
          const empty = document.createElement("canvas");
          Object.assign(empty, { width: overlay.width, height: overlay.height });
          return [labels.has(1), now, Math.abs(far - face.velocity.x / 4) < 0.01,
            overlay.toDataURL() === empty.toDataURL(), frames.facesAt()];
        }""",
        mode,
    )
    assert found == [True, 2, True, True, []]


@either
def test_it_waits_while_the_video_is_paused(page: Page, mode: str) -> None:
    assert page.evaluate(
        """async (mode) => {
          const video = document.getElementById("video");
          const frames = faces[mode].track(video);
          await frames.next();
          video.pause();
          const next = frames.next().then(({ value }) => value.number);
          const first = await Promise.race([next, sleep(400).then(() => "waits")]);
          await video.play();
          const second = await next;
          video.pause();
          const last = frames.next();
          await frames.stop(); // ends what waits, too
          await video.play();
          return [first, second, (await last).done];
        }""",
        mode,
    ) in (["waits", 2, True], [2, 2, True])  # a frame may have come before the pause


@either
def test_it_never_looks_at_two_frames_at_once(page: Page, mode: str) -> None:
    assert page.evaluate(
        """async (mode) => {
          const frames = faces[mode].track("video");
          const asked = await Promise.all([frames.next(), frames.next(), frames.next()]);
          await frames.return();
          return asked.map(({ value }) => value.number);
        }""",
        mode,
    ) == [1, 2, 3]


@either
def test_errors(page: Page, mode: str) -> None:
    found = page.evaluate(
        """async (mode) => {
          const { track, SsdMobilenetv1Options } = faces[mode];
          const of = (...given) => outcome((async () => {
            const frames = track(...given);
            const found = await outcome(frames.next().then(() => []));
            if (!found.length) await frames.stop();
            return [...found, frames.isStopped];
          })());
          return [
            await of(document.body), await of("nobody"), await of("video", { nose: 1 }),
            await of("video", { detector: {} }), await of("video", { minIou: 3 }),
            await of("video", { detector: new SsdMobilenetv1Options() }), await of("video", null),
          ].map((found) => found.map(String));
        }""",
        mode,
    )
    kinds = [(name, "true" in rest) for name, _, *rest in found[:-1]]
    assert kinds == [
        ("InputError", False),
        ("ElementNotFoundError", False),
        ("OptionsError", False),
        ("OptionsError", False),
        ("OptionsError", False),
        ("NotLoadedError", True),
    ]
    assert "HTMLBodyElement" in found[0][1]


@either
def test_nothing_is_left_behind(page: Page, mode: str) -> None:
    found = page.evaluate(
        """async (mode) => {
          const face = faces[mode];
          const video = document.getElementById("video");
          let asked = 0; // callbacks
          video.requestVideoFrameCallback = (callback) => {
            asked++;
            return HTMLVideoElement.prototype.requestVideoFrameCallback.call(video, callback);
          };
          const once = async () => { await take(face.track(video, { tinyLandmarks: true }), 3); };
          await once();
          const before = await sizes(face);
          for (let i = 0; i < 3; i++) await once();
          const askedBefore = asked;
          await sleep(200);
          delete video.requestVideoFrameCallback;
          return { before, after: await sizes(face), stillAsked: asked - askedBefore };
        }""",
        mode,
    )
    assert found["after"] == found["before"]
    assert found["stillAsked"] == 0


def test_a_worker_that_ends_ends_the_frames(page: Page) -> None:
    found = page.evaluate("""async () => {
      const { faceapi, terminate } = await load(["tiny_face_detector"]);
      const video = document.getElementById("video");
      const frames = faceapi.track(video);
      await frames.next();
      video.pause();
      const waiting = outcome(frames.next());
      await sleep(50);
      terminate();
      const found = await waiting;
      await video.play();
      return [found[0], frames.reason, (await outcome(faceapi.track(video).next()))[0]];
    }""")
    assert [found[0], found[2]] == ["WorkerError"] * 2
    assert "ended by terminate()" in found[1]


def test_without_callbacks_of_the_video(page: Page) -> None:
    assert page.evaluate("""async () => {
      const { requestVideoFrameCallback: kept } = HTMLVideoElement.prototype;
      delete HTMLVideoElement.prototype.requestVideoFrameCallback;
      try {
        const taken = await take(faces.worker.track("video"), 3);
        return taken.map(({ number, faces }) => [number, faces.length]);
      } finally {
        HTMLVideoElement.prototype.requestVideoFrameCallback = kept;
      }
    }""") == [[1, 2], [2, 2], [3, 2]]


def test_a_hidden_page_waits(page: Page) -> None:
    found: Any = page.evaluate("""async () => {
      const hide = (state) => {
        const property = { get: () => state, configurable: true };
        Object.defineProperty(document, "visibilityState", property);
        document.dispatchEvent(new Event("visibilitychange"));
      };
      const frames = faces.worker.track("video");
      await frames.next();
      hide("hidden");
      const next = frames.next().then(({ value }) => value.number);
      const first = await Promise.race([next, sleep(300).then(() => "waits")]);
      hide("visible");
      const second = await next;
      delete document.visibilityState;
      await frames.stop();
      return [first, second];
    }""")
    assert found == ["waits", 2]


def test_the_end_of_a_stream_is_said(page: Page) -> None:
    reason = page.evaluate("""async () => {
      const video = Object.assign(document.createElement("video"), { muted: true });
      video.srcObject = document.getElementById("scene").captureStream();
      await video.play();
      const frames = faces.worker.track(video);
      await frames.next();
      video.srcObject.getVideoTracks()[0].stop();
      let last;
      while (!(last = await frames.next()).done);
      return frames.reason;
    }""")
    assert reason.startswith("the stream of the video has ended")


@either
def test_frames_end_with_what_they_were_found_with(page: Page, mode: str) -> None:
    """After dispose() nothing takes up the device again but what is asked for afterwards."""
    found = page.evaluate(
        """async (mode) => {
          const face = faces[mode];
          const frames = face.track("scene");
          await frames.next();
          await frames.next();
          await face.dispose();
          const error = await frames.next().catch((error) => error);
          const { backend } = await face.memory();
          const again = await take(face.track("scene"), 2);
          return [error.name, frames.reason === error.message, backend, again.length];
        }""",
        mode,
    )
    assert found == ["DisposedError", True, "none", 2]
