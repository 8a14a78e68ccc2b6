"""Copied rows give what computed ones do: one picture against the same one twice, in the page."""

from __future__ import annotations

import pytest

SAME = """
from pyface_web.engine.square import fit_of
from pyface_web.engine.wasm.backend import WasmBackend
from pyface_web.engine.wasm.host import JsHost
from pyface_web.pictures.source import resolve

net = getattr(faceapi.nets, name)
pixels = np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)
backend = WasmBackend(await JsHost.load(), modules=(module,))
try:
    await backend.open()
    backend.set_picture(await resolve(pixels))
    size = net.architecture.size
    crop = np.array([[0, 0, width, height]], np.float32)
    fit = fit_of(net.architecture, width, height, size)
    alone = await backend.run(net, size, crop, [fit])
    twice = await backend.run(net, size, np.repeat(crop, 2, axis=0), [fit, fit])
    answer = {key: bool(np.array_equal(alone[key][0], twice[key][0])) for key in alone}
finally:
    backend.close()
answer
"""


@pytest.mark.parametrize("module", ["relaxed", "plain"])
@pytest.mark.parametrize("size", [(640, 360), (300, 200), (90, 1), (200, 300), (64, 64)])
@pytest.mark.parametrize("name", ["tiny_face_detector", "ssd_mobilenetv1"])
def test_a_landscape_is_seen_alike_alone_and_in_a_batch(net_page, name, size, module):
    width, height = size
    found = net_page.run(SAME, name=name, width=width, height=height, module=module)
    assert found and all(found.values())
