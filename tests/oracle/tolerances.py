"""How far results may be from the original's, and why. The only place with such numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    """What computes ours. bits: of a value between two layers."""

    backend: str
    bits: int

    def __str__(self) -> str:
        return f"float{self.bits}" if self.backend == "webgl" else self.backend


FLOAT32, FLOAT16 = Device("webgl", 32), Device("webgl", 16)  # as where no float32 is rendered to
WASM = Device("wasm", 32)


@dataclass(frozen=True)
class EqualPixels:
    """The nets see the same pixels: what is left is rounding."""

    score: float
    box: float  # pixels of the net's input
    landmark: float  # pixels of the net's input
    descriptor: float  # each of the 128 components
    grid: float  # logits of the tiny detector's last layer
    expression: float  # each of the seven probabilities
    age: float  # years
    gender: float  # probability


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
    # Each of the seven probabilities, on the same crop; for all but one face in twenty. The worst
    # is 0.035: a face between neutral (0.43) and sad (0.45), on pixels of which one in seven
    # differs by one level, since the browser's canvas does not round as exact sampling does.
    expression_most: float = 0.03
    expression_all: float = 0.05
    age: float = 1.0  # years, on the same crop
    # "Same person" is a distance below 0.6. Pairs in this band are nobody's safe decision.
    undecided: tuple[float, float] = (0.55, 0.65)


@dataclass(frozen=True)
class SameNet:
    """Against the NumPy reference, same pixels: relative to the largest value of a layer."""

    most: float
    ssd_mobilenetv1: float

    def of(self, net: str) -> float:
        """The tolerance for a net."""
        return self.ssd_mobilenetv1 if net == "ssd_mobilenetv1" else self.most


@dataclass(frozen=True)
class MadeYolo:
    """Tiny YOLOv2 with random weights, same pixels: what is left is rounding."""

    grid: float  # logits of the last layer, which go up to 5
    grid_of_floats: float  # where the weights are floats, not bytes
    score: float
    box: float  # pixels, of boxes of up to 150 pixels


# By bits of a value between two layers.
EQUAL_PIXELS = {
    # The order in which floats are added. A score's slope is at most 1/4, so 4e-4 for a logit is
    # weaker than 1e-4 for the score, but it also holds the size logits, which a box of 200 px
    # multiplies.
    32: EqualPixels(
        score=1e-4,
        box=0.01,
        landmark=0.02,
        descriptor=1e-4,
        grid=4e-4,
        expression=1e-4,
        age=0.01,
        gender=1e-4,
    ),
    # Ten times that, though every layer is rounded to 11 bits: sums are still 32 bits. Measured:
    # box 0.02 (tiny) and 0.045 (SSD), landmarks 0.035 (both nets), descriptor 3e-4. Not ten times:
    # - score: 4e-4 (tiny), but 1.4e-3 (SSD). No layer is to blame: a NumPy run that rounds the
    #   values of each of the 45 layers once, and is exact otherwise, is off by 1.2e-3 as well.
    # - expression: 1.1e-3 on a face between two of them, 3e-4 on others.
    # - grid: logits are as large as 46, where neighbours of 11 bits are 1/32 apart.
    16: EqualPixels(
        score=2e-3,
        box=0.1,
        landmark=0.2,
        descriptor=1e-3,
        grid=0.04,
        expression=2e-3,
        age=0.1,
        gender=1e-3,
    ),
}
SAME_ELEMENT = SameElement()  # in either precision: sampling matters more
SAME_NET = {
    # Bytes become floats before they are multiplied, and nothing is rounded but sums.
    WASM: SameNet(most=1e-4, ssd_mobilenetv1=1e-4),
    # SSD is the deepest, and quantised: products with the stored 8-bit weights are summed before
    # the minimum is added, and these two large numbers nearly cancel.
    FLOAT32: SameNet(most=2e-4, ssd_mobilenetv1=1e-3),
    # SSD's batch norms magnify what is lost where a channel hardly varies: 16 times in its first
    # depthwise layer, to 0.06 in Conv2d_2_pointwise. That is the worst; boxes and classes come
    # out within 3e-3 and 1.5e-3.
    FLOAT16: SameNet(most=2e-3, ssd_mobilenetv1=0.1),
}
MADE_YOLO = {
    # Measured 7e-6 with bytes. The GPU holds floats in 16 bits, exact to 8e-6 of their range: with
    # nine layers of those 1.4e-4, scores 1.8e-5, boxes 0.004 px.
    32: MadeYolo(grid=2e-5, grid_of_floats=3e-4, score=1e-4, box=0.01),
    # Measured 3.9e-3, which is 1e-3 of the largest value, that of a step of 11 bits; scores 4.3e-4.
    # A width is the exponential of a logit, so one of 150 px moves by 0.28.
    16: MadeYolo(grid=0.01, grid_of_floats=0.01, score=1e-3, box=0.5),
}

# Corners of MTCNN's boxes, in pixels, where both read the same pixels: they are rounded to whole
# ones, so that a difference in a logit is none in the box or one pixel.
MTCNN_BOX = {32: 0.5, 16: 1.5}
# Its points, in pixels of boxes of up to 200: a patch of the third net may differ by one level in a
# pixel of a hundred. Measured: 1.3 at worst, 0.01 in most faces.
MTCNN_POINT = 1.5
