"""Turned pictures and tiles in a page, where the device turns what it cuts out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pages import PyfacePage

_LOOK = """async () => {
  const { faceapi } = pyface;
  const photo = await faceapi.fetchImage("images/sample3.jpg");
  const [width, height] = [640, 450];
  const canvas = Object.assign(document.createElement("canvas"), { width: height, height: width });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.setTransform(0, 1, -1, 0, height, 0); // a quarter clockwise
  context.drawImage(photo, 0, 0, width, height);
  const look = async (kind, options) => {
    const faces = await faceapi.detectAllFaces(canvas, new faceapi[kind](options));
    return faces
      .map(({ box: b, orientation }) => [orientation, b.x + b.width / 2, b.y + b.height / 2])
      .sort((one, other) => one[2] - other[2]);
  };
  const chain = await faceapi
    .detectAllFaces(canvas, new faceapi.TinyFaceDetectorOptions({ orientations: [90] }))
    .withFaceLandmarks(true);
  return {
    tiny: await look("TinyFaceDetectorOptions", { inputSize: 320, orientations: "auto" }),
    tiles: await look("TinyFaceDetectorOptions", { inputSize: 320, orientations: [90], tiles: 2 }),
    chain: chain.map((face) => [face.detection.orientation, face.alignedRect.orientation]),
    resized: faceapi.resizeResults(chain, { width: 45, height: 64 })[0].detection.orientation,
  };
}"""


@pytest.mark.parametrize("backend", ["webgl", "wasm"])
def test_faces_of_a_photo_that_lies_on_its_side(net_page: PyfacePage, backend: str) -> None:
    net_page.compute_with(backend)
    found: dict[str, Any] = net_page.js(_LOOK)
    # Three women beside each other, above each other here.
    places = [(450 - y, x) for x, y in ((231, 161), (394, 133), (535, 154))]
    for name in ("tiny", "tiles"):
        assert [face[0] for face in found[name]] == [90, 90, 90], name
        for (_, x, y), place in zip(found[name], places, strict=True):
            assert (x, y) == pytest.approx(place, abs=20), name
    assert found["chain"] == [[90, 90]] * 3
    assert found["resized"] == 90
