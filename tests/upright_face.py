"""Where a landmark net might find a face that stands upright, for tests whose net is made up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def upright_face() -> NDArray[np.float32]:
    """(68, 2) points in fractions of the net's input: jaw, brows, nose, eyes and mouth."""
    jaw = np.linspace(0, np.pi, 17)
    eye = np.linspace(0, 2 * np.pi, 6, endpoint=False)
    mouth = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    parts = [
        np.stack([0.5 - 0.3 * np.cos(jaw), 0.4 + 0.45 * np.sin(jaw)], axis=-1),
        np.stack([np.linspace(0.27, 0.45, 5), np.full(5, 0.3)], axis=-1),
        np.stack([np.linspace(0.55, 0.73, 5), np.full(5, 0.3)], axis=-1),
        np.stack([np.full(4, 0.5), np.linspace(0.4, 0.52, 4)], axis=-1),
        np.stack([np.linspace(0.44, 0.56, 5), np.full(5, 0.57)], axis=-1),
        np.stack([0.36 - 0.05 * np.cos(eye), 0.4 - 0.02 * np.sin(eye)], axis=-1),
        np.stack([0.64 - 0.05 * np.cos(eye), 0.4 - 0.02 * np.sin(eye)], axis=-1),
        np.stack([0.5 - 0.11 * np.cos(mouth), 0.71 - 0.04 * np.sin(mouth)], axis=-1),
    ]
    return np.concatenate(parts).astype(np.float32)
