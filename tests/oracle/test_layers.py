"""Ours = reference, for every net, on real photographs; and the helper that finds where not."""

from __future__ import annotations

import pytest

from tests.oracle.conftest import Duel
from tests.oracle.layers import compare_layers, first_deviation
from tests.oracle.pictures import add_canvas
from tests.oracle.tolerances import SAME_NET

NETS = {
    "tiny_face_detector": 416,
    "ssd_mobilenetv1": 512,
    "face_landmark68_net": 112,
    "face_landmark68_tiny_net": 112,
    "face_recognition_net": 150,
    "face_expression_net": 112,
    "age_gender_net": 112,
}

# Whole outputs, from the picture on: fit, net, pack and read, for squares of a picture in one
# batch. They have the size of the net's input, so that nothing is resampled. What the reference
# says takes seconds and is the same for all devices, so it is kept.
_WHOLE = """
import __main__
from pyface_web.pictures.source import resolve
from pyface_web.engine.square import fit_of
from pyface_web.engine.reference.backend import ReferenceBackend

net = getattr(faceapi.nets, net_name)
seen = await resolve(photo)
crops = np.array([[i * size, 0, size, size] for i in range(count)], np.float32)
fits = [fit_of(net.architecture, size, size, size)] * count

async def outputs_of(backend):
    backend.set_picture(seen)
    return await backend.run(net, size, crops, fits)

got = await outputs_of(await faceapi.pipeline.nets.session.backend())
kept = vars(__main__).setdefault("outputs_of_reference", {})
if net_name not in kept:
    kept[net_name] = await outputs_of(ReferenceBackend())
want = kept[net_name]
assert set(got) == set(want) and all(got[key].shape == want[key].shape for key in want)
{key: float(np.abs(got[key] - want[key]).max() / np.abs(want[key]).max()) for key in want}
"""


@pytest.mark.parametrize("net", NETS)
def test_every_net_equals_the_reference(duel: Duel, net: str) -> None:
    size = NETS[net]
    tiles = [
        [f"images/sample{sample}.jpg", x, y, side, side, i * size, 0, size, size]
        for i, (sample, x, y, side) in enumerate([(3, 1030, 200, 320), (6, 500, 200, 1000)])
    ]
    photo = f"photo {size}"
    add_canvas(duel.pyface, photo, 2 * size, size, tiles)
    count = 1 if net == "ssd_mobilenetv1" else 2  # detectors only ever see one picture
    errors = duel.pyface.run(_WHOLE, net_name=net, photo=photo, size=size, count=count)
    print(net, errors)
    assert max(errors.values()) <= SAME_NET[duel.device].of(net)


def test_the_first_layer_that_deviates_is_found(duel: Duel) -> None:
    tile = ["images/sample3.jpg", 1030, 200, 320, 320, 0, 0, 112, 112]
    add_canvas(duel.pyface, "face", 112, 112, [tile])
    net = "face_landmark68_tiny_net"
    assert (
        first_deviation(compare_layers(duel.pyface, net, "face"), SAME_NET[duel.device].of(net))
        is None
    )
    spoilt = ("dense1/conv1/pointwise_filter",)
    layers = compare_layers(duel.pyface, net, "face", spoilt=spoilt)
    first = first_deviation(layers, SAME_NET[duel.device].of(net))
    assert first is not None and first.name.startswith("dense1/conv1"), str(first)
