"""The oracle: face-api.js 0.22.2, beside ours in one page, with the same weights and pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.oracle.faces import Array, Face
from tests.oracle.pictures import add_picture
from tests.oracle.tolerances import FLOAT16, FLOAT32, WASM, Device
from tests.pages import PyfacePage, open_page, pyface_page
from tests.record import Record
from tools.assets import path_of

Detector = Literal["tiny", "ssd"]

_LOAD_NETS = """async () => {
  const folder = new URL("models", document.baseURI).href;
  const { tinyYolov2, mtcnn, ...nets } = faceapi.nets;
  for (const net of Object.values(nets)) await net.load(folder);
}"""

_DIGEST = """async (id) => {
  const canvas = document.getElementById(id);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}"""

# Detection runs once; the two landmark nets and the descriptors continue from it as the tasks do.
ORACLE_FACES = """async ([id, detector, threshold, stages]) => {
  const picture = document.getElementById(id);
  const options = detector === "tiny"
    ? new faceapi.TinyFaceDetectorOptions({ scoreThreshold: threshold })
    : new faceapi.SsdMobilenetv1Options({ minConfidence: threshold });
  const impressions = async (picture, regions) => {
    const [crop] = await faceapi.extractFaces(picture, regions);
    const { age, gender, genderProbability } = await faceapi.predictAgeAndGender(crop);
    const found = await faceapi.recognizeFaceExpressions(crop);
    return {
      age, male: gender === "male" ? genderProbability : 1 - genderProbability,
      expressions: faceapi.FACE_EXPRESSION_LABELS.map((label) => found[label]),
    };
  };
  const points = (landmarks) => landmarks.positions.map(({ x, y }) => [x, y]);
  const rect = ({ x, y, width, height }) => [x, y, width, height];
  const detections = await faceapi.detectAllFaces(picture, options).run();
  const crops = stages ? await faceapi.extractFaces(picture, detections) : [];
  const faces = [];
  for (const [i, detection] of detections.entries()) {
    const face = { score: detection.score, box: rect(detection.box) };
    if (stages) {
      const with_ = (landmarks) => faceapi.extendWithFaceLandmarks({ detection }, landmarks);
      const found = with_(await faceapi.detectFaceLandmarks(crops[i]));
      const tiny = with_(await faceapi.detectFaceLandmarksTiny(crops[i]));
      const square = found.landmarks.align(null, { useDlibAlignment: true });
      const [crop] = await faceapi.extractFaces(picture, [square]);
      Object.assign(face, {
        landmarks: points(found.landmarks), tiny: points(tiny.landmarks),
        aligned: rect(found.alignedRect.box),
        ...await impressions(picture, [found.alignedRect]),
        descriptor: Array.from(await faceapi.computeFaceDescriptor(crop)),
      });
    }
    faces.push(face);
  }
  return faces;
}"""

_OUR_FACES = """
if detector == "tiny":
    options = faceapi.TinyFaceDetectorOptions(score_threshold=threshold)
else:
    options = faceapi.SsdMobilenetv1Options(min_confidence=threshold)
rect = lambda box: [box.x, box.y, box.width, box.height]
task = faceapi.detect_all_faces(picture, options)
if stages:
    tiny = await task.with_face_landmarks(True, refine=False)
    task = task.with_face_landmarks(refine=False).with_face_expressions(align="box")
    task = task.with_age_and_gender(align="box").with_face_descriptors(align="box")
found = await task
faces = []
for face in found:
    detection = face.detection if stages else face
    faces.append(dict(score=detection.score, box=rect(detection.box)))
if stages:
    for face, one, other in zip(faces, found, tiny, strict=True):
        male = one.gender_probability if one.gender == "male" else 1 - one.gender_probability
        face |= dict(landmarks=one.landmarks.positions, descriptor=one.descriptor,
                     tiny=other.landmarks.positions, aligned=rect(one.aligned_rect.box),
                     expressions=list(one.expressions.values()), age=one.age, male=male)
faces
"""

# Our landmarks on the crops that the oracle cut, so that the nets are compared and not the boxes.
_LANDMARKS_OF_BOXES = """
from pyface_web.pipeline.stages import STAGES

