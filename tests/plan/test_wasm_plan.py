"""Graphs as steps of the kernels: whole nets in memory that is right, and what a plan merges."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from pyface_web.engine.wasm import winograd
from pyface_web.engine.wasm.layout import Layout
from pyface_web.engine.wasm.plan import Plan, plan
from pyface_web.engine.wasm.steps import Step
from pyface_web.graph import nn
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import macs, topological
from pyface_web.models.architecture import Architecture, Pyramid
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.mtcnn import MTCNN, PNET
from pyface_web.models.ssd_mobilenetv1 import SSD_MOBILENETV1
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from tests.page.kernel_cases import KERNEL_CASES
from tests.reference.nets import ALL, name_of

PYRAMID = Pyramid((320, 240), ((192, 144), (136, 102), (96, 72)))
NETS = [net for net in ALL if net is not MTCNN]  # which runs in parts


@cache
def plan_of(architecture: Architecture) -> Plan:
    """The net's plan at its own input size."""
    return plan(fuse(architecture.graph(architecture.size)))


def check_memory(made: Plan) -> None:
    """Play a plan on an arena that knows who wrote each float: nobody reads what another wrote."""
    owner = np.full(made.floats, -1)

    def place(of: Layout) -> slice:
        assert of.at >= 0 and of.at + of.item <= made.floats
        return slice(of.at, of.at + of.item)

    for i, image in enumerate(made.images):
        owner[place(image)] = i
    written = len(made.images)
    for step in made.steps:
        reads = [step.x] + [step.skip] * (step.skips != "none")
        for x in reads:
            owners = set(owner[place(x)].tolist())
            assert len(owners) == 1 and owners != {-1}, step
        if step.kind != "pointwise":  # those may work in place
            assert not any(overlap(place(x), place(step.y)) for x in reads), step
        elif step.skips != "none":
            assert not overlap(place(step.skip), place(step.y)), step
        owner[place(step.y)] = written
        written += 1
    for output in made.outputs.values():
        assert len(set(owner[place(output)].tolist())) == 1


def overlap(a: slice, b: slice) -> bool:
    return a.start < b.stop and b.start < a.stop


def check_windows(step: Step) -> None:
    """All that a convolution reads beyond the border are margins, which hold zeros."""
    stage = step.depthwise
    if step.kind not in ("convolution", *winograd.KINDS, "depthwise"):
        return
    window = stage.window if stage else step.window
    m = step.x.margins
    assert m.top >= window.pad_y and m.left >= window.pad_x
    for before, after, side, count in (
        (window.pad_y, m.bottom, step.x.height, step.height),
        (window.pad_x, m.right, step.x.width, step.width),
    ):
        assert (count - 1) * window.stride + window.size - before <= side + after, step


@pytest.mark.parametrize("network", NETS, ids=name_of)
def test_a_net_never_reads_what_was_written_over(network: Architecture) -> None:
    made = plan_of(network)
    check_memory(made)
    for step in made.steps:
        check_windows(step)


def test_all_graphs_of_the_matrix_in_memory() -> None:
    for case in KERNEL_CASES.values():
        for outputs in (case.outputs(), fuse(case.outputs())):
            made = plan(outputs)
            check_memory(made)
            for step in made.steps:
                check_windows(step)


@pytest.mark.parametrize("network", NETS, ids=name_of)
def test_multiply_adds_are_those_of_the_graph(network: Architecture) -> None:
    wanted = sum(macs(node) for node in topological(fuse(network.graph(network.size)).values()))
    made = plan_of(network)
    assert made.macs == pytest.approx(wanted, rel=0.01)
    assert all(step.work >= 1 for step in made.steps if step.rows)


@pytest.mark.parametrize("network", NETS, ids=name_of)
def test_between_layers_there_is_little_more_than_the_two_largest_neighbours(
    network: Architecture,
) -> None:
    made = plan_of(network)
    pairs = [step.x.item + step.y.item for step in made.steps]
    kept = sum(layout.item for layout in made.outputs.values())
    assert max(pairs) <= made.floats <= 1.6 * max(pairs) + kept


def test_strips_stay_in_the_cache() -> None:
    for network in NETS:
        made = plan_of(network)
        if winograd.KINDS.keys().isdisjoint(step.kind for step in made.steps):
            assert made.scratch * 4 <= 512 * 1024


def test_a_depthwise_convolution_before_a_1x1_is_no_step() -> None:
    kinds = [step.kind for step in plan_of(SSD_MOBILENETV1).steps]
    assert "depthwise" not in kinds and "pointwise" not in kinds
    assert sum(step.depthwise is not None for step in plan_of(SSD_MOBILENETV1).steps) == 13


def test_a_2x2_pool_behind_a_convolution_is_no_step() -> None:
    steps = plan_of(TINY_FACE_DETECTOR).steps
    assert [step.pool for step in steps].count(True) == 5
    (alone,) = (step for step in steps if step.kind == "max_pool")
    assert (alone.window.size, alone.window.stride) == (2, 1)


def small(*, kept: bool) -> Plan:
    x = nn.image((1, 9, 9, 8))
    between = nn.bias(nn.depthwise(x, "depthwise"), "offset")
    y = nn.conv2d(nn.activation(between, "relu6"), "filters", 12, kernel=1)
    return plan(fuse({"y": y} | ({"between": between} if kept else {})))


def test_a_depthwise_convolution_that_others_read_is_a_step() -> None:
    assert [step.kind for step in small(kept=False).steps] == ["convolution"]
    assert small(kept=True).steps[0].kind == "depthwise"


def test_what_only_products_read_has_no_fourth_channel() -> None:
    x = nn.image((1, 9, 9, 3))
    (image,) = plan({"y": nn.conv2d(x, "filters", 4, kernel=3)}).images
    assert image.pixel == 3
    for outputs in (
        {"y": nn.depthwise(x, "depthwise")},
        {"y": nn.conv2d(x, "filters", 4, kernel=3), "relu": nn.activation(x, "relu")},
        {"y": nn.conv2d(x, "filters", 4, kernel=3), "x": x},
    ):
        (image,) = plan(outputs).images
        assert image.pixel == 4


def test_levels_of_a_pyramid_are_filled_in() -> None:
    made = plan(fuse(PNET.graph(PYRAMID)), pyramid=True)
    assert [(image.height, image.width) for image in made.images] == list(PYRAMID.levels)
    assert "resize" not in [step.kind for step in made.steps]
    assert set(made.outputs) == {f"{name}_{i}" for name in ("scores", "regions") for i in range(3)}
    check_memory(made)


def test_two_plans_of_a_net_share_their_constants() -> None:
    """Steps of another input size read the same filters."""
    first, second = (plan(fuse(TINY_FACE_DETECTOR.graph(size))) for size in (416, 128))
    assert first.constants == second.constants
    assert len(set(first.constants)) == len(first.constants)


def test_memory_for_all_faces_of_a_picture() -> None:
    """Six descriptors at once need less than 24 MB of layers."""
    assert plan_of(FACE_RECOGNITION).floats * 4 <= 4_000_000
