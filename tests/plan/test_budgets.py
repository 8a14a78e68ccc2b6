"""What a call costs, as exact counts; in brackets what face-api.js 0.22.2 needs for the same."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from pyface_web.engine.square import fit_of
from pyface_web.errors import BackendError
from pyface_web.models.age_gender import AGE_GENDER
from pyface_web.models.architecture import Pyramid
from pyface_web.models.face_expression import FACE_EXPRESSION
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68, FACE_LANDMARK_68_TINY
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.mtcnn import ONET, PNET, RNET
from pyface_web.models.ssd_mobilenetv1 import SSD_MOBILENETV1
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.models.tiny_yolov2 import TINY_YOLOV2, TINY_YOLOV2_SEPARABLE
from pyface_web.pictures.letterbox import letterbox
from pyface_web.pictures.similarity import Similarity
from pyface_web.pictures.source import Picture
from tests.plan.plans import PICTURE, plan_of, recording_backend, run
from tests.reference.made import MADE
from tests.reference.nets import ALL, NETWORKS, PARTS, name_of, weighted

# Draws of one run, with fit and pack.
DRAWS = {
    TINY_FACE_DETECTOR.name: 15,  # budget 24 (103)
    SSD_MOBILENETV1.name: 49,  # budget 64 (236)
    FACE_LANDMARK_68.name: 35,
    FACE_LANDMARK_68_TINY.name: 21,
    FACE_RECOGNITION.name: 34,
    FACE_EXPRESSION.name: 35,
    AGE_GENDER.name: 38,
    TINY_YOLOV2_SEPARABLE.name: 20,
    TINY_YOLOV2.name: 12,
    PNET.name: 7,
    RNET.name: 10,
    ONET.name: 12,
}
# Programs, and megabytes of textures, of one run on a device with eight targets.
EACH = {
    TINY_FACE_DETECTOR.name: (8, 11.1),
    SSD_MOBILENETV1.name: (8, 57.0),
    FACE_LANDMARK_68.name: (9, 3.7),
    FACE_LANDMARK_68_TINY.name: (9, 3.1),
    FACE_RECOGNITION.name: (15, 8.7),
    FACE_EXPRESSION.name: (9, 3.7),
    AGE_GENDER.name: (11, 6.2),
    TINY_YOLOV2_SEPARABLE.name: (9, 17.8),
    TINY_YOLOV2.name: (7, 42.4),
    PNET.name: (5, 1.3),
    RNET.name: (7, 1.6),
    ONET.name: (9, 2.5),
}
PROGRAMS = {8: 39, 4: 36}  # all published nets together; budget 48 (450)
MEGABYTES = 77.4  # of the chain below; budget 100 (605)


DETECTORS = (TINY_FACE_DETECTOR, SSD_MOBILENETV1, PNET, *MADE)


@pytest.mark.parametrize("targets", [8, 4])
@pytest.mark.parametrize("network", ALL, ids=name_of)
def test_draws_and_readbacks_of_a_run(network, targets):
    backend = recording_backend(targets)
    run(backend, network, items=1 if network in DETECTORS else 6)
    stats = backend.stats()
    assert stats["draws"] == DRAWS[network.name]
    assert stats["readbacks"] == 1


def test_a_run_is_one_call():
    """The picture's draw is recorded with those of the net."""
    backend = recording_backend()
    run(backend, FACE_LANDMARK_68, 6)
    recorded = {id: len(draws) for id, draws in backend.bridge.device.records.items()}
    assert recorded == {"face_landmark68_net@112/net": 35}


def test_chain_of_three_faces():
    """SSD, landmarks and descriptors: budget 150 draws (1,472) and 3 readbacks (8)."""
    backend = recording_backend()
    for network, items in ((SSD_MOBILENETV1, 1), (FACE_LANDMARK_68, 3), (FACE_RECOGNITION, 3)):
        run(backend, network, items)
    assert backend.stats()["draws"] == 49 + 35 + 34
    assert backend.stats()["readbacks"] == 3


