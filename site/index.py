"""The logic of the first page: a picture in; its faces marked, listed and named.

It rests on a few calls of the library:

    image = await faceapi.fetch_image("images/sample1.jpg")
    faces = await faceapi.detect_all_faces(image).with_face_landmarks().with_face_descriptors()
    crops = await faceapi.extract_faces(image, faces)
    matcher.add("Ada", faces[0].descriptor)
    matcher.find_best_match(faces[1].descriptor)

pyface.js has loaded Python and the small nets; index.js runs this file and calls main().
"""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from itertools import compress
from typing import Any, TypeVar

import js
from js import document
from pyodide.ffi import create_proxy

import pyface_web as faceapi

T = TypeVar("T")

MODELS = "models/"
MARK = "#5eead4"  # boxes: light on any picture, with dark text on their labels
MARK_TEXT = "#06302c"
LINES = "rgba(255, 255, 255, 0.85)"
FONT = "system-ui, sans-serif"

matcher = faceapi.FaceMatcher()  # the people whom the visitor named; in memory only
portraits: dict[str, Any] = {}  # name -> canvas with the face that was remembered first


def element(id: str) -> Any:
    return document.getElementById(id)


# --- What the visitor wants


def detector_options() -> Any:
    """Options for the detector; their class decides which one runs."""
    score = float(element("score").value)
    if document.querySelector("[name=detector]:checked").value == "ssd":
        return faceapi.SsdMobilenetv1Options(min_confidence=score)
    size = int(element("input-size").value)
    return faceapi.TinyFaceDetectorOptions(input_size=size, score_threshold=score)


def wants_landmarks() -> bool:
    return bool(element("landmarks").checked)


def wants_recognition() -> bool:
    return bool(element("recognition").checked)


def chosen_file() -> Any:
    """The visitor's own picture, or None."""
    return element("file").files.item(0)


def chosen_sample() -> Any:
    """The radio button of the chosen sample, or None."""
    return document.querySelector("[name=sample]:checked")


async def load_file(file: Any) -> Any:
    """An img element that shows a file of the visitor."""
    element("file").value = ""  # so that the same file can be chosen again
    image = await faceapi.buffer_to_image(file)
    image.alt = file.name
    return image


async def load_sample(sample: Any) -> Any:
    """An img element that shows a sample."""
    image = await faceapi.fetch_image(sample.value)
    image.alt = sample.nextElementSibling.alt
    return image


# --- Nets that are loaded on first need


class Models:
    """Loads a net when it is needed, once, and shows how far it is."""

    def __init__(self) -> None:
        self._on_their_way: dict[str, asyncio.Future[None]] = {}
        self._awaited = ""

    async def need(self, title: str, net: Any, load: Callable[..., Any]) -> None:
        """Come back when the net can be used."""
        self._awaited = title
        if net.is_loaded:
            return
        if title not in self._on_their_way:
            work = self._load(title, net, load)
            self._on_their_way[title] = asyncio.ensure_future(work)
        show_busy(f"Downloading {title}")
        await self._on_their_way[title]

    async def _load(self, title: str, net: Any, load: Callable[..., Any]) -> None:
        def show(progress: faceapi.Progress) -> None:
            if self._awaited == title:
                show_busy(f"Downloading {title}", progress.loaded_bytes, progress.total_bytes)

        try:
            await load(MODELS, on_progress=show)
            if self._awaited == title:
                show_busy(f"Preparing {title}")
            await faceapi.warmup(net)  # so that the first picture takes no longer than the next
        finally:
            del self._on_their_way[title]


models = Models()


async def need_detector(options: Any) -> None:
    if isinstance(options, faceapi.SsdMobilenetv1Options):
        net, load = faceapi.nets.ssd_mobilenetv1, faceapi.load_ssd_mobilenetv1_model
        await models.need("the SSD detector", net, load)
    else:
        net, load = faceapi.nets.tiny_face_detector, faceapi.load_tiny_face_detector_model
        await models.need("the tiny detector", net, load)


async def need_landmarks() -> None:
    net, load = faceapi.nets.face_landmark68_net, faceapi.load_face_landmark_model
    await models.need("the landmark model", net, load)


async def need_recognition() -> None:
    net, load = faceapi.nets.face_recognition_net, faceapi.load_face_recognition_model
    await models.need("the recognition model", net, load)


# --- One wish at a time


class SupersededError(Exception):
    """The visitor wants something newer; the older work stops without a word."""


class Turn:
    """The newest wish of the visitor; awaiting through an older one raises SupersededError."""

    latest: Turn | None = None

    def __init__(self) -> None:
        Turn.latest = self

    async def wait(self, work: Awaitable[T]) -> T:
        try:
            result = await work
        except Exception:
            self.check()
            raise
        self.check()
        return result

    def check(self) -> None:
        if Turn.latest is not self:
            raise SupersededError


