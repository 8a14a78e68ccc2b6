"""Public functions of JavaScript with hostile values: a right value, or a PyfaceError."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.faults import page_calls
from tests.faults.figures import Try, figures_of
from tests.pages import PyfacePage, Visitor

SEED = 20260
ALONE, ASKING = 4_000, 400  # calls without Python, and with it; some three seconds each


def test_hostile_calls_without_python(visitor: Visitor) -> None:
    with visitor.visit(errors=[]) as page:
        page.evaluate(page_calls.ALONE)
        right = _right(page, "face")
        assert {"Box", "iou", "drawBox", "FaceMatcher.topK", "normalize"} <= right
        assert len(right) > 150
        found = page_calls.tries(page, "face", seed=SEED, many=ALONE)
    figures = figures_of(found)
    assert figures.is_clean, figures
    assert figures.tried == ALONE and figures.typed > figures.right > ALONE / 10


def test_hostile_calls_with_python(free_page: PyfacePage) -> None:
    page = free_page.page
    # A namespace of its own: what was asked to load what there is not says so from then on.
    page.evaluate("""async () => {
      const { createFaceApi } = await import('/faceapi/face.js')
      globalThis.hostileFace = createFaceApi(pyface.pyodide)
    }""")
    found = page_calls.tries(page, "hostileFace", seed=SEED, many=ASKING, only=page_calls.ASKING)
    figures = figures_of(found)
    assert figures.is_clean, figures
    assert figures.typed > ASKING / 2
    assert free_page.run("1 + 1") == 2


def _right(page: Page, face: str) -> set[str]:
    """What gives a value where everything is right; the others need Python, a file or a picture."""
    found = page_calls.tries(page, face, seed=0, many=0)
    bad: list[Try] = [one for one in found if not one.is_good]
    assert bad == []
    return {one.what.partition("(")[0] for one in found if one.verdict == "right"}
