"""Whether a picture that a page shows has the faces drawn that CPython draws."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

_APART = 60  # of 255, of one channel: more than decoders of JPEG differ


@dataclass(frozen=True)
class Drawn:
    """A photo, and the same with its faces."""

    photo: Image.Image
    image: Image.Image

    def check_address(self, address: str) -> None:
        """As `check`, of the picture at a data: address."""
        self.check(Image.open(BytesIO(base64.b64decode(address.partition("base64,")[2]))))

    def check(self, other: Image.Image) -> None:
        """A picture is this one: drawn where it is, and nowhere else."""
        shown, photo, image = (_pixels(one) for one in (other, self.photo, self.image))
        assert shown.shape == image.shape
        lines = np.abs(image - photo).max(2) > _APART
        assert lines.sum() > 1000, "three boxes, points and text"
        right = np.abs(shown - image).max(2) < _APART
        assert right[lines].mean() > 0.9, right[lines].mean()
        assert right[~lines].mean() > 0.99, right[~lines].mean()


def _pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB")).astype(int)
