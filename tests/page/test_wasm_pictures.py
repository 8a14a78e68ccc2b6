"""host.js reads the pixels of every kind of picture as a canvas gives them, and of no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pages import PyfacePage
from tools.assets import path_of

_FOREIGN = "http://elsewhere.test/other.jpg"

# A picture with holes and half of transparent colours; in all kinds.
_MAKE = """async (foreign) => {
  const [width, height] = [331, 277];
  const filled = (width, height, colour) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (colour) { context.fillStyle = colour; context.fillRect(0, 0, width, height); }
    return canvas;
  };
  const numbers = new Uint8ClampedArray(width * height * 4);
  let state = 7;
  for (let i = 0; i < numbers.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    numbers[i] = i % 4 < 3 ? state >>> 24 : [0, 128, 255, 255][(state >>> 24) % 4];
  }
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.putImageData(new ImageData(numbers, width, height), 0, 0);
  // Colours are held times alpha, so they are not quite those that were put.
  const pixels = context.getImageData(0, 0, width, height);
  const offscreen = new OffscreenCanvas(width, height);
  offscreen.getContext("2d", { willReadFrequently: true }).drawImage(canvas, 0, 0);
  const blob = await new Promise((done) => canvas.toBlob(done));
  const image = Object.assign(new Image(), { src: URL.createObjectURL(blob) });
  image.style.width = "20px";
  await image.decode();
  const bitmap = await createImageBitmap(canvas);
  const plain = await createImageBitmap(pixels, { premultiplyAlpha: "none" });
  const opaque = filled(width, height, "#000"); // as frames of videos are
  opaque.getContext("2d").drawImage(canvas, 0, 0);
  const frame = new VideoFrame(opaque, { timestamp: 0 });
  const other = Object.assign(new Image(), { src: foreign });
  await other.decode();
  const tainted = new OffscreenCanvas(40, 30);
  tainted.getContext("2d").drawImage(other, 0, 0);
  const closed = await createImageBitmap(canvas);
  closed.close();
  const closedFrame = new VideoFrame(canvas, { timestamp: 0 });
  closedFrame.close();
  const detached = new ImageData(9, 7);
  structuredClone(detached.data.buffer, { transfer: [detached.data.buffer] });
  globalThis.kinds = { canvas, opaque, pixels, offscreen, image, bitmap, plain, frame };
  globalThis.bad = { tainted, foreign: other, closed, closedFrame, detached };
  globalThis.filled = filled;
}"""

# What a net that gives its input sees of crops, in 0..255.
_SEEN = """
from pyface_web.engine.square import fit_of
from pyface_web.models.architecture import Architecture
from pyface_web.pictures.source import Picture
from pyface_web.weights.model import Model
from tests.page.devices import make

net = Model(Architecture("identity", "none", lambda x: {"image": x}, 64, (0, 0, 0), 1, "letterbox"))
net.set_tensors({})

async def seen(backend, pixels, crops, width=331, height=277, size=64):
    backend.set_picture(Picture(pixels, width, height))
    fits = [fit_of(net.architecture, w, h, size) for _, _, w, h in crops]
    return (await backend.run(net, size, np.array(crops, np.float32), fits))["image"]

async def said(backend, *given):
    try:
        await seen(backend, *given)
    except Exception as error:
        return type(error).__name__

def of(canvas):
    data = canvas.getContext("2d").getImageData(0, 0, 331, 277).data
    return np.asarray(data.to_py(), np.uint8).reshape(277, 331, 4)

backend = await make("relaxed")
"""
# Shrunk, of which few rows are looked at, and enlarged, of which all are.
CROPS = [(0, 0, 331, 277), (17, 9, 40, 30), (300, 270, 31, 7), (330, 276, 1, 1), (0, 100, 331, 2)]


@pytest.fixture(scope="module")
def page(bare_page: PyfacePage) -> Iterator[PyfacePage]:
    foreign = path_of("images/sample3.jpg").read_bytes()
    bare_page.page.route(
        _FOREIGN, lambda route: route.fulfill(body=foreign, content_type="image/jpeg")
    )
    bare_page.give(["tests.page.devices"])
    bare_page.js(_MAKE, _FOREIGN)
    yield bare_page
    bare_page.page.unroute(_FOREIGN)


@pytest.mark.parametrize(
    "kind", ["canvas", "pixels", "offscreen", "image", "bitmap", "plain", "frame"]
)
def test_every_kind_gives_the_pixels_of_the_canvas(page: PyfacePage, kind: str) -> None:
    off = page.run(
        _SEEN
        + """
