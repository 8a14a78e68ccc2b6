"""The order in which a start asks for files: a net shares the line with none that comes later.

Nothing here is timed: a file is held back until all that can come without it is here, and what is
compared is the order of what happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.pages import open_page, wait_until_kept

TINY, RECOGNITION, SMALL = ORDER = [
    "tiny_face_detector",
    "face_recognition",
    "face_landmark_68_tiny",
]

# `happened` gets ["asked", name, priority] and ["came", name] for files of Python and of nets.
# `hold`: the name of one that comes after release().
_SCRIPT = """(() => {
  const original = fetch;
  window.happened = [];
  let go;
  const released = new Promise((done) => (go = done));
  window.release = () => go();
  globalThis.fetch = async (input, init) => {
    const url = String(input.url ?? input);
    const name = url.split("/").pop();
    if (!/\\/(models|pyodide)\\/|\\.image$|\\/zstd\\.wasm$/.test(url)) return original(input, init);
    happened.push(["asked", name, init?.priority]);
    const answer = await original(input, init);
    const noted = new TransformStream({
      async flush() {
        if (window.hold && name.endsWith(hold)) await released;
        happened.push(["came", name]);
      },
    });
    return new Response(answer.body.pipeThrough(noted), answer);
  };
  const has = (what, name) => happened.some((each) => each[0] === what && each[1] === name);
  window.until = async (what, name) => {
    const end = Date.now() + 90000;
    while (!has(what, name)) {
      if (Date.now() > end) throw new Error(`${name} was not ${what}`);
      await new Promise((done) => setTimeout(done, 5));
    }
  };
})();"""

# Ends the load where all that it waits for is here. Returns how many bytes its progress counted.
_LOAD = """async ([options, hold, first, last]) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const control = new AbortController();
  const totals = new Set();
  const onProgress = ({ totalBytes }) => totals.add(totalBytes);
  happened.length = 0;
  window.hold = hold;
  const loading = loadPyface({ cache: false, ...options, onProgress, signal: control.signal });
  loading.catch(() => {});
  await Promise.all(first.map((name) => until("came", name)));
  release();
  await until("came", last);
  control.abort(new Error("enough"));
  await loading.catch(() => {});
  return [...totals];
}"""


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with open_page(browser, site, _SCRIPT) as page:
        yield page


def listing_of(page: Page) -> dict[str, Any]:
    """files.json of the site."""
    found: dict[str, Any] = page.evaluate("fetch('files.json').then((answer) => answer.json())")
    return found


def needed(listing: dict[str, Any]) -> list[str]:
    """Names of Python's files, without which nothing starts; those of wheels are left out."""
    if listing["image"]:
        return ["zstd.wasm", listing["image"]]
    return ["pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip"]


def shard_of(net: str) -> str:
    """The file of a net's weights, or the first of them."""
    return f"{net}_model-shard1"


def net_of(name: str) -> str:
    """Of a file's name; "" of one of Python's."""
    return name.rpartition("_model-")[0]


@pytest.mark.parametrize("place", ["listed", "elsewhere"])
def test_nets_come_one_after_the_other_as_they_are_named(page: Page, place: str) -> None:
    """Though the first one's weights are the last to come of what is asked for at once."""
    options: dict[str, Any] = {"models": ORDER}
    listing = listing_of(page)
    if place == "elsewhere":
        names = [name for name in listing["files"] if net_of(name.rpartition("/")[2]) in ORDER]
        options["modelsURL"] = {name.rpartition("/")[2]: name for name in names}
    python = [name.rpartition("/")[2] for name in needed(listing)]
    totals = page.evaluate(_LOAD, [options, shard_of(TINY), python, shard_of(SMALL)])
    assert place == "elsewhere" or len(totals) == 1, "all is counted from the beginning"
    happened = page.evaluate("happened")
    hints = {net_of(name): rest[0] for what, name, *rest in happened if what == "asked"}
    assert [net for net in hints if net] == ORDER
    assert [hints[net] for net in ORDER] == ["high", "low", "low"]
    for net in ORDER[1:]:
        begun = next(i for i, (_, name, *_) in enumerate(happened) if net_of(name) == net)
        before = {name for what, name, *_ in happened[:begun] if what == "asked"}
        here = {name for what, name in (each[:2] for each in happened[:begun]) if what == "came"}
        assert before - here == set(), f"{net} is asked for while others are on their way"


