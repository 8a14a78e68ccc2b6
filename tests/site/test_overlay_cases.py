"""A box that is drawn over a picture or video lies on the face, whatever CSS does to it.

Judged by pixels of a screenshot: the box around a patch of known colour, and two marks in it that
read from left to right. `tests/site_cases/overlays.js` shows them.
"""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.pages import PyfacePage, open_page

MODULE = "/site_cases/overlays.js"
PATCH, BOX, FIRST, LAST = (255, 0, 255), (0, 255, 0), (0, 0, 255), (255, 255, 0)
TALL = "width: 150px; height: 200px; "
WIDE = "width: 180px; height: 140px; object-fit: cover; "
SCROLLER = """<div class="ground">
  <div class="scroller" style="overflow: auto; width: 240px; height: 150px; {}">
    <div style="height: 60px"></div><i></i><div style="height: 900px"></div>
  </div>
</div>"""

# name -> how it is shown; see `show` of the module. What reporters saw first.
STILLS: dict[str, dict[str, Any]] = {
    **{f"img {fit}": {"style": f"{TALL}object-fit: {fit}"}
       for fit in ("contain", "cover", "fill", "none", "scale-down")},
    **{f"cover, {at}": {"style": f"{TALL}object-fit: cover; object-position: {at}"}
       for at in ("right top", "60% 30%", "right 20px bottom 10%",
                  "calc(100% - 12px) calc(50% + 5px)", "min(90%, 400px) 50%")},
    **{f"contain, {at}": {"style": f"width: 220px; height: 190px; object-position: {at}; "
                                   "object-fit: contain"}
       for at in ("center top", "20px 30%", "bottom 10px right 20px")},
    **{f"a part of it, {css}": {"style": f"{WIDE}object-view-box: {css}"}
       for css in ("inset(10% 5% 20% 40%)", "xywh(150px 40px 140px 120px)",
                   "rect(20px 280px 90% 50%)")},
    "a part of it, contained": {
        "style": "width: 150px; height: 200px; object-fit: contain; object-view-box: "
                 "inset(20px 0 30px 140px)"},
    **{f"itself {css}": {"style": f"{WIDE}transform: {css}"}
       for css in ("scaleX(-1)", "rotate(20deg)", "rotate(180deg)", "rotate(90deg) scaleX(-1)",
                   "scaleY(-1)", "rotate(-30deg) scale(1.1, .8) skewX(10deg)",
                   "perspective(400px) rotateY(30deg)")},
    **{f"its parent {css}": {"style": WIDE, "around": f"transform: {css}"}
       for css in ("scaleX(-1)", "rotate(90deg) translate(10px, -30px)", "scale(.8)")},
    "rotate, scale, translate": {
        "style": f"{WIDE}rotate: 25deg; scale: -.8 .9; translate: 5% 20px; "
                 "transform-origin: 60% 50%"},
    "zoom of it and of its parent": {
        "style": "width: 120px; height: 90px; object-fit: cover; zoom: 1.2; transform: "
                 "rotate(10deg)", "around": "zoom: 1.1"},
    "perspective of its parent": {
        "style": f"{WIDE}transform: rotateY(40deg)",
        "around": "perspective: 500px; perspective-origin: 10px 20px"},
    "preserve-3d": {
        "style": f"{WIDE}transform: rotateY(30deg)",
        "around": "transform-style: preserve-3d; transform: rotateY(-50deg)"},
    "padding and border": {
        "style": f"{WIDE}padding: 10px 20px 5px 8px; border: 6px solid #999; "
                 "border-left-width: 14px; background: #eee"},
    "border-box, turned about its corner": {
        "style": f"{WIDE}box-sizing: border-box; padding: 10px 20px 5px 8px; border: 6px solid "
                 "#999; transform: rotate(15deg); transform-origin: 0 0; margin-left: 20px"},
    "flex": {"style": WIDE, "around": "display: flex; gap: 30px; justify-content: center; "
             "align-items: flex-end; width: 240px; height: 190px"},
    "grid, behind": {
        "style": "max-width: 100%; height: 100%; object-fit: cover; z-index: -1",
        "around": "display: grid; place-items: center; width: 240px; height: 180px"},
    "fixed": {"style": f"{WIDE}position: fixed; top: 20px; left: 30px",
              "around": "transform: rotate(5deg); height: 180px"},
    "from the right": {
        "html": '<div class="ground" dir="rtl" style="width: 250px">one two three <i></i> and '
                "more</div>", "style": "width: 150px; height: 100px; object-fit: cover"},
    "cut out by its parent": {
        "style": "width: 300px; margin: -20px 0 0 -60px",
        "around": "overflow: hidden; width: 190px; height: 100px; border-radius: 20px"},
    "round": {"style": "width: 150px; height: 150px; object-fit: cover; border-radius: 50%"},
    "a circle": {"style": "width: 150px; height: 150px; object-fit: cover; "
                          "clip-path: circle(55px at 90px 70px)"},
    "in words": {"html": '<div class="ground">some <span style="position: relative; left: 10px">'
                         "words <i></i></span></div>", "style": "width: 160px"},
    "in a table": {"html": '<table class="ground"><tr><td>one<td style="padding: 10px"><i></i>'
                           "</table>", "style": "width: 160px; height: 100px"},
    "fractions": {"style": "width: 177.3px; height: 141.7px; margin: 3.3px 0 0 7.7px"},
    "in a picture element": {"html": '<div class="ground"><picture><i></i></picture></div>',
                             "style": "width: 177px"},
    "in a shadow root": {"style": WIDE, "root": "open"},
    "in a closed root that mirrors it": {"style": WIDE, "root": "closed"},
    "swinging": {"style": f"{WIDE}animation: swing 1s linear infinite alternate"},
    "stopped as it swings": {"style": f"{WIDE}animation: swing 1s -0.7s linear paused"},
    "a canvas": {"style": "width: 200px; height: 100px", "kind": "canvas"},
}  # fmt: skip
# The same, and what changes after it was drawn.
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "scrolled": ({"html": SCROLLER.format(""), "style": "width: 220px"}, {"scroll": 40}),
    "scrolled, out of a part": (
        {"html": SCROLLER.format("position: relative"), "style": "width: 220px"}, {"scroll": 90}),
    "resized": ({"style": WIDE}, {"style": "width: 230px; height: 110px"}),
    "mirrored later": ({"style": WIDE}, {"around": "transform: scaleX(-1)"}),
    "turned later": ({"style": WIDE}, {"style": "transform: rotate(30deg)"}),
    "pushed down": ({"style": WIDE}, {"around": "padding-top: 30px"}),
    "put elsewhere": (
        {"html": '<div class="ground"><i></i></div><div class="elsewhere" style="margin: 50px">'
                 "</div>", "style": WIDE}, {"element": "moved"}),
    "shown later": ({"style": f"{WIDE}display: none"}, {"style": "display: inline"}),
}  # fmt: skip
_UNDER = "inset: 0; width: 100%; height: 100%; "
_FILLED = "position: relative; width: 220px; height: 180px; overflow: hidden"
_FILLS = "width: 100%; height: 100%; object-fit: cover; "
# Videos: with a canvas over them that the page made (its style), or with one of their own.
VIDEOS: dict[str, dict[str, Any]] = {
    "video cover": {"style": f"{TALL}object-fit: cover"},
    "video, mirrored": {"style": f"{WIDE}transform: scaleX(-1)"},
    "canvas over a video": {"style": _FILLS, "around": _FILLED, "canvas": _UNDER},
    "canvas over a mirrored video": {
        "style": f"{_FILLS}transform: scaleX(-1)", "around": _FILLED, "canvas": _UNDER},
    "both mirrored": {
        "style": f"{_FILLS}transform: scaleX(-1)", "around": _FILLED,
        "canvas": f"{_UNDER}transform: scaleX(-1)"},
    "mirrored with what is around": {
        "style": _FILLS, "around": f"{_FILLED}; transform: scaleX(-1)", "canvas": _UNDER},
    "video turned": {
        "style": f"{_FILLS}transform: rotate(90deg) scale(.7)", "around": _FILLED,
        "canvas": _UNDER},
    "canvas with border and fit": {
        "style": f"{_FILLS}object-fit: contain", "around": _FILLED,
        "canvas": f"{_UNDER}box-sizing: border-box; border: 5px solid #ddd; object-fit: contain"},
    "canvas of the size of its pixels, enlarged": {
        "style": WIDE, "around": "position: relative; zoom: 1.2",
        "canvas": "left: 0; top: 0", "pixels": [180, 140]},
    "canvas is larger": {
        "style": f"{WIDE}margin: 20px", "around": "position: relative; width: 230px; height: 180px",
        "canvas": _UNDER},
}  # fmt: skip

