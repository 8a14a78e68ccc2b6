"""What the WebAssembly backend keeps in memory, and that it gives it back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from pyface_web.engine.square import fit_of
from pyface_web.engine.wasm import machine
from pyface_web.engine.wasm.backend import WasmBackend
from pyface_web.errors import BackendError, ContextLostError
from pyface_web.graph import nn
from pyface_web.models.architecture import Architecture
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.weights.model import MAX_SIZES, Model
from pyface_web.weights.shards import Tensor
from tests.plan.plans import PICTURE
from tests.plan.recording_host import RecordingHost, recording_backend
from tests.reference.nets import weighted

NOTHING = {"buffers": 0, "buffer_bytes": 0, "memory_bytes": 0, "plans": 0}


@pytest.fixture
def backend() -> WasmBackend:
    """One that holds a picture of 640x480."""
    for network in (TINY_FACE_DETECTOR, FACE_LANDMARK_68, FACE_RECOGNITION):
        weighted(network)  # is read from files, which no event loop may wait for
    made = recording_backend()
    made.set_picture(PICTURE)
    return made


def device(backend: WasmBackend) -> RecordingHost:
    host: RecordingHost = backend.host.device
    return host


async def computed(
    backend: WasmBackend, network: Architecture, items: int = 1, size: int = 0
) -> dict[str, np.ndarray]:
    """One run of a net for some regions of the picture."""
    size = size or network.size
    regions = np.tile(np.float32([0, 0, 10, 10]), (items, 1))
    fits = [fit_of(network, 10, 10, size)] * items
    return await backend.run(weighted(network), size, regions, fits)


def run(backend: WasmBackend, *given: object) -> dict[str, np.ndarray]:
    return asyncio.run(computed(backend, *given))


def held(backend: WasmBackend) -> dict[str, int]:
    stats = backend.stats()
    return {kind: stats[kind] for kind in NOTHING}


def test_outputs_have_the_shapes_of_the_net(backend: WasmBackend) -> None:
    assert {key: value.shape for key, value in run(backend, FACE_RECOGNITION, 5).items()} == {
        "descriptor": (5, 1, 1, 128)
    }


def test_forget_frees_all_of_the_only_net(backend: WasmBackend) -> None:
    run(backend, TINY_FACE_DETECTOR)
    assert held(backend)["buffers"] > 0
    backend.forget(weighted(TINY_FACE_DETECTOR).key)
    assert held(backend) == NOTHING


def test_forget_leaves_the_other_net_usable(backend: WasmBackend) -> None:
    run(backend, TINY_FACE_DETECTOR)
    alone = held(backend)
    run(backend, FACE_LANDMARK_68, 3)
    backend.forget(weighted(FACE_LANDMARK_68).key)
    now = held(backend)
    assert [now[kind] for kind in ("buffers", "buffer_bytes", "plans")] == [
        alone[kind] for kind in ("buffers", "buffer_bytes", "plans")
    ]
    run(backend, FACE_LANDMARK_68, 3)
    backend.forget(weighted(TINY_FACE_DETECTOR).key)
    run(backend, FACE_LANDMARK_68, 3)
    backend.forget(weighted(FACE_LANDMARK_68).key)
    assert held(backend) == NOTHING


@pytest.mark.parametrize(
    "end", [lambda b: b.forget(weighted(TINY_FACE_DETECTOR).key), lambda b: b.rebuild()]
)
def test_after_all_was_freed_a_net_runs_on_the_picture_that_is_shown_next(
    backend: WasmBackend, end: Callable[[WasmBackend], None]
) -> None:
    """The kernels are started anew by a call that has its picture already."""
    run(backend, TINY_FACE_DETECTOR)
    before = held(backend)
    end(backend)
    assert held(backend) == NOTHING
    backend.set_picture(PICTURE)
    run(backend, TINY_FACE_DETECTOR)
    assert held(backend) == before
    assert [picture for picture, _ in device(backend).filled] == [1, 2]


def test_without_a_picture(backend: WasmBackend) -> None:
    backend.rebuild()
    with pytest.raises(BackendError, match="there is no picture; call set_picture first"):
        run(backend, TINY_FACE_DETECTOR)


def test_forget_of_a_net_that_never_ran(backend: WasmBackend) -> None:
    run(backend, TINY_FACE_DETECTOR)
    before = held(backend)
    backend.forget("nobody")
    assert held(backend) == before


def test_close_is_for_good(backend: WasmBackend) -> None:
    run(backend, TINY_FACE_DETECTOR)
    backend.close()
    assert held(backend) == NOTHING
    backend.set_picture(PICTURE)
    with pytest.raises(BackendError, match="it was closed; make another backend"):
        run(backend, TINY_FACE_DETECTOR)
    with pytest.raises(BackendError, match="it was closed; make another backend"):
        backend.rebuild()
    assert held(backend) == NOTHING


def test_closed_while_the_kernels_start() -> None:
    """They are let go of as soon as they are there."""

    async def close_while_it_opens() -> WasmBackend:
        backend = recording_backend()
        opening = asyncio.ensure_future(backend.open())
        await asyncio.sleep(0)
        backend.close()
        with pytest.raises(BackendError, match="it was closed"):
            await opening
        return backend

    backend = asyncio.run(close_while_it_opens())
    assert device(backend).opened == 1
    assert held(backend) == NOTHING


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 5, 8, 13])
def test_closed_while_a_net_is_prepared_or_runs(backend: WasmBackend, turns: int) -> None:
    """Whatever the call comes to, nothing is held."""
    device(backend).rests = 1

    async def close_meanwhile() -> None:
        call = asyncio.ensure_future(computed(backend, FACE_LANDMARK_68, 3))
        for _ in range(turns):
            await asyncio.sleep(0)
        backend.close()
        with pytest.raises(BackendError):
            await call

    asyncio.run(close_meanwhile())
    assert held(backend) == NOTHING
    assert device(backend).runs == 0


@pytest.mark.parametrize("turns", [1, 4, 9])
def test_a_call_that_is_cancelled_stops_between_layers(backend: WasmBackend, turns: int) -> None:
    """And the next one finds all as it was."""
    run(backend, FACE_LANDMARK_68, 3)
    before, host = held(backend), device(backend)
    host.rests, host.runs, host.steps = 1, 0, 0

    async def cancel() -> int:
        call = asyncio.ensure_future(computed(backend, FACE_LANDMARK_68, 3))
        for _ in range(turns):
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        stopped = host.steps
        for _ in range(30):  # what runs on the other side would go on now
            await asyncio.sleep(0)
        assert host.steps == stopped and host.runs == 0
        await computed(backend, FACE_LANDMARK_68, 3)
        return host.runs

    assert asyncio.run(cancel()) == 1
    assert held(backend) == before


def test_loading_other_weights_replaces_the_old_ones(backend: WasmBackend) -> None:
    net = Model(TINY_FACE_DETECTOR)
    net.set_tensors(weighted(TINY_FACE_DETECTOR).tensors)

    async def prepare() -> object:
        return await backend.prepare(net, 416)

    first = asyncio.run(prepare())
    assert asyncio.run(prepare()) is first
    before = held(backend)
    net.set_tensors(weighted(TINY_FACE_DETECTOR).tensors)
    assert asyncio.run(prepare()) is not first
    assert held(backend) == before


def test_weights_loaded_while_a_net_is_prepared_are_for_the_next_call(
    backend: WasmBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is put into memory is of one load, and the next call notices that it is stale."""
    net = Model(FACE_RECOGNITION)
    tensors = weighted(FACE_RECOGNITION).tensors
    net.set_tensors(tensors)
    monkeypatch.setattr(machine, "_SLICE", 0.0)  # it rests after every constant

    async def load_meanwhile() -> None:
        preparing = asyncio.ensure_future(backend.prepare(net, 150))
        await asyncio.sleep(0)
        net.set_tensors({})  # with none of these could it be prepared
        await preparing
        assert backend._loaded[net.key].version == net.version - 1
        net.set_tensors(tensors)
        await backend.prepare(net, 150)
        assert backend._loaded[net.key].version == net.version

    asyncio.run(load_meanwhile())