# --- The picture and its faces


class Stage:
    """The picture on the page, and what is known about its faces so far."""

    def __init__(self) -> None:
        self.image: Any = None
        self.faces: list[faceapi.FaceResult] = []
        self.crops: list[Any] = []

    async def open(self, turn: Turn) -> None:
        """Show the chosen picture and find its faces."""
        file, sample = chosen_file(), chosen_sample()
        try:
            image = await turn.wait(load_file(file) if file else load_sample(sample))
        except faceapi.PyfaceError:
            if not file:
                sample.checked = False  # so that it can be chosen again
            raise
        if file and sample:
            sample.checked = False
        self.image, self.faces, self.crops = image, [], []
        show_picture(image)
        self.draw()
        element("no-faces").textContent = "The faces of the picture are listed here."
        list_faces(self)
        await self.look(turn)

    async def look(self, turn: Turn) -> None:
        """Find the faces by the present settings; each step is shown as soon as it is done."""
        for step in ("detection", "landmarks", "descriptors"):
            element(f"time-{step}").textContent = "-"
        options = detector_options()

        await turn.wait(need_detector(options))
        show_busy("Finding faces")
        await turn.wait(paint())
        detect = faceapi.detect_all_faces(self.image, options)
        with timed("detection"):
            detections = await turn.wait(detect)
        await self.show([faceapi.FaceResult(found) for found in detections], turn)

        if self.faces and wants_landmarks():
            await turn.wait(need_landmarks())
            show_busy("Finding landmarks")
            align = detect.with_face_landmarks()
            with timed("landmarks"):
                faces = await turn.wait(align)
            await self.show(faces, turn)

            if wants_recognition():
                await turn.wait(need_recognition())
                show_busy("Describing faces")
                describe = align.with_face_descriptors()
                with timed("descriptors"):
                    faces = await turn.wait(describe)
                await self.show(faces, turn)
        element("no-faces").textContent = "No face has been found in this picture."
        finish(self.summary())

    async def show(self, faces: list[faceapi.FaceResult], turn: Turn) -> None:
        """Draw and list the faces; they are cut out of the picture unless they are already."""
        if [face.detection for face in faces] == [face.detection for face in self.faces]:
            self.faces = faces
            name_faces(self)
        else:
            width, height = self.image.naturalWidth, self.image.naturalHeight
            boxes = [face.detection.box.to_square() for face in faces]
            inside = [not box.clip_at_image_borders(width, height).is_empty for box in boxes]
            faces, boxes = list(compress(faces, inside)), list(compress(boxes, inside))
            self.crops = await turn.wait(faceapi.extract_faces(self.image, boxes))
            self.faces = faces
            list_faces(self)
        self.draw()

    def match(self, face: faceapi.FaceResult) -> faceapi.FaceMatch | None:
        """Who it is: a name or `unknown`; None while there is nothing to compare."""
        if face.descriptor is None or not matcher.labels:
            return None
        return matcher.find_best_match(face.descriptor)

    def draw(self) -> None:
        """Draw boxes and landmarks over the picture, as large as it is shown."""
        if self.image is None:
            return
        ratio = js.devicePixelRatio
        canvas = element("overlay")
        canvas.width = round(self.image.clientWidth * ratio)
        canvas.height = round(self.image.clientHeight * ratio)
        if not canvas.width or not canvas.height:
            return
        label_style = {
            "font_color": MARK_TEXT,
            "font_style": FONT,
            "font_size": 13 * ratio,
            "padding": 4 * ratio,
        }
        shown = faceapi.resize_results(self.faces, canvas)
        for number, (face, small) in enumerate(zip(self.faces, shown, strict=True), start=1):
            if small.landmarks:
                faceapi.DrawFaceLandmarks(
                    small.landmarks, line_color=LINES, line_width=1.25 * ratio, draw_points=False
                ).draw(canvas)
            match = self.match(face)
            faceapi.DrawBox(
                small.detection.box,
                label=match.label if match and is_known(match) else str(number),
                box_color=MARK,
                line_width=2 * ratio,
                draw_label_options=label_style,
            ).draw(canvas)

    def summary(self) -> str:
        """What was found, in a sentence."""
        if not self.faces:
            return "No face found. A lower minimum score, or the other detector, may find more."
        found = f"{count(len(self.faces), 'face')} found"
        matches = [match for match in map(self.match, self.faces) if match]
        names = [match.label for match in matches if is_known(match)]
        if not matches:
            return found
        if not names:
            return f"{found}, nobody known"
        others = len(matches) - len(names)
        return f"{found}: {', '.join(names)}" + (f" and {others} unknown" if others else "")