@pytest.mark.parametrize("network", ALL, ids=name_of)
def test_programs_and_textures_of_a_net(network):
    backend = recording_backend()
    run(backend, network)
    programs, megabytes = EACH[network.name]
    assert backend.stats()["programs"] == programs
    assert backend.stats()["texture_bytes"] / 1e6 == pytest.approx(megabytes, abs=0.05)


@pytest.mark.parametrize("targets", [8, 4])
def test_programs_of_all_nets(targets):
    backend = recording_backend(targets)
    for network in (*NETWORKS, *PARTS):
        run(backend, network)
    assert backend.stats()["programs"] == PROGRAMS[targets]


def test_texture_memory_of_the_chain_with_six_faces():
    backend = recording_backend()
    for network, items in (
        (TINY_FACE_DETECTOR, 1),
        (SSD_MOBILENETV1, 1),
        (FACE_LANDMARK_68, 6),
        (FACE_RECOGNITION, 6),
    ):
        run(backend, network, items)
    assert backend.stats()["texture_bytes"] / 1e6 == pytest.approx(MEGABYTES, abs=0.05)


@pytest.mark.parametrize("network", ALL, ids=name_of)
def test_with_four_targets_no_tile_has_two_groups(network):
    """WebGL2 guarantees four render targets, one for each pixel of a block."""
    plan = plan_of(network, targets=4)
    assert {layout.groups_per_tile for layout in plan.tensors.values()} == {1}
    for program in plan.programs.values():
        assert dict(program.defines).get("OUT_GROUPS", 1) == 1
        assert program.glsl().count("layout(location = ") <= 4


@pytest.mark.parametrize("network", ALL, ids=name_of)
def test_the_limits_that_every_device_has_are_enough(network):
    """Textures of 2048, four targets; the recorder refuses what is larger."""
    backend = recording_backend(targets=4, texture_size=2048)
    outputs = run(backend, network, 3)
    assert {len(values) for values in outputs.values()} == {3}


def test_more_items_than_one_run_takes_are_run_in_parts():
    backend = recording_backend()
    outputs = run(backend, FACE_RECOGNITION, 70)
    assert outputs["descriptor"].shape == (70, 1, 1, 128)
    assert backend.stats()["readbacks"] == 1
    # 64 items, whose crops come in twice 32; then 6, whose outputs go behind those of the 64
    assert backend.stats()["draws"] == (2 + 33) + (1 + 32 + 1)