def test_every_size_of_a_net_is_a_plan_and_they_share_filters(backend: WasmBackend) -> None:
    assert run(backend, TINY_FACE_DETECTOR, 1, 416)["grid"].shape == (1, 13, 13, 25)
    one = held(backend)
    assert run(backend, TINY_FACE_DETECTOR, 1, 224)["grid"].shape == (1, 7, 7, 25)
    two = held(backend)
    assert (two["plans"], two["buffers"]) == (2, one["buffers"] + 1)


def test_only_the_last_sizes_are_kept(backend: WasmBackend) -> None:
    for size in range(128, 128 + 32 * (MAX_SIZES + 4), 32):
        run(backend, TINY_FACE_DETECTOR, 1, size)
    assert held(backend)["plans"] == MAX_SIZES


def test_200_runs_hold_what_one_holds(backend: WasmBackend) -> None:
    run(backend, FACE_LANDMARK_68, 6)
    before = held(backend)
    for i in range(200):
        run(backend, FACE_LANDMARK_68, 1 + i % 6)
    assert held(backend) == before


def test_20_loads_hold_what_one_holds(backend: WasmBackend) -> None:
    run(backend, FACE_RECOGNITION)
    run(backend, TINY_FACE_DETECTOR)
    before = held(backend)
    for _ in range(20):
        backend.forget(weighted(TINY_FACE_DETECTOR).key)
        run(backend, TINY_FACE_DETECTOR)
    assert held(backend) == before


