"""The list of faces that a task gives, which notebooks show as a sketch and a table."""

from __future__ import annotations

from typing import TypeVar

from pyface_web.values.notebook import faces_html

_Face = TypeVar("_Face")


class FaceList(list[_Face]):
    """A list like any other, that shows itself in notebooks."""

    def _repr_html_(self) -> str:
        return faces_html(self)
