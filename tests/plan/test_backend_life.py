"""What a backend keeps on the device, and that it gives it back."""

from __future__ import annotations

import asyncio
import re

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.engine.square import fit_of
from pyface_web.engine.webgl.backend import WebGLBackend
from pyface_web.engine.webgl.bridge import Capabilities
from pyface_web.errors import BackendError, WeightsError
from pyface_web.graph import nn
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.weights.model import Model
from pyface_web.weights.shards import Tensor
from tests.plan.plans import PICTURE, recording_backend, run
from tests.plan.recorder import RecordingBridge
from tests.reference.nets import weighted


def held(backend: WebGLBackend) -> tuple[int, int]:
    stats = backend.stats()
    return stats["textures"], stats["buffers"]


def test_forget_frees_all_of_the_only_net():
    backend = recording_backend()
    run(backend, TINY_FACE_DETECTOR)
    assert held(backend)[0] > 0
    backend.forget(weighted(TINY_FACE_DETECTOR).key)
    assert held(backend) == (0, 0)
    assert backend.stats()["texture_bytes"] == 0


def test_forget_leaves_the_other_net_usable():
    backend = recording_backend()
    run(backend, TINY_FACE_DETECTOR)
    run(backend, FACE_LANDMARK_68, 3)
    backend.forget(weighted(TINY_FACE_DETECTOR).key)
    assert not any(id.startswith("tiny_face_detector") for id in backend.bridge.device.textures)
    assert not any(id.startswith("tiny_face_detector") for id in backend.bridge.device.records)
    run(backend, FACE_LANDMARK_68, 3)
    backend.forget(weighted(FACE_LANDMARK_68).key)
    assert held(backend) == (0, 0)


def test_a_net_can_be_run_again_after_forget():
    backend = recording_backend()
    run(backend, TINY_FACE_DETECTOR)
    before = held(backend)
    backend.forget(weighted(TINY_FACE_DETECTOR).key)
    backend.set_picture(PICTURE)
    run(backend, TINY_FACE_DETECTOR)
    assert held(backend) == before


def test_forget_of_a_net_that_never_ran():
    backend = recording_backend()
    backend.forget(weighted(TINY_FACE_DETECTOR).key)
    assert held(backend) == (0, 0)


def test_close_frees_everything():
    backend = recording_backend()
    run(backend, TINY_FACE_DETECTOR)
    run(backend, FACE_LANDMARK_68, 3)
    backend.close()
    assert held(backend) == (0, 0)
    assert backend.stats()["programs"] == 0


def test_rebuild_starts_over_and_the_next_run_works():
    backend = recording_backend()
    run(backend, FACE_LANDMARK_68, 3)
    before = held(backend)
    backend.rebuild()
    assert held(backend) == (0, 0)
    backend.set_picture(PICTURE)
    run(backend, FACE_LANDMARK_68, 3)
    assert held(backend) == before


def test_loading_other_weights_replaces_the_old_ones():
    backend = recording_backend()
    net = Model(TINY_FACE_DETECTOR)
    net.set_tensors(weighted(TINY_FACE_DETECTOR).tensors)
    asyncio.run(backend.prepare(net, 416))
    first = asyncio.run(backend.prepare(net, 416))
    before = held(backend)
    net.set_tensors(weighted(TINY_FACE_DETECTOR).tensors)
    assert asyncio.run(backend.prepare(net, 416)) is not first
    assert held(backend) == before


