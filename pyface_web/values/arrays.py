"""The arrays that nets and geometry pass on: one name for each type of number, and descriptors."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float32]
"""What nets take and give, and what a texture holds."""

Floats: TypeAlias = npt.NDArray[np.float64]
"""What decoders, tracking and geometry compute with."""

DESCRIPTOR_LENGTH = 128
"""Numbers of a face descriptor."""

DISTANCE_THRESHOLD = 0.6
"""Two descriptors that are nearer than this are taken for one person, unless told otherwise."""
