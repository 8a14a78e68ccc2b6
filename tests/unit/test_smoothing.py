"""The One-Euro filter: steady at rest, quick in motion, the same for all sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pyface_web.errors import ShapeError
from pyface_web.video.smoothing import OneEuroFilter

FRAME = 1 / 30


def filtered(values: np.ndarray, scale: float = 1.0, seconds: float = FRAME) -> np.ndarray:
    one_euro = OneEuroFilter()
    return np.array([one_euro.update([value], seconds, scale)[0] for value in values])


def test_the_first_value_passes_and_so_does_one_after_a_reset() -> None:
    one_euro = OneEuroFilter()
    assert one_euro.update([3.0, -1.0], FRAME).tolist() == [3, -1]
    one_euro.update([4.0, -1.0], FRAME)
    assert one_euro.velocity[0] > 0
    one_euro.reset()
    assert one_euro.velocity.tolist() == [0, 0]
    assert one_euro.update([7.0], FRAME).tolist() == [7]


def test_jitter_at_rest_is_reduced() -> None:
    """A box that trembles by 2 % of the face."""
    noise = np.random.default_rng(1).normal(0, 0.02, 600)
    rest = filtered(noise)[60:]
    assert rest.std() < 0.5 * noise.std()
    assert abs(rest.mean()) < 0.005


@pytest.mark.parametrize("speed", [0.2, 1, 5, 50])
def test_the_lag_of_what_moves_has_a_bound(speed: float) -> None:
    """v / (2 pi (min_cutoff + beta v)) behind, in sizes of the face, as the class says."""
    positions = speed * FRAME * np.arange(300)
    lag = positions[-1] - filtered(positions)[-1]
    # the position of a frame counts as that of the time since the frame before
    assert lag == pytest.approx(speed / (2 * math.pi * (1 + 5 * speed)), rel=0.02)
    assert lag < 1 / (2 * math.pi * 5)


def test_velocity_is_that_of_what_moves() -> None:
    one_euro = OneEuroFilter()
    for frame in range(120):
        one_euro.update([3 * frame * FRAME, -frame * FRAME, 5], FRAME)
    assert one_euro.velocity.tolist() == pytest.approx([3, -1, 0], abs=1e-6)


def test_large_faces_and_small_ones_are_smoothed_alike() -> None:
    values = np.cumsum(np.random.default_rng(2).normal(0, 0.05, 100))
    assert filtered(values * 300, scale=300) == pytest.approx(filtered(values) * 300)


def test_other_rates_of_frames_give_about_the_same() -> None:
    seconds = np.arange(0, 4, 1 / 60)
    values = np.sin(seconds * 2)
    fast, slow = filtered(values, seconds=1 / 60), filtered(values[::4], seconds=4 / 60)
    assert np.abs(fast[::4] - slow).max() < 0.06


def test_other_numbers_of_values_are_refused() -> None:
    one_euro = OneEuroFilter()
    one_euro.update([1, 2], FRAME)
    with pytest.raises(ShapeError, match=r"expected \(2,\) values as before, got \(3,\)"):
        one_euro.update([1, 2, 3], FRAME)
    assert one_euro.update([1, 2], FRAME).tolist() == [1, 2]
