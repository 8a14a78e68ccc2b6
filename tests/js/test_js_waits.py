"""Waits of the JavaScript face end: at once where nothing can come, else at a limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.pages import Visitor

SETUP = """async () => {
  const { createFace } = await import('/faceapi/face.js');
  window.face = createFace(async () => ({ value: null, loaded: [] }));
  const add = (tag, values, ...inside) => {
    const element = Object.assign(document.createElement(tag), values);
    element.append(...inside);
    document.body.append(element);
    return element;
  };
  const source = (src) => Object.assign(document.createElement("source"), { src });
  const canvas = document.createElement("canvas");
  add("img", { id: "image", src: "images/sample1.jpg?0" });
  add("div", {}).style.height = "30000px";
  add("img", { id: "lazy", loading: "lazy", src: "images/sample1.jpg?1" });
  add("img", { id: "stalled", src: "stalled/1" });
  add("video", { id: "stalled-video", src: "stalled/2" });
  add("video", { id: "still", srcObject: canvas.captureStream(0) });
  add("video", { id: "idle" });
  add("img", { id: "bare" });
  add("img", { id: "broken", src: "data:image/png;base64,AAAA" });
  add("video", { id: "wrong", src: "data:video/webm,no" });
  add("video", { id: "sources" }, source("data:video/webm,no"), source("data:video/mp4,no"));
  add("video", { id: "soundless", srcObject: new MediaStream() });
  add("p", { id: "text" });
  await face.setWaits({ media: 0.2, network: 0.2 });
  window.outcome = async (work) => {
    const start = performance.now();
    const told = (value) => [value, (performance.now() - start) / 1000];
    try {
      await work();
      return told("");
    } catch ({ name, message }) {
      return told(`${name}: ${message}`);
    }
  };
}"""


@pytest.fixture(scope="module")
def page(visitor: Visitor) -> Iterator[Page]:
    held: list[Route] = []
    errors: list[str] = []
    with visitor.visit(errors=errors) as page:
        page.route("**/stalled/*", lambda route: held.append(route))
        page.evaluate(SETUP)
        yield page
        for route in held:
            route.abort()
    assert not [error for error in errors if error.startswith("uncaught")]


LATE = "within 0.2 s"
LOADING = {
    "image": "",
    "lazy": "",
    "stalled": "stalled/1",
    "stalled-video": "stalled/2",
    "still": 'the video "still" showed no frame within 0.2 s',
    "idle": "set its src or srcObject",
    "bare": 'the image "bare" could not be loaded',
    "broken": "could not be loaded or is not an image",
    "wrong": "could not be played",
    "sources": "has nothing to show",
    "soundless": "has only sound",
    "text": "expected an img, video or canvas element or its id, got HTMLParagraphElement",
    "nobody": 'no element with the id "nobody"',
}


def test_images_and_videos(page: Page) -> None:
    """Listeners go, too: a listener that stayed would be counted."""
    found, kept = page.evaluate(
        """async (ids) => {
          let kept = 0;
          const { addEventListener: add } = EventTarget.prototype;
          EventTarget.prototype.addEventListener = function (name, call, options) {
            if (this instanceof Element) {
              kept++;
              options.signal.addEventListener("abort", () => kept--);
            }
            return add.call(this, name, call, options);
          };
          const found = [];
          for (const id of ids) found.push(await outcome(() => face.awaitMediaLoaded(id)));
          EventTarget.prototype.addEventListener = add;
          return [found, kept];
        }""",
        list(LOADING),
    )
    kinds = {"text": "InputError", "nobody": "ElementNotFoundError"}
    for (id, text), (said, took) in zip(LOADING.items(), found, strict=True):
        kind = kinds.get(id, "MediaNotReadyError") if text else ""
        assert said.startswith(kind) and text in said, (id, said)
        is_late = id in ("stalled", "stalled-video", "still", "idle")
        assert (LATE in said) == is_late, said
        assert not is_late or ("setWaits({ media: 0.4 })" in said and took >= 0.19)
    assert kept == 0


def test_frames_of_a_video_that_is_to_play(page: Page) -> None:
    said, waits = page.evaluate("""async () => {
      const video = document.getElementById("stalled-video");
      video.play().catch(() => {});
      const [said] = await outcome(async () => { for await (const _ of face.track(video)) break; });
      video.pause(); // then it is waited for, until it plays or nobody looks any longer
      const frames = face.track(video);
      const next = frames.next();
      const later = new Promise((done) => setTimeout(done, 400, "waits"));
      const waits = await Promise.race([next, later]);
      await frames.stop();
      return [said, [waits, (await next).done]];
    }""")
    assert (
        said.startswith("MediaNotReadyError: the video") and "showed no frame within 0.2 s" in said
    )
    assert waits == ["waits", True]


@pytest.mark.parametrize(
    ("code", "error", "text"),
    [
        ("face.fetchOrThrow('stalled/3')", "FetchError", "stalled/3: no answer within 0.2 s"),
        ("face.fetchImage('stalled/4')", "FetchError", "setWaits({ network: 0.4 })"),
        ("face.fetchImage('begun')", "FetchError", "the next part of the answer did not come"),
        ("face.fetchJson('begun')", "FetchError", "the next part of the answer did not come"),
        ("face.fetchNetWeights('begun')", "FetchError", "begun: the next part"),
        ("face.fetchJson('images/sample1.jpg')", "FetchError", "expected JSON, got"),
        ("face.fetchNetWeights('blank.html')", "WeightsError", "not a multiple of 4"),
        ("face.fetchImage('blank.html')", "FetchError", "bytes of text/html"),
        ("face.toNetInput(['stalled'])", "MediaNotReadyError", "did not load within 0.2 s"),
        ("face.extractFaces('stalled', [])", "MediaNotReadyError", "did not load within 0.2 s"),
        ("face.extractFaces(new Blob(['x']), [])", "MediaNotReadyError", "is not an image"),
        ("face.bufferToImage(new File(['x'], 'x.png'))", "MediaNotReadyError", "x.png (no type"),
        (
            "face.fetchOrThrow('stalled/5', { signal: AbortSignal.abort(new TypeError('mine')) })",
            "TypeError",
            "mine",
        ),
    ],
)
def test_files_and_pictures(page: Page, code: str, error: str, text: str) -> None:
    said, _ = page.evaluate(
        f"""async () => {{
          const original = window.fetch;
          const begun = () => new Response(new ReadableStream({{}}), {{
            headers: {{ "content-type": "image/png" }} }});
          window.fetch = (url, init) => url.endsWith("/begun")
            ? Promise.resolve(begun()) : original(url, init);
          const found = await outcome(() => {code});
          window.fetch = original;
          return found;
        }}"""
    )
    assert said.startswith(f"{error}: ") and text in said


@pytest.mark.parametrize("waits", [{"media": 0}, {"storage": "9"}, {"medium": 1}, [1], "media"])
def test_the_loader_checks_waits_before_all_else(page: Page, waits: Any) -> None:
    said, _ = page.evaluate(
        """async (waits) => {
          const { loadPyface } = await import('/pyface.js');
          return outcome(() => loadPyface({ waits }));
        }""",
        waits,
    )
    assert said.startswith("OptionsError: Waits")
