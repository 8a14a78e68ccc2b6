"""What never answers while a page loads: the network, the Cache API, a worker. Each wait ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.pages import PyfacePage, change_module, open_page, until_no_worker

# A fetch that the test answers: `answers` has ends of addresses and what their askers get. And what
# nobody caught.
_SCRIPT = """(() => {
  const original = fetch;
  window.answers = new Map();
  window.aborted = [];
  window.uncaught = [];
  globalThis.fetch = (input, init) => {
    const url = String(input.url ?? input);
    for (const [end, answer] of answers) {
      if (!url.endsWith(end)) continue;
      init?.signal?.addEventListener("abort", () => aborted.push(end));
      return answer();
    }
    return original(input, init);
  };
  addEventListener("unhandledrejection", ({ reason }) => uncaught.push(String(reason)));
  window.body = (parts, delay, ends) => {
    let count = 0;
    const source = {
      async pull(controller) {
        if (count === parts) return ends ? controller.close() : new Promise(() => {});
        if (count++) await new Promise((done) => setTimeout(done, delay));
        controller.enqueue(new TextEncoder().encode(" "));
      },
      cancel: () => aborted.push("body"),
    };
    return new Response(new ReadableStream(source, { highWaterMark: 0 }));
  };
  window.load = async (options) => {
    const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
    return loadPyface({ waits: { network: 0.4, storage: 0.4, worker: 1 }, ...options }).then(
      () => "loaded", ({ name, message }) => `${name}: ${message}`);
  };
})();"""


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    with open_page(browser, site, _SCRIPT) as page:
        yield page
        assert page.evaluate("uncaught") == []


NEVER = "() => new Promise(() => {})"
SILENT: dict[str, tuple[str, str, str]] = {
    "no answer": ("files.json", NEVER, "got no answer for 0.4 s; is the network up"),
    "it stops": ("files.json", "async () => body(3, 0)", "only 3 bytes, and then nothing for 0.4"),
    "a part of Python": ("pyodide-lock.json", NEVER, "got no answer for 0.4 s; is the network up"),
    "half a model": (
        "detector_model-shard1",
        "async () => body(5, 0)",
        "(193321 bytes), got only 5 bytes, and then nothing for 0.4 s",
    ),
}


@pytest.mark.parametrize("case", SILENT)
def test_a_server_that_falls_silent(page: Page, site: str, case: str) -> None:
    end, answer, words = SILENT[case]
    page.evaluate(f"(end) => {{ answers.set(end, {answer}); aborted.length = 0; }}", end)
    said = page.evaluate("load({ cache: false, models: ['tiny_face_detector'] })")
    ended = page.evaluate("(end) => { answers.delete(end); return aborted; }", end)
    assert said.startswith(f"LoadError: {site}")
    assert f"{end}: expected" in said and words in said
    assert "`waits` of loadPyface, such as { network: 0.8 }" in said
    assert ended[0] == ("body" if "body" in answer else end), "the request goes on"


def test_a_slow_line_takes_what_it_needs(page: Page) -> None:
    """Eight parts, each after a quarter of the limit; and another file that waits for its turn."""
    said = page.evaluate("""async () => {
      const { Patience } = await import(new URL("load/patience.js", document.baseURI));
      const { listingText } = await import(new URL("load/listing.js", document.baseURI));
      const patience = new Patience(() => 0.6);
      const base = new URL("./", document.baseURI);
      answers.set("files.json", async () => body(8, 150, true));
      const other = new Promise((done) => setTimeout(done, 900, "in time"));
      const late = () => new Error("late");
      const text = listingText(base, { patience });
      const found = await Promise.all([text, patience.within(other, late)]);
      answers.clear();
      const never = patience.within(new Promise(() => {}), late);
      const end = await never.catch(({ message }) => message);
      return [...found, end, patience.timer === undefined];
    }""")
    assert said == [" " * 8, "in time", "late", True]


_CACHE = """async ([method, how]) => {
  const { FileCache } = await import(new URL("load/cache.js", document.baseURI));
  const ways = {
    throws: () => { throw new TypeError("no") },
    rejects: async () => { throw new DOMException("no", "QuotaExceededError") },
    never: () => new Promise(() => {}),
    lies: async () => 5,
  };
  const original = globalThis.caches;
  const cache = await original.open("pyface_web here");
  const found = new Response("x");
  if (method === "arrayBuffer") found.arrayBuffer = ways[how];
  const fake = Object.fromEntries(
    ["match", "put", "delete", "keys"].map((name) => [name, cache[name].bind(cache)]));
  fake.match = async () => found;
  if (method in fake) fake[method] = ways[how];
  const open = method === "open" ? ways[how] : async () => fake;
  const caches = method === "caches" ? undefined : { open };
  Object.defineProperty(globalThis, "caches", { value: caches, configurable: true });
  try {
    const limit = () => 0.2;
    const store = await FileCache.open("https://here/", limit);
    if (!store) return "none";
    const kept = await store.find("0".repeat(64));
    await store.keep("0".repeat(64), new Uint8Array(3), "text/plain");
    await store.prune({ files: {} });
    await store.prune();
    return [kept === undefined, store.writable];
  } finally {
    Object.defineProperty(globalThis, "caches", { value: original, configurable: true });
    await original.delete("pyface_web here");
  }
}"""


def test_whatever_the_cache_api_does_the_page_goes_on(page: Page) -> None:
    page.evaluate("answers.clear()")
    for how in ("throws", "rejects", "never"):
        assert page.evaluate(_CACHE, ["open", how]) == "none"
        for method in ("match", "put", "delete", "keys", "arrayBuffer"):
            found, writable = page.evaluate(_CACHE, [method, how])
            assert found, (method, how)
            assert writable == (method != "put" and how != "never"), (method, how)
    assert page.evaluate(_CACHE, ["caches", "throws"]) == "none"
    for method in ("open", "match", "keys", "arrayBuffer"):
        page.evaluate(_CACHE, [method, "lies"])


def test_a_cache_that_never_answers_is_given_up_and_the_network_used(page: Page) -> None:
    page.evaluate("""() => {
      window.real = Cache.prototype.match;
      Cache.prototype.match = () => new Promise(() => {});
    }""")
    said = page.evaluate("load({ waits: { storage: 0.4 } })")
    page.evaluate("() => { Cache.prototype.match = real; }")
    assert said == "loaded"


def test_a_worker_that_never_runs(browser: Browser, site: str) -> None:
    with open_page(browser, site, _SCRIPT) as page:
        change_module(page, "worker/worker.js", "")
        said = page.evaluate("load({ worker: true })")
        until_no_worker(page)
        assert page.evaluate("uncaught") == []
    assert said.startswith("WorkerError: the worker did not begin to run within 1 s; leave out")


def test_a_browser_that_does_not_answer_for_its_service_worker(page: Page) -> None:
    said = page.evaluate("""async () => {
      const { workOffline, stopOffline } = await import(new URL("offline.js", document.baseURI));
      const waits = { worker: 0.3, storage: 0.3 };
      const never = () => new Promise(() => {});
      const container = { register: never, getRegistration: never };
      const change = (value) =>
        Object.defineProperty(navigator, "serviceWorker", { value, configurable: true });
      const error = ({ name, message }) => `${name}: ${message}`;
      const said = [];
      change(container);
      said.push(await workOffline({ waits }), await stopOffline({ waits }).catch(error));
      container.getRegistration = async () => { throw new DOMException("no", "SecurityError") };
      said.push(await stopOffline({ waits }).catch(error));
      change(undefined);
      const real = CacheStorage.prototype.delete;
      CacheStorage.prototype.delete = never;
      said.push(await workOffline({ waits }), await stopOffline({ waits }).catch(error));
      CacheStorage.prototype.delete = real;
      return [...said, await stopOffline({ waits })];
    }""")
    assert said[0] is said[3] is said[5] is None
    assert "its service worker, got no answer for 0.3 s" in said[1]
    assert "its service worker, got SecurityError: no" in said[2]
    assert "its kept files to go, got no answer for 0.3 s" in said[4]
    assert all(text.startswith("LoadError: ") for text in (said[1], said[2], said[4]))


_HANGS = """
kept = faceapi.get_waits()
faceapi.set_waits(network=0.4)
if not loader:
    import sys
    prefetch = sys.modules["pyface_prefetch"]
    sys.modules["pyface_prefetch"] = None
try:
    found = await outcome(faceapi.fetch_json("hangs.json"))
finally:
    faceapi.set_waits(kept)
    if not loader:
        sys.modules["pyface_prefetch"] = prefetch
found
"""


@pytest.mark.parametrize("loader", [True, False])
def test_a_silent_server_in_python(bare_page: PyfacePage, loader: bool) -> None:
    held: list[Any] = []
    bare_page.page.route("**/hangs.json", lambda route: held.append(route))
    found = bare_page.run(_HANGS, loader=loader)
    bare_page.page.unroute("**/hangs.json")
    assert found["error"] == "FetchError" and "got no answer within 0.4 s" in found["text"]