async with faceapi.pipeline.nets.session.open(picture) as view:
    size = faceapi.Dimensions(view.width, view.height)
    boxes = [faceapi.Box(*box).rescale(size.reverse()) for box in boxes]
    faces = [faceapi.FaceDetection(0.9, box, size) for box in boxes]
    both = [STAGES[name].given(refine=False) for name in ("landmarks", "tiny_landmarks")]
    found = [await stage(view, faceapi.nets, faces) for stage in both]
[[face.landmarks.positions for face in faces] for faces in found]
"""

# What our nets say of boxes that the oracle aligned, cut out as it does.
_IMPRESSIONS_OF_BOXES = """
from pyface_web.values.results import crop_box
from pyface_web.pipeline.crops import ages_of, expressions_of

async with faceapi.pipeline.nets.session.open(picture) as view:
    crops = [crop_box(faceapi.Box(*box).floor(), view.width, view.height) for box in boxes]
    looks = await expressions_of(view, faceapi.nets.face_expression_net, crops)
    ages = await ages_of(view, faceapi.nets.age_gender_net, crops)
[[list(look.values()) for look in looks], [guess.age for guess in ages]]
"""


@dataclass
class Pair:
    """What both found in a picture, best face first."""

    ours: list[Face]
    oracle: list[Face]


@dataclass
class Elements:
    """Pictures in a page of ours, by one device, and what the original found in them.

    What a picture gave is kept for all tests.
    """

    pyface: PyfacePage
    made: Path
    record: Record
    oracle: Callable[[], PyfacePage]  # a page with the original, which is asked if it is recorded
    device: Device
    _ours: dict[Any, list[Face]]
    _landmarks: dict[Any, Any] = field(default_factory=dict)

    def pair(
        self, picture: str, detector: Detector, threshold: float = 0.5, stages: bool = True
    ) -> Pair:
        """Faces of a picture of `pictures.py`; with landmarks and descriptors if `stages`."""
        given = {"detector": detector, "threshold": threshold, "stages": stages}
        key = (self.device, picture, *given.values())
        if key not in self._ours:
            add_picture(self.pyface, picture, self.made)
            found = self.pyface.run(_OUR_FACES, picture=picture, **given)
            self._ours[key] = [Face.of(face) for face in found]
        return Pair(self._ours[key], self.theirs(picture, detector, threshold, stages))

    def theirs(
        self, picture: str, detector: Detector, threshold: float = 0.5, stages: bool = True
    ) -> list[Face]:
        """The same by the original."""
        found = self.said(ORACLE_FACES, [picture, detector, threshold, stages])
        return [Face.of(face) for face in found]

    def said(self, code: str, given: list[Any]) -> Any:
        """What the original's code said when it was recorded; its first value is a picture."""

        def ask() -> Any:
            page = self.oracle()
            add_picture(page, given[0], self.made)
            return page.js(code, given)

        return self.record.answer(json.dumps(given), code, ask)

    def landmarks_of_boxes(self, picture: str, boxes: list[Array]) -> dict[str, list[Array]]:
        """Our landmarks, of both nets, for boxes in pixels of a picture."""
        given = [box.tolist() for box in boxes]
        key = (picture, str(given))
        if key not in self._landmarks:
            add_picture(self.pyface, picture, self.made)
            self._landmarks[key] = self.pyface.run(
                _LANDMARKS_OF_BOXES, picture=picture, boxes=given
            )
        default, tiny = self._landmarks[key]
        return {"landmarks": [np.array(p) for p in default], "tiny": [np.array(p) for p in tiny]}