def test_a_pyramid_is_one_run_and_one_read():
    """All levels with the same programs, none of whose inputs is ever a tensor of its own."""
    backend = recording_backend()
    levels = tuple((288 * 7**i // 10**i, 384 * 7**i // 10**i) for i in range(10))
    pyramid = Pyramid((480, 640), levels)
    outputs = asyncio.run(backend.run_pyramid(weighted(PNET), pyramid))
    assert backend.stats()["draws"] == 10 * DRAWS[PNET.name]
    assert backend.stats()["readbacks"] == 1
    assert backend.stats()["programs"] == EACH[PNET.name][0]
    for i, (width, height) in enumerate(levels):
        cells = (-(-(width - 2) // 2) - 4, -(-(height - 2) // 2) - 4)
        assert outputs[f"scores_{i}"].shape == (1, *cells, 2)
        assert outputs[f"regions_{i}"].shape == (1, *cells, 4)


def test_plans_of_many_picture_sizes_do_not_pile_up():
    backend = recording_backend()
    held = []
    for width in range(100, 130):
        pyramid = Pyramid((width, 90), ((width // 2, 45),))
        asyncio.run(backend.run_pyramid(weighted(PNET), pyramid))
        held.append((backend.stats()["textures"], backend.stats()["buffers"]))
    assert held[-1] == held[len(held) // 2]


def test_what_was_recorded_serves_the_next_run():
    backend = recording_backend()
    run(backend, FACE_LANDMARK_68, 6)
    records, textures = dict(backend.bridge.device.records), dict(backend.bridge.device.textures)
    run(backend, FACE_LANDMARK_68, 6)
    run(backend, FACE_LANDMARK_68, 2)
    assert all(backend.bridge.device.records[id] is draws for id, draws in records.items())
    assert backend.bridge.device.textures == textures


def test_a_list_of_pictures_is_one_batch():
    """Each is uploaded and drawn into its place; the net runs once for all of them."""
    backend = recording_backend()
    net = weighted(FACE_RECOGNITION)
    uploaded = []

    def upload(i):
        uploaded.append(i)
        return np.array([0, 0, 150, 150], np.float32)

    fits = [fit_of(net.architecture, 150, 150, 150)] * 6
    outputs = asyncio.run(backend.run_each(net, 150, fits, upload))
    assert outputs["descriptor"].shape == (6, 1, 1, 128)
    assert uploaded == list(range(6))
    assert backend.stats()["draws"] == 6 + 33
    assert backend.stats()["readbacks"] == 1


def test_turned_crops_take_no_draw_more():
    """Faces cut upright, and pictures turned by quarters: another first draw, in its place."""
    backend = recording_backend()
    net, crops = weighted(FACE_RECOGNITION), np.tile(np.float32([0, 0, 640, 480]), (6, 1))
    similar = [Similarity(150, (i, i), (1, 2), (640, 480)) for i in range(6)]
    turned = [letterbox(640, 480, 150, True, quarters) for quarters in (0, 1, 2, 3, 0, 1)]
    run(backend, FACE_RECOGNITION, 6)
    before = backend.stats()
    for fits in (similar, turned, similar):
        asyncio.run(backend.run(net, 150, crops, fits))
    after = backend.stats()
    assert after["draws"] - before["draws"] == 3 * DRAWS[FACE_RECOGNITION.name]
    assert after["readbacks"] - before["readbacks"] == 3
    assert after["programs"] - before["programs"] == 2
    assert after["texture_bytes"] == before["texture_bytes"]
    asyncio.run(backend.run(net, 150, np.tile(crops, (12, 1)), similar * 12))  # replaces textures
    backend.forget(net.key)
    assert backend.stats()["buffers"] == 0


def test_large_faces_take_a_draw_for_each_halving_but_the_last():
    """Of 50, 750 and 1,500 pixels: 1, 1 + 1 and 2 + 1. Textures go when a smaller picture comes."""
    backend = recording_backend()
    net, steps = weighted(FACE_RECOGNITION), (0.3, 5, 10)
    similar = [Similarity(150, (0, 0), (step, 0), (2000, 1500)) for step in steps]
    asyncio.run(backend.run(net, 150, np.float32([[0, 0, 640, 480]] * 3), similar))
    before = backend.stats()  # held as 640x480 none of them is halved twice
    backend.set_picture(Picture(np.zeros((1500, 2000, 4), np.uint8), 2000, 1500))
    whole = np.float32([[0, 0, 2000, 1500]] * 3)
    for _ in range(2):
        asyncio.run(backend.run(net, 150, whole, similar))
    after = backend.stats()
    assert after["draws"] - before["draws"] == 2 * (1 + 2 + 3 + DRAWS[FACE_RECOGNITION.name] - 1)
    assert after["readbacks"] - before["readbacks"] == 2
    halves = 384 * 384 + 192 * 192  # texels of 2x2 pixels: of a half, and of a half of that
    picture = 4 * (2000 * 1500 - 640 * 480)
    assert after["texture_bytes"] - before["texture_bytes"] == 16 * halves + picture
    backend.set_picture(PICTURE)
    assert backend.stats()["texture_bytes"] == before["texture_bytes"]


def test_crops_of_a_run_are_fitted_in_one_way():
    backend = recording_backend()
    net, crops = weighted(FACE_RECOGNITION), np.tile(np.float32([0, 0, 640, 480]), (2, 1))
    fits = [Similarity(150, (0, 0), (1, 2), (640, 480)), letterbox(640, 480, 150, True)]
    with pytest.raises(BackendError, match="expected one kind, got Letterbox, Similarity"):
        asyncio.run(backend.run(net, 150, crops, fits))
