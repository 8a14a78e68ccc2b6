"""Rows that a plan calls alike are: checked on what NumPy computes for half a picture."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pyface_web.engine.reference.run import run
from pyface_web.engine.wasm.alike import NONE, Rows, of_steps
from pyface_web.engine.wasm.plan import plan
from pyface_web.graph import nn
from pyface_web.graph.fuse import fuse
from pyface_web.models.ssd_mobilenetv1 import SSD_MOBILENETV1
from tests.reference.nets import ALL, name_of, weighted


def rows_by_label(outputs, black):
    made = plan(outputs)
    found = of_steps(made.steps, made.numbers, black)
    return {step.label: rows for step, rows in zip(made.steps, found, strict=True)}


@pytest.mark.parametrize("part", [0.3, 0.66])
@pytest.mark.parametrize("network", ALL, ids=name_of)
def test_rows_that_are_called_alike_are_alike(network, part):
    size = min(network.size, 160)
    graph = fuse(network.graph(size))
    first = int(size * part)
    image = np.random.default_rng(0).normal(size=(1, size, size, 3)).astype(np.float32)
    image[:, first:] = (-1.0, -0.5, 0.25)
    values: dict[str, np.ndarray] = {}
    labels: Counter[str] = Counter()

    def keep(node, value):
        values[node.label] = value
        labels[node.label] += 1

    run(graph, image, weighted(network).arrays, keep)
    found = rows_by_label(graph, Rows(first, size))
    assert any(rows.are_several for rows in found.values()) or size < 50
    for label, rows in found.items():
        if rows.are_several and labels[label] == 1:
            value = values[label][0]
            alike = value[rows.first : rows.end]
            assert np.allclose(alike, alike[:1], atol=1e-5 * np.abs(value).max()), label


def test_nothing_is_alike_without_black_rows():
    rows = rows_by_label(fuse(SSD_MOBILENETV1.graph(512)), Rows(512, 512))
    assert set(rows.values()) == {NONE}


def test_windows_that_reach_the_picture_or_the_border_are_left_out():
    x = nn.image((1, 12, 5, 3))
    y = nn.conv2d(x, "a", 4, kernel=3)
    z = nn.max_pool(nn.conv2d(y, "b", 4, kernel=3, stride=2), 2, 2)
    rows = rows_by_label({"z": nn.bias(z, "c")}, Rows(4, 12))
    assert rows["a"] == Rows(5, 11)  # row 4 sees the picture, row 11 zeros below the border
    assert rows["b"] == Rows(3, 5)  # with stride 2, rows 2 r up to 2 r + 2
    assert rows["max_pool"] == NONE


def test_a_sum_is_alike_where_both_are():
    x = nn.image((1, 20, 5, 3))
    y = nn.conv2d(x, "a", 3, kernel=5)
    assert rows_by_label({"y": nn.add(y, x)}, Rows(6, 20))["add"] == Rows(8, 18)


def test_the_rows_of_a_square_are_not_alike_but_pooled_ones_are():
    x = nn.image((1, 24, 24, 16))
    made = nn.conv2d(x, "a", 16, kernel=3)
    assert rows_by_label({"y": made}, Rows(8, 24))["a"] == NONE
    pooled = fuse({"y": nn.max_pool(nn.bias(made, "b"), 2, 2)})
    (rows,) = rows_by_label(pooled, Rows(8, 24)).values()
    assert rows == Rows(5, 11)  # of which each sees four rows, from 2 r - 1 on
