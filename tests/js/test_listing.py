"""files.json of another shape: said in words, by one rule, and nothing that is kept is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.pages import BLANK, DIST

HASH = "0" * 64
ROW = {"bytes": 1, "sha256": HASH}
FEW: dict[str, Any] = {
    "format": 1,
    "wheel": "wheels/w.whl",
    "image": None,
    "files": dict.fromkeys(
        [
            "pyodide/pyodide.asm.wasm",
            "pyodide/python_stdlib.zip",
            "pyodide/pyodide-lock.json",
            "pyodide/pyodide.mjs",
            "pyodide/pyodide.asm.mjs",
            "pyodide/numpy-1.whl",
            "wheels/w.whl",
        ],
        ROW,
    ),
}


def with_file(name: str, row: Any = ROW) -> dict[str, Any]:
    return {**FEW, "files": {**FEW["files"], name: row}}


# What the text is -> what the error says that it was.
SHAPES: list[tuple[Any, str]] = [
    ({}, "format undefined"),
    (None, "got null"),
    ([], "an array"),
    (5, "got 5"),
    ("files", '"files"'),
    ({**FEW, "format": 2}, "format 2"),
    ({**FEW, "format": "1"}, 'format "1"'),
    ({**FEW, "files": 5}, "files: 5"),
    ({**FEW, "files": None}, "files: null"),
    ({**FEW, "files": [ROW]}, "files: an array"),
    ({**FEW, "files": {"wheels/w.whl": ROW}}, "pyodide.asm.wasm"),
    ({name: value for name, value in FEW.items() if name != "wheel"}, "wheel: undefined"),
    ({**FEW, "wheel": "toString"}, 'wheel: "toString"'),
    ({**FEW, "wheel": ["wheels/w.whl"]}, "wheel: an array"),
    ({**FEW, "image": "python.image"}, 'image: "python.image"'),
    *(
        (with_file(name), "no address below its folder")
        for name in (
            "",
            ".",
            "../up",
            "/root",
            "//host/file",
            "https://host/file",
            "data:text/plain,x",
            "a/../../up",
            "%2e%2e/up",
            "a\\..\\up",
            "a?query",
            "a#part",
            "tab\there",
            "50%",
            "\ud800",
        )
    ),
    *(
        (with_file("a", row), said)
        for row, said in (
            (None, "a: null"),
            (7, "a: 7"),
            ({}, "undefined bytes"),
            ({**ROW, "bytes": -1}, "-1 bytes"),
            ({**ROW, "bytes": 0.5}, "0.5 bytes"),
            ({**ROW, "bytes": 1e300}, "1e+300 bytes"),
            ({**ROW, "bytes": "1"}, '"1" bytes'),
            ({**ROW, "sha256": "A" * 64}, '"AAAA'),
            ({**ROW, "sha256": f"{HASH}0"}, "SHA-256"),
            ({**ROW, "sha256": None}, "SHA-256 null"),
            ({**ROW, "sha256": "../" * 21 + "0"}, "SHA-256"),
        )
    ),
]

_LISTINGS = """async (texts) => {
  const { listingOf } = await import(new URL("load/listing.js", document.baseURI));
  return texts.map((text) => {
    try {
      return Object.keys(listingOf(text, "here").files).length;
    } catch (error) {
      return [error.name, error.url, error.expected, error.got, error.remedy];
    }
  });
}"""

# A kept file, then a load by each of the answers; what is kept afterwards, and what nobody caught.
_LOADS = """async (count) => {
  const uncaught = [];
  addEventListener("unhandledrejection", ({ reason }) => uncaught.push(String(reason)));
  const cache = await caches.open(`pyface_web ${new URL("./", document.baseURI)}`);
  await cache.put("/sha256/kept", new Response("kept"));
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const said = [];
  for (let i = 0; i < count; i++) {
    const loading = loadPyface({ worker: i % 4 === 3 });
    said.push(await loading.then(() => "loaded", ({ name, got }) => [name, got]));
  }
  await new Promise((done) => setTimeout(done, 100));
  return { said, uncaught, kept: (await cache.keys()).length };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(site + BLANK)
    yield page
    context.close()


def test_what_a_listing_may_be(page: Page) -> None:
    good = [
        FEW,
        {
            **FEW,
            "image": "a",
            "files": {**FEW["files"], "a": ROW, "new": ROW, "python.rest": ROW, "zstd.wasm": ROW},
        },
    ]
    good += [
        with_file(name) for name in ("my photo.jpg", "ü/é.js", "a//b", "__proto__", "x@1+2.js")
    ]
    texts = [json.dumps(value) for value in good]
    texts.append((DIST / "files.json").read_text())
    counts = page.evaluate(_LISTINGS, texts)
    assert counts == [*(len(json.loads(text)["files"]) for text in texts)]


def test_anything_else_is_an_error_that_says_what_it_is(page: Page) -> None:
    texts = [json.dumps(value) for value, _ in SHAPES] + ["", "{", "<p>", "[" * 200_000, "NaN"]
    said = page.evaluate(_LISTINGS, texts)
    wanted = [words for _, words in SHAPES] + ["no JSON"] * 5
    for text, found, words in zip(texts, said, wanted, strict=True):
        assert found[:3] == ["LoadError", "here", "the list of the site's files in format 1"], text
        assert words in f"got {found[3]}", text
        assert "build.py" in found[4] and len(found[3]) < 200


def test_a_wrong_list_loses_nothing_that_is_kept(page: Page) -> None:
    bodies = [json.dumps(value) for value, _ in SHAPES[:15]] + ["x" * 8_000_001]
    answers = iter(bodies)
    page.route("**/files.json", lambda route: route.fulfill(body=next(answers)))
    found = page.evaluate(_LOADS, len(bodies))
    page.unroute("**/files.json")
    assert {name for name, _ in found["said"]} == {"LoadError"}
    for (_, got), (_, words) in zip(found["said"][:-1], SHAPES, strict=False):
        assert words in f"got {got}"
    assert found["said"][-1][1] == "more than 8 MB"
    assert (found["kept"], found["uncaught"]) == (1, [])
