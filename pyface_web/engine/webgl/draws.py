"""What a plan is made of: draws, programs, constants and where outputs lie, all plain data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pyface_web.engine.webgl import shaders
from pyface_web.engine.webgl.layout import Layout
from pyface_web.engine.webgl.shaders import Value
from pyface_web.graph.node import Node
from pyface_web.graph.ops import Dims, Fused, Shape
from pyface_web.models.architecture import Architecture

MAX_OUTPUTS = 12  # one texture unit each; WebGL2 guarantees 16
MAX_ITEMS = 32  # items of one run, whose crops are uniforms of fit.frag
# Kind of fit, as fit.frag has it -> vec4 uniforms of an item.
ROWS = {"letterbox": 2, "stretch": 2, "turned": 3, "similar": 3, "halved": 3}
SOURCE = "source"  # the uploaded picture
HALVES = "halves"  # a crop of it that was halved, for fits of the kind "halved"
PACKED = "packed"  # what the last draws write, and what is read


@dataclass(frozen=True)
class Program:
    """A shader file with its defines; equal programs are compiled once."""

    shader: str
    defines: tuple[tuple[str, Value], ...] = ()

    @property
    def key(self) -> str:
        return " ".join([self.shader, *(f"{name}={value}" for name, value in self.defines)])

    def glsl(self) -> str:
        return shaders.source(f"{self.shader}.frag", dict(self.defines))


@dataclass(frozen=True)
class Draw:
    """One draw call, complete: program, textures, uniform block, and the area to draw."""

    program: Program
    inputs: tuple[tuple[str, str], ...]  # sampler -> tensor or constant
    output: str
    block: tuple[float, ...]  # the uniform block of the program, in vec4s
    width: int
    rows: int  # of one item
    label: str
    shape: Shape
    macs: int = 0  # multiply-adds of one item
    top: int = 0  # first row of the area

    def data(self, place: Callable[[str], str]) -> dict[str, Any]:
        """The draw as the bridge takes it. place: tensor or constant -> id of its texture."""
        return {
            "program": self.program.key,
            "output": place(self.output),
            "width": self.width,
            "rows": self.rows,
            "top": self.top,
            "inputs": [[unit(sampler), place(name)] for sampler, name in self.inputs],
            "block": self.block,
        }

    def __str__(self) -> str:
        inputs = " ".join(f"{sampler}={name}" for sampler, name in self.inputs)
        return f"{self.label}: {self.program.key} | {inputs} -> {self.output} {self.shape[1:]}"


@dataclass(frozen=True)
class FilterSpec:
    """A filter texture to fill from the parameter `path`; shape is (kh, kw, in, out).

    bits: of a weight in it, 8 where the weight file has bytes, else 16.
    """

    name: str
    path: str
    shape: tuple[int, int, int, int]
    out_groups: int
    bits: int


@dataclass(frozen=True)
class EpilogueSpec:
    """Rows of the channel texture: scale and offset of the sum.

    With filters of conv2d one more, what their numbers count from, and with prelu the last, alpha.
    """

    row: int
    channels: int
    fused: Fused | None
    params: Mapping[str, str]  # role -> path
    filters: str | None = None  # path of conv2d's, whose scale and minimum go in too

    @property
    def rows(self) -> int:
        return 2 + (self.filters is not None) + (self.alpha is not None)

    @property
    def alpha(self) -> str | None:
        """Path of prelu's parameter."""
        prelu = self.fused is not None and self.fused.activation == "prelu"
        return self.params["alpha"] if prelu else None


@dataclass(frozen=True)
class DepthwiseSpec:
    """kernel^2 rows of the channel texture: depthwise filters, or `fill` in every cell."""

    row: int
    channels: int
    kernel: int
    path: str | None
    fill: float = 0.0


