"""Tiny YOLOv2 with the same made weights and the same pixels on both sides.

Each form of weights is read by one side only: the original gets the separable net as a flat array
and the regular one by its manifest, ours the other way round. So names and order are compared too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from pyface_web.engine.reference.run import run
from pyface_web.models.architecture import Architecture
from pyface_web.models.tiny_yolov2 import TINY_YOLOV2, TINY_YOLOV2_SEPARABLE
from tests.oracle.conftest import Duel
from tests.oracle.faces import Face, matched
from tests.oracle.pictures import add_canvas
from tests.oracle.tolerances import FLOAT32, MADE_YOLO
from tests.reference.made import MADE, flat_array, made, write_model
from tests.reference.nets import name_of

# Pictures that fill a square of the net's input only in part, width x height.
SIZES = {TINY_YOLOV2_SEPARABLE: (224, 168), TINY_YOLOV2: (160, 128)}

_LOAD_OURS = """
import __main__

await faceapi.load_tiny_yolov2_model("/made")
answer = await js.fetch("/made/tiny_yolov2_model-shard1")
flat = np.frombuffer((await answer.arrayBuffer()).to_bytes(), np.float32)
__main__.regular_yolo = faceapi.create_tiny_yolov2(flat, False)
None
"""
_FREE = """
import __main__

js.eval("globalThis.regularYolo && (faceapi.nets.tinyYolov2.dispose(), regularYolo.dispose())")
faceapi.nets.tiny_yolov2.dispose()
__main__.regular_yolo.dispose()
del __main__.regular_yolo
"""

_ORACLE = """async ([id, regular, inputSize]) => {
  if (!globalThis.regularYolo) {
    const flat = new Float32Array(await (await fetch("/made/separable.bin")).arrayBuffer());
    await faceapi.nets.tinyYolov2.load(flat);
    globalThis.regularYolo = new faceapi.TinyYolov2(false);
    await regularYolo.load("/made");
  }
  const picture = document.getElementById(id);
  const net = regular ? regularYolo : faceapi.nets.tinyYolov2;
  const options = new faceapi.TinyYolov2Options({ inputSize });
  const grid = await net.forward(picture, inputSize);
  const found = await net.detect(picture, options);
  const faces = regular ? [] : await faceapi.detectAllFaces(picture, options).run();
  const plain = ({ score, classScore, className, box: { x, y, width, height } }) =>
    ({ score, classScore, className, box: [x, y, width, height] });
  return {
    grid: Array.from(await grid.data()),
    found: found.map(plain), faces: faces.map(plain),
  };
}"""
_PIXELS = """(id) => {
  const picture = document.getElementById(id);
  const { data } = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height);
  return Array.from(data);
}"""
_OURS = """
import __main__

net = __main__.regular_yolo if regular else faceapi.nets.tiny_yolov2
options = faceapi.TinyYolov2Options(size)
found = await net.detect(id, options)
faces = [] if regular else await faceapi.detect_all_faces(id, options)

def plain(one):
    box = [one.box.x, one.box.y, one.box.width, one.box.height]
    return dict(score=one.score, classScore=one.class_score, className=one.class_name, box=box)

{
    "grid": (await net.forward(id, size)).reshape(-1),
    "found": [plain(one) for one in found], "faces": [plain(one) for one in faces],
}
"""

every_net = pytest.mark.parametrize("architecture", MADE, ids=name_of)


@pytest.fixture(scope="module", autouse=True)
def _loaded(arena: Duel) -> Iterator[None]:
    """Ours has the weights; the original loads them if it is asked."""
    flat_array(TINY_YOLOV2_SEPARABLE).tofile(arena.made / "separable.bin")
    write_model(TINY_YOLOV2_SEPARABLE, arena.made)
    write_model(TINY_YOLOV2, arena.made, shard_bytes=1 << 30)  # one: a flat array, too
    arena.pyface.run(_LOAD_OURS)
    yield
    arena.pyface.run(_FREE)


def answers(duel: Duel, architecture: Architecture) -> tuple[Any, Any]:
    """What ours and the oracle make of a piece of a photograph."""
    width, height = SIZES[architecture]
    regular = architecture is TINY_YOLOV2
    tile = ["images/sample3.jpg", 700, 200, 5 * width, 5 * height, 0, 0, width, height]
    id = f"piece {width}"
    add_canvas(duel.pyface, id, width, height, [tile])
    ours = duel.pyface.run(_OURS, id=id, regular=regular, size=width)
    ours["pixels"] = duel.pyface.js(_PIXELS, id)
    return ours, duel.theirs(_ORACLE, id, regular, width)


@pytest.mark.parametrize("device", [FLOAT32], ids=str, indirect=True, scope="module")
@every_net
def test_numpy_computes_what_the_original_does(duel: Duel, architecture: Architecture) -> None:
    """With floats that are not rounded to 16 bits: only the order of sums differs."""
    ours, oracle = answers(duel, architecture)
    width, height = SIZES[architecture]
    square = np.zeros((1, width, width, 3), np.float32)
    square[0, :height] = np.reshape(ours["pixels"], (height, width, 4))[..., :3]
    image = (square - np.float32(architecture.mean)) * np.float32(architecture.scale)
    net = made(architecture)
    grid = run(net.graph(width), image, net.arrays)["grid"].reshape(-1)
    assert np.abs(grid - oracle["grid"]).max() <= MADE_YOLO[32].grid


@every_net
def test_grid_and_faces(duel: Duel, architecture: Architecture) -> None:
    ours, oracle = answers(duel, architecture)
    limit = MADE_YOLO[duel.device.bits]
    off = np.abs(np.array(ours["grid"]) - oracle["grid"]).max()
    print(architecture.name, "the grid is off by", off)
    assert off <= (limit.grid_of_floats if architecture is TINY_YOLOV2 else limit.grid)
    assert np.abs(oracle["grid"]).max() > 2

    # What `detect` gives are objects of a class; the task gives faces, of the global net.
    classes = {"found": "face"} | ({} if architecture is TINY_YOLOV2 else {"faces": ""})
    for kind, name in classes.items():
        assert {one["className"] for one in ours[kind] + oracle[kind]} == {name}
        pairs, lonely = matched(*(faces_of(answer[kind]) for answer in (ours, oracle)))
        assert len(pairs) >= 10 and not lonely
        off = np.max([[*np.abs(a.box - b.box), abs(a.score - b.score)] for a, b in pairs], axis=0)
        print(kind, "x, y, width, height, score are off by", off)
        assert off[:4].max() <= limit.box and off[4] <= limit.score
        assert [one["classScore"] for one in ours[kind]] == [one["score"] for one in ours[kind]]
        for one in oracle[kind]:
            assert one["classScore"] == pytest.approx(one["score"], abs=1e-6)
        scores = [one["score"] for one in ours[kind]]
        assert scores == sorted(scores, reverse=True)


def faces_of(found: list[dict[str, Any]]) -> list[Face]:
    return [Face(one["score"], np.array(one["box"])) for one in found]
