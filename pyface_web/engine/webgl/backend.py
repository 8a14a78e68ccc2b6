"""Runs nets on WebGL2: plans once per net and size, then one bridge call and one read per run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.webgl import pack
from pyface_web.engine.webgl.bridge import Capabilities, JsBridge
from pyface_web.engine.webgl.draws import MAX_ITEMS, PACKED, SOURCE, Draw, Plan, Source, unit, units
from pyface_web.engine.webgl.plan import plan
from pyface_web.engine.webgl.textures import TexturePool
from pyface_web.errors import BackendError, PyfaceError
from pyface_web.graph.node import Node
from pyface_web.pictures.source import Picture
from pyface_web.weights.net import MAX_SIZES, WeightedNet

Array = NDArray[np.float32]
MAX_BATCH = 64  # items whose layers are held at the same time


@dataclass
class _Compiled:
    """A plan on the device: its constants, and what was recorded for a batch capacity."""

    id: str
    plan: Plan
    version: int = 0
    capacity: int = 0
    generation: int = -1
    assigned: dict[str, str] = field(default_factory=dict)

    @property
    def packed(self) -> str:
        """The texture that outputs are packed into; plans of one width share it."""
        return f"pool/packed{self.plan.pack_size[0]}"

    def data(self, draw: Draw) -> dict[str, Any]:
        """A draw as the bridge takes it, with the textures that were assigned."""

        shared = {SOURCE: SOURCE, PACKED: self.packed, **self.assigned}

        def place(name: str) -> str:
            return shared.get(name) or f"{self.id}/{name}"

        return {
            "program": draw.program.key,
            "output": place(draw.output),
            "width": draw.width,
            "rows": draw.rows,
            "top": draw.top,
            "inputs": [[unit(sampler), place(name)] for sampler, name in draw.inputs],
            "block": draw.block,
        }


class WebGLBackend:
    """A device with the nets that were put on it."""

    name = "webgl"

    def __init__(self, bridge: JsBridge, precision: int | None = None) -> None:
        """precision: 32 or 16 bits per activation; by default what the device can render to."""
        self.bridge = bridge
        self._precision = precision
        self._compiled: dict[tuple[str, Hashable], _Compiled] = {}
        self._packed_rows: dict[str, int] = {}
        self._open()

    def _open(self) -> None:
        self.capabilities: Capabilities = self.bridge.open()
        can = {32: self.capabilities.float32, 16: self.capabilities.float16}
        usable = [bits for bits in can if can[bits] and self._precision in (None, bits)]
        if not usable:
            what = f"float{self._precision}" if self._precision else "float"
            extension = f"EXT_color_buffer_{'half_' if self._precision == 16 else ''}float"
            raise BackendError(
                f"{self.capabilities.renderer} cannot render to {what} textures ({extension} is "
                "missing); leave precision out, or try await set_backend('reference')"
            )
        self.precision = usable[0]
        self._compiled.clear()
        self._packed_rows.clear()
        self._pool = TexturePool(self._create, lambda id: self.bridge.release([id]))

    @property
    def description(self) -> str:
        return f"WebGL2, float{self.precision}, {self.capabilities.renderer}"

    def _create(self, id: str, width: int, height: int, layers: int) -> None:
        self.bridge.upload(id, f"tensor{self.precision}", width, height, layers)

    # --- pictures

    def set_picture(self, picture: Picture) -> tuple[int, int]:
        """Upload a picture; returns the size it has there (less, beyond the texture limit)."""
        return self.bridge.set_input(picture.pixels, picture.width, picture.height)

    # --- nets

    async def prepare(self, net: WeightedNet, size: Hashable) -> _Compiled:
        """Plan a net, compile its programs and upload its weights, where that is not done yet.

        size: side of a square input, or what else the net's graph is made for.
        """
        key = (net.key, size)
        found = self._compiled.pop(key, None)
        if found is not None and found.version == net.version:
            self._compiled[key] = found  # the last used comes last
            return found
        if found is not None:
            self._release(found)
        others = [other for other in self._compiled if other[0] == net.key]
        if len(others) >= MAX_SIZES:
            self._drop(others[0])
        quantised = {name for name, tensor in net.tensors.items() if tensor.quantised}
        source = Source(net.network.turned, net.network.outputs_per_pack)
        id = f"{net.key}@{size}"
        made = await self._compile(id, net.graph(size), quantised, net.tensors, source)
        made.version = net.version
        self._compiled[key] = made
        return made

    async def _compile(
        self,
        id: str,
        graph: Mapping[str, Node],
        quantised: set[str],
        tensors: Mapping[str, Any],
        source: Source | None,
    ) -> _Compiled:
        """source: how the input is drawn from the uploaded picture; None where it is filled in."""
        made = plan(id, graph, quantised, min(self.capabilities.targets, 8), source)
        compiled = _Compiled(id, made)
        await self._compile_programs({draw.program.key: draw for draw in made.draws})
        try:
            held = {spec.path: pack.stored(tensors[spec.path]) for spec in made.filters}
            for spec in made.filters:
                texels = pack.filter_texture(spec, held[spec.path])
                self._upload(f"{id}/{spec.name}", "int", texels)
            self._upload(f"{id}/channels", "float", pack.channel_texture(made, {**tensors, **held}))
        except PyfaceError:
            self._release(compiled)
            raise
        return compiled

    async def _compile_programs(self, draws: Mapping[str, Draw]) -> None:
        """Have these programs on the device. Those that the page compiled ahead need no GLSL."""
        missing = set(self.bridge.missing(list(draws)))
        await self.bridge.compile(
            [
                {"key": key, "source": draw.program.glsl(), "samplers": units(draw)}
                if key in missing
                else {"key": key}
                for key, draw in draws.items()
            ]
        )

    def _upload(self, id: str, kind: str, texels: NDArray[Any]) -> None:
        height, width = texels.shape[:2]
        self.bridge.upload(id, kind, width, height, 0, texels)

    def max_batch(self, compiled: _Compiled) -> int:
        """Items that one run can take: the batch is stacked in the rows of the textures."""
        if not compiled.plan.image:  # draws that read the picture themselves know of one item
            return 1
        return max(1, min(MAX_BATCH, self.capabilities.texture_size // compiled.plan.max_rows))

    def reserve(self, compiled: _Compiled, batch: int) -> None:
        """Make sure that textures for `batch` items are there and the draws refer to them."""
        if batch <= compiled.capacity and (
            compiled.generation == self._pool.generation
            or self._pool.holds(compiled.assigned.values())
        ):
            compiled.generation = self._pool.generation
            return
        capacity = max(compiled.capacity, 1)
        while capacity < batch:
            capacity *= 2
        capacity = min(capacity, self.max_batch(compiled))
        compiled.assigned = self._pool.assign(compiled.plan, capacity)
        self.bridge.record(
            f"{compiled.id}/net", [compiled.data(draw) for draw in compiled.plan.draws]
        )
        compiled.capacity, compiled.generation = capacity, self._pool.generation

    def reserve_all(self, compiled: _Compiled, batch: int) -> None:
        """As `reserve`, and the texture that is read back too."""
        self._reserve_packed(compiled, batch)
        self.reserve(compiled, batch)

    def _reserve_packed(self, compiled: _Compiled, batch: int) -> None:
        """Make sure that the texture that is read back has room for `batch` items."""
        width, rows = compiled.plan.pack_size
        if self._packed_rows.get(compiled.packed, 0) < rows * batch:
            kind = f"tensor{self.precision}"
            self.bridge.upload(compiled.packed, kind, width, rows * batch, 0)
            self._packed_rows[compiled.packed] = rows * batch

    def record_alone(self, compiled: _Compiled, draw: Draw) -> str:
        """Record one draw of a plan by itself, for `debug.profile`; returns its id."""
        id = f"{compiled.id}/alone"
        self.bridge.record(id, [compiled.data(draw)])
        return id

    async def run(
        self, net: WeightedNet, size: Hashable, crops: Array, places: Array
    ) -> dict[str, Array]:
        """Outputs of a net, (N, height, width, channels) each, for N regions of the picture.

        crops: (N, 4) x, y, width, height in pixels of the uploaded picture. places: (N, 4) where
        each lies in the size x size square.
        """
        mean_scale = _mean_scale(net)

        def run(compiled: _Compiled, part: slice, first: int) -> None:
            id, batch = f"{compiled.id}/net", part.stop - part.start
            if batch <= MAX_ITEMS and not first:
                items = _items(crops[part], places[part])
                self.bridge.run(id, batch, items, mean_scale)
                return
            for i in range(0, batch, MAX_ITEMS):
                some = slice(part.start + i, min(part.start + i + MAX_ITEMS, part.stop))
                items = _items(crops[some], places[some])
                count = some.stop - some.start
                self.bridge.run(id, count, items, mean_scale, first=i, draws=(0, 1))
            self._run_filled(compiled, batch, first)

        return await self._in_parts(net, size, len(crops), run)

    async def run_each(
        self, net: WeightedNet, size: Hashable, places: Array, upload: Callable[[int], Array]
    ) -> dict[str, Array]:
        """As `run`, for one region of each of N pictures, which follow one another on the device.

        upload: makes picture i the one that is there, and returns its crop (4,).
        """
        mean_scale = _mean_scale(net)

        def run(compiled: _Compiled, part: slice, first: int) -> None:
            for i in range(part.start, part.stop):
                items = _items(upload(i)[None], places[i : i + 1])
                at = i - part.start
                self.bridge.run(f"{compiled.id}/net", 1, items, mean_scale, first=at, draws=(0, 1))
            self._run_filled(compiled, part.stop - part.start, first)

        return await self._in_parts(net, size, len(places), run)

    def _run_filled(self, compiled: _Compiled, batch: int, first: int) -> None:
        """All draws after the first, for a batch whose outputs begin at item `first`."""
        id, last = f"{compiled.id}/net", len(compiled.plan.draws) - compiled.plan.packs
        draws = (1, None) if not first else (1, last)
        self.bridge.run(id, batch, _NOTHING, _NOTHING, draws=draws)
        if first:
            self.bridge.run(id, batch, _NOTHING, _NOTHING, first=first, draws=(last, None))

    async def _in_parts(
        self,
        net: WeightedNet,
        size: Hashable,
        count: int,
        run: Callable[[_Compiled, slice, int], None],
    ) -> dict[str, Array]:
        """Outputs for `count` items: as many as the textures take at a time, and one read.

        run: computes a part of the items, whose outputs begin at item `first` of what is read.
        """
        compiled = await self.prepare(net, size)
        at_once = self.max_batch(compiled)
        readable = max(1, self.capabilities.texture_size // compiled.plan.pack_size[1])
        found = []
        for start in range(0, count, readable):
            stop = min(start + readable, count)
            self._reserve_packed(compiled, stop - start)
            for i in range(start, stop, at_once):
                part = slice(i, min(i + at_once, stop))
                self.reserve(compiled, part.stop - part.start)
                run(compiled, part, i - start)
            found.append(await self._outputs(compiled, stop - start))
        return {key: np.concatenate([part[key] for part in found]) for key in found[0]}

    async def _outputs(
        self, compiled: _Compiled, batch: int, must_be_finite: bool = True
    ) -> dict[str, Array]:
        width, rows = compiled.plan.pack_size
        texels = await self.bridge.read(compiled.packed, width, rows * batch)
        if must_be_finite and not np.isfinite(texels).all():
            raise BackendError(
                f"{compiled.id}: the GPU ({self.capabilities.renderer}) returned values that are "
                "not finite; try await set_backend('reference')"
            )
        flat = texels.reshape(batch, rows * width, 4)
        result = {}
        for key, span in compiled.plan.outputs.items():
            height, width, channels = span.shape
            part = flat[:, span.first : span.first + span.texels]
            part = part.reshape(batch, height, width, span.groups * 4)
            result[key] = np.ascontiguousarray(part[..., :channels])
        return result

    async def evaluate(
        self,
        outputs: Mapping[str, Node],
        image: Array,
        tensors: Mapping[str, Any],
        must_be_finite: bool = True,
    ) -> dict[str, Array]:
        """Outputs of any graph for float images (N, H, W, C): for tests and the self-test."""
        quantised = {name for name, tensor in tensors.items() if tensor.quantised}
        compiled = await self._compile("evaluated", outputs, quantised, tensors, None)
        try:
            batch = len(image)
            self.reserve_all(compiled, batch)
            layout = compiled.plan.tensors[compiled.plan.image]
            texels = layout.pack(image.astype(np.float32, copy=False))
            target = compiled.assigned[compiled.plan.image]
            self.bridge.fill(
                target, layout.texture_width, layout.texture_rows * batch, layout.layers, texels
            )
            self.bridge.run(f"{compiled.id}/net", batch, _NOTHING, _NOTHING)
            return await self._outputs(compiled, batch, must_be_finite)
        finally:
            self._release(compiled)

    # --- life

    def _release(self, compiled: _Compiled) -> None:
        names = [spec.name for spec in compiled.plan.filters]
        names += ["channels", "net"]
        self.bridge.release([f"{compiled.id}/{name}" for name in names])

    def _drop(self, key: tuple[str, Hashable]) -> None:
        self._release(self._compiled.pop(key))

    def forget(self, net: str) -> None:
        """Free what the device holds of the net with this key; the pool goes with the last one."""
        for key in [key for key in self._compiled if key[0] == net]:
            self._drop(key)
        if not self._compiled:
            self._pool.clear()
            self.bridge.release([SOURCE, *self._packed_rows])
            self._packed_rows.clear()

    def rebuild(self) -> None:
        """Start over on a new context after a loss; nets are put on it again when they run."""
        self.bridge.close()
        self._open()

    def close(self) -> None:
        """Free everything on the device."""
        self._compiled.clear()
        self.bridge.close()

    def stats(self) -> dict[str, int]:
        """Exact counts: textures, bytes, buffers, programs, draws, readbacks."""
        return self.bridge.stats()


_NOTHING = np.zeros(4, np.float32)


def _items(crops: Array, places: Array) -> Array:
    """Crop and place of each item, as fit.frag takes them."""
    items = np.zeros((MAX_ITEMS, 2, 4), np.float32)
    items[: len(crops), 0], items[: len(crops), 1] = crops, places
    return items.reshape(-1)


def _mean_scale(net: WeightedNet) -> Array:
    return np.array([*net.network.mean, net.network.scale], np.float32)