@dataclass
class Duel:
    """A page of ours, by one device, with the original if it is asked something."""

    pyface: PyfacePage
    made: Path
    record: Record
    device: Device = FLOAT32

    def oracle(self) -> PyfacePage:
        """The page, with face-api.js as `faceapi`."""
        if self.pyface.js("typeof faceapi") == "undefined":
            add_original(self.pyface.page)
        return self.pyface

    def theirs(self, code: str, canvas: str, *more: Any) -> Any:
        """What the original says of a canvas in the page, and of `more`.

        It is recorded for the canvas's very pixels. Where a browser paints others, it is asked.
        """
        pixels = self.pyface.js(_DIGEST, canvas)
        question = " ".join([canvas, *map(json.dumps, more), pixels])
        given = [canvas, *more] if more else canvas
        return self.record.answer(
            question, code, lambda: self.oracle().js(code, given), may_ask=True
        )

    def impressions_of_boxes(self, picture: str, boxes: list[Array]) -> tuple[Array, Array]:
        """Our (N, 7) expressions and (N,) ages for boxes of a picture of `pictures.py`."""
        add_picture(self.pyface, picture, self.made)
        given = [box.tolist() for box in boxes]
        looks, ages = self.pyface.run(_IMPRESSIONS_OF_BOXES, picture=picture, boxes=given)
        return np.array(looks), np.array(ages)


def add_original(page: Page) -> None:
    """Have face-api.js, with the nets that are compared, as `faceapi` of a page."""
    page.add_script_tag(path=path_of("oracle/face-api.min.js"))
    page.evaluate(_LOAD_NETS)
    assert page.evaluate("faceapi.tf.getBackend()") == "webgl"


@pytest.fixture(scope="module")
def original(browser: Browser, site: str) -> Iterator[Page]:
    """A page with nothing but the original and sample4: on the fastest WebGL2 there is, where what
    was recorded comes from SwiftShader."""
    with open_page(browser, site) as page:
        add_original(page)
        page.evaluate("""async () => {
          const image = Object.assign(new Image(), { id: "sample4", src: "images/sample4.jpg" });
          document.body.append(image);
          await image.decode();
        }""")
        yield page


@pytest.fixture(scope="session")
def arena(usual_browser: Browser, made: Path, records: Callable[[str], Record]) -> Iterator[Duel]:
    """Ours and the original in one page, both on WebGL2."""
    with pyface_page(usual_browser, made=made) as page:
        yield Duel(page, made, records("pixels"))


@pytest.fixture(scope="module", params=(FLOAT32, FLOAT16, WASM), ids=str)
def device(request: pytest.FixtureRequest) -> Device:
    """WebGL with layers of 32 bits, with 16 as on devices that render to no more, and the CPU."""
    chosen: Device = request.param
    return chosen


def use(page: PyfacePage, device: Device) -> None:
    bits = device.bits if device.backend == "webgl" else None
    page.run("await faceapi.set_backend(name, bits)", name=device.backend, bits=bits)
    described = page.run("await faceapi.describe_backend()")
    assert (f"float{bits}" if bits else "WebAssembly") in described


@pytest.fixture(scope="module")
def duel(arena: Duel, device: Device) -> Duel:
    """For comparisons in which both have to see the very same pixels."""
    use(arena.pyface, device)
    return replace(arena, device=device)


@pytest.fixture(scope="session")
def found() -> dict[Any, list[Face]]:
    """The faces that ours found in this run, by picture and more."""
    return {}


@pytest.fixture(scope="module")
def elements(
    net_page: PyfacePage,
    made: Path,
    device: Device,
    records: Callable[[str], Record],
    found: dict[Any, list[Face]],
    request: pytest.FixtureRequest,
) -> Elements:
    """For comparisons from the element on."""
    use(net_page, device)

    def oracle() -> PyfacePage:
        arena: Duel = request.getfixturevalue("arena")
        return arena.oracle()

    return Elements(net_page, made, records("elements"), oracle, device, found)


@pytest.fixture(scope="session")
def scripts(usual_browser: Browser) -> Iterator[dict[str, Page]]:
    """Version -> a page with nothing but that version's script, no nets."""
    pages = {}
    for version, script in {
        "0.22.2": "oracle/face-api.min.js",
        "0.15.0": "oracle/face-api-0.15.0.min.js",
    }.items():
        pages[version] = usual_browser.new_page()
        pages[version].add_script_tag(path=path_of(script))
    yield pages
    for page in pages.values():
        page.close()