SHOW = """async ([module, cases]) => {
  const { show, drawn, draw, answer, PATCH } = await import(module);
  const { createFace } = await import("/faceapi/face.js");
  const face = createFace(answer);
  globalThis.overlays = [];
  await show(cases, async (element, canvas) => {
    if (!(element instanceof HTMLVideoElement)) {
      overlays.push(face.drawOn(element, [PATCH], { draw }));
      return;
    }
    const frames = face.track(element);
    frames.drawOn(canvas, { draw });
    overlays.push({ close: () => frames.stop() });
    await frames.next();
  });
  await drawn();
}"""
CHANGE = """async ([module, changes]) => {
  const { change, drawn } = await import(module);
  for (const [name, how] of changes) change(name, how);
  await drawn();
}"""
CLOSE = """
for overlay in js.overlays.unwrap():
    overlay.close()
js.document.querySelectorAll("canvas[aria-hidden]").length
"""
IN_PYTHON = """
overlays = []

def draw(context, faces):
    module.draw(context, to_js([js.DOMRect.new(*faces[0])]))

def over(element, canvas=None):
    patch = module.PATCH
    box = faceapi.Rect(patch.x, patch.y, patch.width, patch.height)
    paint = lambda context, faces: draw(context, [
        [box.x, box.y, box.width, box.height] for box in faces])
    if canvas is None:
        overlays.append(faceapi.draw_on(element, [box], paint))
    else:  # as Frames.draw_on does
        seen = Shown(faceapi.Dimensions(320, 213), [box])
        overlays.append(Overlay(surface_for(canvas, element), paint, lambda: seen, fitted))

from pyface_web.draw.overlay import Overlay, Shown, fitted, surface_for

from pyodide.ffi import create_proxy, to_js
from pyodide.code import run_js
module = await run_js("(path) => import(path)")(path)
await module.show(js.JSON.parse(cases), create_proxy(over))
await module.drawn()
js.overlays = create_proxy(overlays)
"""


