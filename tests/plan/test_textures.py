"""The texture pool: no two tensors at once in one texture, and as few textures as that allows."""

from __future__ import annotations

import itertools

import pytest

from pyface_web.engine.webgl.draws import Plan
from pyface_web.engine.webgl.textures import TexturePool, lifetimes
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.ssd_mobilenetv1 import SSD_MOBILENETV1
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from tests.plan.plans import plan_of
from tests.reference.nets import ALL, name_of

CHAIN = (
    (TINY_FACE_DETECTOR, 1),
    (SSD_MOBILENETV1, 1),
    (FACE_LANDMARK_68, 8),
    (FACE_RECOGNITION, 8),
)
TEXEL = 16  # bytes of an RGBA32F texel


class Device:
    """What exists, by the pool's own calls."""

    def __init__(self) -> None:
        self.sizes: dict[str, tuple[int, int, int]] = {}
        self.pool = TexturePool(self._create, self._delete)

    def _create(self, id: str, width: int, height: int, layers: int) -> None:
        assert id not in self.sizes
        self.sizes[id] = (width, height, layers)

    def _delete(self, id: str) -> None:
        del self.sizes[id]

    @property
    def bytes(self) -> int:
        return sum(width * height * layers * TEXEL for width, height, layers in self.sizes.values())


def births(plan: Plan) -> dict[str, int]:
    return {plan.image: -1} | {
        draw.output: i for i, draw in enumerate(plan.draws) if draw.output in plan.tensors
    }


def check_assignment(plan: Plan, assigned: dict[str, str], device: Device, batch: int) -> None:
    born, last = births(plan), lifetimes(plan)
    assert set(assigned) == set(plan.tensors)
    for name, layout in plan.tensors.items():
        width, height, layers = device.sizes[assigned[name]]  # so it exists
        assert layers == layout.layers
        assert width >= layout.texture_width
        assert height >= layout.texture_rows * batch
    for a, b in itertools.combinations(plan.tensors, 2):
        # reading a tensor while its texture is drawn to is an error too, so ends touch
        if born[a] <= last[b] and born[b] <= last[a]:
            assert assigned[a] != assigned[b], f"{a} and {b} live at once in {assigned[a]}"


@pytest.mark.parametrize("targets", [8, 4])
@pytest.mark.parametrize("batch", [1, 6])
@pytest.mark.parametrize("network", ALL, ids=name_of)
def test_tensors_that_live_at_once_have_their_own_textures(network, batch, targets):
    device, plan = Device(), plan_of(network, targets)
    check_assignment(plan, device.pool.assign(plan, batch), device, batch)


@pytest.mark.parametrize(
    "order", list(itertools.permutations(CHAIN)), ids=lambda o: " ".join(n.name[:8] for n, _ in o)
)
def test_plans_share_the_pool(order):
    device = Device()
    for network, batch in order:
        plan = plan_of(network)
        check_assignment(plan, device.pool.assign(plan, batch), device, batch)


def test_the_same_plan_again_needs_nothing_new():
    device, plan = Device(), plan_of(SSD_MOBILENETV1)
    for _ in range(2):  # the second time it may choose better, knowing all textures
        device.pool.assign(plan, 1)
    generation, before = device.pool.generation, dict(device.sizes)
    check_assignment(plan, device.pool.assign(plan, 1), device, 1)
    assert (device.pool.generation, device.sizes) == (generation, before)


def test_fewer_items_need_nothing_new():
    device, plan = Device(), plan_of(FACE_RECOGNITION)
    device.pool.assign(plan, 8)
    before = dict(device.sizes)
    device.pool.assign(plan, 3)
    assert device.sizes == before


def test_plans_do_not_go_on_replacing_each_others_textures():
    device = Device()
    seen = []
    for _ in range(6):
        for network, batch in (*CHAIN, (FACE_LANDMARK_68, 1), (FACE_RECOGNITION, 4)):
            device.pool.assign(plan_of(network), batch)
        seen.append((device.pool.generation, dict(device.sizes)))
    assert seen[2:] == seen[2:3] * 4


def test_a_plan_reuses_textures():
    plan, device = plan_of(SSD_MOBILENETV1), Device()
    device.pool.assign(plan, 1)
    without = sum(
        t.texture_width * t.texture_rows * t.layers * TEXEL for t in plan.tensors.values()
    )
    assert len(plan.tensors) == 48
    assert len(device.sizes) == 18
    assert device.bytes < without / 2


def test_sharing_costs_less_than_a_pool_for_each_net():
    shared, alone = Device(), 0
    for network, batch in CHAIN:
        shared.pool.assign(plan_of(network), batch)
        single = Device()
        single.pool.assign(plan_of(network), batch)
        alone += single.bytes
    assert shared.bytes < 0.75 * alone


def test_clear_deletes_everything_and_tells_by_the_generation():
    device, plan = Device(), plan_of(TINY_FACE_DETECTOR)
    device.pool.assign(plan, 1)
    generation = device.pool.generation
    device.pool.clear()
    assert device.sizes == {}
    assert device.pool.generation > generation
    check_assignment(plan, device.pool.assign(plan, 1), device, 1)
