"""MTCNN from the element to the points: stage by stage the boxes of the original, and its faces.

The first net sees the very numbers that the original's sees, as nothing but the order of sums lies
in between: its boxes must be the same. Patches for the other two go through a 2D canvas there,
whose sampling is the browser's business.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.oracle.conftest import Duel, Elements
from tests.oracle.faces import iou
from tests.oracle.pictures import SAMPLES, add_canvas, add_picture, group
from tests.oracle.tolerances import FLOAT16, FLOAT32, MTCNN_BOX, MTCNN_POINT, SAME_ELEMENT, WASM

_ORACLE = """async ([id, options]) => {
  const net = faceapi.nets.mtcnn;
  if (!net.isLoaded) await net.load(new URL("models", document.baseURI).href);
  const { results, stats } = await net.forwardWithStats(document.getElementById(id), options);
  return {
    levels: stats.pyramid.map(({ width, height }) => [width, height]),
    first: stats.stage1.map(({ numBoxes }) => numBoxes),
    second: stats.stage2_numInputBoxes ?? 0, third: stats.stage3_numInputBoxes ?? 0,
    faces: results.map(({ detection: { score, box }, landmarks }) => ({
      score, box: [box.x, box.y, box.width, box.height],
      points: landmarks.positions.map(({ x, y }) => [x, y]),
    })),
  };
}"""

_OURS = """
net = faceapi.nets.mtcnn
if not net.is_loaded:
    await net.load(str(js.URL.new("models", js.document.baseURI).href))
found, stats = await net.forward_with_stats(picture, options)
dict(
    levels=[[level["width"], level["height"]] for level in stats["pyramid"]],
    first=[level["num_boxes"] for level in stats["stage1"]],
    second=stats["stage2_num_input_boxes"], third=stats["stage3_num_input_boxes"],
    faces=[dict(score=face.detection.score,
                box=[face.detection.box.x, face.detection.box.y,
                     face.detection.box.width, face.detection.box.height],
                points=face.landmarks.positions) for face in found],
)
"""


def both(duel: Duel, picture: str, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What both find, ours first; options by their names in JavaScript."""
    whole = ["images/sample1.jpg", 0, 0, 1920, 1280, 0, 0, 1920, 1280]
    width, height, tiles = (1920, 1280, [whole]) if picture == "whole" else group()
    id = f"canvas of {picture}"
    add_canvas(duel.pyface, id, width, height, tiles)
    ours = duel.pyface.run(_OURS, picture=id, options=options)
    return ours, duel.theirs(_ORACLE, id, options)


# How a picture comes in has nothing to do with how the layers after it are stored.
IN_32_BITS = pytest.mark.parametrize(
    "device", [FLOAT32, WASM], ids=str, indirect=True, scope="module"
)


def boxes(found: dict[str, Any]) -> np.ndarray:
    """(N, 4) x, y, width, height."""
    return np.array([face["box"] for face in found["faces"]]).reshape(-1, 4)


def nearest(ours: np.ndarray, oracle: np.ndarray) -> np.ndarray:
    """For each of the oracle's boxes the index of ours that is most like it."""
    return np.abs(oracle[:, None] - ours).max(axis=2).argmin(axis=1)


@pytest.mark.parametrize(
    ("device", "picture"),
    [(FLOAT32, "whole"), (FLOAT32, "group"), (FLOAT16, "group"), (WASM, "group")],
    indirect=["device"],
    scope="module",
    ids=str,
)
def test_boxes_of_equal_pixels(duel: Duel, picture: str) -> None:
    """From canvases both read the same pixels: the same boxes after every net.

    All but one: where two boxes of a face score alike, a pixel of a patch decides between them.
    """
    # The original compiles its shaders anew for every size of a level, so those of `whole` are few.
    options = {"minFaceSize": 40} if picture == "group" else {"minFaceSize": 80, "maxNumScales": 4}
    ours, oracle = both(duel, picture, **options)
    assert ours["levels"] == oracle["levels"]
    if duel.device.bits == 32:
        theirs = [count or 0 for count in oracle["first"]]
        assert (ours["first"], ours["second"]) == (theirs, oracle["second"])
    assert len(ours["faces"]) == len(oracle["faces"]) >= 2
    got, want = boxes(ours), boxes(oracle)
    off = np.abs(got[nearest(got, want)] - want).max(axis=1)
    print(picture, duel.device.bits, np.sort(off)[-2:])
    assert np.sort(off)[-2] <= MTCNN_BOX[duel.device.bits]
    pairs = zip(got[nearest(got, want)], want, strict=True)
    assert min(iou(mine, theirs) for mine, theirs in pairs) >= 0.75


@IN_32_BITS
def test_points_of_equal_pixels(duel: Duel) -> None:
    """With nothing rejected by the third net, the original takes each face's own points."""
    ours, oracle = both(duel, "group", minFaceSize=40, scoreThresholds=[0.6, 0.7, 0])
    got, want = boxes(ours), boxes(oracle)
    assert got.shape == want.shape and len(want) >= 8
    off = []
    for index, face in zip(nearest(got, want), oracle["faces"], strict=True):
        mine = ours["faces"][index]
        if np.abs(np.array(mine["box"]) - face["box"]).max() <= MTCNN_BOX[32]:
            off.append(float(np.abs(np.array(mine["points"]) - face["points"]).max()))
    print("points", np.sort(off))
    assert len(off) >= len(want) - 1
    assert max(off) <= MTCNN_POINT and np.median(off) <= MTCNN_POINT / 10


@IN_32_BITS
@pytest.mark.parametrize("sample", SAMPLES)
def test_faces_of_an_element(elements: Elements, sample: str) -> None:
    """As many faces in every sample, at the same places."""
    options = {"minFaceSize": 80, "maxNumScales": 4}
    add_picture(elements.pyface, sample, elements.made)
    ours = elements.pyface.run(_OURS, picture=sample, options=options)
    oracle = elements.said(_ORACLE, [sample, options])
    assert len(ours["faces"]) == len(oracle["faces"]) >= 1
    got, want = boxes(ours), boxes(oracle)
    for index, face in zip(nearest(got, want), oracle["faces"], strict=True):
        mine = ours["faces"][index]
        # Boxes are rounded to pixels, which is much for a small one.
        room = max(3.0, 0.02 * face["box"][2])
        assert np.abs(np.array(mine["box"]) - face["box"]).max() <= room, (mine, face)
        assert abs(mine["score"] - face["score"]) <= SAME_ELEMENT.score


@IN_32_BITS
def test_other_options(duel: Duel) -> None:
    for options in (
        {"minFaceSize": 100, "scaleFactor": 0.8, "maxNumScales": 3},
        {"scaleSteps": [0.2, 0.1]},
    ):
        ours, oracle = both(duel, "group", **options)
        assert ours["levels"] == oracle["levels"]
        assert ours["first"] == [count or 0 for count in oracle["first"]]
        assert len(ours["faces"]) == len(oracle["faces"])
