"""Regions of a picture: cut out pixel by pixel, as canvases or as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError
from pyface_web.pictures.canvases import Canvas, crop
from pyface_web.pictures.given import PictureLike
from pyface_web.pictures.shown import CropList
from pyface_web.pictures.source import resolve
from pyface_web.values.detection import ObjectDetection
from pyface_web.values.geometry import Box, BoxLike
from pyface_web.values.given import items_of
from pyface_web.values.numeric import shown
from pyface_web.values.results import FaceResult, checked_crop_box

Region: TypeAlias = "ObjectDetection | FaceResult | BoxLike"
"""A detection, a result (which has one), or a box in pixels of the picture."""


async def extract_faces(input: PictureLike, detections: Sequence[Region]) -> list[Canvas]:
    """Cut regions out of a picture, pixel by pixel: canvases in a browser, RGBA arrays elsewhere.

    detections: detections or results (their boxes floored), or boxes in pixels of the picture;
    clipped at its borders.
    Raises EmptyImageError for a region that lies wholly outside, InputError for what is no list
    of regions.

    ```python
    faces = await faceapi.detect_all_faces("photo")
    crops = await faceapi.extract_faces("photo", faces)  # as many as there are faces
    ```
    """
    picture = await resolve(input)
    try:
        boxes = _boxes(detections, picture.width, picture.height)
        return CropList(crop(picture, box) for box in boxes)
    finally:
        picture.close()


async def extract_face_tensors(
    image_tensor: PictureLike | npt.NDArray[Any], detections: Sequence[Region]
) -> list[npt.NDArray[Any]]:
    """Cut regions out of a picture as arrays, each (h, w, C).

    image_tensor: an (H, W, C) or (1, H, W, C) array of any type, which the results have too, or
    any other picture, of which they are RGB, uint8.
    detections: as for `extract_faces`, but the box of a detection is not floored before it is
    clipped, so that it may be a pixel larger.
    Raises EmptyImageError and InputError likewise.
    """
    if isinstance(image_tensor, np.ndarray):
        pixels = image_tensor
        if pixels.ndim == 4 and len(pixels) == 1:
            pixels = pixels[0]
        if pixels.ndim != 3:
            raise InputError(
                "extract_face_tensors: expected an array (height, width, channels), "
                f"got {image_tensor.shape}"
            )
    else:
        picture = await resolve(image_tensor)
        try:
            pixels = picture.as_stored()[..., :3]
        finally:
            picture.close()
    height, width = pixels.shape[:2]
    crops = []
    for box in _boxes(detections, width, height, floor_first=False):
        x, y, w, h = (int(v) for v in (box.x, box.y, box.width, box.height))
        crops.append(pixels[y : y + h, x : x + w].copy())
    return crops


def _boxes(regions: object, width: int, height: int, floor_first: bool = True) -> list[Box]:
    if not isinstance(regions, list | tuple):
        raise InputError(f"regions: expected a list of detections or boxes, got {shown(regions)}")
    items = items_of(regions, "regions")
    return [checked_crop_box(region, width, height, floor_first) for region in items]
