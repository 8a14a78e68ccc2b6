"""A net with its weights, independent of where it runs."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from pyface_web.errors import NotLoadedError, WeightsError
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import Node
from pyface_web.host import IN_BROWSER
from pyface_web.models.architecture import Architecture, InputSize
from pyface_web.wording import code

if TYPE_CHECKING:
    from pyface_web.weights.shards import Tensor


_LARGEST = 1e12  # of what a net may give; those that are trained give hundreds
_EXACT = "await faceapi.set_backend('reference')"
MAX_SIZES = 8  # input sizes of a net of which graphs and plans are kept


@dataclass(frozen=True)
class _Weights:
    """The weights of a net at a time. arrays: of the tensors, once they are asked for."""

    version: int
    tensors: Mapping[str, Tensor] | None
    arrays: dict[str, NDArray[np.float32]] = field(default_factory=dict)


class Model:
    """An architecture and its tensors. Backends keep what they derive of it under `key`, `version`.

    `key` differs between nets of one session; `version` changes with every load, so a backend
    notices that its copies are stale. Any thread may load and read it.
    """

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.key = architecture.name
        self._weights = _Weights(0, None)
        self._graphs: dict[InputSize, dict[str, Node]] = {}
        self._changing = RLock()  # held for a moment: while weights or graphs are exchanged

    @property
    def parts(self) -> tuple[Model, ...]:
        """The nets that run in its place, one by one: itself."""
        return (self,)

    @property
    def name(self) -> str:
        """Its name in `nets`."""
        return self.architecture.name

    @property
    def version(self) -> int:
        """How often its weights were exchanged."""
        return self._weights.version

    @property
    def is_loaded(self) -> bool:
        """Whether it has weights."""
        return self._weights.tensors is not None

    @property
    def tensors(self) -> Mapping[str, Tensor]:
        """Path -> tensor; raises NotLoadedError before `load`."""
        return self._tensors_of(self._weights)

    def _tensors_of(self, weights: _Weights) -> Mapping[str, Tensor]:
        if weights.tensors is None:
            raise NotLoadedError(self.not_loaded)
        return weights.tensors

    @property
    def in_words(self) -> str:
        """What messages call it: as it is found in `nets`, a part of a net by the whole."""
        return code(f"nets.{self.name.partition('/')[0]}")

    @property
    def not_loaded(self) -> str:
        """What is said where it is used without weights."""
        return f"{self.in_words} has no weights; load it first: {self.how_to_load}"

    @property
    def how_to_load(self) -> str:
        """What loads its weights."""
        load = self.architecture.loader or f"nets.{self.name}.load"
        where = "'/models'" if IN_BROWSER or not self.architecture.loader else ""
        return code(f"await faceapi.{load}({where})")

    def set_tensors(self, tensors: Mapping[str, Tensor] | None) -> None:
        """Take over checked tensors, or forget them."""
        with self._changing:
            self._weights = _Weights(self.version + 1, tensors)

    def as_it_is(self) -> Self:
        """The net with the weights that it has now, whatever is loaded into it afterwards."""
        return copy(self)

    def parts_as_they_are(self) -> tuple[Model, ...]:
        """Its parts with the weights that they have now, all of them of one load."""
        with self._changing:
            return tuple(part.as_it_is() for part in self.parts)

    @property
    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Path -> dequantised float32 array of any shape; raises NotLoadedError before `load`."""
        weights = self._weights
        tensors = self._tensors_of(weights)
        if not weights.arrays:  # filled at once: another thread sees all of them or none
            weights.arrays.update({name: tensor.array() for name, tensor in tensors.items()})
        return weights.arrays

    def graph(self, size: InputSize) -> dict[str, Node]:
        """The fused graph for square inputs of `size` pixels, or for a pyramid of them."""
        with self._changing:
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
                f"{net.in_words} gives {name} that are no usable numbers (NaN, infinite, or "
                f"above {_LARGEST:g}), so its weights are broken; load them anew, "
                f"{net.how_to_load}. If they are good, what computes is wrong, or a GPU has "
                f"too few bits: {code(_EXACT)}"
            )