def test_every_size_of_a_net_is_a_plan_of_its_own():
    backend = recording_backend()
    net = weighted(TINY_FACE_DETECTOR)
    for size in (416, 224, 416):
        regions = np.float32([[0, 0, 10, 10]])
        fits = [fit_of(net.architecture, 10, 10, size)]
        outputs = asyncio.run(backend.run(net, size, regions, fits))
        assert outputs["grid"].shape == (1, size // 32, size // 32, 25)
    backend.forget(net.key)
    assert held(backend) == (0, 0)


def test_200_runs_hold_what_one_holds():
    backend = recording_backend()
    run(backend, FACE_LANDMARK_68, 6)
    before = held(backend), backend.stats()["texture_bytes"]
    for i in range(200):
        run(backend, FACE_LANDMARK_68, 1 + i % 6)
    assert (held(backend), backend.stats()["texture_bytes"]) == before


def test_a_net_whose_textures_were_replaced_is_recorded_anew():
    """The pool grows with every net, and deletes textures that earlier nets were recorded with."""
    backend = recording_backend()
    device = backend.bridge.device
    for items in (1, 2, 6, 3):
        for network in (TINY_FACE_DETECTOR, FACE_LANDMARK_68, FACE_RECOGNITION):
            run(backend, network, items)
            for draw in device.records[f"{network.name}@{network.size}/net"]:
                names = [draw["output"], *(name for _, name in draw["inputs"])]
                assert all(name in device.textures for name in names), draw


def test_evaluate_keeps_nothing_but_pooled_textures():
    backend = WebGLBackend(RecordingBridge())
    outputs = {"y": nn.conv2d(nn.image((1, 6, 6, 3)), "filters", 4, kernel=3)}
    tensors = {"filters": Tensor("filters", np.zeros((3, 3, 3, 4), np.float32))}
    for _ in range(3):
        asyncio.run(backend.evaluate(outputs, np.zeros((2, 6, 6, 3), np.float32), tensors))
        assert all(id.startswith("pool") for id in backend.bridge.device.textures)
        assert backend.bridge.device.records == {}
    backend.close()
    assert held(backend) == (0, 0)


def test_values_that_are_not_finite_are_reported():
    class Broken(RecordingBridge):
        async def read(self, id, width, height):
            return np.full((height, width, 4), np.nan, np.float32)

    async def detect() -> None:
        await faceapi.set_backend(WebGLBackend(Broken()))
        net = faceapi.TinyFaceDetector()
        net.load_from_weight_map(weighted(TINY_FACE_DETECTOR).arrays)
        await net.locate_faces(np.zeros((32, 32, 3), np.uint8))

    with pytest.raises(
        WeightsError, match=r"tiny_face_detector gives grid .* faceapi.set_backend\("
    ):
        asyncio.run(detect())
    faceapi.dispose()


@pytest.mark.parametrize(("float32", "float16", "precision"), [(True, True, 32), (False, True, 16)])
def test_precision_is_what_the_device_renders_to(float32, float16, precision):
    bridge = RecordingBridge()
    bridge.device.capabilities = Capabilities("test", float32, float16, 8, 8192)
    assert WebGLBackend(bridge).precision == precision


def test_half_floats_can_be_forced_and_halve_the_layers():
    held = {}
    for precision in (32, 16):
        backend = WebGLBackend(RecordingBridge(), precision)
        backend.set_picture(PICTURE)
        run(backend, TINY_FACE_DETECTOR)
        assert f"float{precision}" in backend.description
        layers = {id: size for id, size in backend.bridge.device.textures.items() if "/" not in id}
        held[precision] = sum(layers.values()) - layers["source"]
    assert held[16] * 2 == held[32]


@pytest.mark.parametrize(
    ("float32", "float16", "precision", "missing"),
    [
        (False, True, 32, "float32 textures (EXT_color_buffer_float "),
        (False, False, 16, "float16 textures (EXT_color_buffer_half_float "),
    ],
)
def test_a_precision_that_the_device_lacks_is_refused(float32, float16, precision, missing):
    bridge = RecordingBridge()
    bridge.device.capabilities = Capabilities("Old GPU", float32, float16, 8, 8192)
    with pytest.raises(BackendError, match=re.escape(f"Old GPU cannot render to {missing}")):
        WebGLBackend(bridge, precision)


def test_a_device_without_float_textures_is_refused():
    bridge = RecordingBridge()
    bridge.device.capabilities = Capabilities("Old GPU", False, False, 8, 8192)
    with pytest.raises(BackendError, match="Old GPU cannot render to float textures"):
        WebGLBackend(bridge)
