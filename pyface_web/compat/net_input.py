"""Net inputs: one or more pictures that are ready, as the nets of face-api.js take them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError
from pyface_web.host import js_class
from pyface_web.pictures.canvases import canvas_of_picture, checked_side, letterboxed
from pyface_web.pictures.source import Picture, PictureList, ready, resolve, sources_of
from pyface_web.values.geometry import Dimensions, compute_reshaped_dimensions
from pyface_web.values.given import items_of, truth
from pyface_web.values.numeric import as_whole, shown


class NetInput(PictureList):
    """Pictures that are ready; every function that takes a picture takes this too.

    inputs: a list of pictures (what `detect_all_faces` takes), loaded; of a video its present
    frame. `await to_net_input(...)` also waits for them.
    treat_as_batch_input: nets for one face answer with a list, even for one picture.
    Raises InputError for an empty list; its methods do for the number of a picture it lacks.
    """

    def __init__(self, inputs: list[Any] | tuple[Any, ...], treat_as_batch_input: bool = False):
        is_list = isinstance(inputs, list | tuple)
        sources = items_of(inputs, "NetInput") if is_list else []
        if not sources:
            raise InputError(
                "NetInput: expected a list of at least one picture, got "
                f"{'an empty one' if is_list else shown(inputs)}; "
                "await to_net_input(picture) takes one by itself"
            )
        is_batch = truth(treat_as_batch_input, "NetInput: treat_as_batch_input")
        pictures = tuple(_frozen(ready(source)) for source in sources)
        super().__init__(pictures, is_batch or len(pictures) > 1)
        self._input_size: int | None = None
        self._canvases: dict[int, Any] = {}

    @property
    def batch_size(self) -> int:
        """How many pictures there are."""
        return len(self.pictures)

    @property
    def is_batch_input(self) -> bool:
        """Whether nets for one face answer with a list: for more than one picture, and as told."""
        return self.is_batch

    @property
    def canvases(self) -> list[Any]:
        """The pictures of the page as canvases, None for those given as arrays."""
        return [
            None if picture.is_array else self.get_input(index)
            for index, picture in enumerate(self.pictures)
        ]

    @property
    def image_tensors(self) -> list[npt.NDArray[Any] | None]:
        """The pictures given as arrays (or Pillow images), (H, W, 3) uint8; None for others."""
        return [
            picture.as_stored()[..., :3] if picture.is_array else None for picture in self.pictures
        ]

    @property
    def input_dimensions(self) -> list[tuple[int, int, int]]:
        """(height, width, 3) of each picture."""
        return [(picture.height, picture.width, 3) for picture in self.pictures]

    @property
    def input_size(self) -> int | None:
        """The side of the last `to_batch_tensor`, None before."""
        return self._input_size

    @property
    def reshaped_input_dimensions(self) -> list[Dimensions]:
        """`get_reshaped_input_dimensions` of each picture."""
        return [self.get_reshaped_input_dimensions(index) for index in range(self.batch_size)]

    def get_input(self, batch_idx: int) -> Any:
        """A picture: as a canvas, or the (H, W, 3) array where it was given as one."""
        picture = self._at(batch_idx)
        if picture.is_array:
            return picture.as_stored()[..., :3]
        if js_class(picture.pixels) == "HTMLCanvasElement":
            return picture.pixels
        number = int(batch_idx)
        if number not in self._canvases:
            self._canvases[number] = canvas_of_picture(picture)
        return self._canvases[number]

    def get_input_dimensions(self, batch_idx: int) -> tuple[int, int, int]:
        """(height, width, 3) of a picture."""
        picture = self._at(batch_idx)
        return picture.height, picture.width, 3

    def get_input_height(self, batch_idx: int) -> int:
        """Height of a picture in pixels."""
        return self._at(batch_idx).height

    def get_input_width(self, batch_idx: int) -> int:
        """Width of a picture in pixels."""
        return self._at(batch_idx).width

    def get_reshaped_input_dimensions(self, batch_idx: int) -> Dimensions:
        """The size of a picture within the square of `input_size`, in whole pixels.

        Raises InputError before `to_batch_tensor` was called.
        """
        if self._input_size is None:
            raise InputError("NetInput: there is no input_size yet; call to_batch_tensor first")
        picture = self._at(batch_idx)
        return compute_reshaped_dimensions((picture.width, picture.height), self._input_size)

    def to_batch_tensor(
        self, input_size: int, is_center_inputs: bool = True
    ) -> npt.NDArray[np.float32]:
        """(N, input_size, input_size, 3) float32, integers 0..255: each picture in a black square.

        The longer side fills the square; the picture lies in the middle, or at the upper left
        without is_center_inputs. Arrays and elements are sampled alike, as the nets' input is.
        """
        is_centred = truth(is_center_inputs, "NetInput.to_batch_tensor: is_center_inputs")
        side = checked_side(input_size)
        squares = [letterboxed(p, side, is_centred) for p in self.pictures]
        self._input_size = side
        return np.stack(squares)

    def _at(self, batch_idx: int) -> Picture:
        number = as_whole(batch_idx)
        if number is None or not 0 <= number < len(self.pictures):
            raise InputError(
                f"NetInput: expected the number of a picture, 0 to {len(self.pictures) - 1}, "
                f"got {shown(batch_idx)}"
            )
        return self.pictures[number]

    def __repr__(self) -> str:
        sizes = ", ".join(f"{picture.width}x{picture.height}" for picture in self.pictures)
        return f"NetInput({sizes}{'; a batch' if self.is_batch else ''})"


def _frozen(picture: Picture) -> Picture:
    """A picture that stays as it is, while a video goes on."""
    if js_class(picture.pixels) != "HTMLVideoElement":
        return picture
    return Picture(canvas_of_picture(picture), picture.width, picture.height)


async def to_net_input(inputs: Any) -> NetInput:
    """Any picture or list of pictures as a NetInput, once all have loaded.

    A NetInput is given back as it is. Raises InputError or one of its subclasses, as every
    function that takes a picture does, and for an empty list.
    """
    if isinstance(inputs, NetInput):
        return inputs
    sources, is_batch = sources_of(inputs)
    return NetInput([await resolve(source) for source in sources], is_batch)