def test_many_items_are_computed_in_parts(backend: WasmBackend) -> None:
    """As many at once as the layers of SSD need memory, so that the arena stays small."""
    outputs = run(backend, FACE_RECOGNITION, 70)
    assert outputs["descriptor"].shape == (70, 1, 1, 128)
    assert device(backend).runs == -(-70 // asyncio.run(at_once(backend, FACE_RECOGNITION)))
    assert held(backend)["memory_bytes"] < 60_000_000


async def at_once(backend: WasmBackend, network: Architecture) -> int:
    return (await backend.prepare(weighted(network), network.size)).at_once


def test_evaluate_keeps_nothing(backend: WasmBackend) -> None:
    outputs = {"y": nn.conv2d(nn.image((1, 6, 6, 3)), "filters", 4, kernel=3)}
    tensors = {"filters": Tensor("filters", np.zeros((3, 3, 3, 4), np.float32))}
    image = np.zeros((2, 6, 6, 3), np.float32)
    for _ in range(3):
        asyncio.run(backend.evaluate(outputs, image, tensors))
        found = held(backend)
        assert (found["buffers"], found["plans"]) == (0, 0)


@pytest.mark.parametrize("limit", [200_000, 1_000_000, 6_700_000, 8_000_000])
def test_where_memory_ends_nothing_is_lost(backend: WasmBackend, limit: int) -> None:
    """Wherever that is: what was taken is given back, and with more of it the call succeeds."""
    host = device(backend)
    host.limit = limit
    with pytest.raises(BackendError, match="has no memory for"):
        run(backend, FACE_RECOGNITION, 6)
    host.limit = 2**31
    run(backend, FACE_RECOGNITION, 6)
    other = recording_backend()
    other.set_picture(PICTURE)
    run(other, FACE_RECOGNITION, 6)
    assert held(backend)["buffer_bytes"] == held(other)["buffer_bytes"]


def test_a_picture_that_was_replaced_is_lost(backend: WasmBackend) -> None:
    """A run looks at the picture that was there when it began, or at none."""

    async def replace() -> None:
        device(backend).rests = 1
        call = asyncio.ensure_future(computed(backend, FACE_LANDMARK_68, 3))
        await asyncio.sleep(0)
        backend.set_picture(PICTURE)
        with pytest.raises(ContextLostError, match="picture 1 is not held any more"):
            await call

    asyncio.run(replace())
