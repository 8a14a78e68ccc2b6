"""A WebGL2 device with the nets that were put on it: their plans, constants and textures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.webgl import constants
from pyface_web.engine.webgl.bridge import Capabilities, JsBridge
from pyface_web.engine.webgl.draws import HALVES, PACKED, SOURCE, Draw, Plan, Source, units
from pyface_web.engine.webgl.halves import EXAMPLE, Halves
from pyface_web.engine.webgl.kernels import fit_otherwise
from pyface_web.engine.webgl.plan import plan
from pyface_web.engine.webgl.textures import TexturePool
from pyface_web.errors import BackendError, PyfaceError
from pyface_web.graph.node import Node
from pyface_web.models.architecture import InputSize
from pyface_web.values.arrays import Array
from pyface_web.weights.model import MAX_SIZES, Model
from pyface_web.wording import code

_OTHER = "await faceapi.set_backend('wasm')"
MAX_BATCH = 64  # items whose layers are held at the same time


@dataclass
class CompiledNet:
    """A plan on the device: its constants, and what was recorded for a batch capacity.

    fits: id -> the first draw for crops with another kind of fit than the net's own, as they came
    up.
    """

    id: str
    plan: Plan
    fits: dict[str, Draw] = field(default_factory=dict)
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
        shared = {SOURCE: SOURCE, HALVES: HALVES, PACKED: self.packed, **self.assigned}
        return draw.data(lambda name: shared.get(name) or f"{self.id}/{name}")


class Device:
    """A device, and what is on it. Plans are made once per net and size.

    picture: the number of the picture that was uploaded last; 0 where there is none. halves: of
    its crops that are too large to be fitted at once.
    """

    def __init__(self, bridge: JsBridge, precision: int | None = None) -> None:
        """precision: 32 or 16 bits per activation; by default what the device can render to."""
        self.bridge = bridge
        self._precision = precision
        self._compiled: dict[tuple[str, InputSize], CompiledNet] = {}
        self._packed_rows: dict[str, int] = {}
        self._closed = False
        self._open()

    def _open(self) -> None:
        self.picture = 0
        self._compiled.clear()
        self._packed_rows.clear()
        self._pool = TexturePool(self._create, lambda id: self.bridge.release([id]))
        self.halves = Halves(self.bridge)
        self.can: Capabilities = self.bridge.open()
        renders = {32: self.can.float32, 16: self.can.float16}
        usable = [bits for bits in renders if renders[bits] and self._precision in (None, bits)]
        if not usable:
            self.bridge.close()
            what = f"float{self._precision}" if self._precision else "float"
            extension = f"EXT_color_buffer_{'half_' if self._precision == 16 else ''}float"
            raise BackendError(
                f"{self.can.renderer} cannot render to {what} textures ({extension} is "
                f"missing); leave precision out, or try {code(_OTHER)}"
            )
        self.precision = usable[0]

    @property
    def description(self) -> str:
        """WebGL2, the precision, and the device."""
        return f"WebGL2, float{self.precision}, {self.can.renderer}"

    def _create(self, id: str, width: int, height: int, layers: int) -> None:
        self.bridge.upload(id, f"tensor{self.precision}", width, height, layers)

    # --- nets

    async def prepare(self, net: Model, size: InputSize) -> CompiledNet:
        """Plan a net, compile its programs and upload its weights, where that is not done yet."""
        net = net.as_it_is()  # what is loaded while this compiles is for the next time
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
        source = Source.of(net.architecture)
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
    ) -> CompiledNet:
        """source: how the input is drawn from the uploaded picture; None where it is filled in."""
        made = plan(id, graph, quantised, min(self.can.targets, 8), source)
        compiled = CompiledNet(id, made)
        await self._compile_programs({draw.program.key: draw for draw in made.draws})
        try:
            held = {spec.path: constants.stored(tensors[spec.path]) for spec in made.filters}
            for spec in made.filters:
                texels = constants.filter_texture(spec, held[spec.path])
                self._upload(f"{id}/{spec.name}", "int", texels)
            self._upload(
                f"{id}/channels", "float", constants.channel_texture(made, {**tensors, **held})
            )
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

    async def prepare_fit(self, compiled: CompiledNet, kind: str) -> str:
        """Have what draws crops with this kind of fit on the device; the id of its record."""
        own = compiled.plan.draws[0]
        if own.program.shader != "fit":  # it reads the picture itself, whole
            return f"{compiled.id}/net"
        draw = fit_otherwise(own, kind)
        if draw.program == own.program:
            return f"{compiled.id}/net"
        id = f"{compiled.id}/{kind}"
        if id not in compiled.fits:
            before = EXAMPLE.draws() if kind == "halved" else []
            await self._compile_programs({some.program.key: some for some in (*before, draw)})
            compiled.fits[id] = draw
            if compiled.capacity:
                self.bridge.record(id, [compiled.data(draw)])
        return id

    def _upload(self, id: str, kind: str, texels: NDArray[Any]) -> None:
        height, width = texels.shape[:2]
        self.bridge.upload(id, kind, width, height, 0, texels)

    def max_batch(self, compiled: CompiledNet) -> int:
        """Items that one run can take: the batch is stacked in the rows of the textures."""
        if not compiled.plan.image:  # draws that read the picture themselves know of one item
            return 1
        return max(1, min(MAX_BATCH, self.can.texture_size // compiled.plan.max_rows))

    def reserve(self, compiled: CompiledNet, batch: int) -> None:
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
        compiled.capacity = 0  # until its draws refer to them
        self.bridge.record(
            f"{compiled.id}/net", [compiled.data(draw) for draw in compiled.plan.draws]
        )
        for id, draw in compiled.fits.items():
            self.bridge.record(id, [compiled.data(draw)])
        compiled.capacity, compiled.generation = capacity, self._pool.generation

    def reserve_all(self, compiled: CompiledNet, batch: int) -> None:
        """As `reserve`, and the texture that is read back too."""
        self.reserve_packed(compiled, batch)
        self.reserve(compiled, batch)

    def reserve_packed(self, compiled: CompiledNet, batch: int) -> None:
        """Make sure that the texture that is read back has room for `batch` items."""
        width, rows = compiled.plan.pack_size
        if self._packed_rows.get(compiled.packed, 0) < rows * batch:
            kind = f"tensor{self.precision}"
            self._packed_rows.pop(compiled.packed, None)  # it is replaced, which can fail
            self.bridge.upload(compiled.packed, kind, width, rows * batch, 0)
            self._packed_rows[compiled.packed] = rows * batch

    def record_alone(self, compiled: CompiledNet, draw: Draw) -> str:
        """Record one draw of a plan by itself, for `measure.profile`; returns its id."""
        id = f"{compiled.id}/alone"
        self.bridge.record(id, [compiled.data(draw)])
        return id

    async def outputs(
        self, compiled: CompiledNet, batch: int, must_be_finite: bool = True
    ) -> dict[str, Array]:
        """Read back what the last draws of a net packed for `batch` items."""
        width, rows = compiled.plan.pack_size
        texels = await self.bridge.read(compiled.packed, width, rows * batch)
        if must_be_finite and not np.isfinite(texels).all():
            raise BackendError(
                f"{compiled.id}: the GPU ({self.can.renderer}) returned values that are "
                f"not finite; try {code(_OTHER)}"
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
            texels = layout.to_texels(image.astype(np.float32, copy=False))
            target = compiled.assigned[compiled.plan.image]
            self.bridge.fill(
                target, layout.texture_width, layout.texture_rows * batch, layout.layers, texels
            )
            self.bridge.run(f"{compiled.id}/net", batch, NOTHING, NOTHING, self.picture)
            return await self.outputs(compiled, batch, must_be_finite)
        finally:
            self._release(compiled)

    # --- life

    def _release(self, compiled: CompiledNet) -> None:
        names = [spec.name for spec in compiled.plan.filters]
        names += ["channels", "net"]
        self.bridge.release([f"{compiled.id}/{name}" for name in names] + list(compiled.fits))

    def _drop(self, key: tuple[str, InputSize]) -> None:
        self._release(self._compiled.pop(key))

    def forget(self, net: str) -> None:
        """Free what the device holds of the net with this key; the pool goes with the last one."""
        for key in [key for key in self._compiled if key[0] == net]:
            self._drop(key)
        if not self._compiled:
            self._pool.clear()
            self.halves.clear()
            self.bridge.release([SOURCE, *self._packed_rows])
            self._packed_rows.clear()
            self.picture = 0

    def rebuild(self) -> None:
        """Start over on a new context after a loss; nets are put on it again when they run.

        BackendError where there is none, or the device was closed, which nobody would free again.
        """
        if self._closed:
            raise BackendError(f"{self.description}: it was closed; make another backend")
        self.bridge.close()
        self._open()

    def close(self) -> None:
        """Free everything on the device, for good."""
        self._closed = True
        self.picture = 0
        self._compiled.clear()
        self.bridge.close()

    def stats(self) -> dict[str, int]:
        """Exact counts: textures, bytes, buffers, programs, draws, readbacks."""
        return self.bridge.stats()


NOTHING = np.zeros(4, np.float32)
