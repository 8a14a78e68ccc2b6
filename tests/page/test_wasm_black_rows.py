"""What a net computes once for all rows that a picture leaves black is what it would compute."""

from __future__ import annotations

import pytest

from tests.pages import PyfacePage

# A picture that needs no resampling, and the same with the black that the net would add.
_BOTH = """
from pyface_web.engine.square import fit_of
from pyface_web.pictures.source import resolve

net = getattr(faceapi.nets, net_name)
size = net.architecture.size
backend = await faceapi.pipeline.nets.session.backend()
computed = []
original = backend.host.run
async def noted(id, items, room, alike=()):
    computed.append(sum(rows.end - rows.first for rows in alike))
    return await original(id, items, room, alike)

async def outputs_of(pixels):
    height, width = pixels.shape[:2]
    backend.set_picture(await resolve(pixels))
    crops = np.array([[0, 0, width, height]], np.float32)
    return await backend.run(net, size, crops, [fit_of(net.architecture, width, height, size)])

backend.host.run = noted
try:
    found = []
    # with sides that leave an even number of rows, so that those in the middle lie on whole ones
    sides = [size - 2 * black for black in (size // 4, size // 3, (size - 1) // 2)]
    for width, height in [*((size, side) for side in sides), (sides[0], size)]:
        random = np.random.default_rng([size, width, height])
        picture = random.integers(0, 256, (height, width, 3), np.uint8)
        fit = fit_of(net.architecture, width, height, size)
        whole = np.zeros((size, size, 3), np.uint8)
        x, y = round(fit.dx), round(fit.dy)
        whole[y : y + height, x : x + width] = picture
        got, want = [await outputs_of(pixels) for pixels in (picture, whole)]
        off = max(float(np.abs(got[key] - want[key]).max()) for key in want)
        found.append([off, *computed])
        computed.clear()
finally:
    del backend.host.run
found
"""
# And whether black lies below the picture only, where there is enough of it.
NETS = {"tiny_face_detector": True, "ssd_mobilenetv1": True, "face_landmark68_net": False}


@pytest.mark.parametrize("backend", ["wasm"], indirect=True, scope="module")
@pytest.mark.parametrize("net", NETS)
def test_rows_that_are_copied_are_the_same_to_the_bit(either_page: PyfacePage, net: str) -> None:
    *wide, tall = either_page.run(_BOTH, net_name=net)
    assert [off for off, *_ in wide] == [0] * 3
    assert all((copied > 0) == NETS[net] for _, copied, _ in wide)
    assert [none for *_, none in wide] == [0] * 3
    assert tall == [0, 0, 0]
