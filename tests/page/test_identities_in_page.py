"""Identities in a real browser: IndexedDB, a second tab, denied storage, WebCrypto, no leaks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from tests.pages import BLANK

# A store per name, and people of made-up descriptors; each test has a name of its own.
_SETUP = """
import gc, json
from datetime import datetime, timedelta, UTC
import js
import numpy as np
import pyface_web as faceapi
from pyface_web.people import database

def made(seed, count=1):
    return np.random.default_rng(seed).normal(0, 0.1, (count, 128)).astype(np.float32)

def people(store):
    return [[person.label, person.count] for person in store]

async def error_of(awaitable):
    try:
        return ["nothing", str(await awaitable)]
    except faceapi.PyfaceError as error:
        return [type(error).__name__, str(error)]

async def databases():
    return sorted(found.name for found in await js.indexedDB.databases())
"""

# What a second tab without Python does with the same database.
_OTHER_TAB = """async ([name, step]) => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  if (step === "newer") return (await done(indexedDB.open(name, 2))).close();
  if (step === "hold") {
    window.held = await done(indexedDB.open(name));
    return null;
  }
  if (step === "let go") return window.held.close();
  const database = await done(indexedDB.open(name));
  const records = database.transaction("records", "readwrite").objectStore("records");
  if (step === "delete Ada") await done(records.delete("Ada"));
  if (step === "damage") await done(records.put({ label: "Eve", descriptors: 7 }, "Eve"));
  const found = await done(records.getAll());
  database.close();
  return found.map(({ label, descriptors }) => [label, descriptors.length]);
}"""


@pytest.fixture(scope="module")
def run(bare_page: Any) -> Iterator[Any]:
    def in_page(source: str, **arguments: Any) -> Any:
        return bare_page.run(_SETUP + textwrap.dedent(source), **arguments)

    yield in_page


@pytest.fixture(scope="module")
def other_tab(bare_page: Any) -> Iterator[Any]:
    """A second tab of the same origin: call(name, step)."""
    page = bare_page.page.context.new_page()
    page.goto(bare_page.url + BLANK)
    yield lambda name, step="read": page.evaluate(_OTHER_TAB, [f"pyface_web {name}", step])
    page.close()


def test_nothing_is_kept_unless_asked(run):
    before, kept, found = run("""
        store = await faceapi.IdentityStore.open("asked")
        await store.enrol("Ada", made(1))
        before = [store.is_kept, await databases(), len(await faceapi.IdentityStore.open("asked"))]
        await store.keep()
        [before, store.is_kept, await databases()]
        """)
    assert before == [False, [], 0]
    assert kept is True and found == ["pyface_web asked"]


def test_what_is_kept_comes_back_after_every_change(run):
    steps = run("""
        async def again():
            other = await faceapi.IdentityStore.open("again", expires_after=9)
            same = all((a.descriptors == b.descriptors).all() and (a.enrolled, a.portrait)
                       == (b.enrolled, b.portrait) for a, b in zip(store, other, strict=True))
            return [other.is_kept, people(other), other.expires_after, same]

        store = await faceapi.IdentityStore.open("again", expires_after=30)
        await store.enrol("Ada", made(1, 2), portrait="data:image/png;base64,AAAA")
        await store.enrol("Grace", made(2))
        await store.keep()
        steps = [await again()]
        await store.enrol("Grace", made(3))
        await store.rename("Ada", "Ada Lovelace")
        steps.append(await again())
        await store.set_expires_after(None)
        await store.delete("Grace")
        steps.append(await again())
        await store.import_json(json.dumps({"label": "Eve", "descriptors": made(4).tolist()}))
        steps.append(await again())
        await store.delete_all()
        steps.append(await again())
        await store.stop_keeping()
        [steps, await databases(), store.is_kept, await again()]
        """)
    assert steps[0] == [
        [True, [["Ada", 2], ["Grace", 1]], 30, True],
        [True, [["Ada Lovelace", 2], ["Grace", 2]], 30, True],
        [True, [["Ada Lovelace", 2]], None, True],
        [True, [["Ada Lovelace", 2], ["Eve", 1]], None, True],
        [True, [], None, True],
    ]
    assert "pyface_web again" not in steps[1] and steps[2:] == [False, [False, [], 9, True]]


def test_how_descriptors_were_cut_comes_back_too(run):
    """Without it, as older versions kept people, they count as "box"."""
    kept, found, refused = run("""
        from pyface_web.people import database

        store = faceapi.IdentityStore("cuts", allow_mixed=True)
        for seed, align in enumerate(["box", "upright", None]):
            await store.enrol(f"cut by {align}", made(seed), align=align)
        await store.keep()
        records = (await database.read("cuts")).records
        kept = {label: "align" in record for label, record in records.items()}
        again = await faceapi.IdentityStore.open("cuts")
        found = {person.label: person.align for person in again}
        try:
            again.find_best_match(made(0))
            refused = None
        except faceapi.errors.MixedDescriptorsError as error:
            refused = str(error)
        await store.stop_keeping()
        [kept, found, refused]
        """)
    assert kept == {"cut by box": False, "cut by upright": True, "cut by None": True}
    assert found == {"cut by box": "box", "cut by upright": "upright", "cut by None": None}
    assert "query: expected descriptors that were all cut alike" in refused


def test_who_is_over_is_deleted_from_the_database_too(run, other_tab):
    left = run("""
        now = datetime.now(UTC)
        store = faceapi.IdentityStore("over", expires_after=1, clock=lambda: now)
        await store.enrol("Ada", made(1))
        await store.keep()
        now += timedelta(days=0.5)
        await store.enrol("Grace", made(2))
        now += timedelta(days=0.5)
        before = people(store)
        await store.refresh()
        [before, people(store)]
        """)
    assert left == [[["Grace", 1]]] * 2
    assert other_tab("over") == [["Grace", 512]]


def test_two_tabs(run, other_tab):
    """The last write of a person wins, other people stay; what one tab removes stays removed."""
    run("""
        store = faceapi.IdentityStore("tabs")
        await store.enrol("Ada", made(1))
        await store.enrol("Grace", made(2))
        await store.keep()
        """)
    assert other_tab("tabs", "delete Ada") == [["Grace", 512]]
    seen = run("""
        first, second = [await faceapi.IdentityStore.open("tabs") for _ in range(2)]
        await first.enrol("Eve", made(3))
        await second.enrol("Grace", made(4))
        await first.enrol("Ida", made(5))
        seen = [people(first), people(second)]
        await second.refresh()
        seen += [people(second)]
        await first.delete_all()
        await second.refresh()
        [*seen, people(second)]
        """)
    three = [["Eve", 1], ["Grace", 2], ["Ida", 1]]
    assert seen == [three, three[:2], three, []]
    after = run("""
        first, second = [await faceapi.IdentityStore.open("tabs") for _ in range(2)]
        await first.enrol("Ada", made(1))
        await second.refresh()
        await first.stop_keeping()
        await second.enrol("Grace", made(2))
        [second.is_kept, people(second), "pyface_web tabs" in await databases()]
        """)
    assert after == [False, [["Ada", 1], ["Grace", 1]], False]


def test_keeping_joins_what_another_tab_kept(run):
    found = run("""
        first, second = [faceapi.IdentityStore("both") for _ in range(2)]
        for store, label, seed in ((first, "Ada", 1), (first, "Eve", 2), (second, "Ada", 3)):
            await store.enrol(label, made(seed))
        await first.keep()
        await second.keep()
        [people(second), bool((second["Ada"].descriptors == made(3)).all())]
        """)
    assert found == [[["Ada", 1], ["Eve", 1]], True]


def test_a_tab_that_blocks_the_removal(run, other_tab):
    run("""
        store = faceapi.IdentityStore("blocked")
        await store.enrol("Ada", made(1))
        await store.keep()
        """)
    other_tab("blocked", "hold")
    refused = run("""
        before = faceapi.set_waits(storage=0.2)
        store = faceapi.IdentityStore("blocked")
        error = await error_of(store.stop_keeping())
        faceapi.set_waits(before)
        error
        """)
    assert refused[0] == "StorageError"
    assert "does another tab of this site use them? Close it" in refused[1]
    other_tab("blocked", "let go")
    assert run("""
        await faceapi.IdentityStore("blocked").stop_keeping()
        (await faceapi.IdentityStore.open("blocked")).is_kept
        """) is False  # fmt: skip


def test_what_cannot_be_read_can_be_removed(run, other_tab):
    run("""await faceapi.IdentityStore("damaged").keep()""")
    other_tab("damaged", "damage")
    found = run("""
        refused = await error_of(faceapi.IdentityStore.open("damaged"))
        await faceapi.IdentityStore("damaged").stop_keeping()
        [refused, (await faceapi.IdentityStore.open("damaged")).is_kept]
        """)
    assert found[0][0] == "StorageError" and "stop_keeping() removes it" in found[0][1]
    assert found[1] is False


@pytest.mark.parametrize(
    ("denial", "words"),
    [
        ("Object.defineProperty(window, 'indexedDB', { configurable: true, get() { "
         "throw new DOMException('The operation is insecure.', 'SecurityError') } })",
         "The operation is insecure."),
        ("Object.defineProperty(window, 'indexedDB', { configurable: true, value: undefined })",
         "there is no IndexedDB"),
        ("IDBFactory.prototype.open = () => { "
         "throw new DOMException('A mutation operation', 'InvalidStateError') }",
         "A mutation operation"),
    ],
    ids=["insecure", "none", "private"],
)  # fmt: skip
def test_denied_storage_leaves_memory_as_it_was(bare_page, run, denial, words):
    bare_page.js("""() => { window.plain = {
      open: IDBFactory.prototype.open,
      global: Object.getOwnPropertyDescriptor(window, "indexedDB") } }""")
    bare_page.js(f"() => {{ {denial} }}")
    try:
        kept, left = run("""
            store = faceapi.IdentityStore("denied")
            await store.enrol("Ada", made(1))
            kept = await error_of(store.keep())
            [kept, [people(store), store.is_kept]]
            """)
    finally:
        bare_page.js("""() => {
          Object.defineProperty(window, "indexedDB", window.plain.global);
          IDBFactory.prototype.open = window.plain.open;
        }""")
    assert kept[0] == "StorageError" and words in kept[1], kept
    assert left == [[["Ada", 1]], False]
    assert run("""(await faceapi.IdentityStore.open("denied")).is_kept""") is False


def test_a_change_that_cannot_be_written_is_not_made(bare_page, run, other_tab):
    run("""
        store = faceapi.IdentityStore("full")
        await store.enrol("Ada", made(1))
        await store.keep()
        """)
    # A disk without room ends the transaction after the call, with this error.
    bare_page.js("""() => {
      const plain = [[IDBObjectStore.prototype, "put"], [IDBTransaction.prototype, "error"]]
        .map(([owner, name]) => [owner, name, Object.getOwnPropertyDescriptor(owner, name)]);
      window.makeRoom = () => plain.forEach((one) => Object.defineProperty(...one));
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (...given) {
        queueMicrotask(() => { try { this.transaction.abort() } catch {} }); // it has by then
        return put.apply(this, given);
      };
      const error = new DOMException("No room", "QuotaExceededError");
      Object.defineProperty(IDBTransaction.prototype, "error", { get: () => error });
    }""")
    try:
        found = run("""
            store = await faceapi.IdentityStore.open("full")
            other = faceapi.IdentityStore("never kept")
            [await error_of(store.enrol("Grace", made(2))),
             await error_of(store.rename("Ada", "Eve")), await error_of(other.keep()),
             people(store), store.is_kept, other.is_kept]
            """)
    finally:
        bare_page.js("() => makeRoom()")
    for name, text in found[:3]:
        assert name == "StorageError" and "its storage is full; delete people" in text, text
    assert found[3:] == [[["Ada", 1]], True, False]
    assert other_tab("full") == [["Ada", 512]]
    assert "pyface_web never kept" not in run("await databases()")


_MANY = """
people = [{"label": f"Person {i}", "enrolled": "2026-01-30T09:00:00+00:00",
           "descriptors": [b64encode(row.tobytes()).decode()]}
          for i, row in enumerate(made(1, 5000))]