STARTS = {name: start for name, (start, _) in CHANGES.items()}
ALL = STILLS | STARTS | VIDEOS
# Of each kind one: for a second density, a second engine, a second language.
STILLS_OF_EACH_KIND = (
    "img cover", "img fill", "cover, calc(100% - 12px) calc(50% + 5px)",
    "a part of it, inset(10% 5% 20% 40%)", "contain, bottom 10px right 20px",
    "itself scaleX(-1)", "itself rotate(20deg)",
    "itself perspective(400px) rotateY(30deg)",
    "its parent rotate(90deg) translate(10px, -30px)", "rotate, scale, translate",
    "zoom of it and of its parent", "perspective of its parent", "padding and border", "flex",
    "from the right", "cut out by its parent", "round", "in a shadow root",
    "in a closed root that mirrors it", "swinging", "stopped as it swings", *CHANGES,
)  # fmt: skip
VIDEOS_OF_EACH_KIND = (
    "video, mirrored", "canvas over a mirrored video", "both mirrored",
    "canvas of the size of its pixels, enlarged",
)  # fmt: skip


def named(*names: str) -> list[dict[str, Any]]:
    """Cases as the module takes them."""
    return [{"name": name, **ALL[name]} for name in names]


def show(page: Page, *names: str) -> None:
    """Show cases on an empty page, draw over them, then change what is to be changed."""
    page.set_viewport_size({"width": 1240, "height": 700})
    page.evaluate(SHOW, [MODULE, named(*names)])
    change(page)


def change(page: Page) -> None:
    page.evaluate(CHANGE, [MODULE, [[name, how] for name, (_, how) in CHANGES.items()]])


def wrong_boxes(page: Page, density: float = 1.0) -> list[str]:
    """What a look at the page says of the boxes that are not where they should be."""
    places = page.evaluate(f"async () => (await import('{MODULE}')).places()")
    return complaints(page.screenshot(full_page=True), places, density)


def complaints(shot: bytes, places: list[Any], density: float = 1.0) -> list[str]:
    """The same of a screenshot; places: of the cases, as the module says them."""
    assert places
    pixels = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    wrong = []
    for name, *place in places:
        left, top, width, height = (round(value * density) for value in place)
        complaint = _complaint(pixels[top : top + height, left : left + width], density)
        if complaint:
            wrong.append(f"{name}: {complaint}")
    return wrong


