"""The memory of the kernels with the nets that were put into it: their constants and plans."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

import numpy as np

from pyface_web.engine.wasm.alike import NONE, Rows, of_steps
from pyface_web.engine.wasm.constants import Constant, Panels, Tensors
from pyface_web.engine.wasm.host import MODULES, JsHost, Room
from pyface_web.engine.wasm.layout import ALIGNED, FLOAT, Layout, filled_up
from pyface_web.engine.wasm.memory import Blocks
from pyface_web.engine.wasm.plan import Plan, plan
from pyface_web.errors import BackendError
from pyface_web.graph.node import Node
from pyface_web.models.architecture import InputSize, Pyramid
from pyface_web.values.arrays import Array
from pyface_web.weights.model import MAX_SIZES, Model

T = TypeVar("T")

_MOST_BYTES = 24_000_000  # of layers, for as many items as are computed at once; SSD needs as much
_MOST_ITEMS = 32
_SLICE = 0.008  # seconds for which the page is kept from its other work


@dataclass
class Prepared:
    """A plan in memory. id: of what the host recorded. block: address of its steps."""

    id: str
    plan: Plan
    block: int

    @property
    def at_once(self) -> int:
        """Items that one run computes."""
        return max(1, min(_MOST_ITEMS, _MOST_BYTES // (FLOAT * max(self.plan.floats, 1))))


@dataclass
class _Loaded:
    """What is in memory of a net: its constants, which plans for all sizes share, and the plans."""

    version: int
    constants: dict[Constant, int] = field(default_factory=dict)
    plans: dict[InputSize, Prepared] = field(default_factory=dict)


class Machine:
    """The kernels and what is in their memory: constants below, and behind them, in the arena, what
    a call computes.

    picture: the number of the picture that was read last; 0 where there is none.
    """

    def __init__(self, host: JsHost, modules: tuple[str, ...] = MODULES) -> None:
        self.host = host
        self._modules = modules
        self._module = ""
        self._loaded: dict[str, _Loaded] = {}
        self._blocks: Blocks | None = None
        self._closed = False
        self.picture = 0

    @property
    def is_relaxed(self) -> bool:
        """Whether products are rounded as the processor likes."""
        return self._module == "relaxed"

    @property
    def description(self) -> str:
        """WebAssembly, and which of its SIMD."""
        kind = "relaxed SIMD" if self.is_relaxed else "SIMD"
        return f"WebAssembly with {kind}, one thread"

    async def open(self) -> None:
        """Start the kernels, unless they run. BackendError where the browser cannot."""
        self._check_open()
        if self._blocks is None:
            module, free = await self.host.open(self._modules)
            if self._closed:  # while the kernels were started
                self.host.close()
            self._check_open()
            self._module, self._blocks = module, Blocks(free)

    def _check_open(self) -> None:
        if self._closed:
            raise self._was_closed()

    def _was_closed(self) -> BackendError:
        return BackendError(f"{self.description}: it was closed; make another backend")

    @property
    def _memory(self) -> Blocks:
        if self._blocks is None:
            raise self._was_closed()
        return self._blocks

    # --- nets

    async def prepare(self, net: Model, size: InputSize) -> Prepared:
        """Plan a net and bring its weights into memory, where that is not done yet."""
        net = net.as_it_is()  # what is loaded while this waits is for the next time
        await self.open()
        loaded = self._loaded.get(net.key)
        if loaded is not None and loaded.version != net.version:
            self._drop(net.key)
            loaded = None
        if loaded is None:
            loaded = self._loaded[net.key] = _Loaded(net.version)
        found = loaded.plans.pop(size, None)
        if found is None:
            if len(loaded.plans) >= MAX_SIZES:
                self._remove(loaded.plans.pop(next(iter(loaded.plans))))
            made = plan(net.graph(size), pyramid=isinstance(size, Pyramid))
            found = await self._put(f"{net.key}@{size}", made, net.tensors, loaded.constants)
        loaded.plans[size] = found  # the last used comes last
        return found

    async def _put(
        self, id: str, made: Plan, tensors: Tensors, constants: dict[Constant, int]
    ) -> Prepared:
        """A plan and those of its constants that are not there yet."""
        since = perf_counter()
        for constant in made.constants:
            if constant in constants:
                continue
            constants[constant] = self._stored(constant, tensors)
            if perf_counter() - since > _SLICE:
                await asyncio.sleep(0)
                since = perf_counter()
        words = [step.words(constants.__getitem__) for step in made.steps]
        block = self._take(sum(len(row) for row in words) * FLOAT)
        steps, at = [], block
        for step, row in zip(made.steps, words, strict=True):
            self.host.write(at, row)
            steps.append((at, step.rows, max(step.work, 1)))
            at += len(row) * FLOAT
        outputs = [(o.at * FLOAT, o.item * FLOAT) for o in made.outputs.values()]
        self.host.record(id, steps, outputs)
        return Prepared(id, made, block)

    def _stored(self, constant: Constant, tensors: Tensors) -> int:
        """The address of a constant that is put into memory."""
        address = self._take(constant.floats * FLOAT)
        try:
            if isinstance(constant, Panels):
                self._fill_panels(address, constant, tensors)
            else:
                self.host.write(address, constant.values(tensors))
        except BaseException:
            self._memory.free(address)
            raise
        return address

    def _fill_panels(self, address: int, panels: Panels, tensors: Tensors) -> None:
        tensor = tensors[panels.path]
        values = tensor.values if tensor.values.dtype == np.uint8 else tensor.array()
        parts = [panels.factors(tensors), values]
        if values.dtype == np.uint8:  # what each byte stands for
            parts.append((np.arange(256) * tensor.scale + tensor.minimum).astype(np.float32))
        places, at = [], self._memory.end  # where nothing stays
        for part in parts:
            places.append(at)
            at = filled_up(at + part.nbytes, ALIGNED * FLOAT)
        self.host.grow(at)
        for place, part in zip(places, parts, strict=True):
            self.host.write(place, part)
        factors, filters, table = (*places, 0)[:3]
        sizes = (panels.taps, panels.inputs, panels.outputs, panels.pixel)
        self.host.panels(address, filters, table, factors, *sizes)

    def _take(self, size: int) -> int:
        address = self._memory.take(size)
        try:
            self.host.grow(self._memory.end)
        except BaseException:
            self._memory.free(address)
            raise
        return address

    # --- runs

    def room(self, prepared: Prepared, items: int) -> Room:
        """Where a run for so many items has its memory."""
        scratch = self._memory.end
        arena = filled_up(scratch + prepared.plan.scratch * FLOAT, ALIGNED * FLOAT)
        behind = arena + prepared.plan.floats * items * FLOAT
        self.host.grow(behind)
        return Room(arena, scratch, behind)

    async def outputs(
        self, prepared: Prepared, items: int, room: Room, black: Rows = NONE
    ) -> dict[str, Array]:
        """What a plan gives for the items in the arena. black: rows of the image of a single item
        that have no picture."""
        made = prepared.plan
        alike = of_steps(made.steps, made.numbers, black) if black.are_several else ()
        flat = await self.whole(self.host.run(prepared.id, items, room, alike))
        found, start = {}, 0
        for name, layout in made.outputs.items():
            end = start + layout.item * items
            found[name] = _map_of(flat[start:end].reshape(items, -1), layout)
            start = end
        return found

    async def whole(self, call: Awaitable[T]) -> T:
        """What a call of the host gives; the host ends it where whoever waits for it is gone."""
        try:
            return await call
        except BaseException:
            self.host.cancel()
            raise

    async def evaluate(
        self, outputs: Mapping[str, Node], image: Array, tensors: Tensors
    ) -> dict[str, Array]:
        """Outputs of any graph for float images (N, H, W, C): for tests and the self-test."""
        await self.open()
        constants: dict[Constant, int] = {}
        prepared = None
        try:
            prepared = await self._put("evaluated", plan(outputs), tensors, constants)
            room = self.room(prepared, len(image))
            (layout,) = prepared.plan.images
            filled = np.zeros((len(image), layout.item), np.float32)
            _map_of(filled, layout)[:] = image
            self.host.write(room.arena + layout.at * len(image) * FLOAT, filled)
            return await self.outputs(prepared, len(image), room)
        finally:
            if self._blocks is not None:
                for address in constants.values():
                    self._blocks.free(address)
                if prepared is not None:
                    self._remove(prepared)

    # --- life

    def _remove(self, prepared: Prepared) -> None:
        self.host.release(prepared.id)
        self._memory.free(prepared.block)

    def _drop(self, key: str) -> None:
        loaded = self._loaded.pop(key)
        for prepared in loaded.plans.values():
            self._remove(prepared)
        for address in loaded.constants.values():
            self._memory.free(address)

    def forget(self, net: str) -> None:
        """Free what is in memory of the net with this key; all of the memory with the last one."""
        if net in self._loaded:
            self._drop(net)
        if not self._loaded:
            self._end()

    def rebuild(self) -> None:
        """Start over; nets are brought into memory again when they run."""
        self._check_open()
        self._end()

    def close(self) -> None:
        """Free everything, for good."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        self.picture = 0
        self._loaded.clear()
        self._blocks = None
        self.host.close()

    def stats(self) -> dict[str, int]:
        """Exact counts: blocks of memory, their bytes, those of the memory, plans, runs, steps."""
        blocks = self._blocks
        held = {"buffers": blocks.count, "buffer_bytes": blocks.bytes} if blocks else {}
        nothing = dict.fromkeys(
            ("textures", "texture_bytes", "programs", "buffers", "buffer_bytes"), 0
        )
        return {**nothing, **held, **self.host.stats()}


def _map_of(items: Array, layout: Layout) -> Array:
    """The pixels of items (N, floats) as (N, height, width, channels), without margins; a view."""
    m = layout.margins
    rows = m.top + layout.height + m.bottom
    pixels = items[:, : rows * layout.row].reshape(len(items), rows, -1, layout.pixel)
    inside = pixels[:, m.top : m.top + layout.height, m.left : m.left + layout.width]
    return inside[..., : layout.channels]
