"""What a page asked for early gets to its worker: whole, or as the error that it is, and not when
nobody wants it any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.pages import open_page

# `early` of a page that has asked for one address, and what its worker gets of that, in order. The
# source of the answer hears that nobody wants it any more.
_HANDED = """async ([answer, taken]) => {
  const { handOver, Handed } = await import("/worker/handed.js");
  const { LoadError } = await import("/load/errors.js");
  const [life, own] = [new AbortController(), new AbortController()];
  const found = [];
  let letGo;
  const isLetGo = new Promise((resolve) => { letGo = resolve; });

  const body = (after) => {
    const pieces = [[1, 2], [3]].map((bytes) => Uint8Array.from(bytes));
    const pull = (to) => (pieces.length ? to.enqueue(pieces.shift()) : after(to));
    return new ReadableStream({ pull });
  };
  const part = { status: 206, headers: { "x-a": "b" } };
  const answers = {
    whole: async () => new Response(body((to) => to.close()), part),
    without: async () => new Response(null, { status: 204 }),
    odd: async () => ({ status: 999, headers: new Headers(), body: body((to) => to.close()) }),
    broken: async () => new Response(body((to) => to.error(new TypeError("network error")))),
    refused: async (url) => { throw new LoadError(url, "it", "nothing", "try again"); },
    endless: async () => new Response(body(() => new Promise(() => {}))),
    never: (url, signal) => new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
  };
  const response = (url, signal) => {
    signal.addEventListener("abort", () => letGo("let go"));
    return answers[answer](url, signal);
  };

  const handed = new Handed(handOver({ addresses: () => ["a"], response }, life.signal));
  try {
    if (taken === "nothing") {
      handed.end();
      return [handed.has("a"), await isLetGo];
    }
    if (taken === "dead") {
      life.abort(new Error("gone"));
      return [await isLetGo];
    }
    const asked = handed.response("a", own.signal);
    if (taken === "ended before") own.abort(new Error("enough"));
    const { status, headers, body } = await asked;
    found.push(status, headers.get("x-a"), handed.has("a"));
    const reader = body?.getReader();
    if (taken === "cancelled") {
      await reader.read();
      await reader.cancel();
    }
    if (taken === "ended") own.abort(new Error("enough"));
    for (let piece; (piece = await reader?.read()) && !piece.done; ) found.push(...piece.value);
  } catch (error) {
    found.push(`${error.constructor.name} ${error.message}`);
  }
  return [...found, ...(taken === "read" ? [] : [await isLetGo])];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    with open_page(browser, site) as page:
        yield page


@pytest.mark.parametrize(
    ("answer", "taken", "expected"),
    [
        ("whole", "read", [206, "b", False, 1, 2, 3]),
        ("without", "read", [204, None, False]),
        ("odd", "read", [999, None, False, 1, 2, 3]),
        ("broken", "read", [200, None, False, 1, 2, 3, "TypeError network error"]),
        ("refused", "read", ["LoadError a: expected it, got nothing; try again"]),
        ("endless", "cancelled", [200, None, False, "let go"]),
        ("endless", "ended", [200, None, False, "Error enough", "let go"]),
        ("never", "ended before", ["Error enough", "let go"]),
        ("endless", "nothing", [False, "let go"]),
        ("never", "dead", ["let go"]),
    ],
)
def test_what_is_handed_over(page: Page, answer: str, taken: str, expected: list[Any]) -> None:
    assert page.evaluate(_HANDED, [answer, taken]) == expected