def _complaint(pixels: np.ndarray[Any, Any], density: float) -> str:
    patch, box, first, last = (_edges(pixels, colour) for colour in (PATCH, BOX, FIRST, LAST))
    if patch is None or box is None:
        return f"patch {patch}, box {box}"
    off = np.abs(_middle(box) - _middle(patch)).max() / density
    grown = ((box[2:] - box[:2]) - (patch[2:] - patch[:2])) / density
    # Two pixels of line around the patch, wider where it is enlarged, and blurred at both edges.
    if off > 2 or grown.min() < -3 or grown.max() > 8:
        return f"the box is {off:.1f} px off: patch {patch}, box {box}"
    if first is None or last is None:
        return ""  # cut off with the picture
    if _middle(first)[0] >= _middle(last)[0]:
        return f"text is mirrored: {first} {last}"
    if (_middle(first) + _middle(last))[1] / 2 >= _middle(box)[1]:
        return f"text is upside down: {first} {last} in {box}"
    return ""


def _edges(pixels: np.ndarray[Any, Any], colour: tuple[int, int, int]) -> Any:
    """Left, top, right and bottom of a colour."""
    ys, xs = np.nonzero(np.abs(pixels - colour).sum(axis=-1) < 120)
    return np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]) if len(xs) else None


def _middle(edges: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return (edges[:2] + edges[2:]) / 2


def test_the_box_lies_on_the_face(browser: Browser, site: str) -> None:
    with open_page(browser, site) as page:
        show(page, *ALL)
        assert wrong_boxes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1240
        page.evaluate("overlays.forEach((overlay) => overlay.close())")
        assert page.evaluate("document.querySelectorAll('canvas[aria-hidden]').length") == 0


def test_the_box_lies_on_the_face_where_a_pixel_is_several(browser: Browser, site: str) -> None:
    context = browser.new_context(device_scale_factor=1.25, base_url=site)
    page = context.new_page()
    page.goto("blank.html")
    show(page, *STILLS_OF_EACH_KIND)
    assert wrong_boxes(page, 1.25) == []
    context.close()


def test_the_box_lies_on_the_face_in_firefox(firefox_browser: Browser, site: str) -> None:
    with open_page(firefox_browser, site) as page:
        show(page, *STILLS_OF_EACH_KIND, *VIDEOS_OF_EACH_KIND)
        assert wrong_boxes(page) == []


def test_the_box_lies_on_the_face_in_python(bare_page: PyfacePage) -> None:
    page = bare_page.page
    cases = json.dumps(named(*STILLS_OF_EACH_KIND, *VIDEOS_OF_EACH_KIND))
    bare_page.run(IN_PYTHON, cases=cases, path=MODULE)
    change(page)
    page.wait_for_timeout(300)  # it looks closely at every sixth refresh
    assert wrong_boxes(page) == []
    assert bare_page.run(CLOSE) == 0


def test_a_face_that_was_found_in_a_mirrored_photo(net_page: PyfacePage) -> None:
    """The box that Python draws by itself is where the face is, as the page shows it."""
    page = net_page.page
    net_page.js("""() => {
      document.body.style.margin = 0;
      document.body.innerHTML = `<img id="photo" style="width: 300px; height: 400px; object-fit:
        cover; transform: scaleX(-1); display: block">`;
      photo.src = "images/sample1.jpg";
      return photo.decode();
    }""")
    box = net_page.run(
        """
faces = await faceapi.detect_all_faces("photo").with_face_landmarks()
face = max(faces, key=lambda face: -abs(face.detection.box.x + face.detection.box.width / 2 - 960))
shown = faceapi.draw_on("photo", face.detection, label=lambda face: "")
js.shown = create_proxy(shown)
face.detection.box.to_dict()
""".replace("faces =", "from pyodide.ffi import create_proxy\nfaces =", 1)
    )
    page.wait_for_timeout(300)
    pixels = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)
    edges = _edges(pixels, (0, 0, 255))
    scale = 400 / 1280  # of 1920x1280, whose middle is shown
    left, top = (box["x"] - 960) * scale + 150, box["y"] * scale
    right = left + box["width"] * scale
    expected = [300 - right, top, 300 - left, top + box["height"] * scale]
    assert edges is not None and np.abs(edges - expected).max() < 3
    assert (
        net_page.run("js.shown.unwrap().close()\njs.document.querySelectorAll('canvas').length")
        == 0
    )
