"""MTCNN at its limits: levels that just do not fit, boxes turned inside out."""

from __future__ import annotations

import numpy as np
import pytest

from pyface_web.models.decode.mtcnn import Level, first_boxes, levels, patches


@pytest.mark.parametrize(("side", "count"), [(24, 0), (25, 0), (26, 1)])
def test_a_level_of_exactly_twelve_pixels_is_dropped(side: int, count: int) -> None:
    """One cell of the first net would fit into it; kept as in the original."""
    assert len(levels(side, side, 24, 0.5, 10)) == count


def test_a_box_turned_inside_out_is_no_error() -> None:
    """The original's constructor refuses negative sizes, and with them the whole picture."""
    logits, regions = np.full((5, 5, 2), (9.0, -9.0)), np.zeros((5, 5, 4))
    logits[2, 2], regions[2, 2] = (-9, 9), (2, 2, -2, -2)  # right and bottom before left and top
    logits[0, 0] = (-9, 9)
    boxes, counts = first_boxes([(Level(0.5, 20, 20), logits, regions)], 0.6)
    assert counts == [2] and len(boxes) == 2
    assert sorted((boxes[:, 2] > boxes[:, 0]).tolist()) == [False, True]
    cut, inside = patches(boxes, 40, 40)
    assert len(inside) == 1 and (cut[:, 2:] > 0).all(), "it has no pixels for the next net"
