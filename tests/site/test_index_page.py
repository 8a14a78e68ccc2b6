"""The first page, as a visitor uses it: with mouse, keyboard, dropped files, on a phone."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Route, expect

from tests.pages import ON_WASM, ON_WEBGL, Visitor, collect_errors, until, until_ready
from tests.site.looks import ARRIVING, LARGEST_SHIFT, look, moved

SAMPLES = Path(__file__).resolve().parents[2] / "dist" / "images"
PATIENCE = 120_000  # milliseconds; WebGL2 in software on a busy machine is slow

# Keeps what must not happen: refused sources.
_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""

_NO_WEBGL = """
for (const kind of [HTMLCanvasElement, OffscreenCanvas]) {
  const getContext = kind.prototype.getContext;
  kind.prototype.getContext = function (name, ...rest) {
    return name === "webgl2" ? null : getContext.call(this, name, ...rest);
  };
}
"""

_GIVE_FILE = """([how, name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const target = how === "drop" ? document.querySelector(".drop") : document.body;
  const options = { bubbles: true, cancelable: true };
  target.dispatchEvent(how === "drop"
    ? new DragEvent("drop", { ...options, dataTransfer: data })
    : new ClipboardEvent("paste", { ...options, clipboardData: data }));
}"""

# Pixels of the overlay that are drawn on.
_MARKED = """(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let marked = 0;
  for (let i = 3; i < data.length; i += 4) marked += data[i] > 0;
  return { width, height, marked };
}"""


class Visit:
    """The page in a browser, and all it asked for and complained of."""

    def __init__(
        self, page: Page, url: str, script: str = ARRIVING["script"], query: str = ON_WEBGL
    ) -> None:
        self.page, self.url = page, url
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", self._on_request)
        collect_errors(self.page, self.errors)
        self.page.add_init_script(_VIOLATIONS + script)
        self.page.goto(url + query)

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(("blob:", "data:")):
            self.requests.append(request.url)

    @property
    def faces(self) -> Locator:
        return self.page.locator(".face")

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert")

    def settle(self) -> None:
        """Wait until the page has done what was asked of it, by itself at first."""
        until_ready(self.page)  # it is idle for a moment before it begins with its sample
        until(self.page, "main", "(main) => main.ariaBusy === 'false'")
        expect(self.page.locator("main")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)

    def choose(self, sample: int) -> None:
        # Moves away first, since a chosen sample cannot be chosen again.
        self.page.locator("[name=sample]").evaluate_all(
            "all => all.forEach(s => s.checked = false)"
        )
        self.page.locator(".thumb").nth(sample - 1).click()
        self.settle()

    def give(self, how: str, name: str, content: bytes, kind: str = "image/jpeg") -> None:
        """Drop or paste a file."""
        text = base64.b64encode(content).decode()
        self.page.evaluate(_GIVE_FILE, [how, name, kind, text])
        self.settle()

    def minimum_score(self, value: str) -> None:
        slider = self.page.get_by_role("slider", name="Minimum score")
        slider.fill(value)
        slider.dispatch_event("change")
        self.settle()

    def detector(self, name: str) -> None:
        choice = self.page.locator(f"[name=detector][value={name}]")
        self.page.locator(".segments label").filter(has=choice).click()
        self.settle()

    def start_over(self) -> None:
        """Default settings, nobody remembered."""
        self.page.set_viewport_size({"width": 1280, "height": 900})
        if self.page.locator("#forget-all").is_visible():
            self.page.locator("#forget-all").click()
        self.detector("tiny")
        if self.page.locator("#score").input_value() != "0.5":
            self.minimum_score("0.5")


def jpeg(picture: Image.Image, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90, exif=exif)
    return buffer.getvalue()


def sample(number: int) -> Image.Image:
    return Image.open(SAMPLES / f"sample{number}.jpg")


@pytest.fixture(scope="module")
def loaded(visitor: Visitor, site: str) -> Iterator[Visit]:
    """One visit for the tests that can share it; WebAssembly computes, which is faster here."""
    with visitor.visit(errors=[], **ARRIVING) as page:
        visit = Visit(page, site, script="", query=ON_WASM)
        visit.settle()
        look(page, "")
        yield visit


@pytest.fixture
def visit(loaded: Visit) -> Iterator[Visit]:
    """The shared visit with default settings; errors of the page fail the test."""
    loaded.start_over()
    loaded.errors.clear()
    yield loaded
    assert not loaded.errors
    assert loaded.page.evaluate("window.violations") == []


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """For a visit of its own."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


def check_shown(visit: Visit, faces: int, backend: str) -> None:
    """Whether the page tells of so many faces, shows each, and says what computed."""
    page = visit.page
    assert visit.faces.count() == faces
    expect(page.locator("#status")).to_have_text(f"{faces} faces found")
    expect(page.locator("p[role=status]")).to_have_text(f"{faces} faces found")
    expect(visit.faces.first.locator(".detail")).to_have_text(re.compile(r"score 0\.\d\d"))
    for step in ("load", "detection", "landmarks", "descriptors"):
        expect(page.locator(f"#time-{step}")).to_have_text(re.compile(r"^[\d.]+ m?s$"))
    expect(page.locator("#badge")).to_have_text(backend)
    expect(page.locator("#backend")).to_contain_text(backend)
    crop = visit.faces.first.locator("canvas").evaluate(_MARKED)
    assert crop["width"] == crop["height"] > 100
    assert crop["marked"] == crop["width"] * crop["height"]
    overlay = page.locator("#stage canvas").evaluate(_MARKED)
    shown = page.locator("#stage img").bounding_box()
    assert shown is not None
    assert abs(overlay["width"] - shown["width"]) <= 1
    assert 3000 < overlay["marked"] < overlay["width"] * overlay["height"] / 10


def test_page_is_there_before_python_is(context: BrowserContext, site: str) -> None:
    held: list[Route] = []
    # Python waits until the test lets it go.
    context.route(re.compile(r"index\.py$"), lambda route: held.append(route))
    visit = Visit(context.new_page(), site)
    page = visit.page
    expect(page.locator("#badge")).to_have_text("Loading")
    until(page, "#stage", "(stage) => stage.dataset.state === 'waiting'")
    shown = page.locator("#stage img")
    assert shown.evaluate("(image) => [image.complete, image.naturalHeight]") == [True, 1350]
    expect(page.locator("#stage .hint")).to_contain_text("as soon as Python has started")
    assert moved(page) < LARGEST_SHIFT
    # what is chosen and set meanwhile counts, the newest of it
    page.locator(".thumb").nth(1).click()
    page.locator(".thumb").nth(3).click()
    expect(shown).to_have_attribute("src", re.compile("sample4"))
    landmarks, recognition = (page.locator(f"#{name}") for name in ("landmarks", "recognition"))
    landmarks.uncheck()
    expect(recognition).not_to_be_checked()
    recognition.check()
    expect(landmarks).to_be_checked()
    page.locator(".segments label").last.click()
    expect(page.get_by_label("Input size")).to_be_disabled()
    page.locator(".segments label").first.click()
    page.locator("#score").fill("0.9")
    expect(page.locator("#score-output")).to_have_text("0.90")
    held[0].continue_()
    until(page, "#status", "(status) => status.textContent.startsWith('No face found')")
    visit.minimum_score("0.5")
    check_shown(visit, 3, "WebGL2")
    assert page.locator("#stage img").get_attribute("alt") == "Four women standing in a row"
    assert moved(page) < 0.1
    assert visit.errors == []


def test_faces_of_a_sample_are_shown_without_a_click(loaded: Visit) -> None:
    """Nobody has touched the page yet: this is the first test that uses it."""
    expect(loaded.page.locator("[name=sample]:checked")).to_have_value(re.compile(r"sample3\.jpg$"))
    check_shown(loaded, 3, "WebAssembly")


def test_sample_by_click(visit: Visit) -> None:
    visit.choose(5)
    check_shown(visit, 5, "WebAssembly")


def test_overlay_follows_the_size_of_the_picture(visit: Visit) -> None:
    visit.choose(5)
    visit.page.set_viewport_size({"width": 390, "height": 844})
    shown = visit.page.locator("#stage img").bounding_box()
    assert shown is not None and shown["width"] < 390
    canvas = visit.page.locator("#stage canvas")
    width = "canvas => canvas.width"
    for _ in range(PATIENCE // 100):
        if abs(canvas.evaluate(width) - shown["width"]) <= 1:
            break
        visit.page.wait_for_timeout(100)
    overlay = canvas.evaluate(_MARKED)
    assert abs(overlay["width"] - shown["width"]) <= 1
    assert overlay["marked"] > 1000


def test_without_landmarks_and_recognition(visit: Visit) -> None:
    visit.choose(5)
    page = visit.page
    page.get_by_role("checkbox", name="Landmarks 68").uncheck()
    visit.settle()
    expect(page.get_by_role("checkbox", name="Recognition")).not_to_be_checked()
    expect(page.locator("#time-landmarks")).to_have_text("-")
    expect(visit.faces.first.get_by_role("button")).to_be_disabled()
    page.get_by_role("checkbox", name="Recognition").check()
    visit.settle()
    expect(page.get_by_role("checkbox", name="Landmarks 68")).to_be_checked()
    expect(visit.faces.first.get_by_role("button")).to_be_enabled()


def test_score_and_input_size(visit: Visit) -> None:
    visit.choose(5)
    visit.minimum_score("0.9")
    assert visit.faces.count() == 0
    expect(visit.page.locator("#status")).to_contain_text("No face found")
    expect(visit.page.locator("#score-output")).to_have_text("0.90")
    visit.minimum_score("0.5")
    visit.page.get_by_label("Input size").select_option("608")
    visit.settle()
    assert visit.faces.count() == 5
    visit.page.get_by_label("Input size").select_option("416")
    visit.settle()


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_own_picture(visit: Visit, how: str) -> None:
    visit.choose(1)
    visit.give(how, "family.jpg", jpeg(sample(6).resize((960, 768))))
    assert visit.faces.count() >= 4
    expect(visit.page.locator("#stage img")).to_have_attribute("alt", "family.jpg")
    assert visit.page.locator("[name=sample]:checked").count() == 0


@pytest.mark.parametrize("orientation", [3, 6])
def test_turned_photo(visit: Visit, orientation: int) -> None:
    """Phones store photos as the sensor saw them, and say how to turn them."""
    turn = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90}[orientation]
    visit.give("drop", "phone.jpg", jpeg(sample(5).transpose(turn), orientation))
    expect(visit.alert).to_be_empty()
    assert visit.faces.count() == 5


def test_keyboard_only(visit: Visit) -> None:
    visit.choose(4)
    page = visit.page
    page.locator("[name=sample]:checked").focus()
    page.keyboard.press("ArrowRight")
    visit.settle()
    assert visit.faces.count() == 5
    page.keyboard.press("Tab")
    expect(page.locator("input[type=file]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(visit.faces.first.get_by_role("textbox")).to_be_focused()
    assert (
        visit.faces.first.get_by_role("textbox").evaluate(
            "field => getComputedStyle(field).outlineStyle"
        )
        == "solid"
    )
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    expect(page.locator(".person .name")).to_have_text("Ada")
    expect(page.locator("p[role=status]")).to_contain_text("Ada is remembered")
    remove = page.get_by_role("button", name="Remove Ada")
    remove.focus()
    page.keyboard.press("Space")
    expect(page.locator(".person")).to_have_count(0)
    expect(page.locator("#people-title")).to_be_focused()


def test_broken_file(visit: Visit) -> None:
    visit.choose(5)
    visit.give("drop", "notes.jpg", b"this is no picture")
    expect(visit.alert).to_contain_text("notes.jpg (image/jpeg, ")
    assert visit.faces.count() == 5, "the picture before stays"
    visit.choose(6)
    expect(visit.alert).to_be_empty()
    assert visit.faces.count() >= 4


def test_file_that_is_no_picture(visit: Visit) -> None:
    visit.give("drop", "list.pdf", b"%PDF-1.4", "application/pdf")
    expect(visit.alert).to_contain_text("list.pdf (application/pdf, 8 bytes) is not an image")
    visit.give("drop", "dot.png", jpeg(Image.new("RGB", (1, 1))))
    expect(visit.alert).to_be_empty()
    expect(visit.page.locator("#status")).to_contain_text("No face found")


def test_remember_and_recognise(visit: Visit) -> None:
    """Enrolled with one detector, recognised with the other, from another crop of the face."""
    visit.choose(1)
    page = visit.page
    for index, name in enumerate(["Ada", "Grace"]):
        card = visit.faces.nth(index)
        card.get_by_role("textbox").fill(name)
        card.get_by_role("button", name="Remember").click()
        expect(page.locator(".person")).to_have_count(index + 1)
    expect(page.locator("#status")).to_have_text("3 faces found: Ada, Grace and 1 unknown")

    visit.detector("ssd")
    names = visit.faces.locator(".name").all_inner_texts()
    assert sorted(names) == ["Ada", "Grace", "unknown"]
    ada = visit.faces.nth(names.index("Ada")).locator(".distance").inner_text()
    assert 0 < float(ada.removeprefix("distance ")) < 0.6

    visit.choose(6)
    assert "Ada" not in visit.faces.locator(".name").all_inner_texts()
    page.get_by_role("button", name="Remove Ada").click()
    expect(page.locator(".person .name")).to_have_text(["Grace"])
    page.get_by_role("button", name="Remove all").click()
    expect(page.locator(".person")).to_have_count(0)
    expect(visit.faces.first.locator(".name")).to_have_text("Face 1")


def test_name_is_text(visit: Visit) -> None:
    visit.choose(1)
    card = visit.faces.first
    card.get_by_role("textbox").fill("<b>x</b>")
    card.get_by_role("button").click()
    expect(card.locator(".name")).to_have_text("<b>x</b>")
    expect(visit.page.locator(".person .name")).to_have_text("<b>x</b>")


def test_newest_wish_wins(visit: Visit) -> None:
    for number in (1, 2, 5):
        visit.page.locator(".thumb").nth(number - 1).click()
    visit.settle()
    expect(visit.page.locator("#stage img")).to_have_attribute("alt", re.compile("staircase"))
    assert visit.faces.count() == 5


@pytest.mark.parametrize("width", [320, 390])
def test_phone_has_no_horizontal_scroll(visit: Visit, width: int) -> None:
    visit.choose(1)
    visit.page.set_viewport_size({"width": width, "height": 844})
    card = visit.faces.first
    card.get_by_role("textbox").fill("W" * 40)
    card.get_by_role("button").click()
    expect(visit.page.locator(".person")).to_have_count(1)
    visit.page.locator("summary").click()
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    visit.page.locator("summary").click()


def test_nothing_leaves_the_page(visit: Visit) -> None:
    visit.choose(3)  # all that a picture needs has been loaded
    before = list(visit.requests)
    visit.give("drop", "private.jpg", jpeg(sample(3)))
    card = visit.faces.first
    card.get_by_role("textbox").fill("Ada")
    card.get_by_role("button").click()
    expect(visit.page.locator(".person")).to_have_count(1)
    assert visit.requests == before
    assert [url for url in before if not url.startswith(visit.url)] == []
    assert visit.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


def test_model_that_cannot_be_loaded(context: BrowserContext, site: str) -> None:
    pattern = re.compile("face_recognition_model-weights_manifest")
    context.route(pattern, lambda route: route.fulfill(status=404, body="gone"))
    visit = Visit(context.new_page(), site, query=ON_WASM)
    visit.settle()
    visit.choose(5)
    expect(visit.alert).to_contain_text("A download failed")
    expect(visit.alert).to_contain_text("404")
    assert visit.faces.count() == 5, "what was found before stays"
    context.unroute(pattern)
    visit.choose(1)
    expect(visit.alert).to_be_empty()
    expect(visit.faces.first.get_by_role("button")).to_be_enabled()


def test_loader_that_fails(context: BrowserContext, site: str) -> None:
    pattern = re.compile("files.json")
    context.route(pattern, lambda route: route.fulfill(status=503, body="later"))
    visit = Visit(context.new_page(), site)
    expect(visit.alert).to_contain_text("files.json")
    expect(visit.alert).to_contain_text("503")
    context.unroute(pattern)
    visit.page.get_by_role("button", name="Try again").click()
    expect(visit.page.locator("#badge")).to_have_text("WebGL2", timeout=PATIENCE)


def test_without_webgl(context: BrowserContext, site: str) -> None:
    """WebAssembly computes, which is no failure that a visitor would have to be told of."""
    visit = Visit(context.new_page(), site, ARRIVING["script"] + _NO_WEBGL, "")
    visit.settle()
    assert visit.faces.count() == 3
    assert moved(visit.page) < LARGEST_SHIFT, "on a desktop, too"
    expect(visit.page.locator("#badge")).to_have_text("WebAssembly")
    expect(visit.page.locator("#notice")).to_be_empty()
    visit.choose(1)
    expect(visit.page.locator("#backend")).to_contain_text("no WebGL2")
    assert visit.faces.count() == 3
