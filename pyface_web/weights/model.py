"""A net with its weights, independent of where it runs."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from pyface_web.errors import NotLoadedError, WeightsError
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import Node
from pyface_web.models.architecture import Architecture, InputSize

if TYPE_CHECKING:
    from pyface_web.weights.shards import Tensor


_LARGEST = 1e12  # of what a net may give; those that are trained give hundreds
MAX_SIZES = 8  # input sizes of a net of which graphs and plans are kept


class Model:
    """An architecture and its tensors. Backends keep what they derive of it under `key`, `version`.

    `key` differs between nets of one session; `version` changes with every load, so a backend
    notices that its copies are stale.
    """

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.key = architecture.name
        self.version = 0
        self._tensors: Mapping[str, Tensor] | None = None
        self._arrays: dict[str, NDArray[np.float32]] = {}  # of the tensors, once they are asked for
        self._graphs: dict[InputSize, dict[str, Node]] = {}

    @property
    def parts(self) -> tuple[Model, ...]:
        """The nets that run in its place, one by one: itself."""
        return (self,)

    @property
    def name(self) -> str:
        """Its name in `nets`."""
        return self.architecture.name

    @property
    def is_loaded(self) -> bool:
        """Whether it has weights."""
        return self._tensors is not None

    @property
    def tensors(self) -> Mapping[str, Tensor]:
        """Path -> tensor; raises NotLoadedError before `load`."""
        if self._tensors is None:
            raise NotLoadedError(
                f"the net {self.name} has no weights; load it first: {self.how_to_load}"
            )
        return self._tensors

    @property
    def how_to_load(self) -> str:
        """What loads its weights."""
        load = self.architecture.loader or f"nets.{self.name}.load"
        return f"await {load}('/models')"

    def set_tensors(self, tensors: Mapping[str, Tensor] | None) -> None:
        """Take over checked tensors, or forget them."""
        self._tensors = tensors
        self._arrays = {}
        self.version += 1

    def as_it_is(self) -> Self:
        """The net with the weights that it has now, whatever is loaded into it afterwards."""
        return copy(self)

    @property
    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Path -> dequantised float32 array of any shape; raises NotLoadedError before `load`."""
        tensors = self.tensors
        if not self._arrays:
            self._arrays.update((name, tensor.array()) for name, tensor in tensors.items())
        return self._arrays

    def graph(self, size: InputSize) -> dict[str, Node]:
        """The fused graph for square inputs of `size` pixels, or for a pyramid of them."""
        found = self._graphs.pop(size, None)
        if found is None:
            found = fuse(self.architecture.graph(size))
            if len(self._graphs) == MAX_SIZES:
                self._graphs.pop(next(iter(self._graphs)))
        self._graphs[size] = found  # the last used comes last
        return found


def check_outputs(net: Model, outputs: Mapping[str, npt.ArrayLike]) -> None:
    """Raise WeightsError where something that a net gave is not finite, or beyond all reason.

    Weights that are finite each by themselves can still add up to that. outputs: of any shape.
    """
    for name, values in outputs.items():
        if not (np.abs(values) <= _LARGEST).all():  # nor is NaN
            raise WeightsError(
                f"the net {net.name} gives {name} that are no usable numbers (NaN, infinite, or "
                f"above {_LARGEST:g}), so its weights are broken; load them anew, "
                f"{net.how_to_load}. If they are good, the GPU computes wrongly or in too few "
                "bits: await set_backend('reference')"
            )