stage = Stage()


def is_known(match: faceapi.FaceMatch) -> bool:
    return match.distance < matcher.distance_threshold


def count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def show_picture(image: Any) -> None:
    old = element("frame").querySelector("img")
    if old:
        old.remove()
    element("frame").prepend(image)
    element("stage").dataset.state = "picture"


# --- The list of faces, and the people


def clone(template: str) -> Any:
    return element(template).content.firstElementChild.cloneNode(True)


def list_faces(stage: Stage) -> None:
    """A card for every face."""
    cards = []
    for index, (face, crop) in enumerate(zip(stage.faces, stage.crops, strict=True)):
        card = clone("face-template")
        card.dataset.index = str(index)
        crop.setAttribute("role", "img")
        crop.setAttribute("aria-label", f"Face {index + 1}")
        card.querySelector(".crop").append(crop)
        card.querySelector("input").setAttribute("aria-label", f"Name of face {index + 1}")
        score, width = face.detection.score, face.detection.box.width
        detail = card.querySelector(".detail")
        detail.textContent = f"score {score:.2f}, {width:.0f} px wide"
        cards.append(card)
    element("faces").replaceChildren(*cards)
    element("no-faces").hidden = bool(cards)
    name_faces(stage)


def name_faces(stage: Stage) -> None:
    """Write on every card who it is, as far as that is known."""
    cards = element("faces").children
    for index, face in enumerate(stage.faces):
        card = cards.item(index)
        match = stage.match(face)
        known = match is not None and is_known(match)
        card.querySelector(".name").textContent = match.label if match else f"Face {index + 1}"
        card.dataset.known = "yes" if known else "no" if match else ""
        for control in card.querySelectorAll("input, button"):
            control.disabled = face.descriptor is None
        if match:
            nearest = matcher.match_descriptor(face.descriptor)
            text = f"distance {match.distance:.2f}"
            if not known:
                text += f" to {nearest.label}, limit {matcher.distance_threshold:.2f}"
            card.querySelector(".distance").textContent = text
            place = min(match.distance / (2 * matcher.distance_threshold), 1)
            card.querySelector(".scale").style.setProperty("--distance", f"{place:.3f}")
        else:
            card.querySelector(".distance").textContent = ""


def list_people() -> None:
    """The people whom the visitor named, each with the face that was remembered first."""
    items = []
    for person in matcher.labeled_descriptors:
        item = clone("person-template")
        item.dataset.label = person.label
        item.querySelector(".crop").append(portraits[person.label])
        item.querySelector(".name").textContent = person.label
        item.querySelector("small").textContent = count(len(person.descriptors), "face")
        item.querySelector("button").setAttribute("aria-label", f"Remove {person.label}")
        items.append(item)
    element("people").replaceChildren(*items)
    element("no-people").hidden = bool(items)
    element("forget-all").hidden = not items
    name_faces(stage)
    stage.draw()
    if element("progress").hidden and stage.image is not None:
        element("status").textContent = stage.summary()


async def remember(event: Any) -> None:
    """Add a face to the people under the name that was typed."""
    card = event.target.closest(".face")
    field = card.querySelector("input")
    name = field.value.strip()
    face, crop = (values[int(card.dataset.index)] for values in (stage.faces, stage.crops))
    if not name or face.descriptor is None:
        return
    field.value = ""
    portrait = await faceapi.create_canvas_from_media(crop)
    portraits.setdefault(name, portrait)
    matcher.add(name, face.descriptor)
    list_people()
    announce(f"{name} is remembered. {stage.summary()}")


async def forget(event: Any) -> None:
    """Remove one person, or all of them."""
    button = event.target.closest("button")
    if button is None:
        return
    item = button.closest(".person")
    for name in [item.dataset.label] if item else matcher.labels:
        matcher.remove(name)
        del portraits[name]
    list_people()
    element("people-title").focus()  # the button that had the focus is gone
    announce(f"{item.dataset.label if item else 'Everybody'} is removed.")


# --- Telling the visitor


def show_busy(text: str, loaded: int = 0, total: int = 0) -> None:
    """What is going on; with bytes a bar that says how far, else one that only moves."""
    element("stage").setAttribute("aria-busy", "true")
    element("status").textContent = text
    bar = element("progress")
    bar.hidden = False
    if total:
        element("amount").textContent = f"{loaded / 1e6:.1f} of {total / 1e6:.1f} MB"
        bar.max, bar.value = total, loaded
    else:
        element("amount").textContent = ""
        bar.removeAttribute("value")


def begin(text: str) -> Turn:
    """Start on a new wish."""
    element("alert").replaceChildren()
    element("notice").textContent = ""
    show_busy(text)
    return Turn()


