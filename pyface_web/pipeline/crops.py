"""What the per-face nets say of crops that show one face each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pyface_web.engine.session import View, Views
from pyface_web.models.decode.boxes import sigmoid
from pyface_web.models.decode.landmarks import decode_landmarks
from pyface_web.pictures.fit import Fit
from pyface_web.values.expressions import AgeAndGender, FaceExpressions, Gender
from pyface_web.values.geometry import Box, Dimensions
from pyface_web.values.landmarks import FaceLandmarks68
from pyface_web.weights.model import Model, check_outputs

Fits = Sequence[Fit] | None
"""Where each crop lies in the net's input; None for as the net has it."""


async def landmarks_of(
    view: View | Views, net: Model, crops: Sequence[Box]
) -> list[FaceLandmarks68]:
    """Landmarks relative to each crop."""
    sizes = np.array([(crop.width, crop.height) for crop in crops])
    points = await points_of(view, net, crops, sizes)
    return [
        FaceLandmarks68(point, Dimensions(crop.width, crop.height))
        for point, crop in zip(points, crops, strict=True)
    ]


async def points_of(
    view: View | Views, net: Model, crops: Sequence[Box], sizes: npt.ArrayLike, fits: Fits = None
) -> npt.NDArray[np.float32]:
    """(N, 68, 2) landmarks in fractions of what is fitted into the net's input.

    sizes: (N, 2) width and height of that, in any unit.
    """
    outputs = await _outputs(view, net, crops, fits)
    if not outputs:
        return np.zeros((0, 68, 2), np.float32)
    points = decode_landmarks(outputs["points"].reshape(len(crops), -1), sizes)
    check_outputs(net, {"landmarks": points})
    return points


async def descriptors_of(
    view: View | Views, net: Model, crops: Sequence[Box], fits: Fits = None
) -> Any:
    """(N, 128) float32."""
    outputs = await _outputs(view, net, crops, fits)
    return outputs["descriptor"].reshape(-1, 128) if outputs else np.zeros((0, 128), np.float32)


async def expressions_of(
    view: View | Views, net: Model, crops: Sequence[Box], fits: Fits = None
) -> list[FaceExpressions]:
    """The expression of each."""
    outputs = await _outputs(view, net, crops, fits)
    return (
        [FaceExpressions(row) for row in softmax(outputs["expressions"][:, 0, 0])]
        if outputs
        else []
    )


async def ages_of(
    view: View | Views, net: Model, crops: Sequence[Box], fits: Fits = None
) -> list[AgeAndGender]:
    """Age and gender of each."""
    outputs = await _outputs(view, net, crops, fits)
    if not outputs:
        return []
    ages, logits = outputs["age"].reshape(-1), outputs["gender"].reshape(-1, 2)
    male = sigmoid(logits[:, 0].astype(np.float64) - logits[:, 1])  # softmax of two
    return [
        AgeAndGender(age, Gender.MALE if p > 0.5 else Gender.FEMALE, max(p, 1 - p))
        for age, p in zip(ages.tolist(), male.tolist(), strict=True)
    ]


async def _outputs(
    view: View | Views, net: Model, crops: Sequence[Box], fits: Fits
) -> dict[str, npt.NDArray[np.float32]]:
    """Outputs of a net for all crops, {} for none; a net without weights raises in either case."""
    _ = net.tensors
    if not crops:
        return {}
    outputs, _fits = await view.infer(net, crops, fits=fits)
    return outputs


def softmax(logits: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """(N, K) logits to probabilities that sum to 1 in each row."""
    rows = np.asarray(logits, dtype=np.float64)
    powers = np.exp(rows - rows.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
