"""Where a face's chip lies: the square, turned upright by the landmarks, that dlib's nets learned.

Source: dlib, `get_face_chip_details`; the mean face shape is what it publishes there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pyface_web.errors import ShapeError
from pyface_web.pictures.similarity import Similarity

# Point of the 68 -> where the mean face has it, in a square that is as wide as the brows. Jaw,
# brows and lower lip move too much to tell how a head is held.
_MEAN_FACE = {
    # bridge of the nose
    27: (0.490127, 0.203352),
    28: (0.490127, 0.307009),
    29: (0.490127, 0.409805),
    30: (0.490127, 0.515625),
    # nostrils
    31: (0.36688, 0.587326),
    32: (0.426036, 0.609345),
    33: (0.490127, 0.628106),
    34: (0.554217, 0.609345),
    35: (0.613373, 0.587326),
    # eye at the left of the picture
    36: (0.121737, 0.216423),
    37: (0.187122, 0.178758),
    38: (0.265825, 0.179852),
    39: (0.334606, 0.231733),
    40: (0.260918, 0.245099),
    41: (0.182743, 0.244077),
    # eye at the right
    42: (0.645647, 0.231733),
    43: (0.714428, 0.179852),
    44: (0.793132, 0.178758),
    45: (0.858516, 0.216423),
    46: (0.79751, 0.244077),
    47: (0.719335, 0.245099),
    # upper edge of the upper lip, from corner to corner
    48: (0.254149, 0.780233),
    49: (0.340985, 0.745405),
    50: (0.428858, 0.727388),
    51: (0.490127, 0.742578),
    52: (0.551395, 0.727388),
    53: (0.639268, 0.745405),
    54: (0.726104, 0.780233),
    # where the lips meet, and the lower edge of the upper one
    60: (0.290379, 0.784792),
    61: (0.428096, 0.778746),
    62: (0.490127, 0.785343),
    63: (0.552157, 0.778746),
    64: (0.689874, 0.784792),
}
_USED = list(_MEAN_FACE)
_PLACES = np.array(list(_MEAN_FACE.values()))


def chip_of(
    points: npt.ArrayLike, extent: tuple[float, float], size: int = 150, padding: float = 0.25
) -> Similarity:
    """The chip of a face, turned upright, as dlib's recognition net takes it.

    points: (68, 2) landmarks, x and y in pixels of the crop that is to be cut, usually the whole
    picture; whole numbers are middles of pixels. extent: width and height of that crop. size: side
    of the chip in pixels. padding: around the mean face, in fractions of it.
    Raises ShapeError for other than 68 points.

        chip_of(face.landmarks.positions, (width, height))
    """
    given = np.asarray(points, np.float64)
    if given.shape != (68, 2):
        raise ShapeError(f"points of a face: expected (68, 2), got {given.shape}")
    wanted = (padding + _PLACES) / (2 * padding + 1) * size
    found = given[_USED]
    # The similarity that brings the mean face closest to the points: rotation and scale are a
    # complex factor, for which least squares have a closed form.
    mean, centre = wanted.mean(0), found.mean(0)
    shape = (wanted - mean) @ (1, 1j)
    factor = complex(np.vdot(shape, (found - centre) @ (1, 1j)) / np.vdot(shape, shape).real)
    middle = complex(centre @ (1, 1j)) + factor * (
        complex(size / 2, size / 2) - complex(mean @ (1, 1j))
    )
    # dlib has a rectangle of size * scale pixels about the middle; its first and last pixel are
    # those of the chip.
    scale = abs(factor)
    step = max(scale * size - 1, 0) / (size - 1)
    right = factor / scale * step if scale else complex(0)
    origin = middle - right * complex(1, 1) * ((size - 1) / 2)
    return Similarity(
        size, (origin.real, origin.imag), (right.real, right.imag), extent, slips=True
    )
