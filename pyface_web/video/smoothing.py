"""The One-Euro filter: steady where a face rests, quick where it moves.

Source: G. Casiez, N. Roussel, D. Vogel, "1 Euro Filter: A Simple Speed-based Low-pass Filter for
Noisy Input in Interactive Systems", CHI 2012.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError, ShapeError
from pyface_web.values.arrays import Floats, floats_of
from pyface_web.values.numeric import finite

_LARGEST = 1e100  # so that no product of two is beyond all numbers


class OneEuroFilter:
    """A low-pass filter of many values at once, each with a cutoff that grows with its speed.

    min_cutoff: Hz, of a value at rest; the lower, the steadier.
    beta: Hz per unit of speed; the higher, the less a moving value lags. Speed is counted in
        `scale` per second (see `update`), so that faces near and far are smoothed alike.
    derivative_cutoff: Hz, of the speed itself.

    A value that moves at v scales per second lags by v / (2 pi (min_cutoff + beta v)) scales,
    which is below 1 / (2 pi beta) at any speed: 3 % of a face with the default.
    """

    def __init__(
        self, min_cutoff: float = 1.0, beta: float = 5.0, derivative_cutoff: float = 1.0
    ) -> None:
        self._min_cutoff = _positive(min_cutoff, "min_cutoff")
        self._beta = _positive(beta, "beta", or_zero=True)
        self._derivative_cutoff = _positive(derivative_cutoff, "derivative_cutoff")
        self._raw: Floats | None = None
        self._filtered = self._velocity = np.zeros(0)

    @property
    def velocity(self) -> Floats:
        """(N,) change of each value per second, low-passed; zeros after a first value."""
        return self._velocity

    def update(self, values: npt.ArrayLike, seconds: float, scale: npt.ArrayLike = 1.0) -> Floats:
        """(N,) the values, filtered.

        values: (N,), as many as before; after `reset`, any number.
        seconds: since the values before, above 0; does not matter for the first.
        scale: what a speed of 1 covers in a second, one number or (N,), such as the size of a face.
        Raises ShapeError for what are no finite numbers, or another number of them than before,
        InputError for other seconds; the filter stays as it was.
        """
        raw = floats_of(values, "OneEuroFilter.update", "numbers")
        if raw.size and float(np.abs(raw).max()) > _LARGEST:
            raise ShapeError(f"OneEuroFilter.update: expected numbers up to {_LARGEST:g}")
        seconds = _positive(seconds, "update: seconds")
        units = floats_of(scale, "OneEuroFilter.update: scale")
        if units.size and float(units.min()) <= 0:
            raise ShapeError("OneEuroFilter.update: scale: expected numbers above 0")
        if self._raw is None:
            self._raw, self._filtered, self._velocity = raw, raw, np.zeros_like(raw)
            return self._filtered
        if raw.shape != self._raw.shape:
            raise ShapeError(
                f"OneEuroFilter.update: expected {self._raw.shape} values as before, got "
                f"{raw.shape}; reset() the filter first"
            )
        if units.shape not in ((), raw.shape):
            raise ShapeError(
                f"OneEuroFilter.update: scale: expected one number or {raw.shape}, got "
                f"{units.shape}"
            )
        # Of raw values: against the filtered one before, the lag would count as speed, and the
        # velocity be too high to tell where a face will be.
        speed = (raw - self._raw) / seconds
        self._velocity = self._velocity + _weight(self._derivative_cutoff, seconds) * (
            speed - self._velocity
        )
        with np.errstate(over="ignore"):  # a value so fast is followed at once
            cutoff = self._min_cutoff + self._beta * np.abs(self._velocity) / units
        self._filtered = self._filtered + _weight(cutoff, seconds) * (raw - self._filtered)
        self._raw = raw
        return self._filtered

    def reset(self) -> None:
        """Forget all values; the next ones pass as they are."""
        self._raw = None
        self._velocity = np.zeros_like(self._velocity)


def _weight(cutoff: float | Floats, seconds: float) -> Floats:
    """How much of a new value a low-pass of a cutoff (Hz) takes over."""
    turn = np.minimum(2 * math.pi * np.asarray(cutoff) * seconds, 1e200)
    return np.asarray(turn / (turn + 1))


def _positive(value: object, name: str, *, or_zero: bool = False) -> float:
    number = finite(value, f"OneEuroFilter: {name}")
    if not (0 < number <= _LARGEST or (or_zero and number == 0)):
        least = "at least" if or_zero else "above"
        raise InputError(
            f"OneEuroFilter: {name}: expected a number {least} 0, up to {_LARGEST:g}, got "
            f"{number:g}"
        )
    return number
