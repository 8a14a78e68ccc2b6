"""How often a warm call asks WebGL for something: exact counts. Draws are in `test_budgets.py`."""

from __future__ import annotations

import pytest

from tests.pages import PyfacePage

# name of a call of WebGL -> how often it was made meanwhile. How often the page looks whether the
# GPU is done is a matter of time, so that it does not count.
_COUNT = """async (code) => {
  const { prototype } = WebGL2RenderingContext;
  const kept = Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => typeof value === "function" && name !== "constructor")
    .filter(([name]) => !["clientWaitSync", "isContextLost"].includes(name));
  const counts = {};
  for (const [name, { value }] of kept) {
    prototype[name] = function (...given) {
      counts[name] = (counts[name] ?? 0) + 1;
      return value.apply(this, given);
    };
  }
  try {
    await pyface.run(code, "{}");
  } finally {
    for (const [name, { value }] of kept) prototype[name] = value;
  }
  return counts;
}"""


@pytest.fixture(scope="module")
def page(net_page: PyfacePage) -> PyfacePage:
    net_page.add_image("img", "images/sample1.jpg")
    whole = ["images/sample1.jpg", 0, 0, 1920, 1280, 0, 0, 480, 320]
    net_page.add_canvas("canvas", 480, 320, [whole])
    return net_page


@pytest.mark.parametrize(
    ("id", "calls", "questions"),
    [
        ("img", 151, 1),  # face-api.js: 1,105
        ("canvas", 152, 2),
    ],
)
def test_calls_of_a_warm_tiny_detection(
    page: PyfacePage, id: str, calls: int, questions: int
) -> None:
    """questions: calls of getError, at which a page waits for the GPU. One is asked when that is
    done anyway; another one where what is uploaded may be refused, as a canvas of the page.
    """
    code = f"await faceapi.tiny_face_detector({id!r})"
    page.run(code)
    counts = page.js(_COUNT, code)
    print(counts)
    assert counts["getError"] == questions
    assert sum(counts.values()) == calls
