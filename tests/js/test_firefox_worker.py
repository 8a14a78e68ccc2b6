"""Worker mode in a second browser engine: pictures and live video, on both backends."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.pages import BOTH, WORKER_TEST, open_page

LOAD = """async (backend) => {
  globalThis.inWorker = await load(["tiny_face_detector"], { backend });
}"""
LOOK = """async (backend) => {
  const { faceapi: face } = inWorker;
  await face.setBackend(backend);
  const photo = await image("images/sample3.jpg");
  const { canvas, video } = await swinging();
  const counts = [];
  for (const input of [photo, canvas, video, await createImageBitmap(canvas)]) {
    counts.push((await face.detectAllFaces(input, new face.TinyFaceDetectorOptions())).length);
  }
  for (const source of [canvas, video]) {
    const frames = face.track(source);
    await frames.next();
    const { value } = await frames.next();
    await frames.stop();
    counts.push([value.number, value.faces.length]);
  }
  return [await face.getBackend(), counts];
}"""


def test_a_worker_in_firefox(firefox_browser: Browser, site: str) -> None:
    with open_page(firefox_browser, site, path=WORKER_TEST) as page:
        page.evaluate(LOAD, BOTH[0])
        for backend in BOTH:
            assert page.evaluate(LOOK, backend) == [backend, [3, 2, 2, 2, [2, 2], [2, 2]]]
