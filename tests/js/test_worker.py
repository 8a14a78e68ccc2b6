"""loadPyface({ worker: true }): the same JavaScript API, computed in a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.pages import (
    DIST,
    SUBFOLDER,
    WORKER_TEST,
    Visitor,
    change_module,
    open_page,
    until_no_worker,
)
from tests.words import of_python

# pyface_web twice: `face` in a worker, `inPage` without.
LOAD_BOTH = """async (models) => {
  window.stages = [];
  const onProgress = ({ stage }) => stages.includes(stage) || stages.push(stage);
  window.inWorker = await loadPyface({ worker: true, backend: "webgl", models, onProgress });
  window.face = inWorker.faceapi;
  window.inPage = (await loadPyface({ models, backend: "webgl" })).faceapi;
  window.given = await inputs();
  window.options = new face.TinyFaceDetectorOptions();
  window.deep = () => Array.from({ length: 50000 }).reduce((inside) => [inside], []);
  window.detached = () => {
    const { data } = given.spoilt = new ImageData(9, 9);
    structuredClone(data.buffer, { transfer: [data.buffer] });
    return given.spoilt;
  };
  window.closedBitmap = async () => {
    const bitmap = await createImageBitmap(given.canvas);
    bitmap.close();
    return bitmap;
  };
  window.sizes = async (which) => {
    const { draws, runs, readbacks, uploads, ...sizes } = await which.memory();
    return sizes;
  };
}"""
MODELS = ["tiny_face_detector", "face_landmark_68_tiny", "face_recognition"]


@pytest.fixture
def bare(browser: Browser, site: str) -> Iterator[Page]:
    """A page of a browser that was never here, with nothing loaded."""
    with open_page(browser, site, path=SUBFOLDER + WORKER_TEST) as page:
        yield page


@pytest.fixture(scope="module")
def page(visitor: Visitor) -> Iterator[Page]:
    """A page with pyface_web loaded twice: `face` in a worker, `inPage` without."""
    with visitor.visit(SUBFOLDER + WORKER_TEST) as page:
        page.evaluate(LOAD_BOTH, MODELS)
        yield page


def test_what_loading_gives(page: Page) -> None:
    assert page.evaluate("() => stages") == ["download", "start", "ready"]
    assert page.evaluate("() => Object.keys(inWorker).sort().join()") == (
        "faceapi,pyodide,python,terminate"
    )
    assert page.evaluate("() => inWorker.python === undefined && inWorker.pyodide === undefined")
    assert page.evaluate("async () => (await face.describeBackend()).startsWith('WebGL2')")
    assert page.evaluate("() => self.crossOriginIsolated") is False


PARITY = """async () => {
  const picture = await image("images/sample1.jpg");
  const results = (which) => which
    .detectAllFaces(picture, new which.TinyFaceDetectorOptions())
    .withFaceLandmarks(true)
    .withFaceDescriptors();
  const faces = await Promise.all([inPage, face].map(results));
  const box = ({ detection: { box: { x, y, width, height } } }) => [x, y, width, height];
  const points = ({ landmarks }) => landmarks.positions.flatMap(({ x, y }) => [x, y]);
  const descriptor = ({ descriptor }) => Array.from(descriptor);
  const difference = (numbers) => {
    const [here, there] = faces.map((found) => found.flatMap(numbers));
    return Math.max(...here.map((value, i) => Math.abs(value - there[i])));
  };
  const [{ descriptor: array }] = faces[1];
  return {
    counts: faces.map((found) => found.length),
    boxes: difference(box),
    points: difference(points),
    descriptors: difference(descriptor),
    classes: [faces[1][0] instanceof face.FaceResult, array instanceof Float32Array],
  };
}"""


def test_the_same_results_as_in_the_page(page: Page) -> None:
    found = page.evaluate(PARITY)
    assert found["counts"] == [3, 3]
    assert found["boxes"] < 0.01
    assert found["points"] < 0.01
    assert found["descriptors"] < 1e-4
    assert found["classes"] == [True, True]


BOXES = """async (kind) => {
  const boxes = async (input) => (await face.detectAllFaces(input, options))
    .map(({ box: { x, y, width, height } }) => [x, y, width, height]);
  return [await boxes(given[kind]), await boxes(given.canvas)];
}"""
KINDS = ["id", "img", "offscreen", "pixels", "blob", "file", "bitmap", "frame", "tensor", "video"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture(page: Page, kind: str) -> None:
    found, wanted = page.evaluate(BOXES, kind)
    assert len(found) == len(wanted) == 3
    for box, other in zip(found, wanted, strict=True):
        # frames of a video are YUV, with a colour for every 2x2 pixels
        assert box == pytest.approx(other, abs=4 if kind == "video" else 0.01)


def test_what_is_given_stays_usable(page: Page) -> None:
    assert page.evaluate("""async () => {
      const pictures = [given.bitmap, given.frame, given.offscreen, given.pixels];
      for (const picture of [...pictures, ...pictures]) await face.detectAllFaces(picture, options);
      return [given.bitmap.width, given.frame.displayWidth, given.pixels.data.length];
    }""") == [400, 400, 480_000]


def test_a_list_of_pictures(page: Page) -> None:
    lengths = page.evaluate("""async () => {
      const found = await face.computeFaceDescriptor([given.canvas, given.blob, given.img]);
      const netInput = await face.toNetInput([given.canvas, given.img]);
      return [found.length, found[0].length, (await face.computeFaceDescriptor(netInput)).length];
    }""")
    assert lengths == [3, 128, 2]


def test_faces_are_cut_out_and_drawn_in_the_page(page: Page) -> None:
    assert page.evaluate("""async () => {
      const found = await face.detectAllFaces(given.canvas, options);
      const cut = await face.extractFaces(given.canvas, found);
      const copy = face.createCanvasFromMedia(given.canvas);
      face.draw.drawDetections(copy, found);
      return [cut.length, cut[0] instanceof HTMLCanvasElement,
        cut[0].width === Math.floor(found[0].box.width),
        copy.toDataURL() !== given.canvas.toDataURL()];
    }""") == [3, True, True, True]  # fmt: skip


def test_models_load_from_addresses_relative_to_the_page(page: Page) -> None:
    assert page.evaluate("""async () => {
      const before = face.nets.ageGenderNet.isLoaded;
      await face.nets.ageGenderNet.loadFromUri("models");
      const loaded = face.nets.ageGenderNet.isLoaded;
      const { age } = await face.predictAgeAndGender(given.canvas);
      await face.nets.ageGenderNet.dispose();
      return [before, loaded, age > 0, face.nets.ageGenderNet.isLoaded];
    }""") == [False, True, True, False]


ERRORS = {
    "face.detectAllFaces(given.canvas)": ("NotLoadedError", "nets.ssdMobilenetv1"),
    "face.detectAllFaces(undefined, options)": ("InputError", "no picture"),
    "face.detectAllFaces(document.body, options)": ("InputError", "HTMLBodyElement"),
    "face.detectAllFaces('nobody', options)": ("ElementNotFoundError", "nobody"),
    "face.detectAllFaces(new Image(), options)": ("MediaNotReadyError", "loaded"),
    "face.detectAllFaces(new File(['no'], 'no.jpg'), options)": ("MediaNotReadyError", "no.jpg"),
    "face.detectAllFaces(Object.assign(document.createElement('canvas'), { width: 0 }), options)": (
        "EmptyImageError",
        "HTMLCanvasElement is 0x150",
    ),
    "face.loadFaceExpressionModel('nowhere')": ("FetchError", f"/{SUBFOLDER}nowhere/"),
    "face.setBackend('abacus')": ("OptionsError", "abacus"),
    "face.setBackend(() => 1)": ("OptionsError", "expected one of webgl, "),
    # what the worker cannot read, or cannot even be sent
    "face.detectAllFaces(detached(), options)": ("InputError", "buffer was handed over"),
    "face.computeFaceDescriptor([given.canvas, detached()])": ("InputError", "Pass a copy of it"),
    "face.detectAllFaces(await closedBitmap(), options)": ("EmptyImageError", "ImageBitmap is 0x0"),
    "face.computeFaceDescriptor([given.canvas, () => 1])": ("InputError", "cannot use a function"),
    "face.detectAllFaces(deep(), options)": ("InputError", "cannot use Array"),
    "face.detectAllFaces({ data: () => 1 }, options)": ("InputError", "cannot use Object"),
    "face.nets.mtcnn.loadFromWeightMap({ a: deep() })": ("WeightsError", "got Array as"),
    "face.nets.mtcnn.loadFromWeightMap({ a: [1] })": ("WeightsError", "{ name: { data, shape } }"),
}


def test_calls_side_by_side_with_those_that_cannot_be_read(page: Page) -> None:
    """Each gets its own answer: the worker counts what it could not read, too."""
    found = page.evaluate("""async () => {
      const good = () => face.detectAllFaces(given.canvas, options).run();
      const bad = () => outcome(face.detectAllFaces(detached(), options));
      const worse = () => outcome(face.detectAllFaces({ data: () => 1 }, options));
      const all = await Promise.all([good(), bad(), good(), worse(), bad(), good()]);
      return all.map((value) => value[0] === "InputError" ? "InputError" : value.length);
    }""")
    assert found == [3, "InputError", 3, "InputError", "InputError", 3]


@pytest.mark.parametrize("code", ERRORS)
def test_errors_keep_their_name_and_text(page: Page, code: str) -> None:
    name, text = ERRORS[code]
    found = page.evaluate(f"async () => outcome({code})")
    assert found[0] == name
    assert text in found[1]
    assert not of_python(found[1]), found[1]
    again = page.evaluate("async () => (await face.detectAllFaces(given.canvas, options)).length")
    assert again == 3


def test_memory_stays_as_it_is(page: Page) -> None:
    before, after = page.evaluate("""async () => {
      const once = async () => {
        const pictures = [given.canvas, given.video, given.blob];
        for (const input of pictures) await face.detectAllFaces(input, options);
        await outcome(face.detectAllFaces(document.body, options));
      };
      await once();
      const before = await sizes(face);
      for (let i = 0; i < 5; i++) await once();
      return [before, await sizes(face)];
    }""")
    assert after == before


def test_the_list_of_models_is_checked(bare: Page) -> None:
    name, message, _ = bare.evaluate("async () => (await load(['nose'])).error")
    assert name == "OptionsError"
    assert message.startswith("loadPyface: models: expected a list of names such as ")
    assert message.endswith('got "nose"')
    until_no_worker(bare)


def missing(route: Route) -> None:
    route.fulfill(status=404, body="no such file")


def test_a_file_that_is_missing_is_a_load_error_with_its_fields(bare: Page, site: str) -> None:
    bare.context.route("**/files.json", missing)
    found = bare.evaluate("async () => load([])")
    name, message, fields = found["error"]
    assert (found["isLoadError"], name) == (True, "LoadError")
    assert fields["url"] == f"{site}{SUBFOLDER}files.json"
    assert fields["got"] == "HTTP status 404"
    assert message.endswith(fields["remedy"])


def test_a_worker_that_cannot_start(bare: Page) -> None:
    bare.context.route("**/worker.js", missing)
    found = bare.evaluate("async () => load([])")
    assert found["isLoadError"] and found["error"][2]["got"] == "HTTP status 404"
    bare.context.unroute("**/worker.js")
    bare.evaluate("() => { Worker = class { constructor() { throw new Error('no more') } } }")
    name, message, _ = bare.evaluate("async () => (await load([])).error")
    assert name == "WorkerError"
    assert "refused to start" in message and "leave out `worker: true`" in message
    change_module(bare.context, "worker/worker.js", "no module")
    bare.reload()
    name, message, _ = bare.evaluate("async () => (await load([])).error")
    assert name == "WorkerError" and "could not be started" in message


def test_without_offscreen_canvas(bare: Page) -> None:
    bare.evaluate("() => { delete window.OffscreenCanvas }")
    name, message, _ = bare.evaluate("async () => (await load([])).error")
    assert name == "WorkerError"
    assert "no OffscreenCanvas" in message and "leave out `worker: true`" in message


def test_without_webgl_in_workers(bare: Page) -> None:
    patch = "OffscreenCanvas.prototype.getContext = () => null;\n"
    body = patch + (DIST / "worker/worker.js").read_text("utf-8")
    change_module(bare.context, "worker/worker.js", body)
    bare.reload()
    name, message, _ = bare.evaluate("async () => (await load([])).error")
    assert name == "BackendError", message
    assert "this browser has no WebGL2" in message


def test_loading_can_be_cancelled(bare: Page) -> None:
    name, rest = bare.evaluate("""async () => {
      const cancel = new AbortController();
      const { signal } = cancel;
      const first = await load([], { signal, onProgress: () => cancel.abort() });
      const second = await load([], { signal });
      return [first.error[0], second.error[0]];
    }""")
    assert name == rest == "AbortError"
    until_no_worker(bare)


def test_the_next_worker_downloads_nothing(bare: Page) -> None:
    """Files are kept by the worker, too; only which version there is has to be asked."""
    load_it = """async () => {
      let last;
      const onProgress = (progress) => { last = progress; };
      const { faceapi: face, terminate } = await load(["tiny_face_detector"], { onProgress });
      const picture = await image("images/sample3.jpg");
      const faces = await face.detectAllFaces(picture, new face.TinyFaceDetectorOptions());
      terminate();
      return [faces.length, last.totalBytes, last.cachedBytes];
    }"""
    faces, size, cached = bare.evaluate(load_it)
    assert (faces, cached) == (3, 0)
    asked: list[str] = []
    bare.context.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    assert bare.evaluate(load_it) == [faces, size, size]
    assert "files.json" in asked
    assert not {"python.image", "pyodide.asm.wasm", "tiny_face_detector_model-shard1"} & set(asked)


@pytest.mark.parametrize("death", ["terminate", "error"])
def test_a_worker_that_dies_leaves_nothing_waiting(bare: Page, death: str) -> None:
    if death == "error":
        more = """addEventListener("message", ({ data }) => {
          if (data.message?.call === "memory") setTimeout(() => { throw new Error("out of luck") });
        });"""
        body = (DIST / "worker/worker.js").read_text("utf-8") + more
        change_module(bare.context, "worker/worker.js", body)
        bare.reload()
    found = bare.evaluate(
        """async (death) => {
          const { faceapi: face, terminate } = await load(["tiny_face_detector"]);
          const picture = await image("images/sample3.jpg");
          const options = new face.TinyFaceDetectorOptions();
          await face.detectAllFaces(picture, options);
          const pending = [1, 2, 3].map(() => outcome(face.detectAllFaces(picture, options).run()));
          if (death === "terminate") terminate();
          else face.memory().catch(() => {});
          const found = await Promise.all(pending);
          found.push(await outcome(face.detectAllFaces(picture, options).run()));
          terminate(); // may be repeated
          return { found, isLoaded: face.nets.tinyFaceDetector.isLoaded };
        }""",
        death,
    )
    assert not found["isLoaded"]
    for name, message in found["found"]:
        assert name == "WorkerError"
        assert ("ended by terminate()" if death == "terminate" else "out of luck") in message
    until_no_worker(bare)