text = json.dumps({"format": "pyface_web identities", "version": 1, "exported": "",
                   "identities": people})
"""


def test_many_people_beside_the_page(bare_page, run):
    """5,000 come in, are kept, come back and go out; between two slices the page has its turn."""
    bare_page.js("""() => {
      window.longest = 0;
      window.observer = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
      });
      observer.observe({ type: "longtask" });
      const { put, getAll } = IDBObjectStore.prototype;
      window.puts = window.reads = 0;
      IDBObjectStore.prototype.put = function (...given) { puts++; return put.apply(this, given) };
      IDBObjectStore.prototype.getAll = function (...given) {
        reads++;
        return getAll.apply(this, given);
      };
      window.makePlain = () => Object.assign(IDBObjectStore.prototype, { put, getAll });
    }""")
    try:
        rests, counts, people, longest = run(
            "from base64 import b64encode"
            + textwrap.dedent(_MANY)
            + textwrap.dedent("""
            import asyncio
            from pyface_web.people import turns

            sleep, slept = asyncio.sleep, 0

            async def counted(seconds):
                global slept
                slept += 1
                await sleep(seconds)

            async def rests(awaitable):
                global slept
                slept = 0
                value = await awaitable
                return slept, value

            def asked():
                counts = [js.puts, js.reads]
                js.puts = js.reads = 0
                return counts

            store = faceapi.IdentityStore("many")
            await store.keep()
            asked()
            turns.SLICE_SECONDS, before, asyncio.sleep = 0, turns.SLICE_SECONDS, counted
            first, added = await rests(store.import_json(text))
            counts = [asked()]
            await store.enrol("One more", made(2))
            counts.append(asked())
            second, other = await rests(faceapi.IdentityStore.open("many"))
            counts.append(asked())
            same = [(a.descriptors == b.descriptors).all() for a, b in zip(store, other)]
            third, out = await rests(other.export_json())
            turns.SLICE_SECONDS, asyncio.sleep = before, sleep
            again = faceapi.IdentityStore("again")
            await again.import_json(out)
            await store.stop_keeping()

            tasks = []
            while len(tasks) < 5 and not (tasks and tasks[-1] < 150):
                js.longest = 0
                await faceapi.IdentityStore("in memory").import_json(text)
                await asyncio.sleep(0.05)  # until the last task is reported
                tasks.append(js.longest)
            [[first, second, third], counts,
             [len(added), len(again), len(same), all(map(bool, same)),
              other.find_best_match(made(1, 5000)[4321]).label], min(tasks)]
            """)
        )
    finally:
        bare_page.js("() => { observer.disconnect(); makePlain() }")
    assert people == [5000, 5001, 5001, True, "Person 4321"]
    # What is known is not read again: a mark beside the people tells that nobody else wrote.
    assert counts == [[5001, 0], [2, 0], [0, 40]]
    # A rest for at most 128 people, at every step of the way.
    assert rests[0] > 4 * 5000 / 128 and rests[1] > 2 * 5000 / 128 and rests[2] > 5000 / 128
    # All at once is more than a second on any machine. What else it does may make a slice long.
    assert longest < 400


def test_what_a_newer_version_keeps_is_left_alone(run, other_tab):
    other_tab("newer", "newer")
    name, text = run("""await error_of(faceapi.IdentityStore.open("newer"))""")
    assert name == "StorageError" and "written by a newer pyface_web; reload" in text


def test_a_passphrase(run):
    found = run("""
        store = faceapi.IdentityStore("sealed")
        await store.enrol("Ada", made(1, 2))
        text, again = [await store.export_json("Zoe\u0308's phrase") for _ in range(2)]
        other = faceapi.IdentityStore("opened")

        def altered(change):
            content = json.loads(text)
            change(content)
            return other.import_json(json.dumps(content), "Zo\u00eb's phrase")

        def flip(content):
            content["ciphertext"] = ("B" if content["ciphertext"][0] == "A" else "A") + \\
                content["ciphertext"][1:]

        errors = [await error_of(attempt) for attempt in (
            other.import_json(text, "another phrase"),
            other.import_json(text),
            altered(flip),
            altered(lambda content: content.update(note="added")),
            altered(lambda content: content["encryption"].update(iterations=600_001)),
        )]
        before = len(other)
        await other.import_json(text, "Zo\u00eb's phrase")
        [errors, before, people(other), bool((other["Ada"].descriptors == made(1, 2)).all()),
         json.loads(text)["encryption"], text == again, "Ada" in text]
        """)
    errors, before, people, same, encryption, repeated, readable = found
    assert [error[0] for error in errors] == ["PassphraseError"] * 5, errors
    assert "does not open it" in errors[0][1] and "it is encrypted" in errors[1][1]
    assert (before, people, same) == (0, [["Ada", 2]], True)
    assert (encryption["iterations"], encryption["cipher"]) == (600_000, "AES-256-GCM")
    assert not repeated and not readable


def test_the_file_is_what_its_description_says(bare_page, run):
    """Opened by JavaScript that knows only the docstring of people/file.py."""
    text = run("""
        store = faceapi.IdentityStore("described")
        await store.enrol("Ada", np.arange(128, dtype=np.float32))
        await store.export_json("correct horse")
        """)
    opened = bare_page.js(
        """async (text) => {
      const { ciphertext, ...beside } = JSON.parse(text);
      const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const utf8 = (text) => new TextEncoder().encode(text);
      const sorted = (value) => typeof value !== "object" ? value : Object.fromEntries(
        Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
      const { iterations, salt, iv } = beside.encryption;
      const base = await crypto.subtle.importKey(
        "raw", utf8("correct horse"), "PBKDF2", false, ["deriveKey"]);
      const key = await crypto.subtle.deriveKey(
        { name: "PBKDF2", hash: "SHA-256", iterations, salt: bytes(salt) }, base,
        { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
      const plain = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: bytes(iv), additionalData: utf8(JSON.stringify(sorted(beside))) },
        key, bytes(ciphertext));
      const [person] = JSON.parse(new TextDecoder().decode(plain)).identities;
      return [person.label, [...new Float32Array(bytes(person.descriptors[0]).buffer)]];
    }""",
        text,
    )
    assert opened == ["Ada", list(range(128))]


def test_a_page_without_webcrypto(bare_page, run):
    bare_page.js(
        "() => Object.defineProperty(crypto, 'subtle', { configurable: true, value: undefined })"
    )
    try:
        refused = run("""
            store = faceapi.IdentityStore("insecure")
            await error_of(store.export_json("a good passphrase"))
            """)
    finally:
        bare_page.js("() => { delete crypto.subtle }")
    assert refused[0] == "StorageError" and "https:// or localhost only" in refused[1]


def test_nothing_is_left_behind(bare_page, run):
    """Proxies before and after many changes; connections would block the removal."""
    bare_page.js("""() => {
      const runtime = pyface.pyodide._module;
      runtime.enable_pyproxy_allocation_tracing();
      window.countProxies = () => [runtime.pyproxy_alloc_map.size, runtime._hiwire_num_refs()];
    }""")
    before, after, said = run("""
        import contextlib, io

        async def all():
            store = await faceapi.IdentityStore.open("left")
            await store.enrol("Ada", made(1), portrait="data:image/png;base64,AAAA")
            await store.keep()
            await store.enrol("Grace", made(2))
            await store.delete("Ada")
            await store.refresh()
            text = await store.export_json("a good passphrase")
            await store.import_json(text, "a good passphrase")
            await error_of(store.import_json(text, "a bad passphrase"))
            await store.stop_keeping()

        def count():
            gc.collect()
            return list(js.countProxies())

        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            await all()
            before = count()
            for _ in range(4):
                await all()
        [before, count(), said.getvalue()]
        """)
    bare_page.js("() => pyface.pyodide._module.disable_pyproxy_allocation_tracing()")
    assert before == after
    assert said == ""


def test_quality_of_elements(run):
    """A canvas and a bitmap give what their pixels give: size, light and sharpness are read."""
    found = run("""
        from dataclasses import astuple, replace
        rows, columns = np.mgrid[0:120, 0:160]
        pixels = np.empty((120, 160, 4), np.uint8)
        pixels[...] = (128 + 60 * np.sin(rows / 5) * np.cos(columns / 4))[..., None]
        pixels[..., 3] = 255
        canvas = await faceapi.image_tensor_to_canvas(pixels)
        points = np.random.default_rng(0).random((68, 2))
        landmarks = faceapi.FaceLandmarks68(
            points, faceapi.Dimensions(100, 90), faceapi.Point(20, 10))
        face = faceapi.FaceResult(
            faceapi.FaceDetection(0.9, faceapi.Box(0, 0, 1, 1), canvas), landmarks)
        inputs = [pixels, canvas, await js.createImageBitmap(canvas)]
        qualities = [await faceapi.assess_face_quality(one, face) for one in inputs]
        [[replace(quality, problems=()) == replace(qualities[0], problems=())
          for quality in qualities], qualities[0].sharpness > 0, qualities[0].size]
        """)
    assert found[0] == [True] * 3 and found[1]
    assert 80 < found[2] < 135  # points anywhere in 100x90 lean anyhow