try:
    right = of(js.kinds.opaque if kind == "frame" else js.kinds.canvas)
    want = [await seen(backend, right, [crop]) for crop in crops]
    got = [await seen(backend, getattr(js.kinds, kind), [crop]) for crop in crops]
    together = await seen(backend, getattr(js.kinds, kind), crops)
finally:
    backend.close()
[[float(np.abs(a - b).max()) for a, b in zip(got, want, strict=True)],
 float(np.abs(together - np.concatenate(want)).max())]
""",
        kind=kind,
        crops=CROPS,
    )
    # PNG has colours that are not times alpha: each of them back is off by one, or by two of half
    # transparent ones, of which a pixel can be all that is seen.
    most = 2.0 if kind in ("image", "plain") else 0.0
    assert max(off[0]) <= most and off[1] <= most, off


# A picture of which rows are read, and what counts the reads: its clock goes on by `ms` each time.
_LARGE = """([width, height]) => {
  const canvas = filled(width, height, "#000");
  const context = canvas.getContext("2d");
  const pixels = new ImageData(width, height);
  const colours = new Uint32Array(pixels.data.buffer);
  for (let i = 0; i < colours.length; i++) colours[i] = Math.imul(i, 2654435761) | 0xff000000;
  context.putImageData(pixels, 0, 0);
  globalThis.large = { canvas, data: pixels.data };
}"""
_WATCHED = """(ms) => {
  const proto = OffscreenCanvasRenderingContext2D.prototype;
  const { getImageData } = proto;
  const clock = performance.now;
  let time = 0;
  globalThis.reads = 0;
  globalThis.pixelsRead = 0;
  proto.getImageData = function (...given) {
    globalThis.reads++;
    globalThis.pixelsRead += given[2] * given[3];
    return getImageData.apply(this, given);
  };
  performance.now = () => (time += ms);
  globalThis.unwatch = () => {
    proto.getImageData = getImageData;
    performance.now = clock;
  };
}"""


@pytest.mark.parametrize(
    ("ms", "reads"),
    [(0, range(42, 88)), (5, range(5, 6))],
    ids=["rows by themselves", "all rows once that is slow"],
)
def test_of_a_large_picture_rows_are_read_as_long_as_that_is_quick(
    page: PyfacePage, ms: int, reads: range
) -> None:
    width, height = 1331, 877
    page.js(_LARGE, [width, height])
    page.js(_WATCHED, ms)
    try:
        off, count = page.run(
            _SEEN
            + """
try:
    got = [await seen(backend, js.large.canvas, [crop], width, height) for crop in crops[:1]]
    count = js.reads
    got += [await seen(backend, js.large.canvas, [crop], width, height) for crop in crops[1:]]
    pixels = np.asarray(js.large.data.to_py(), np.uint8).reshape(height, width, 4)
    want = [await seen(backend, pixels, [crop], width, height) for crop in crops]
finally:
    backend.close()
[[float(np.abs(a - b).max()) for a, b in zip(got, want, strict=True)], count]
""",
            width=width,
            height=height,
            crops=[(0, 0, width, height), (17, 9, 40, 30), (1300, 870, 31, 7), (0, 400, width, 2)],
        )
    finally:
        page.js("() => unwatch()")
    assert off == [0, 0, 0, 0]
    assert count in reads


def test_of_a_large_picture_a_chip_reads_its_part_and_keeps_little_of_it(page: PyfacePage) -> None:
    """However large it is: it is halved as its rows are read."""
    width, height = 1331, 877
    page.js(_LARGE, [width, height])
    page.js(_WATCHED, 0)
    sides = [60, 300, 800]
    try:
        off, read, held = page.run(
            _SEEN
            + """
