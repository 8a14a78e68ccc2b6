"""Media elements: which they are, whether they have loaded, how large they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyface_web.errors import InputError
from pyface_web.host import (
    IN_BROWSER,
    element_of,
    is_js,
    js_class,
    kind_and_remedy,
    kind_of,
    unwrapped,
)
from pyface_web.pictures.files import data_of, is_file, name_of, opened
from pyface_web.pictures.loading import has_loaded
from pyface_web.pictures.source import named, natural_size, resolve
from pyface_web.values.geometry import Dimensions, SizeLike
from pyface_web.values.given import truth
from pyface_web.values.orientation import is_pillow, size_of

_MEDIA = ("HTMLImageElement", "HTMLVideoElement", "HTMLCanvasElement")


def resolve_input(arg: Any) -> Any:
    """The element with an id (or matching a selector that begins with #); anything else as it is.

    Raises ElementNotFoundError where there is no such element.
    """
    return element_of(arg)


def is_media_element(input: object) -> bool:
    """Whether something is an img, video or canvas element."""
    return js_class(unwrapped(input)) in _MEDIA


def is_media_loaded(media: Any) -> bool:
    """Whether an element (or the one with this id) has a picture to show; False for others.

    A canvas always has (in face-api.js never), and an image that failed to load has not.
    """
    element = resolve_input(media)
    return is_media_element(element) and has_loaded(element)


async def await_media_loaded(media: Any) -> None:
    """Wait until an img, video or canvas element (or the one with this id) has a picture.

    Raises MediaNotReadyError for an image that fails to load, and for a video that cannot be
    played or shows no frame in time, InputError for what is no such element.
    """
    element = resolve_input(media)
    if not is_media_element(element):
        raise InputError(
            "await_media_loaded: expected an img, video or canvas element or its id, "
            f"got {kind_and_remedy(element)}"
        )
    if not has_loaded(element):
        await resolve(element)


def get_media_dimensions(input: Any) -> Dimensions:
    """The size in pixels of a picture: an element's natural size, whatever size it is shown in.

    input: any picture, as `detect_all_faces` takes it, except a Blob, and in a browser a file,
        whose size is not known yet.
    Raises InputError for what has no size.
    """
    element = named(input)
    if is_file(element):
        return _dimensions_of_file(element)
    if isinstance(element, np.ndarray):
        if element.ndim < 2:
            raise InputError(
                f"an array as a picture: expected (height, width, ...), got {element.shape}"
            )
        height, width = element.shape[-3:-1] if element.ndim > 2 else element.shape
        return Dimensions(width, height)
    if is_pillow(element):
        return Dimensions(*size_of(element))
    if is_js(element):
        if not (hasattr(element, "width") or hasattr(element, "displayWidth")):
            raise InputError(
                f"a size: expected something with width and height, got {kind_and_remedy(element)}"
            )
        return Dimensions(*natural_size(element))
    return Dimensions.of(element)


def _dimensions_of_file(file: Any) -> Dimensions:
    if IN_BROWSER:
        raise InputError(
            f"the size of {name_of(file)} is not known before it is decoded; "
            "await faceapi.buffer_to_image(data) gives an image that has one"
        )
    with opened(file, data_of(file)) as image:
        return Dimensions(*size_of(image))


def match_dimensions(
    input: Any, reference: SizeLike | str, use_media_dimensions: bool = False
) -> Dimensions:
    """Give a canvas (or any element, or its id) the size of a reference, and return it.

    reference: anything with width and height, such as an element (or its id).
    use_media_dimensions: take its natural size, not the one in which the page shows it.
    Raises InputError where that is 0: an image that has not loaded, a video without a width.
    """
    target, given = resolve_input(input), resolve_input(reference)
    media = isinstance(given, np.ndarray) or truth(
        use_media_dimensions, "match_dimensions: use_media_dimensions"
    )
    size = get_media_dimensions(given) if media else Dimensions.of(given)
    if size.width == 0 or size.height == 0:
        raise InputError(
            f"match_dimensions: the reference is {size.width:g} x {size.height:g} pixels; has it "
            "loaded, and is it shown? A video without a width needs use_media_dimensions=True"
        )
    try:
        target.width, target.height = size.width, size.height
    except Exception as error:
        raise InputError(
            f"match_dimensions: the width of {kind_of(target)} cannot be set; "
            "expected a canvas or another element"
        ) from error
    return size
