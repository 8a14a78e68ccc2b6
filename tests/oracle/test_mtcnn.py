"""MTCNN from the element to the points: stage by stage the boxes of the original, and its faces.

The first net sees the very numbers that the original's sees, as nothing but the order of sums lies
in between: its boxes must be the same. Patches for the other two go through a 2D canvas there,
whose sampling is the browser's business.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.oracle.conftest import Duel
from tests.oracle.pictures import SAMPLES, add_picture

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
    add_picture(duel.pyface, picture, duel.made)
    ours = duel.pyface.run(_OURS, picture=picture, options=options)
    return ours, duel.pyface.js(_ORACLE, [picture, options])


@pytest.mark.parametrize("picture", [*SAMPLES, "group"])
def test_faces(duel: Duel, picture: str) -> None:
    ours, oracle = both(duel, picture, minFaceSize=40)
    print(picture, {k: (ours[k], oracle[k]) for k in ("levels", "first", "second", "third")})
    for a, b in zip(ours["faces"], oracle["faces"]):
        print(
            a["score"],
            b["score"],
            a["box"],
            b["box"],
            np.abs(np.array(a["points"]) - b["points"]).max(),
        )
    print(len(ours["faces"]), len(oracle["faces"]))