def finish(text: str) -> None:
    """Say what came out, and to those who do not see the page too."""
    element("stage").setAttribute("aria-busy", "false")
    element("progress").hidden = True
    element("status").textContent = text
    element("amount").textContent = ""
    announce(text)
    show_memory()


def announce(text: str) -> None:
    element("announcement").textContent = text


def show_error(error: Exception) -> None:
    """The message of an exception, in the page's alert region."""
    titles = {
        faceapi.errors.InputError: "That picture could not be used",
        faceapi.errors.WeightsError: "A download failed",
    }
    title = document.createElement("strong")
    title.textContent = next(
        (text for kind, text in titles.items() if isinstance(error, kind)), "That did not work"
    )
    text = document.createElement("p")
    expected = isinstance(error, faceapi.PyfaceError)
    text.textContent = str(error) if expected else f"{type(error).__name__}: {error}"
    element("alert").replaceChildren(title, text)
    finish("Stopped")


def show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """What the library warns of: a picture too large for the GPU, a browser without WebGL2."""
    element("notice").textContent = str(message)


def show_memory() -> None:
    rows = []
    for name, value in faceapi.memory().items():
        row, term, text = (document.createElement(tag) for tag in ("div", "dt", "dd"))
        term.textContent = name.replace("_bytes", " memory").replace("_", " ")
        size = f"{int(value) / 1e6:.1f} MB" if name.endswith("bytes") else str(value)
        text.textContent = size
        row.append(term, text)
        rows.append(row)
    element("memory").replaceChildren(*rows)


@contextmanager
def timed(step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    element(f"time-{step}").textContent = duration(time.perf_counter() - start)


def duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


async def paint() -> None:
    """Let the browser show what was said before the work begins."""
    await asyncio.sleep(0.02)


# --- Events

_tasks: set[asyncio.Future[None]] = set()  # a task that nobody holds may be collected


def on(target: Any, name: str, handler: Callable[[Any], Coroutine[Any, Any, None] | None]) -> None:
    """Call handler for the events of an element, as long as the page lives."""

    def start(event: Any) -> None:
        if name == "submit":
            event.preventDefault()
        work = handler(event)
        if work is not None:
            task = asyncio.ensure_future(guarded(work))
            _tasks.add(task)
            task.add_done_callback(_tasks.discard)

    target.addEventListener(name, create_proxy(start))


async def guarded(work: Awaitable[None]) -> None:
    """Wait for work; what goes wrong is said on the page, and the next action works."""
    try:
        await work
    except SupersededError:
        pass
    except Exception as error:
        show_error(error)


def open_picture(_event: Any = None) -> Coroutine[Any, Any, None] | None:
    """Nothing is chosen when the visitor closes the file dialog without a file."""
    chosen = chosen_file() or chosen_sample()
    return stage.open(begin("Opening the picture")) if chosen else None


def change_settings(event: Any) -> Coroutine[Any, Any, None] | None:
    """Recognition needs landmarks, and the input size is the tiny detector's."""
    if event.target.id == "recognition" and wants_recognition():
        element("landmarks").checked = True
    if event.target.id == "landmarks" and not wants_landmarks():
        element("recognition").checked = False
    tiny = isinstance(detector_options(), faceapi.TinyFaceDetectorOptions)
    element("input-size").disabled = not tiny
    return None if stage.image is None else stage.look(begin("Finding faces"))


def show_score(_event: Any) -> None:
    element("score-output").textContent = f"{float(element('score').value):.2f}"


async def main(seconds: float, downloaded: int, take_over: Callable[[], object]) -> None:
    """Start the backend, then wait for the visitor.

    seconds, downloaded: what loading took. take_over: ends index.js's part in the choosing.
    """
    warnings.simplefilter("always")
    warnings.showwarning = show_warning
    show_busy("Starting WebGL2")
    await paint()
    started = time.perf_counter()
    await faceapi.warmup()
    backend = await faceapi.get_backend()
    element("badge").textContent = {"webgl": "WebGL2"}.get(backend, "NumPy, slow")
    element("badge").dataset.backend = backend
    element("backend").textContent = await faceapi.describe_backend()
    element("downloaded").textContent = f"{downloaded / 1e6:.1f} MB"
    element("time-load").textContent = duration(seconds + time.perf_counter() - started)

    take_over()
    on(element("pictures"), "change", open_picture)
    on(element("settings"), "change", change_settings)
    on(element("score"), "input", show_score)
    on(element("faces"), "submit", remember)
    on(element("people"), "click", forget)
    on(element("forget-all"), "click", forget)
    js.ResizeObserver.new(create_proxy(lambda *_: stage.draw())).observe(element("frame"))

    finish("Ready. Choose a picture.")
    early = open_picture()
    if early is not None:
        await guarded(early)
