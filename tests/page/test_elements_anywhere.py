"""Pictures that lie where apps have them: the faces are found, in natural pixels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pages import DIST, PyfacePage

_FACES = """async (name) => {
  const cases = await import("./site_cases/elements.js");
  const { faceapi } = pyface;
  const input = await cases[name]();
  const options = new faceapi.TinyFaceDetectorOptions();
  const faces = await faceapi.detectAllFaces(input, options).withFaceLandmarks();
  const [{ detection }] = faces.sort((one, other) => other.detection.score - one.detection.score);
  const { x, y, width, height } = detection.box;
  return [faces.length, detection.imageWidth, detection.imageHeight, x, y, width, height];
}"""
_NAMES = (
    "inShadow inClosedShadow canvasInShadow detached detachedCanvas removed hidden inClosedFrame"
    " blobOfClosedFrame srcset srcsetByWidth pictureElement"
)


@pytest.fixture(scope="module")
def usual(net_page: PyfacePage) -> list[float]:
    """What is found of the same photo as an element of the page."""
    found: list[float] = net_page.js(_FACES, "inThePage")
    return found


@pytest.mark.parametrize("name", _NAMES.split())
def test_a_picture(net_page: PyfacePage, usual: list[float], name: str) -> None:
    found = net_page.js(_FACES, name)
    scale = found[1] / usual[1]
    assert found[0] == usual[0]
    assert scale == (0.5 if name == "srcset" else 1)
    assert found[3:] == pytest.approx([scale * value for value in usual[3:]], abs=2)


def test_a_video_frame_that_was_closed_is_said_to_be_and_the_next_is_searched(
    net_page: PyfacePage,
) -> None:
    found = net_page.js(
        """async () => {
          const { detached } = await import("./site_cases/elements.js");
          const photo = await detached();
          const { faceapi } = pyface;
          const options = new faceapi.TinyFaceDetectorOptions();
          const [closed, open] = [0, 1].map(() => new VideoFrame(photo, { timestamp: 0 }));
          closed.close();
          const said = (frame) => faceapi.detectAllFaces(frame, options).run().then(
            (faces) => faces.length, ({ name, message }) => `${name}: ${message}`);
          const found = [await said(closed), await said(open)];
          open.close();
          return found;
        }"""
    )
    assert found[0].startswith("EmptyImageError: VideoFrame") and "was it closed" in found[0]
    assert found[1] == 3


def test_models_of_the_fork_are_one_bin_file_each(net_page: PyfacePage, made: Path) -> None:
    """As its package has them: all shards in one file, whose name is in the manifest."""
    folder = made / "fork"
    folder.mkdir(exist_ok=True)
    for manifest in (DIST / "models").glob("*_manifest.json"):
        groups = json.loads(manifest.read_text())
        name = manifest.name.replace("-weights_manifest.json", ".bin")
        shards = [DIST / "models" / path for group in groups for path in group["paths"]]
        (folder / name).write_bytes(b"".join(shard.read_bytes() for shard in shards))
        weights = [weight for group in groups for weight in group["weights"]]
        (folder / manifest.name).write_text(json.dumps([{"paths": [name], "weights": weights}]))
    same = net_page.run("""
        same = {}
        for name, net in faceapi.nets.items():
            if net.is_loaded:
                before = net.serialize_params().tobytes()
                other = type(net)()
                await other.load("made/fork")
                same[name] = other.serialize_params().tobytes() == before
                other.dispose()
        same
    """)
    assert len(same) >= 7 and all(same.values()), same
