"""The page of ops: what an op makes of a picture, by NumPy and by a backend, and how they differ.

A graph of one op (or of a few, which `fuse` makes one draw of) is run by both:

    want = run(outputs, image, arrays)["y"]                            # engine/reference/run.py
    got = (await backend.evaluate(outputs, image, tensors))["y"]       # engine/webgl/, engine/wasm/

ops.js has loaded Python; it runs this file and calls main().
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from math import prod, sqrt
from typing import Any

import js
import numpy as np
from js import document
from pyodide.ffi import create_proxy, to_js

import pyface_web as faceapi
from pyface_web.engine.reference.run import run
from pyface_web.engine.wasm.backend import WasmBackend
from pyface_web.engine.wasm.host import JsHost
from pyface_web.engine.wasm.plan import plan as plan_steps
from pyface_web.engine.webgl.backend import WebGLBackend
from pyface_web.engine.webgl.bridge import JsBridge
from pyface_web.engine.webgl.plan import plan as plan_draws
from pyface_web.graph import nn
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import Node, parameters
from pyface_web.pictures.letterbox import Letterbox, resample
from pyface_web.pictures.source import resolve
from pyface_web.weights.shards import Tensor

PICTURE = "../images/sample3.jpg"
FACE = faceapi.Box(1030, 200, 320, 320)

# Colours of values: below zero, zero, above zero; and of differences.
BELOW, ZERO, ABOVE, WRONG = (
    np.array(color, float)
    for color in ((90, 160, 255), (17, 19, 22), (255, 200, 110), (255, 80, 110))
)


def element(id: str) -> Any:
    return document.getElementById(id)


# --- Which ops there are


@dataclass(frozen=True)
class Settings:
    """What the visitor chose."""

    side: int
    channels: int
    out: int
    activation: Any
    uint8: bool
    way: str


@dataclass(frozen=True)
class Entry:
    """An op of the list. uses: controls that matter. flat: its input has no height and width."""

    group: str
    build: Callable[[Node, Settings], Node]
    uses: tuple[str, ...] = ()
    flat: bool = False


def conv(kernel: int, stride: int = 1, padding: Any = "same") -> Callable[[Node, Settings], Node]:
    return lambda x, s: nn.conv2d(x, "filters", s.out, kernel, stride, padding)


def depthwise(stride: int) -> Callable[[Node, Settings], Node]:
    return lambda x, s: nn.depthwise(x, "depthwise", 3, stride)


def activated(kind: Any) -> Callable[[Node, Settings], Node]:
    return lambda x, s: nn.activation(x, kind)


def normed(x: Node) -> Node:
    return nn.batch_norm(x, "gamma", "beta", "mean", "variance")


def residual(x: Node, s: Settings) -> Node:
    y = nn.affine(nn.conv2d(x, "filters", s.channels, 3), "scale", "offset")
    return nn.activation(nn.add(y, x), s.activation)


def residual_down(x: Node, s: Settings) -> Node:
    """As in the recognition net: half the size, and more channels."""
    y = nn.bias(nn.conv2d(x, "filters", max(s.out, s.channels), 3, 2, "valid"), "offset")
    mean = nn.avg_pool(x, 2, 2)
    y = nn.pad(y, mean.shape[1] - y.shape[1], mean.shape[2] - y.shape[2])
    mean = nn.pad(mean, channels=y.shape[3] - mean.shape[3])
    return nn.activation(nn.add(y, mean), s.activation)


def conv_bias(x: Node, s: Settings) -> Node:
    return nn.activation(nn.bias(nn.conv2d(x, "filters", s.out, 3), "offset"), s.activation)


CONVOLUTION = ("out", "filters")
FUSED = (*CONVOLUTION, "activation")
OPS = {
    "conv 3x3": Entry("Convolutions", conv(3), CONVOLUTION),
    "conv 3x3, stride 2": Entry("Convolutions", conv(3, 2), CONVOLUTION),
    "conv 3x3, no padding": Entry("Convolutions", conv(3, 1, "valid"), CONVOLUTION),
    "conv 1x1": Entry("Convolutions", conv(1), CONVOLUTION),
    "conv 7x7, stride 2": Entry("Convolutions", conv(7, 2), CONVOLUTION),
    "depthwise 3x3": Entry("Convolutions", depthwise(1)),
    "depthwise 3x3, stride 2": Entry("Convolutions", depthwise(2)),
    "dense": Entry(
        "Convolutions", lambda x, s: nn.dense(x, "weights", s.out), CONVOLUTION, flat=True
    ),
    "max pool 2x2": Entry("Pools", lambda x, s: nn.max_pool(x, 2, 2, "same")),
    "max pool 3x3, stride 2": Entry("Pools", lambda x, s: nn.max_pool(x, 3, 2)),
    "average pool 2x2": Entry("Pools", lambda x, s: nn.avg_pool(x, 2, 2)),
    "global mean": Entry("Pools", lambda x, s: nn.global_mean(x)),
    "relu": Entry("One value at a time", activated("relu")),
    "relu6": Entry("One value at a time", activated("relu6")),
    "leaky relu": Entry("One value at a time", activated("leaky")),
    "bias": Entry("One value at a time", lambda x, s: nn.bias(x, "offset")),
    "scale and offset": Entry("One value at a time", lambda x, s: nn.affine(x, "scale", "offset")),
    "batch norm": Entry("One value at a time", lambda x, s: normed(x)),
    "batch norm, factor given": Entry(
        "One value at a time", lambda x, s: nn.folded_norm(x, "sub", "truediv", "bias")
    ),
    "add": Entry("One value at a time", lambda x, s: nn.add(x, nn.activation(x, "relu"))),
    "pad": Entry("One value at a time", lambda x, s: nn.pad(x, bottom=3, right=2, channels=5)),
    "conv, bias, activation": Entry("Fused into one draw", conv_bias, FUSED),
    "conv, bias, activation, max pool": Entry(
        "Fused into one draw", lambda x, s: nn.max_pool(conv_bias(x, s), 2, 2, "same"), FUSED
    ),
    "depthwise, batch norm, activation": Entry(
        "Fused into one draw",
        lambda x, s: nn.activation(normed(nn.depthwise(x, "depthwise")), s.activation),
        ("activation",),
    ),
    "residual block": Entry("Fused into one draw", residual, ("filters", "activation")),
    "residual block, half the size": Entry("Fused into one draw", residual_down, FUSED),
}


def tensors_of(outputs: dict[str, Node], uint8: bool) -> dict[str, Tensor]:
    """Random parameters, such that results are of order 1."""
    random = np.random.default_rng(1)
    made = {}
    for path, dims in parameters(outputs).items():
        fan_in = prod(dims[:2]) if path == "depthwise" else prod(dims[:-1])
        reach = 1.7 / sqrt(fan_in) if len(dims) > 1 else 1.0
        low = 0.1 if path == "variance" else -reach
        if uint8 and path in ("filters", "weights"):
            values = random.integers(0, 256, dims).astype(np.uint8)
            made[path] = Tensor(path, values, (reach - low) / 255, low)
        else:
            made[path] = Tensor(path, random.uniform(low, reach, dims).astype(np.float32))
    return made


# --- Running one


@dataclass(frozen=True)
class Result:
    """(H, W, C) each; plan: the draws or steps as text; programs: key -> GLSL."""

    image: np.ndarray
    want: np.ndarray
    got: np.ndarray
    plan: list[str]
    programs: dict[str, str]


class Lab:
    """The picture, and a backend for each way to compute: "32", "16" bits of WebGL2, "wasm"."""

    def __init__(self) -> None:
        self._backends: dict[str, WebGLBackend | WasmBackend] = {}
        self._photo: Any = None

    async def load(self) -> None:
        picture = await resolve(await faceapi.fetch_image(PICTURE))
        self._photo = picture.array()
        picture.close()

    async def backend(self, way: str) -> WebGLBackend | WasmBackend:
        if way not in self._backends:
            if way == "wasm":
                made = WasmBackend(await JsHost.load())
                await made.open()
                self._backends[way] = made
            else:
                self._backends[way] = WebGLBackend(await JsBridge.load(), int(way))
        return self._backends[way]

    def image(self, shape: tuple[int, ...]) -> np.ndarray:
        """The face as (1, H, W, C) in -1..1; channels beyond the third are moved and turned."""
        side = max(shape[1], 8)
        colors = resample(self._photo, FACE, Letterbox(0, 0, side, side, side)) / 127.5 - 1
        planes = [
            np.rot90(np.roll(colors[..., c % 3], c // 3, axis=1), c // 3) for c in range(shape[3])
        ]
        square = np.stack(planes, axis=-1).astype(np.float32)
        return np.ascontiguousarray(square[None, -shape[1] :, -shape[2] :])

    async def run(self, entry: Entry, settings: Settings) -> Result:
        side = 1 if entry.flat else settings.side
        x = nn.image((1, side, side, settings.channels))
        written = {"y": entry.build(x, settings)}
        tensors = tensors_of(written, settings.uint8)
        image = self.image(x.shape)
        arrays = {name: tensor.array() for name, tensor in tensors.items()}
        want = run(written, image, arrays)["y"]

        outputs = fuse(written)
        backend = await self.backend(settings.way)
        name_backend(backend)
        got = (await backend.evaluate(outputs, image, tensors))["y"]
        if isinstance(backend, WasmBackend):
            steps = [str(step) for step in plan_steps(outputs).steps]
            return Result(image[0], want[0], got[0], steps, {})
        quantised = {name for name, tensor in tensors.items() if tensor.quantised}
        made = plan_draws("op", outputs, quantised, min(backend.can.targets, 8))
        programs = {key: program.glsl() for key, program in made.programs.items()}
        return Result(image[0], want[0], got[0], [str(draw) for draw in made.draws], programs)


# --- Showing it


def plane(values: np.ndarray, channel: int) -> np.ndarray:
    """A channel as a map; a tensor without height and width shows all channels, in rows of 16."""
    if values.shape[0] > 1 or values.shape[1] > 1:
        return values[..., min(channel, values.shape[2] - 1)]
    width = min(16, values.shape[2])
    full = np.zeros(-(-values.shape[2] // width) * width, values.dtype)
    full[: values.shape[2]] = values.reshape(-1)
    return full.reshape(-1, width)


def paint(id: str, values: np.ndarray, reach: float, above: np.ndarray = ABOVE) -> None:
    """Draw a map on a canvas, a pixel each; reach: the value with the full colour."""
    share = (values / reach if reach else values * 0)[..., None].clip(-1, 1)
    target = np.where(share < 0, BELOW, above)
    pixels = np.full((*values.shape, 4), 255, np.uint8)
    pixels[..., :3] = ZERO + (target - ZERO) * abs(share)
    canvas = element(id)
    canvas.height, canvas.width = values.shape
    data = js.Uint8ClampedArray.new(to_js(pixels.reshape(-1)))
    image = js.ImageData.new(data, values.shape[1], values.shape[0])
    canvas.getContext("2d").putImageData(image, 0, 0)


def show_maps(result: Result, channel: int) -> None:
    """The four pictures of a channel; both answers have one scale, the difference its own."""
    shown = {
        "input": plane(result.image, channel),
        "numpy": plane(result.want, channel),
        "gpu": plane(result.got, channel),
        "difference": plane(np.abs(result.got - result.want), channel),
    }
    reach = {name: float(np.abs(values).max()) for name, values in shown.items()}
    reach["gpu"] = reach["numpy"]
    for name, values in shown.items():
        paint(name, values, reach[name], WRONG if name == "difference" else ABOVE)
    for name, values in (("input", result.image), ("numpy", result.want), ("gpu", result.got)):
        element(f"{name}-note").textContent = " x ".join(map(str, values.shape))
    off = reach["difference"]
    element("difference-note").textContent = f"full colour at {off:.2g}" if off else "none"
    largest = reach["numpy"]
    element("low").textContent, element("high").textContent = f"-{largest:.3g}", f"{largest:.3g}"


def show_numbers(result: Result) -> None:
    off = np.abs(result.got - result.want)
    y, x, channel = (int(i) for i in np.unravel_index(off.argmax(), off.shape))
    largest = float(np.abs(result.want).max())
    element("error").textContent = f"{off.max():.3g}" if off.max() else "0, bit for bit equal"
    element("relative").textContent = f"{off.max() / largest:.2g}" if largest else "-"
    element("where").textContent = f"row {y}, column {x}, channel {channel}" if off.max() else "-"
    element("worst").textContent = f"{result.got[y, x, channel]:.8g}"
    element("expected").textContent = f"{result.want[y, x, channel]:.8g}"
    element("plan").textContent = "\n".join(result.plan)
    parts = []
    for number, (key, glsl) in enumerate(result.programs.items()):
        part, title, text = (document.createElement(t) for t in ("details", "summary", "pre"))
        title.textContent, text.textContent = key, glsl
        text.className, text.tabIndex = "scroll", 0
        part.open = number == 0
        part.append(title, text)
        parts.append(part)
    element("programs").replaceChildren(*parts)
    element("shaders").hidden = not parts


def name_backend(backend: WebGLBackend | WasmBackend) -> None:
    """Say what computes."""
    element("badge").textContent = element("badge").dataset.backend = backend.label
    element("device").textContent = backend.description


def list_ops() -> None:
    groups: dict[str, Any] = {}
    for name, entry in OPS.items():
        if entry.group not in groups:
            groups[entry.group] = document.createElement("optgroup")
            groups[entry.group].label = entry.group
        option = document.createElement("option")
        option.textContent = option.value = name
        groups[entry.group].append(option)
    element("op").replaceChildren(*groups.values())


def chosen(name: str) -> str:
    return str(document.querySelector(f"[name={name}]:checked").value)


def settings() -> Settings:
    side, channels, out = (int(element(id).value) for id in ("side", "channels", "out"))
    uint8 = chosen("filters") == "uint8"
    return Settings(side, channels, out, element("activation").value, uint8, chosen("way"))


class Page:
    """Runs the newest wish; while one is computed, only the last of those that come is kept."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.result = lab, None
        self.running = self.again = False

    def change(self, event: Any = None) -> None:
        for id in ("side", "channels", "out"):
            element(f"{id}-output").textContent = element(id).value
        if event is not None and event.target.id == "channel":
            self.show_channel()
        elif self.running:
            self.again = True
        else:
            self.running = True
            element("result").setAttribute("aria-busy", "true")
            self._work = asyncio.ensure_future(self.work())

    def show_channel(self) -> None:
        element("channel-output").textContent = element("channel").value
        if self.result:
            show_maps(self.result, int(element("channel").value))

    async def work(self) -> None:
        while True:
            self.again = False
            entry = OPS[element("op").value]
            for name in ("out", "filters", "activation"):
                element(f"{name}-field").hidden = name not in entry.uses
            element("side-field").hidden = entry.flat
            try:
                self.result = await self.lab.run(entry, settings())
                self.show()
            except Exception as error:
                expected = isinstance(error, faceapi.PyfaceError)
                element("alert").textContent = f"{'' if expected else type(error).__name__} {error}"
                element("status").textContent = "That did not work"
            if not self.again:
                break
        self.running = False
        element("result").setAttribute("aria-busy", "false")

    def show(self) -> None:
        last = self.result.want.shape[2] - 1
        flat = self.result.want.shape[:2] == (1, 1)
        channel = element("channel")
        channel.max = str(last)
        element("channel-field").hidden = flat
        element("alert").textContent = ""
        self.show_channel()
        show_numbers(self.result)
        element("status").textContent = f"{element('op').value}: largest difference " + (
            element("error").textContent
        )


async def main() -> None:
    """Fill the list, run the first op, and then whatever the visitor chooses."""
    lab = Lab()
    await lab.load()
    list_ops()
    page = Page(lab)
    element("progress").hidden = True
    element("controls").disabled = False
    ways = list(document.querySelectorAll("[name=way]"))
    for way in ways:  # a device may render to float16 only, and a browser may have no WebGL2
        try:
            first = await lab.backend(way.value)
        except faceapi.errors.BackendError as error:
            way.disabled, refusal = True, error
            continue
        way.checked = True
        break
    else:
        raise refusal
    name_backend(first)
    element("form").addEventListener("input", create_proxy(page.change))
    element("channel").addEventListener("input", create_proxy(page.change))
    page.change()
