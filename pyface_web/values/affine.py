"""Maps of the plane: what moves, turns, scales and shears, as CSS's `matrix(a, b, c, d, e, f)`."""

from __future__ import annotations

from typing import NamedTuple


class Affine(NamedTuple):
    """x' = a x + c y + e, y' = b x + d y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __matmul__(self, first: Affine) -> Affine:
        """What does `first`, then this."""
        (e, f) = self.apply(first.e, first.f)
        return Affine(
            self.a * first.a + self.c * first.b,
            self.b * first.a + self.d * first.b,
            self.a * first.c + self.c * first.d,
            self.b * first.c + self.d * first.d,
            e,
            f,
        )

    def apply(self, x: float, y: float) -> tuple[float, float]:
        """Where a point comes to lie."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def inverse(self) -> Affine | None:
        """What undoes it; None where it leaves nothing but a line or a point."""
        size = self.a * self.d - self.b * self.c
        if not size:
            return None
        a, b, c, d = self.d / size, -self.b / size, -self.c / size, self.a / size
        return Affine(a, b, c, d, -(a * self.e + c * self.f), -(b * self.e + d * self.f))


def moved(x: float, y: float) -> Affine:
    """What moves by (x, y)."""
    return Affine(e=x, f=y)


def scaled(x: float, y: float) -> Affine:
    """What scales around the origin."""
    return Affine(a=x, d=y)