@pytest.mark.parametrize("where", ["page", "worker"])
def test_the_image_does_not_wait_for_modules(page: Page, site: str, where: str) -> None:
    """It is asked for once, and by a visitor who has it kept not at all."""
    listing = listing_of(page)
    image = listing["image"]
    if not image:
        pytest.skip("dist/ was built without Node: there is no image")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(site)))
    load = """async (worker) => {
      const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
      const load = () => loadPyface({ models: [], worker });
      await Promise.all(worker ? [load()] : [load(), load()]);
      if (!worker) await load();
    }"""
    # Of a busy machine's browser it is not waited for that it says so.
    page.evaluate("() => { CacheStorage.prototype.has = async () => false; }")
    page.evaluate(load, where == "worker")
    wants_it = {"page": "load/start.js", "worker": "worker/worker.js"}[where]
    order = [name for name in asked if name in (image, "files.json", wants_it)]
    assert order[:3] == ["files.json", image, wants_it]
    assert order.count(image) == order.count("files.json") == 1
    wait_until_kept(page, listing["files"][image])
    page.reload()
    asked.clear()
    page.evaluate(load, where == "worker")
    assert "files.json" in asked and image not in asked


_CALLS = """async (calls) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const call = async ({ after, ...options }) => {
    const control = new AbortController();
    const end = () => control.abort(new Error("enough"));
    const loading = loadPyface({ models: [], ...options, signal: control.signal });
    if (after === "now") end();
    else if (after) until("asked", after).then(end);
    return loading.then(() => "loaded", ({ message }) => message);
  };
  return Promise.all(calls.map(call));
}"""


@pytest.mark.parametrize("worker", [False, True])
def test_a_call_that_is_given_up_at_once_loads_nothing(page: Page, worker: bool) -> None:
    """As a component of React does that is mounted, unmounted and mounted again."""
    given_up = {"after": "now", "worker": worker}
    assert page.evaluate(_CALLS, [given_up, given_up]) == ["enough", "enough"]
    page.evaluate("caches.has('any')")  # it has said what it was asked before
    assert [name for _, name, *_ in page.evaluate("happened") if ".image" in name] == []
    assert page.evaluate(_CALLS, [given_up, {"worker": worker}]) == ["enough", "loaded"]


def test_what_one_call_asked_for_stays_for_the_other(page: Page) -> None:
    """However late the one that asked is given up."""
    image = listing_of(page)["image"]
    if not image:
        pytest.skip("dist/ was built without Node: there is no image")
    page.evaluate("() => { CacheStorage.prototype.has = async () => false; }")
    assert page.evaluate(_CALLS, [{"after": image}, {}]) == ["enough", "loaded"]
    asked = [name for what, name, *_ in page.evaluate("happened") if what == "asked"]
    assert asked.count(image) == 1


@pytest.mark.parametrize("status", [204, 404, 500])
def test_page_and_worker_say_the_same_of_an_odd_answer(page: Page, status: int) -> None:
    page.route("**/files.json", lambda route: route.fulfill(status=status, body=""))
    load = """async (worker) => {
      const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
      return loadPyface({ worker }).catch(({ name, message }) => `${name}: ${message}`);
    }"""
    said = []
    for worker in (False, True):
        page.reload()
        said.append(page.evaluate(load, worker))
    assert said[0] == said[1] and said[0].startswith("LoadError: ")
    page.unroute("**/files.json")


def test_waits_of_an_earlier_call_hold(page: Page) -> None:
    page.route("**/files.json", lambda route: None)
    for options in ({"waits": {"network": 1}}, {}, {"worker": True}):
        [said] = page.evaluate(_CALLS, [options])
        assert "no answer for 1 s" in said, options


def test_what_is_fetched_ahead_is_neither_waited_for_nor_counted(page: Page) -> None:
    """And whoever loads it then, by its address or by another call, asks for nothing again."""
    listing = listing_of(page)
    found = page.evaluate(
        """async ([models, prefetch]) => {
          const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
          window.hold = "face_recognition_model-shard1";
          let last;
          const onProgress = (step) => { last = step };
          const { faceapi } = await loadPyface({ models, prefetch, onProgress, cache: false });
          const { tinyFaceDetector, faceRecognitionNet, faceLandmark68TinyNet } = faceapi.nets;
          const before = [faceRecognitionNet.isLoaded, tinyFaceDetector.isLoaded];
          await until("asked", hold);
          release();
          await loadPyface({ models: [prefetch[1]], cache: false });
          await faceRecognitionNet.load("models/");
          return [before, last, faceLandmark68TinyNet.isLoaded && faceRecognitionNet.isLoaded];
        }""",
        [[TINY], [RECOGNITION, SMALL]],
    )
    before, last, loaded = found
    assert before == [False, True] and loaded
    happened = page.evaluate("happened")
    asked = [name for what, name, *_ in happened if what == "asked"]
    assert sorted(set(asked)) == sorted(asked)
    waited_for = {name for name in asked if net_of(name) in ("", TINY)}
    sizes = {name.rpartition("/")[2]: row["bytes"] for name, row in listing["files"].items()}
    assert last["totalBytes"] == last["loadedBytes"]
    assert last["totalBytes"] <= sum(sizes[name] for name in waited_for)
    hints = {net_of(name): rest[0] for what, name, *rest in happened if what == "asked"}
    assert [net for net in hints if net] == ORDER
    assert [hints[TINY], hints[RECOGNITION]] == ["high", "low"]