from pyface_web.pictures.similarity import Similarity
fits = []
for side in sides:
    right = np.array([0.8, 0.6]) * side / 64
    down = np.array([-right[1], right[0]])
    origin = np.array([660, 440]) - 31.5 * (right + down)
    fits.append(Similarity(64, tuple(origin), tuple(right), (width, height)))

async def chip(fit):
    before = js.pixelsRead
    crops = np.array([[0, 0, width, height]], np.float32)
    return (await backend.run(net, 64, crops, [fit]))["image"], js.pixelsRead - before

try:
    backend.set_picture(Picture(js.large.canvas, width, height))
    got = [await chip(fit) for fit in fits]
    held = backend.stats()["memory_bytes"]
    pixels = np.asarray(js.large.data.to_py(), np.uint8).reshape(height, width, 4)
    backend.set_picture(Picture(pixels, width, height))
    want = [await chip(fit) for fit in fits]
finally:
    backend.close()
off = [float(np.abs(a - b).max()) for (a, _), (b, _) in zip(got, want, strict=True)]
[off, [count for _, count in got], held]
""",
            width=width,
            height=height,
            sides=sides,
        )
    finally:
        page.js("() => unwatch()")
    assert off == [0, 0, 0]
    # A square that leans reaches 1.4 times as far as its side, and means some pixels further.
    assert all(0 < count <= (1.4 * side + 60) ** 2 for count, side in zip(read, sides, strict=True))
    assert held < 1e6


def test_nothing_is_left_of_the_picture_before(page: PyfacePage) -> None:
    """Pictures of all sizes one after the other, on one canvas; the last one has no pixel."""
    colours = page.run(
        _SEEN
        + """
found = []
try:
    for width, height, colour in given:
        pixels = js.filled(width, height, colour)
        image = await seen(backend, pixels, [(0, 0, width, height)], width, height)
        inside = image[0, :4, :4].reshape(-1, 3)
        assert (inside == inside[0]).all()
        found.append(inside[0])
finally:
    backend.close()
found
""",
        given=[
            (400, 400, "#ff0000"),
            (50, 50, "#00ff00"),
            (390, 300, "#0000ff"),
            (300, 400, ""),
            (20, 20, "#ffff00"),
            (400, 400, ""),
        ],
    )
    assert colours == [
        [255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 0], [255, 255, 0], [0, 0, 0],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("tainted", "TaintedCanvasError"),
        ("foreign", "TaintedCanvasError"),
        ("closed", "InputError"),
        ("closedFrame", "InputError"),
        ("detached", "InputError"),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_next_picture_is_right(
    page: PyfacePage, kind: str, error: str
) -> None:
    """Nor is the picture before it looked at in its place."""
    raised, without, off = page.run(
        _SEEN
        + """
whole = [(0, 0, 40, 30)]
try:
    want = await seen(backend, js.kinds.canvas, whole)
    raised = await said(backend, getattr(js.bad, kind), whole, 40, 30)
    fits = [fit_of(net.architecture, 40, 30, 64)]
    without = await outcome(backend.run(net, 64, np.array(whole, np.float32), fits))
    off = float(np.abs(await seen(backend, js.kinds.canvas, whole) - want).max())
finally:
    backend.close()
[raised, without, off]
""",
        kind=kind,
    )
    assert raised == error
    assert without["error"] == "BackendError" and "there is no picture" in without["text"]
    assert off == 0


def test_a_picture_that_changes_while_it_is_looked_at(page: PyfacePage) -> None:
    """A canvas is seen as it was when the call took it over, however long the call rests."""
    off = page.run(
        _SEEN
        + """
import asyncio
from pyface_web.engine.square import fit_of
canvas = js.filled(331, 277, "#123456")
crops = [(0, 0, 331, 277)] * 40
backend.set_picture(Picture(canvas, 331, 277))
fits = [fit_of(net.architecture, 331, 277, 64)] * len(crops)
try:
    call = asyncio.ensure_future(backend.run(net, 64, np.array(crops, np.float32), fits))
    await asyncio.sleep(0)
    canvas.getContext("2d").clearRect(0, 0, 331, 277)
    image = (await call)["image"]
finally:
    backend.close()
float(np.abs(image[:, :50, :50] - [0x12, 0x34, 0x56]).max())
"""
    )
    assert off == 0