@dataclass(frozen=True)
class Span:
    """Where an output lies in the packed texture: first texel of an item, and its shape."""

    first: int
    shape: Dims  # height, width, channels

    @property
    def groups(self) -> int:
        return -(-self.shape[2] // 4)

    @property
    def texels(self) -> int:
        return self.shape[0] * self.shape[1] * self.groups


@dataclass(frozen=True)
class Plan:
    """All draws of a net in order, the textures between them, and the constants they read."""

    name: str
    image: str  # tensor that holds the input; "" where nothing reads it but from the picture
    tensors: Mapping[str, Layout]
    draws: tuple[Draw, ...]
    outputs: Mapping[str, Span]
    pack_size: tuple[int, int]  # width of the packed texture, and rows of one item in it
    packs: int  # so many draws at the end write the packed texture
    filters: tuple[FilterSpec, ...]
    epilogues: tuple[EpilogueSpec, ...]
    depthwise: tuple[DepthwiseSpec, ...]
    channel_rows: int
    channel_width: int

    @property
    def programs(self) -> dict[str, Program]:
        return {draw.program.key: draw.program for draw in self.draws}

    @property
    def max_rows(self) -> int:
        """The most texture rows that one item needs; limits the batch."""
        return max(self.pack_size[1], *(layout.texture_rows for layout in self.tensors.values()))


@dataclass(frozen=True)
class Source:
    """How the input of a net is drawn from the uploaded picture.

    kind: of fit, a key of ROWS. transposed: axes exchanged and channels BGR.
    """

    kind: str = "letterbox"
    transposed: bool = False

    @classmethod
    def of(cls, architecture: Architecture) -> Source:
        """That of a net."""
        kind = "stretch" if architecture.fit == "stretch" else "letterbox"
        return cls(kind, architecture.transposed)


@dataclass
class Planner:
    """What kernels use while a plan is made; collects tensors and constants."""

    quantised: Collection[str]
    targets: int
    source: Source | None = None
    tensors: dict[str, Layout] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    filters: list[FilterSpec] = field(default_factory=list)
    epilogues: list[EpilogueSpec] = field(default_factory=list)
    depthwise: list[DepthwiseSpec] = field(default_factory=list)
    channel_rows: int = 0
    channel_width: int = 1

    def tensor(self, node: Node) -> str:
        return self.names[id(node)]

    def layout(self, node: Node) -> Layout:
        return self.tensors[self.tensor(node)]

    def add_filters(
        self, path: str, shape: tuple[int, int, int, int], out_groups: int
    ) -> FilterSpec:
        """Register a filter texture, once for all draws that read the same one."""
        bits = 8 if path in self.quantised else 16
        spec = FilterSpec(f"filters{len(self.filters)}", path, shape, out_groups, bits)
        known = next((s for s in self.filters if replace(spec, name=s.name) == s), None)
        if known is None:
            self.filters.append(spec)
        return known or spec

    def add_epilogue(
        self, layout: Layout, fused: Fused | None, params: Mapping[str, str], filters: str | None
    ) -> int:
        """Register the rows of an epilogue; returns the first."""
        spec = EpilogueSpec(self.channel_rows, layout.channels, fused, params, filters)
        known = next((s for s in self.epilogues if replace(spec, row=s.row) == s), None)
        if known is not None:
            return known.row
        self.epilogues.append(spec)
        return self._rows(spec.rows, layout)

    def add_depthwise(
        self, layout: Layout, kernel: int, path: str | None, channels: int, fill: float = 0.0
    ) -> int:
        """Register the rows of depthwise filters; returns the first."""
        row = self._rows(kernel * kernel, layout)
        self.depthwise.append(DepthwiseSpec(row, channels, kernel, path, fill))
        return row

    def _rows(self, count: int, layout: Layout) -> int:
        row = self.channel_rows
        self.channel_rows += count
        self.channel_width = max(self.channel_width, layout.tiles * layout.groups_per_tile)
        return row


_UNITS = {"x": 0, "filters": 1, "channels": 2, "skip": 3, "source": 4, "halves": 4}


def unit(sampler: str) -> int:
    """Texture unit of a sampler; those of `pack` are numbered x0, x1, ..."""
    return _UNITS[sampler] if sampler in _UNITS else int(sampler[1:])


def units(draw: Draw) -> dict[str, int]:
    """Sampler -> texture unit of a draw's inputs."""
    return {sampler: unit(sampler) for sampler, _ in draw.inputs}
