"""The arrays that nets and geometry pass on: one name for each type of number."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float32]
"""What nets take and give, and what a texture holds."""

Floats: TypeAlias = npt.NDArray[np.float64]
"""What decoders, tracking and geometry compute with."""
