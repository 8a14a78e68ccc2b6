"""An overlay of `drawOn` comes and goes with its element, and follows it where that may go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.pages import open_page
from tests.site.test_overlay_cases import MODULE, complaints

BEGIN = """async (path) => {
  const module = await import(path);
  const { createFace } = await import("/faceapi/face.js");
  const face = createFace(module.answer);
  Object.assign(globalThis, module, { face });
  globalThis.begin = async (html, kind = "img") => {
    document.body.innerHTML = html;
    globalThis.element = await KINDS[kind]();
    document.querySelector("i").replaceWith(element);
    globalThis.overlay = face.drawOn(element, [PATCH], { draw });
    await drawn();
  };
  globalThis.canvases = () => document.querySelectorAll("canvas[aria-hidden]").length;
}"""
WHOLE = [["the page", 0, 0, 1000, 700]]


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    with open_page(browser, site) as made:
        made.set_viewport_size({"width": 1000, "height": 700})
        made.evaluate(BEGIN, MODULE)
        yield made


def run(page: Page, code: str) -> Any:
    return page.evaluate(f"async () => {{ {code} }}")


def wrong(page: Page) -> list[str]:
    return complaints(page.screenshot(), WHOLE)


def test_in_full_screen_there_was_no_box(page: Page) -> None:
    run(page, "await begin('<p>words</p><i></i>'); await element.requestFullscreen()")
    page.wait_for_function("innerWidth === element.getBoundingClientRect().width")
    run(page, "await drawn()")
    assert wrong(page) == []
    run(page, "await document.exitFullscreen()")
    page.wait_for_function("innerWidth !== element.getBoundingClientRect().width")
    run(page, "await drawn()")
    assert wrong(page) == []


def test_in_a_modal_dialog_the_box_was_behind_it(page: Page) -> None:
    run(page, "await begin('<dialog><i></i></dialog>')")
    assert run(page, "return canvases()") == 0
    run(page, "document.querySelector('dialog').showModal(); await drawn()")
    assert wrong(page) == []


def test_of_an_element_of_an_iframe(page: Page) -> None:
    run(
        page,
        """
        await begin('<iframe style="margin: 20px; width: 500px; height: 400px"></iframe><i></i>');
        overlay.close();
        const { contentDocument } = document.querySelector("iframe");
        contentDocument.body.append(contentDocument.adoptNode(element));
        element.style.transform = "scaleX(-1)";
        globalThis.overlay = face.drawOn(element, [PATCH], { draw });
        await drawn();
        """,
    )
    assert wrong(page) == []


def test_a_component_that_was_taken_away_left_its_canvas(page: Page) -> None:
    found = run(
        page,
        """
        await begin('<div><i></i></div>');
        const found = [canvases()];
        element.remove();
        await drawn();
        found.push(canvases());
        document.querySelector("div").append(element);
        await drawn();
        return [...found, canvases()];
        """,
    )
    assert found == [1, 0, 1]
    assert wrong(page) == []


def test_drawing_at_each_detection_piled_up_canvases(page: Page) -> None:
    found = run(
        page,
        """
        await begin('<i></i>');
        for (let i = 0; i < 5; i++) face.drawOn(element, [PATCH], { draw });
        const found = [canvases()];
        const last = face.drawOn(element, []);
        await drawn();
        last.close();
        last.close();
        return [...found, canvases()];
        """,
    )
    assert found == [1, 0]


def test_a_picture_that_changed_kept_the_box_of_the_last_size(page: Page) -> None:
    run(
        page,
        """
        await begin('<i></i>');
        element.style.cssText = "width: 400px; height: 300px; object-fit: contain";
        const tall = Object.assign(document.createElement("canvas"), { width: 100, height: 200 });
        const context = tall.getContext("2d");
        context.fillStyle = "#f0f";
        context.fillRect(PATCH.x - 150, PATCH.y, PATCH.width, PATCH.height);
        element.src = tall.toDataURL();
        await element.decode();
        const { x, y, width, height } = PATCH;
        face.drawOn(element, { x: x - 150, y, width, height }, { draw });
        await drawn();
        """,
    )
    assert wrong(page) == []


def test_another_picture_of_the_same_size_had_the_box_of_the_first(page: Page) -> None:
    found = run(
        page,
        """
        await begin('<i></i>');
        const { src } = element;
        const seen = [];
        const look = async () => {
          await element.decode();
          await drawn();
          seen.push(canvases());
        };
        const other = Object.assign(document.createElement("canvas"), { width: 320, height: 213 });
        other.getContext("2d");
        element.src = other.toDataURL();
        await look();
        element.src = src;
        await look();
        element.removeAttribute("src");
        element.srcset = `${src} 2x`;
        await drawn();
        seen.push(canvases());
        return seen;
        """,
    )
    assert found == [0, 1, 0]


def test_a_picture_in_another_density_keeps_its_box(page: Page) -> None:
    """But not another cut of it; a picture element that gets other sources is another one."""
    found = run(
        page,
        """
        const square = Object.assign(document.createElement("canvas"), { width: 9, height: 9 });
        square.getContext("2d");
        const address = new URL("/images/sample1.jpg", location).href;
        const first = `${address}?small`;
        const seen = [];
        const look = async () => {
          await element.decode();
          await drawn();
          seen.push([element.currentSrc === first, canvases()]);
        };
        document.body.innerHTML = "<picture><source><img></picture>";
        const [source, element] = [document.querySelector("source"), document.querySelector("img")];
        element.style.width = "200px";
        element.sizes = "64px";
        element.srcset = `${first} 64w, ${address}?large 640w`;
        await element.decode();
        face.drawOn(element, [{ x: 9, y: 9, width: 9, height: 9 }]);
        await look();
        element.sizes = "640px";
        while (element.currentSrc === first) await drawn();
        await look();
        source.srcset = square.toDataURL();
        await drawn();
        await look();
        return seen;
        """,
    )
    assert found == [[True, 1], [False, 1], [False, 0]]


def test_what_cannot_be_drawn_is_said_and_leaves_nothing(page: Page) -> None:
    found = run(
        page,
        """
        await begin('<i></i>');
        overlay.close();
        const outcomes = [];
        for (const [target, faces, options] of [
          [document.body, []], ["nobody", []], [element, [{ x: 1 }]], [element, null],
          [element, [PATCH], { draw: 5 }], [element, [PATCH], { colour: "red" }],
          [element, [PATCH], { draw() { throw new RangeError("mine"); } }],
        ]) {
          try {
            face.drawOn(target, faces, options);
            outcomes.push("nothing");
          } catch (error) {
            outcomes.push(error.name);
          }
        }
        outcomes.push(canvases());
        face.drawOn(element, PATCH, { draw });
        await drawn();
        return outcomes;
        """,
    )
    assert found == [
        "InputError", "ElementNotFoundError", "InputError", "InputError", "OptionsError",
        "OptionsError", "RangeError", 0,
    ]  # fmt: skip
    assert wrong(page) == []


def test_results_are_drawn_by_themselves(page: Page) -> None:
    """Score or label above the box, and landmarks; mirrored, they are those of the screen."""
    found = run(
        page,
        """
        await begin('<i></i>');
        const { width, height } = element;
        const box = new face.Box(PATCH).rescale({ width: 1 / width, height: 1 / height });
        const detection = new face.FaceDetection(0.876, box, { width, height });
        const points = Array.from({ length: 5 }, (_, i) => new face.Point(0.1 * i, 0.2));
        const size = { width: PATCH.width, height: PATCH.height };
        const landmarks = new face.FaceLandmarks5(points, size, new face.Point(PATCH.x, PATCH.y));
        const result = new face.FaceResult({ detection, landmarks });
        element.style.transform = "scaleX(-1)";
        let seen;
        face.drawOn(element, [result], { draw: (_, [shown]) => (seen = shown) });
        const { box: mirrored } = seen.detection;
        const labels = [];
        const { fillText } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
          labels.push([text, this.getTransform().a > 0]);
          return fillText.call(this, text, x, y);
        };
        const label = ({ landmarks }) => (landmarks ? "Ada" : "nobody");
        face.drawOn(element, [result, detection], { label });
        face.drawOn(element, [detection]);
        await drawn();
        CanvasRenderingContext2D.prototype.fillText = fillText;
        return [mirrored.x, seen.landmarks.positions.map(({ x }) => x), labels];
        """,
    )
    x, points, labels = found
    assert x == pytest.approx(320 - 190 - 60)
    # the eyes have changed places, and so have the corners of the mouth
    assert points == pytest.approx([320 - 190 - 6 * i for i in (1, 0, 2, 4, 3)])
    # On a canvas that is mirrored by CSS, what is to be read is drawn mirrored.
    assert labels == [["Ada", False], ["nobody", False], ["0.87", False]]
