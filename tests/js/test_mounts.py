"""Pages that load again and again: components that are mounted and taken away, as React does it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.pages import Visitor

# `mount` is what a component does; `memories` of the Pythons that it has seen.
_SCRIPT = """
window.memories = new Map();
window.loads = async (options) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const given = { models: ["tiny_face_detector"], backend: "wasm", ...options };
  const loaded = await loadPyface(given);
  const { _module: owner } = loaded.pyodide; // of the memory, which grows
  if (![...memories.values()].some((kept) => kept.deref() === owner)) {
    memories.set(memories.size, new WeakRef(owner));
  }
  return loaded;
};
window.detect = ({ faceapi }) => {
  const options = new faceapi.TinyFaceDetectorOptions();
  return faceapi.detectAllFaces(photo, options).run().then((faces) => faces.length);
};
window.said = (promise) => promise.then((value) => value, ({ name, message }) => [name, message]);
"""


@pytest.fixture(scope="module")
def page(visitor: Visitor) -> Iterator[Page]:
    errors: list[str] = []
    with visitor.visit(script=_SCRIPT, errors=errors) as page:
        page.evaluate("""async () => {
          window.photo = Object.assign(new Image(), { src: "images/sample1.jpg" });
          await photo.decode();
        }""")
        yield page
        assert not [error for error in errors if "nowhere/" not in error and "404" not in error]


def test_ten_mounts_kept_57_mb_each_after_dispose_and_gc(page: Page) -> None:
    found = page.evaluate(
        """async () => {
          const found = [];
          const stages = [];
          for (let i = 0; i < 10; i++) {
            const onProgress = ({ stage, loadedBytes, totalBytes }) => {
              if (i) stages.push([stage, loadedBytes === totalBytes]);
            };
            const mounted = await loads({ onProgress });
            found.push(await detect(mounted));
            await mounted.faceapi.dispose();
            found.push((await mounted.faceapi.memory()).backend);
          }
          return { found, stages, pythons: memories.size };
        }"""
    )
    assert found["found"] == [3, "none"] * 10
    assert found["pythons"] == 1
    assert found["stages"] == [["ready", True]] * 9, "each of them hears that it is there"


def test_a_component_that_is_taken_away_ended_the_calls_of_the_others(page: Page) -> None:
    found = page.evaluate(
        """async () => {
          const [one, two] = [await loads(), await loads()];
          const net = ({ faceapi }) => faceapi.nets.tinyFaceDetector;
          const own = new one.faceapi.TinyFaceDetector();
          await Promise.all([own.load("models"), detect(one), detect(two)]);
          const calls = [said(detect(one)), said(detect(two))];
          await one.faceapi.dispose();
          const disposed = [...(await Promise.all(calls)), (await two.faceapi.memory()).backend];
          await net(one).dispose();
          const isLoaded = [net(one).isLoaded, net(two).isLoaded, await detect(two)];
          one.terminate();
          one.terminate();
          const ended = [await said(detect(one)), one.python, await detect(two), own.isLoaded];
          await two.faceapi.dispose();
          const { backend } = await two.faceapi.memory();
          return { disposed, isLoaded, ended, backend, again: await detect(two) };
        }"""
    )
    (name, words), *others = found["disposed"]
    assert (name, others) == ("DisposedError", [3, "wasm"])
    assert "ask again" in words
    assert found["isLoaded"] == [False, True, 3]
    (name, words), *others = found["ended"]
    assert (name, others) == ("PythonStoppedError", [None, 3, False])
    assert "ended by terminate(); call loadPyface again" in words
    assert (found["backend"], found["again"]) == ("none", 3)


FORGOTTEN = """async () => {
  const { createFaceApi } = await import(new URL("faceapi/face.js", document.baseURI));
  const proxy = (value) => ({ toJs: () => value, destroy() {} });
  window.asked = [];
  const handle = ({ call, net }) => {
    asked.push(`${call} ${typeof net === "object" ? "its own net" : net}`);
    const answer = proxy({ value: null, loaded: ["tiny_face_detector"] });
    return Object.assign(Promise.resolve(answer), { destroy() {} });
  };
  const module = { handle: { copy: () => handle }, loaded: () => proxy([]), destroy() {} };
  const runtime = { pyimport: () => module };
  window.kept = createFaceApi(runtime);
  const use = async (face) => {
    await new face.TinyFaceDetector().load(new Float32Array(1));
    return face.nets.tinyFaceDetector.isLoaded;
  };
  await use(kept);
  window.other = createFaceApi(runtime);
  await use(other);
  await kept.nets.tinyFaceDetector.dispose();
  const before = asked.includes("dispose tiny_face_detector");
  await kept.nets.tinyFaceDetector.load(new Float32Array(1));
  window.other = undefined;
  return before;
}"""


def test_a_face_that_was_let_go_without_terminate_kept_the_weights_of_all(page: Page) -> None:
    """On a Python that only writes down what it is asked."""
    assert not page.evaluate(FORGOTTEN), "the other face uses the net"
    for _ in range(10):  # its own net goes first, and after that what knows of it
        page.request_gc()
        page.evaluate("() => kept.nets.tinyFaceDetector.dispose()")
        if page.evaluate("() => asked.at(-1) === 'dispose tiny_face_detector'"):
            break
    else:
        pytest.fail("the weights stay for a face that nobody has")
    assert page.evaluate("() => asked.filter((one) => one === 'dispose its own net').length") == 2


def test_strict_mode_mounts_twice_and_python_started_twice(page: Page) -> None:
    """The first mount is given up before it is there: by its signal, and by terminate() after."""
    found = page.evaluate(
        """async () => {
          const before = memories.size;
          const options = { baseURL: "some/folder/", modelsURL: "models/" }; // another Python
          const leave = new AbortController();
          const first = said(loads({ ...options, signal: leave.signal }));
          const second = loads(options).then((loaded) => loaded.terminate());
          let last = {};
          const onProgress = (progress) => {
            if (progress.loadedBytes < last.loadedBytes) throw new Error("it went back");
            last = progress;
          };
          const models = ["tiny_face_detector", "face_landmark_68"];
          const third = loads({ ...options, models, onProgress });
          leave.abort(new Error("unmounted"));
          const words = (await first)[1];
          await second;
          const faces = await detect(await third);
          const isLoaded = (await third).faceapi.nets.faceLandmark68Net.isLoaded;
          return [words, faces, isLoaded, last.stage, memories.size - before];
        }"""
    )
    assert found == ["unmounted", 3, True, "ready", 1]


def test_what_cannot_be_shared_gets_a_python_of_its_own_and_the_console_says_why(
    page: Page,
) -> None:
    said: list[str] = []
    page.evaluate("async () => { window.first = await loads() }")
    page.on("console", lambda message: said.append(message.text))
    found = page.evaluate(
        """async () => {
          const before = memories.size;
          const others = [
            { backend: "webgl" },
            { stackSwitching: true },
            { modelsURL: "some/folder/models/?token=1" },
          ];
          for (const options of others) {
            const leave = new AbortController();
            const onProgress = () => leave.abort();
            await said(loads({ ...options, signal: leave.signal, onProgress }));
            await loads().then((last) => last.terminate()); // and this was the last one asked for
          }
          const same = await loads({ modelsURL: "models/?token=2", backend: undefined });
          const result = [first.pyodide === same.pyodide, await same.faceapi.getBackend()];
          first.terminate();
          same.terminate();
          return [...result, memories.size - before];
        }"""
    )
    assert found == [True, "wasm", 0]
    reasons = [text for text in said if text.startswith("loadPyface: one more Python starts, for ")]
    expected = (
        'backend is "webgl" here, and was "wasm"',
        "stackSwitching is true here, and was false",
        "the model tiny_face_detector comes from",
    )
    for reason, words in zip(reasons, expected, strict=True):
        assert words in reason and "terminate() ends what is not needed" in reason


def test_where_one_fails_the_other_starts_anew(page: Page) -> None:
    found = page.evaluate(
        """async () => {
          const options = { baseURL: "some/folder/" };
          const wrong = said(loads({ ...options, modelsURL: "nowhere/" }));
          const right = await loads({ ...options, models: [] });
          const more = said(loads({ ...options, modelsURL: "nowhere/" })); // in the same, this time
          const result = [(await wrong)[0], (await more)[0]];
          const again = await loads({ ...options, modelsURL: "models/" });
          result.push(again.pyodide === right.pyodide, await detect(again));
          right.terminate();
          again.terminate();
          return result;
        }"""
    )
    assert found == ["LoadError", "LoadError", True, 3]


def test_a_page_had_no_terminate_that_gave_the_memory_back(page: Page) -> None:
    """All of them have been ended by now, but that of the third mount, whom nobody holds."""
    held = page.evaluate(
        """async () => {
          window.stopped = [];
          window.last = await loads({ onStopped: (error) => stopped.push(error) });
          await detect(last);
          const net = last.faceapi.nets.tinyFaceDetector;
          const waiting = said(detect(last));
          last.terminate(); // and the page keeps it, as a ref
          return [(await waiting)[0], net.isLoaded, stopped.length];
        }"""
    )
    assert held == ["PythonStoppedError", False, 0]
    tools = page.context.new_cdp_session(page)
    for _ in range(40):
        tools.send("HeapProfiler.collectGarbage")
        left = page.evaluate("() => [...memories.values()].filter((kept) => kept.deref()).length")
        if left == 0:
            break
        page.wait_for_timeout(50)
    tools.detach()
    assert left == 0
    assert page.evaluate("async () => detect(await loads())") == 3


def test_a_worker_that_nobody_terminated_went_on_for_ever(page: Page) -> None:
    page.evaluate(
        """async () => {
          const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
          const given = { models: ["tiny_face_detector"], backend: "wasm", worker: true };
          const { detectAllFaces, TinyFaceDetectorOptions } = (await loadPyface(given)).faceapi;
          window.useIt = async () =>
            (await detectAllFaces(photo, new TinyFaceDetectorOptions())).length;
        }"""
    )
    tools = page.context.new_cdp_session(page)
    for _ in range(3):  # whoever has a function of the face has its worker
        tools.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(50)
    assert page.evaluate("() => useIt()") == 3
    page.evaluate("() => { delete window.useIt }")
    for _ in range(40):
        tools.send("HeapProfiler.collectGarbage")
        if not page.workers:
            break
        page.wait_for_timeout(50)
    tools.detach()
    assert not page.workers
