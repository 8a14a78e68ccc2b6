"""What a device believes to hold is what it holds: whatever changes, fails or ends in between."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import numpy as np
import pytest

from pyface_web.engine.square import fit_of
from pyface_web.engine.webgl.backend import WebGLBackend
from pyface_web.engine.webgl.bridge import Capabilities
from pyface_web.errors import BackendError, ContextLostError
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.weights.model import Model
from pyface_web.weights.shards import Tensor
from tests.plan.plans import PICTURE, recording_backend, run
from tests.plan.recorder import JsError, RecordingBridge
from tests.reference.nets import weighted


def fails_once(device: Any, method: str, name: str = "OutOfMemory", after: int = 0) -> None:
    """Have the device's next call of a method fail, or a later one."""
    original, calls = getattr(device, method), []

    def failing(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == after + 1:
            raise JsError(name)
        return original(*given)

    setattr(device, method, failing)


def one_region(net: Model) -> tuple[Any, ...]:
    side = net.architecture.size
    return net, side, np.float32([[0, 0, 10, 10]]), [fit_of(net.architecture, 10, 10, side)]


def meanwhile(backend: WebGLBackend, call: Coroutine[Any, Any, Any], change: Any) -> Any:
    """The result of a call during whose first wait for the device something changes."""
    compile = backend.bridge.compile

    async def slow(programs: Any) -> None:
        await compile(programs)
        if backend.bridge.compile is slow:
            backend.bridge.compile = compile  # type: ignore[method-assign]
            change()

    backend.bridge.compile = slow  # type: ignore[method-assign]
    return asyncio.run(call)


def test_weights_that_come_while_a_net_compiles_are_for_the_next_run():
    backend, net = recording_backend(), Model(TINY_FACE_DETECTOR)
    first = weighted(TINY_FACE_DETECTOR).tensors
    path = "conv0/filters"
    other = {**first, path: Tensor(path, np.ones_like(first[path].array()))}
    uploaded: list[int] = []
    upload = backend.bridge.device.upload

    def noting(id: str, kind: str, width: int, height: int, layers: int, data: Any) -> None:
        if id.endswith("/filters0"):
            uploaded.append(int(np.abs(data.astype(np.int64)).sum()))
        upload(id, kind, width, height, layers, data)

    backend.bridge.device.upload = noting
    net.set_tensors(first)
    meanwhile(backend, backend.run(*one_region(net)), lambda: net.set_tensors(other))
    asyncio.run(backend.run(*one_region(net)))
    asyncio.run(backend.run(*one_region(net)))
    assert len(uploaded) == 2 and uploaded[0] != uploaded[1]


def test_a_net_that_is_disposed_of_while_it_compiles_ends_on_what_it_has():
    backend, net = recording_backend(), Model(TINY_FACE_DETECTOR)
    net.set_tensors(weighted(TINY_FACE_DETECTOR).tensors)
    found = meanwhile(backend, backend.run(*one_region(net)), lambda: net.set_tensors(None))
    assert found["grid"].shape == (1, 13, 13, 25)


def test_a_run_refuses_the_picture_that_came_while_it_waited():
    backend = recording_backend()
    call = backend.run(*one_region(weighted(TINY_FACE_DETECTOR)))
    with pytest.raises(ContextLostError, match="picture 1 is not on the device any more"):
        meanwhile(backend, call, lambda: backend.set_picture(PICTURE))
    run(backend, TINY_FACE_DETECTOR)  # of the new one


def test_a_run_without_a_picture_says_so():
    backend = WebGLBackend(RecordingBridge())
    with pytest.raises(BackendError, match="there is no picture; call set_picture first"):
        run(backend, TINY_FACE_DETECTOR)
    backend.set_picture(PICTURE)
    run(backend, TINY_FACE_DETECTOR)
    backend.forget(weighted(TINY_FACE_DETECTOR).key)  # the last net takes the picture along
    with pytest.raises(BackendError, match="there is no picture"):
        run(backend, TINY_FACE_DETECTOR)


def test_a_picture_that_failed_leaves_none_behind():
    backend = recording_backend()
    fails_once(backend.bridge.device, "setInput", "SecurityError")
    with pytest.raises(ValueError, match="another origin"):
        backend.set_picture(PICTURE)
    with pytest.raises(BackendError, match="there is no picture"):
        run(backend, TINY_FACE_DETECTOR)
    backend.set_picture(PICTURE)
    run(backend, TINY_FACE_DETECTOR)


@pytest.mark.parametrize("items", [1, 6])
@pytest.mark.parametrize("after", range(0, 40, 3))
def test_memory_that_runs_out_at_any_texture(items, after):
    """The next call finds the textures that it draws to and reads, and no other call's draws."""
    backend = recording_backend()
    device = backend.bridge.device
    run(backend, TINY_FACE_DETECTOR)
    fails_once(device, "upload", after=after)
    for _ in range(2):
        for network in (FACE_LANDMARK_68, TINY_FACE_DETECTOR):
            try:
                run(backend, network, items)
            except BackendError as error:
                assert "the words of JavaScript" in str(error)
    for network in (TINY_FACE_DETECTOR, FACE_LANDMARK_68):
        run(backend, network, items)


@pytest.mark.parametrize("after", [0, 1])
def test_draws_that_could_not_be_recorded_are_recorded_again(after):
    backend = recording_backend()
    run(backend, TINY_FACE_DETECTOR)
    fails_once(backend.bridge.device, "record", after=after)
    for items in (6, 12, 6, 1):
        try:
            run(backend, FACE_LANDMARK_68, items)
        except BackendError:
            continue
        finally:
            backend.bridge.device.draws.clear()
    run(backend, FACE_LANDMARK_68, 6)
    held = backend.bridge.device.textures
    assert all(draw["output"] in held for draw in backend.bridge.device.draws)


class Counted(RecordingBridge):
    """A bridge that knows whether its device is open."""

    is_open = False

    def open(self) -> Capabilities:
        self.is_open = True
        return super().open()

    def close(self) -> None:
        self.is_open = False
        super().close()


def test_a_device_that_is_refused_is_closed():
    bridge = Counted()
    bridge.device.capabilities = Capabilities("Old GPU", False, False, 8, 8192)
    with pytest.raises(BackendError, match="Old GPU"):
        WebGLBackend(bridge)
    assert not bridge.is_open


def test_a_device_that_was_closed_is_not_opened_again():
    bridge = Counted()
    backend = WebGLBackend(bridge)
    backend.close()
    with pytest.raises(BackendError, match="it was closed"):
        backend.rebuild()
    assert not bridge.is_open


def test_a_device_that_cannot_be_rebuilt_now_can_be_later():
    backend = recording_backend()
    run(backend, TINY_FACE_DETECTOR)
    fails_once(backend.bridge.device, "open", "Unsupported")
    with pytest.raises(BackendError, match="the words of JavaScript"):
        backend.rebuild()
    with pytest.raises(BackendError, match="there is no picture"):
        run(backend, TINY_FACE_DETECTOR)
    backend.rebuild()
    backend.set_picture(PICTURE)
    run(backend, TINY_FACE_DETECTOR)
