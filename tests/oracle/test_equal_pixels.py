"""With the same pixels in the net's input, results equal the original's but for rounding.

The pictures are canvases that have the size of the net's input already, so nobody resamples.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.oracle.conftest import Duel
from tests.oracle.layers import compare_layers, first_deviation
from tests.oracle.pictures import add_canvas
from tests.oracle.tolerances import EQUAL_PIXELS, SAME_NET

# sample, x, y, side of a square piece of it
SCENES = {
    "three-women": (3, 420, 0, 1350),
    "four-women": (4, 0, 0, 1448),
}
FACES = {
    "frontal": (3, 1030, 200, 320),
    "tilted": (1, 1480, 180, 300),
    "looking-down": (4, 960, 180, 260),
    "dark": (5, 360, 850, 320),
}


def canvas(duel: Duel, piece: tuple[int, int, int, int], size: int) -> str:
    """Put a piece of a sample into the page as a canvas of size x size pixels; its id."""
    sample, x, y, side = piece
    id = f"sample{sample} {x} {y} {side} {size}"
    tile = [f"images/sample{sample}.jpg", x, y, side, side, 0, 0, size, size]
    add_canvas(duel.pyface, id, size, size, [tile])
    return id


def check(ok: bool, duel: Duel, net: str, id: str, size: int, what: str) -> None:
    """Unless ok, fail and say at which layer ours begins to differ from the reference."""
    print(net, what)
    if not ok:
        layers = compare_layers(duel.pyface, net, id, size)
        first = first_deviation(layers, SAME_NET[duel.device].of(net))
        pytest.fail(f"{what}\nfirst layer that deviates from the reference: {first}")


def boxes(faces: list[Any]) -> np.ndarray:
    """(N, 5): score, x, y, width, height of detections, as their JSON."""
    return np.array([[f["score"], *(f["box"][k] for k in _EDGES)] for f in faces])


_EDGES = ("x", "y", "width", "height")
_ORACLE_DETECTIONS = """async ([id, detector]) => {
  const options = detector === "tiny"
    ? new faceapi.TinyFaceDetectorOptions({ scoreThreshold: 0.2 })
    : new faceapi.SsdMobilenetv1Options({ minConfidence: 0.2 });
  const found = await faceapi.detectAllFaces(document.getElementById(id), options).run();
  return found.map(({ score, box: { x, y, width, height } }) =>
    ({ score, box: { x, y, width, height } }));
}"""


@pytest.mark.parametrize("scene", SCENES)
def test_tiny_detector_grid(duel: Duel, scene: str) -> None:
    id = canvas(duel, SCENES[scene], 416)
    theirs = duel.theirs(
        """async (id) => {
          const picture = document.getElementById(id);
          const grid = await faceapi.nets.tinyFaceDetector.forward(picture, 416);
          return Array.from(await grid.data());
        }""",
        id,
    )
    ours = duel.pyface.run(
        """
        async with faceapi.pipeline.nets.session.open(id) as view:
            outputs, _ = await view.infer(faceapi.nets.tiny_face_detector, [view.whole], 416)
        outputs["grid"].reshape(-1)
        """,
        id=id,
    )
    off = np.abs(np.array(ours) - theirs).max()
    check(
        off <= EQUAL_PIXELS[duel.device.bits].grid,
        duel,
        "tiny_face_detector",
        id,
        416,
        f"the grid is off by {off}",
    )


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("detector", ["tiny", "ssd"])
def test_detections(duel: Duel, detector: str, scene: str) -> None:
    size = 416 if detector == "tiny" else 512
    id = canvas(duel, SCENES[scene], size)
    ours = duel.pyface.run(
        """
        await faceapi.detect_all_faces(id, faceapi.TinyFaceDetectorOptions(score_threshold=0.2)
            if detector == "tiny" else faceapi.SsdMobilenetv1Options(min_confidence=0.2))
        """,
        id=id,
        detector=detector,
    )
    theirs = duel.theirs(_ORACLE_DETECTIONS, id, detector)
    assert len(ours) == len(theirs) >= 2
    off = np.abs(boxes(ours) - boxes(theirs)).max(axis=0)
    ok = (
        off[0] <= EQUAL_PIXELS[duel.device.bits].score
        and off[1:].max() <= EQUAL_PIXELS[duel.device.bits].box
    )
    net = "tiny_face_detector" if detector == "tiny" else "ssd_mobilenetv1"
    check(ok, duel, net, id, size, f"score, x, y, width, height are off by {off}")


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("net", ["face_landmark68_net", "face_landmark68_tiny_net"])
def test_landmarks(duel: Duel, net: str, face: str) -> None:
    id = canvas(duel, FACES[face], 112)
    tiny = "tiny" in net
    ours = duel.pyface.run(
        "(await faceapi.detect_face_landmarks%s(id)).positions" % ("_tiny" if tiny else ""), id=id
    )
    theirs = duel.theirs(
        """async (id) => {
          const found = await faceapi.detectFaceLandmarks%s(document.getElementById(id));
          return found.positions.map(({ x, y }) => [x, y]);
        }"""
        % ("Tiny" if tiny else ""),
        id,
    )
    off = np.abs(np.array(ours) - theirs).max()
    check(
        off <= EQUAL_PIXELS[duel.device.bits].landmark,
        duel,
        net,
        id,
        112,
        f"points are off by {off} px",
    )


@pytest.mark.parametrize("face", FACES)
def test_descriptor(duel: Duel, face: str) -> None:
    id = canvas(duel, FACES[face], 150)
    ours = duel.pyface.run("await faceapi.compute_face_descriptor(id)", id=id)
    theirs = duel.theirs(
        """async (id) => Array.from(
          await faceapi.computeFaceDescriptor(document.getElementById(id)))""",
        id,
    )
    off = np.abs(np.array(ours) - theirs).max()
    ok = off <= EQUAL_PIXELS[duel.device.bits].descriptor
    check(ok, duel, "face_recognition_net", id, 150, f"a component is off by {off}")


@pytest.mark.parametrize("face", FACES)
def test_expressions(duel: Duel, face: str) -> None:
    id = canvas(duel, FACES[face], 112)
    ours = duel.pyface.run("list((await faceapi.recognize_face_expressions(id)).values())", id=id)
    theirs = duel.theirs(
        """async (id) => {
          const found = await faceapi.recognizeFaceExpressions(document.getElementById(id));
          return faceapi.FACE_EXPRESSION_LABELS.map((label) => found[label]);
        }""",
        id,
    )
    off = np.abs(np.array(ours) - theirs).max()
    ok = off <= EQUAL_PIXELS[duel.device.bits].expression
    check(ok, duel, "face_expression_net", id, 112, f"a probability is off by {off}")


@pytest.mark.parametrize("face", FACES)
def test_age_and_gender(duel: Duel, face: str) -> None:
    id = canvas(duel, FACES[face], 112)
    ours = duel.pyface.run("list(await faceapi.predict_age_and_gender(id))", id=id)
    theirs = duel.theirs(
        """async (id) => {
          const found = await faceapi.predictAgeAndGender(document.getElementById(id));
          return [found.age, found.gender, found.genderProbability];
        }""",
        id,
    )
    assert ours[1] == theirs[1]
    off = abs(ours[0] - theirs[0]), abs(ours[2] - theirs[2])
    equal = EQUAL_PIXELS[duel.device.bits]
    ok = off[0] <= equal.age and off[1] <= equal.gender
    check(ok, duel, "age_gender_net", id, 112, f"age is off by {off[0]}, gender by {off[1]}")
