"""Whether an element still shows the picture that it did."""

from __future__ import annotations

from typing import Any

from pyface_web.host import js_class
from pyface_web.pictures.media import get_media_dimensions

# By which the shape of another picture differs, and that of one in another density does not.
_OTHER_ASPECT = 0.05


class SamePicture:
    """What an element shows now, to be recognised later.

    An img with the same src and srcset shows the same, whichever file of these the browser takes,
    unless that has another shape; a video or canvas always does.
    """

    def __init__(self, element: Any) -> None:
        self._is_image = js_class(element) == "HTMLImageElement"
        self._addresses = _addresses_of(element) if self._is_image else ""
        self._aspect = _aspect_of(element) if self._is_image else 0.0

    def has_addresses_of(self, element: Any) -> bool:
        """Whether an element has the same src and srcset; quicker than `is_shown_by`."""
        return not self._is_image or _addresses_of(element) == self._addresses

    def is_shown_by(self, element: Any) -> bool:
        """Whether an element shows it."""
        if not self._is_image:
            return True
        aspect = _aspect_of(element)
        self._aspect = self._aspect or aspect  # which it had not while it loaded
        is_like = not aspect or abs(aspect / self._aspect - 1) < _OTHER_ASPECT
        return is_like and self.has_addresses_of(element)


def _addresses_of(image: Any) -> str:
    parent = image.parentElement
    is_chosen = getattr(parent, "localName", "") == "picture"
    sources = list(parent.querySelectorAll("source")) if is_chosen else []
    return "\n".join([image.src, image.srcset, *(source.srcset for source in sources)])


def _aspect_of(image: Any) -> float:
    size = get_media_dimensions(image)
    return size.width / size.height if size.height else 0.0
