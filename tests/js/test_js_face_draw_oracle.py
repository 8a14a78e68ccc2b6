"""What the `draw` of the JavaScript face puts on a canvas, mark by mark as the original does."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

# A canvas whose context writes down what becomes visible, with the styles of that moment.
RECORDED = """
function recorded() {
  const canvas = Object.assign(document.createElement('canvas'), { width: 400, height: 300 })
  const ctx = canvas.getContext('2d')
  const marks = []
  let path = [], at, first
  const line = (x, y) => { path.push(['line', ...at, x, y]); at = [x, y] }
  const heard = {
    strokeRect: (...args) => marks.push(['strokeRect', ...args, ctx.strokeStyle, ctx.lineWidth]),
    fillRect: (...args) => marks.push(['fillRect', ...args, ctx.fillStyle]),
    fillText: (...args) => marks.push(['fillText', ...args, ctx.fillStyle, ctx.font]),
    beginPath: () => { path = [] },
    moveTo: (x, y) => { at = first = [x, y] },
    lineTo: line,
    closePath: () => line(...first),
    arc: (...args) => path.push(['arc', ...args]),
    stroke: () => path.forEach(mark => marks.push([...mark, ctx.strokeStyle, ctx.lineWidth])),
    rect: (...args) => path.push(['fillRect', ...args]),
    fill: () => path.filter(([name]) => name !== 'line')
      .forEach(mark => marks.push([...mark, ctx.fillStyle])),
  }
  for (const [name, hear] of Object.entries(heard)) ctx[name] = (...args) => { hear(...args) }
  return { canvas, ctx, marks }
}
function drawn(faceapi, code) {
  const at = (i, n) => new faceapi.Point(0.1 + (i * 7 % n) / n / 1.5, 0.05 + (i * 11 % n) / n / 1.5)
  const points = n => Array.from({ length: n }, (_, i) => at(i, n))
  const faces = [[0.876, 0.25, 0.25], [0.5, 0.9, 0.9], [0.99, 0, 0.01]].map(([score, x, y], i) => {
    const detection = new faceapi.FaceDetection(score, new faceapi.Rect(x, y, 0.25, 0.25),
      { width: 400, height: 300 })
    const landmarks = new faceapi.FaceLandmarks68(points(68), { width: 100, height: 75 })
    const expressions = new faceapi.FaceExpressions([0.05, 0.6 - i / 8, 0.125, 0.1, 0.05, 0, i / 8])
    return faceapi.extendWithFaceExpressions(
      faceapi.extendWithFaceLandmarks({ detection }, landmarks), expressions)
  })
  const five = new faceapi.FaceLandmarks5(points(5), { width: 100, height: 75 })
  const { canvas, ctx, marks } = recorded()
  new Function('faceapi', 'canvas', 'ctx', 'faces', 'five', code)(faceapi, canvas, ctx, faces, five)
  return marks
}"""

DRAWINGS = [
    "faceapi.draw.drawDetections(canvas, faces)",
    "faceapi.draw.drawDetections(canvas, faces.map(face => face.detection))",
    "faceapi.draw.drawDetections(canvas, { x: 1, y: 2, width: 3, height: 4 })",
    "new faceapi.draw.DrawBox(faces[0].detection.box, { label: 'Ann', lineWidth: 5,"
    " boxColor: 'navy', drawLabelOptions: { fontSize: 20, padding: 6 } }).draw(canvas)",
    "new faceapi.draw.DrawBox({ left: 5, top: 6, right: 50, bottom: 60 }).draw(ctx)",
    *(
        f"new faceapi.draw.DrawTextField(['a line', 'another line'], {{ x: {x}, y: {y} }},"
        f" {{ anchorPosition: '{corner}', backgroundColor: 'black' }}).draw(canvas)"
        for corner in ("TOP_LEFT", "TOP_RIGHT", "BOTTOM_LEFT", "BOTTOM_RIGHT")
        for x, y in ((200, 150), (395, 2))
    ),
    "new faceapi.draw.DrawTextField(new faceapi.draw.DrawTextField('again', { x: 1, y: 2 }),"
    " { x: 30, y: 40 }).draw(canvas)",
    "faceapi.draw.drawFaceExpressions(canvas, faces)",
    "faceapi.draw.drawFaceExpressions(canvas, faces[2], 0.04)",
    "faceapi.draw.drawFaceExpressions(canvas, faces[1].expressions, 0.2, { x: 60, y: 70 })",
    "faceapi.draw.drawFaceExpressions(canvas, faces[1].expressions)",
    "faceapi.draw.drawFaceExpressions(canvas, faces[1].expressions, 0.9)",
    "faceapi.draw.drawFaceLandmarks(canvas, five)",
    "new faceapi.draw.DrawFaceLandmarks(faces[1].landmarks, { drawLines: false, pointSize: 4,"
    " pointColor: 'white' }).draw(ctx)",
    "faceapi.draw.drawContour(ctx, faces[0].landmarks.getJawOutline())",
    "faceapi.draw.drawContour(ctx, faces[0].landmarks.getLeftEye(), true)",
]


# The functions of 0.15 on its own classes.
FIRST_DRAWINGS = [
    "faceapi.drawDetection(canvas, rects[0])",
    "faceapi.drawDetection(canvas, rects, { boxColor: 'navy', lineWidth: 5 })",
    "faceapi.drawDetection(canvas, rects.map(r => new faceapi.BoxWithText(r, 'some text')),"
    " { fontSize: 12.5, textColor: 'green' })",
    "faceapi.drawDetection(canvas, new faceapi.PredictedBox(rects[1], 5, 0.876, 0.5))",
    "faceapi.drawDetection(canvas, new faceapi.PredictedBox(rects[1], 5, 0.876, 0.5),"
    " { withScore: false })",
    "faceapi.drawDetection(canvas, new faceapi.ObjectDetection(0.876, 0.5, 'cat', rects[2], size))",
    "faceapi.drawDetection(canvas, new faceapi.ObjectDetection(0.876, 0.5, 'cat', rects[2], size),"
    " { withScore: false })",
    "faceapi.drawDetection(canvas, face, { withScore: false })",
    "faceapi.drawBox(ctx, 1, 2, 30, 40, faceapi.getDefaultDrawOptions({ lineWidth: 4 }))",
    "faceapi.drawText(ctx, 10, 20, 'a line', faceapi.getDefaultDrawOptions({ fontSize: 30 }))",
    "faceapi.drawLandmarks(canvas, landmarks)",
    "faceapi.drawLandmarks(canvas, [landmarks, five], { lineWidth: 3, color: 'green' })",
    "faceapi.drawLandmarks(canvas, five, { drawLines: true })",
    "faceapi.drawContour(ctx, landmarks.getRightEye(), true)",
]

FIRST = """code => {
  const drawn = faceapi => {
    const size = { width: 400, height: 300 }
    const rects = [[1.5, 2, 30, 40], [350, 5, 80, 20], [0.25, 0.5, 0.25, 0.125]]
      .map(values => new faceapi.Rect(...values))
    const points = n => Array.from({ length: n }, (_, i) => new faceapi.Point(i / n, i * 7 % n / n))
    const { canvas, ctx, marks } = recorded()
    const given = {
      faceapi, canvas, ctx, size, rects,
      face: new faceapi.FaceDetection(0.876, rects[2], size),
      landmarks: new faceapi.FaceLandmarks68(points(68), size, new faceapi.Point(4, 5)),
      five: new faceapi.FaceLandmarks5(points(5), size),
    }
    new Function(...Object.keys(given), code)(...Object.values(given))
    return marks
  }
  return [drawn(ours), drawn(first)]
}"""


@pytest.fixture(scope="module")
def page(two_faces: Page) -> Page:
    two_faces.add_script_tag(content=RECORDED)
    return two_faces


def both(page: Page, code: str) -> tuple[list[Any], list[Any]]:
    """What both put on a canvas."""
    got, want = page.evaluate("code => [drawn(ours, code), drawn(faceapi, code)]", code)
    return rounded(got), rounded(want)


def rounded(marks: list[Any]) -> list[Any]:
    return [tuple(round(v, 6) if isinstance(v, int | float) else v for v in mark) for mark in marks]


@pytest.mark.parametrize("code", DRAWINGS)
def test_marks_are_those_of_the_original(page: Page, code: str) -> None:
    got, want = both(page, code)
    assert want
    assert got == want


@pytest.mark.parametrize("code", FIRST_DRAWINGS)
def test_marks_are_those_of_0_15(page: Page, code: str) -> None:
    got, want = page.evaluate(FIRST, code)
    assert want
    assert rounded(got) == rounded(want)


def test_contours_differ_at_nose_and_mouth_alone(page: Page) -> None:
    got, want = both(page, "faceapi.draw.drawFaceLandmarks(canvas, faces[0])")
    assert [mark for mark in got if mark[0] == "arc"] == [m for m in want if m[0] == "arc"]
    at = page.evaluate(
        "() => drawn(ours, 'faceapi.draw.drawFaceLandmarks(canvas, faces[0])')"
        ".filter(([name]) => name === 'arc').map(([, x, y]) => [x, y])"
    )
    place = {tuple(round(v, 6) for v in xy): index for index, xy in enumerate(at)}

    def lines(marks: list[Any]) -> set[tuple[int, int]]:
        return {(place[mark[1:3]], place[mark[3:5]]) for mark in marks if mark[0] == "line"}

    # The original joins the bridge of the nose to a nostril, and the outer to the inner lip.
    assert lines(want) - lines(got) == {(30, 31), (59, 60), (67, 48)}
    assert lines(got) - lines(want) == {(59, 48), (67, 60)}
    assert {mark[5:] for mark in got if mark[0] == "line"} == {
        mark[5:] for mark in want if mark[0] == "line"
    }
