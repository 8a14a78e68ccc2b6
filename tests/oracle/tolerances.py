"""How far results may be from the original's, and why. The only place with such numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EqualPixels:
    """The nets see the same pixels: what is left is the order in which floats are added."""

    score: float = 1e-4
    box: float = 0.01  # pixels of the net's input
    landmark: float = 0.02  # pixels of the net's input
    descriptor: float = 1e-4  # each of the 128 components
    # Logits of the raw grid. A score's slope is at most 1/4, so this is weaker than 1e-4 there,
    # but it also holds the size logits, which a box of 200 px multiplies.
    grid: float = 4e-4


@dataclass(frozen=True)
class SameElement:
    """Both start from the element. The original shrinks it through a 2D canvas, whose sampling
    is the browser's business: 1/16 pixel fractions, truncated; ours is exact and rounded."""

    # Measured between two samplings of the same picture: scores of the tiny detector move by up
    # to 0.03, so a face this near to the threshold may be found by one and not by the other.
    threshold_margin: float = 0.04
    score: float = 0.03
    iou: float = 0.97
    landmark: float = 1.5  # mean over the points, in pixels of the 112 pixel crop
    # 1.5 holds for all faces on the same crop, and for nine of ten from the element. Boxes are
    # floored to whole pixels, and on a turned face the points of both nets jump by 2 when the
    # crop moves by one; the oracle's own boxes move that far from one browser start to the next.
    landmark_moved: float = 3.0
    descriptor_most: float = 0.1  # for nine of ten faces; two photos of a person differ by 0.4
    descriptor_all: float = 0.2
    # "Same person" is a distance below 0.6. Pairs in this band are nobody's safe decision.
    undecided: tuple[float, float] = (0.55, 0.65)


@dataclass(frozen=True)
class SameNet:
    """WebGL against the NumPy reference, same pixels: relative to the largest value of a layer."""

    float32: float = 2e-4
    # SSD is the deepest, and quantised: products with the stored 8-bit weights are summed before
    # the minimum is added, and these two large numbers nearly cancel.
    ssd_mobilenetv1: float = 1e-3

    def of(self, net: str) -> float:
        """The tolerance for a net."""
        return self.ssd_mobilenetv1 if net == "ssd_mobilenetv1" else self.float32


EQUAL_PIXELS = EqualPixels()
SAME_ELEMENT = SameElement()
SAME_NET = SameNet()
