"""onnxruntime as a backend: where Python has it, the fastest on a CPU. It runs what is exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import inf
from time import perf_counter
from typing import Any

from numpy.typing import NDArray

from pyface_web.engine import debug
from pyface_web.engine.backend import ArrayBackend
from pyface_web.engine.onnx.export import onnx_file
from pyface_web.engine.onnx.squares import squares_of
from pyface_web.engine.onnx.writer import IMAGE, LEVEL, integers
from pyface_web.engine.square import Cut
from pyface_web.engine.threads import in_thread, most_threads
from pyface_web.errors import BackendError
from pyface_web.models.architecture import InputSize, Pyramid
from pyface_web.values.arrays import Array
from pyface_web.weights.model import MAX_SIZES, Model

_BRIEF = 0.003
"""Seconds for which an event loop may stand still: a thread takes 0.1 ms or more by itself, which
is a fifth of what the small nets take."""


@dataclass
class Loaded:
    """A net in onnxruntime, for inputs of one size, or of any.

    session: an InferenceSession. outputs: their names in its order. nbytes: of its file, which is
    about what its weights take. pace: seconds for an item of the last run, cutting included.
    """

    session: Any
    outputs: tuple[str, ...]
    nbytes: int
    is_free: bool
    pace: float = inf


@dataclass
class _Kept:
    """What is kept of a net: its version, and the last used sizes, the oldest first."""

    version: int
    sizes: dict[InputSize, Loaded] = field(default_factory=dict)


class OnnxBackend(ArrayBackend):
    """Runs nets with onnxruntime, a session for each net and size of its input.

    runtime: the module `onnxruntime`.
    """

    name = "onnx"
    label = "ONNX Runtime"

    def __init__(self, runtime: Any) -> None:
        super().__init__()
        self._runtime = runtime
        self._nets: dict[str, _Kept] = {}
        self._of_parent: list[dict[str, _Kept]] = []
        self._thread = _one_thread()

    @property
    def description(self) -> str:
        """The runtime, with its version."""
        return f"onnxruntime {self._runtime.__version__} on the CPU"

    def squares(self, cuts: Sequence[Cut]) -> Array:
        """As `ArrayBackend.squares`, three to ten times as fast."""
        return squares_of(cuts)

    async def outputs(
        self, net: Model, size: InputSize, pixels: Callable[[], Array], count: int
    ) -> dict[str, Array]:
        """Outputs of a net; see `ArrayBackend.outputs`.

        In a thread, except for what takes less than 3 ms, as far as is known.
        """
        loaded = await self._loaded(net, size)
        since = perf_counter()
        if loaded.pace * count < _BRIEF:
            found = self._run(loaded, size, pixels())
        else:
            options = self._runtime.RunOptions()

            def stop() -> None:
                options.terminate = True

            found = await in_thread(
                lambda: self._run(loaded, size, pixels(), options), stop, self._thread
            )
        took = perf_counter() - since
        if not loaded.is_free:  # of these each picture has its own pace
            loaded.pace = took / count
        debug.say(2, f"{took * 1e3:8.2f} ms  {net.name} {size}")
        return found

    def run_once(self, net: Model, image: Array) -> dict[str, Array]:
        """Outputs of a net that is not kept, for pixels in squares of its own size."""
        size = net.architecture.size
        return self._run(self._load(net, size), size, image)

    def _run(
        self, loaded: Loaded, size: InputSize, image: Array, options: Any = None
    ) -> dict[str, Array]:
        def once(given: dict[str, NDArray[Any]]) -> dict[str, Array]:
            try:
                values = loaded.session.run(None, given, options)
            except Exception as error:  # of its own classes, which have no common base
                raise BackendError(f"{self.description}: {error}") from error
            # What a dense layer gives has no height and width there.
            rows = (some if some.ndim == 4 else some[:, None, None] for some in values)
            return dict(zip(loaded.outputs, rows, strict=True))

        if not loaded.is_free:
            return once({IMAGE: image})
        levels = size.levels if isinstance(size, Pyramid) else ((size, size),)
        found: dict[str, Array] = {}
        for i, (width, height) in enumerate(levels):
            some = once({IMAGE: image, LEVEL: integers([height, width])})
            found |= {f"{name}_{i}": values for name, values in some.items()}
        return found

    async def _loaded(self, net: Model, size: InputSize) -> Loaded:
        """The net in onnxruntime; made where it is not there, or is of other weights.

        What is kept is changed by the event loop alone, so that nothing is kept for a call that
        was cancelled.
        """
        kept = self._nets.get(net.key)
        if kept is None or kept.version != net.version:
            kept = self._nets[net.key] = _Kept(net.version)
        wanted = 0 if isinstance(size, Pyramid) else size
        found = kept.sizes.pop(wanted, None) or kept.sizes.pop(0, None)
        if found is None:
            found = await in_thread(lambda: self._load(net, wanted))
            if len(kept.sizes) >= MAX_SIZES:
                kept.sizes.pop(next(iter(kept.sizes)))
        kept.sizes[0 if found.is_free else wanted] = found
        return found

    def _load(self, net: Model, size: int) -> Loaded:
        since = perf_counter()
        file = onnx_file(net, size or None)
        session = open_session(self._runtime, file.data)
        took = (perf_counter() - since) * 1e3
        debug.say(1, f"{net.name}: {len(file.data)} bytes for onnxruntime in {took:.0f} ms")
        return Loaded(session, file.outputs, len(file.data), file.is_free)

    def forget(self, net: str) -> None:
        """Free the sessions of a net."""
        self._nets.pop(net, None)

    def go_on_in_fork(self) -> None:
        """As `Session.go_on_in_fork`: nets are made anew, in a thread of this process."""
        self._of_parent.append(self._nets)  # freeing them would wait for threads that are not there
        self._nets = {}
        self._thread = _one_thread()

    def close(self) -> None:
        """Free all sessions, and forget the picture."""
        super().close()
        self._nets = {}

    def stats(self) -> dict[str, int]:
        """Counts; `sessions` and the bytes of their files, which their weights take at least."""
        loaded = [one for kept in list(self._nets.values()) for one in list(kept.sizes.values())]
        return super().stats() | {
            "sessions": len(loaded),
            "session_bytes": sum(one.nbytes for one in loaded),
        }


def _one_thread() -> ThreadPoolExecutor:
    """Always the same one: where they take turns, a run takes a third longer. It ends with this."""
    return ThreadPoolExecutor(1, "onnxruntime")


def open_session(runtime: Any, data: bytes) -> Any:
    """An InferenceSession for the bytes of a file; BackendError where there can be none.

    It has as many threads as the machine has cores, as is onnxruntime's default, or as it may have
    (`most_threads`). By that they look
    for more work long after a run, too, while the next net's threads have some: a chain of four
    nets took twice as long on two cores. These rest when a run has ended.
    """
    options = runtime.SessionOptions()
    options.add_session_config_entry("session.force_spinning_stop", "1")
    options.intra_op_num_threads = most_threads()
    options.log_severity_level = 3  # errors, which are raised as well
    try:
        return runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # of its own classes, which have no common base
        raise BackendError(
            f"onnxruntime {runtime.__version__} cannot read the net ({error}); a newer one may: "
            'python -m pip install --upgrade "pyface_web[fast]"'
        ) from error
