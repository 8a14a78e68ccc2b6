"""The lists that pages compile from before Python is up: the very programs that Python asks for."""

from __future__ import annotations

import asyncio
import json

import pytest

from pyface_web.engine.self_test import self_test
from pyface_web.engine.webgl.backend import WebGLBackend
from pyface_web.engine.webgl.program_list import program_list
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from tests.plan.plans import recording_backend, run, run_upright
from tests.plan.recorder import RecordingBridge
from tests.reference.nets import NETWORKS, manifest_path, name_of, weighted


def listed(network, targets):
    net = weighted(network)
    quantised = {name for name, tensor in net.tensors.items() if tensor.quantised}
    return program_list(network, quantised, targets)


def run_as_listed(backend, network):
    """As a page does: nets for one face see it upright, too."""
    run(backend, network)
    if network.fit == "letterbox_centred":
        run_upright(backend, network)


def sources(entries):
    return {entry["key"]: entry["source"] for entry in entries}


@pytest.mark.parametrize("targets", [8, 4])
@pytest.mark.parametrize("network", NETWORKS, ids=name_of)
def test_a_list_is_what_a_run_compiles(network, targets):
    backend = recording_backend(targets)
    run_as_listed(backend, network)
    entries = listed(network, targets)
    assert sources(entries) == backend.bridge.device.programs
    assert len(entries) == len(backend.bridge.device.programs), "a program is listed twice"
    assert json.loads(json.dumps(entries)) is not None


@pytest.mark.parametrize("network", NETWORKS, ids=name_of)
def test_warming_draws_use_textures_as_the_net_does(network):
    backend = recording_backend()
    run_as_listed(backend, network)
    draws = {draw["program"]: draw for draw in reversed(backend.bridge.device.draws)}
    for entry in listed(network, 8):
        draw = draws[entry["key"]]
        assert [unit for unit, _ in draw["inputs"]] == [unit for unit, *_ in entry["inputs"]]
        assert draw["block"] == list(entry["block"])


@pytest.mark.parametrize("network", NETWORKS, ids=name_of)
def test_the_manifest_alone_says_what_is_quantised(network):
    """The build lists programs without weights."""
    from pyface_web.weights import manifest

    entries = manifest.parse(manifest_path(network).read_text()).entries
    stored = {entry.name for entry in entries if entry.quantised}
    assert stored == {n for n, tensor in weighted(network).tensors.items() if tensor.quantised}


@pytest.mark.parametrize("targets", [8, 4])
def test_the_self_test_needs_no_program_of_its_own(targets):
    bridge = RecordingBridge(targets)
    with pytest.raises(Exception, match="self-test deviates"):  # the recorder reads zeros
        asyncio.run(self_test(WebGLBackend(bridge).evaluate, "the recorder", 1e-4))
    assert set(sources(program_list(None, (), targets))) <= set(
        sources(listed(TINY_FACE_DETECTOR, targets))
    )
    # All that it compiled was listed.
    assert bridge.device.compiled == sources(program_list(None, (), targets))


def test_python_sends_no_source_of_what_is_compiled_already():
    backend = recording_backend()
    ahead = sources(listed(TINY_FACE_DETECTOR, 8))
    backend.bridge.device.programs.update(ahead)
    run(backend, TINY_FACE_DETECTOR)
    assert backend.bridge.device.compiled == {}
