"""How tensors lie in memory: rows of pixels with margins of zeros around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyface_web.graph.ops import Shape

LANES = 4  # floats of a vector
PANEL = 8  # output channels that the product computes at once
ALIGNED = 16  # floats: a line of the cache
FLOAT = 4  # bytes


def filled_up(count: int, multiple: int) -> int:
    """The count, or the next larger one that is a multiple."""
    return -(-count // multiple) * multiple


@dataclass(frozen=True)
class Margins:
    """Zeros around a map, in pixels, for windows that reach beyond its border."""

    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0

    @classmethod
    def around(cls, all: Iterable[Margins]) -> Margins:
        """What satisfies all of these."""
        rows = [(m.top, m.left, m.bottom, m.right) for m in all] or [(0, 0, 0, 0)]
        return cls(*(max(sides) for sides in zip(*rows, strict=True)))


@dataclass(frozen=True)
class Layout:
    """A tensor in the arena, all in floats; of one item, whose batch follows it.

    pixel: from one pixel to the next, the channels filled up with zeros. at: where the first item
    begins, in the arena of one item; that of n items is n times as far.
    """

    height: int
    width: int
    channels: int
    pixel: int
    margins: Margins
    at: int = 0

    @classmethod
    def of(cls, shape: Shape, margins: Margins, is_image: bool = False) -> Layout:
        """is_image: only products read it, which need no whole vectors."""
        _, height, width, channels = shape
        pixel = channels if is_image else filled_up(channels, LANES)
        return cls(height, width, channels, pixel, margins)

    @property
    def row(self) -> int:
        return (self.margins.left + self.width + self.margins.right) * self.pixel

    @property
    def item(self) -> int:
        rows = self.margins.top + self.height + self.margins.bottom
        return filled_up(rows * self.row, ALIGNED)

    @property
    def first(self) -> int:
        """From the beginning of an item to its first pixel."""
        return self.margins.top * self.row + self.margins.left * self.pixel

    @property
    def words(self) -> tuple[int, ...]:
        """As the kernels take it: `Tensor` of step.h."""
        m = self.margins
        return (
            self.at, self.item, self.row, self.pixel, m.top, m.left, m.bottom, m.right,
            self.height, self.width,
        )  # fmt: skip


NOWHERE = Layout(0, 0, 0, 0, Margins())
