"""Every public function of the JavaScript face with hostile values, with and without Python."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from playwright.sync_api import Browser, Error as PlaywrightError, Page

from tests.faults.figures import Try
from tests.faults.lab import IN_PAGE, Place
from tests.pages import open_page

_MANY = 500  # calls at a time
# The face without Python: what only Python knows is refused.
ALONE = """async () => {
  const { createFace } = await import(new URL("faceapi/face.js", document.baseURI));
  const answer = { error: { name: "NotLoadedError", message: "there is no Python" }, loaded: [] };
  globalThis.face = createFace(async () => answer);
}"""
WITH_PYTHON = """async () => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  globalThis.face = (await loadPyface({ backend: "webgl" })).faceapi;
}"""
# Those whose values come from Python, or from the network.
ASKING = (
    r"load|detect|allFaces|compute|recognize|predict|mtcnn|ssd|tiny|locate|warmup|Backend|create.*Net"
    r"|createMtcnn|createSsd|createTiny|profile|dispose|extract|compare|Task"
)


def tries(page: Page, face: str, **given: Any) -> list[Try]:
    """What comes of calls. face: the namespace, as an expression. given: as of hostileCalls."""
    if not page.evaluate("() => Boolean(globalThis.hostileCalls)"):
        page.add_script_tag(path=IN_PAGE / "calls.js")
    found = page.evaluate(f"(given) => hostileCalls({face}, given)", given)
    return [Try(verdict, what) for verdict, what in found]


def hostile_calls(random: Random, browser: Browser, place: Place) -> Iterator[Try]:
    """The area: pages without Python and with it, in turn; a page that breaks is replaced."""
    while True:
        for start, only in ((ALONE, ""), (WITH_PYTHON, ASKING)):
            with open_page(browser, place.site) as page:
                page.evaluate(start)
                for _ in range(8):
                    seed = random.getrandbits(32)
                    try:
                        yield from tries(page, "face", seed=seed, many=_MANY, only=only)
                    except PlaywrightError as error:
                        yield Try("crashed", f"seed {seed}: {error.message[:300]}")
                        break
