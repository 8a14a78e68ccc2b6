"""Elements, canvases and files of a page, by the names of face-api.js. No net is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.pages import PyfacePage

_ELEMENTS = """async () => {
  const add = (tag, values) => {
    const element = Object.assign(document.createElement(tag), values);
    document.body.append(element);
    return element;
  };
  const canvas = add("canvas", { id: "canvas", width: 50, height: 30 });
  const context = canvas.getContext("2d");
  for (let x = 0; x < 50; x++) {
    for (let y = 0; y < 30; y++) {
      context.fillStyle = `rgb(${5 * x}, ${8 * y}, ${x + y})`;
      context.fillRect(x, y, 1, 1);
    }
  }
  const image = add("img", { id: "image", src: canvas.toDataURL() });
  image.style.width = "20px";
  await image.decode();
  add("img", { id: "broken", src: "data:image/png;base64,AAAA" });
  add("img", { id: "bare" });
  add("video", { id: "idle" });
  add("p", { id: "text" });
  const video = add("video", { id: "video", muted: true, srcObject: canvas.captureStream() });
  const whole = context.getImageData(0, 0, 50, 30);
  context.putImageData(whole, 0, 0);  // a stream begins with the next change
  await video.play();
  add("canvas", { id: "target" });
  const gl = add("canvas", { id: "gl" });
  gl.getContext("webgl2");
  const blob = await new Promise((resolve) => canvas.toBlob(resolve));
  globalThis.inputs = { blob };

  const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm" });
  const chunks = [];
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  const stopped = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start();
  for (let i = 0; i < 10; i++) {
    context.putImageData(whole, 0, 0);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  recorder.stop();
  await stopped;
  inputs.film = URL.createObjectURL(new Blob(chunks, { type: "video/webm" }));
}"""

# (30, 50, 4) of what a canvas shows
_PIXELS = """
def pixels(canvas):
    context = faceapi.get_context2d_or_throw(canvas)
    data = context.getImageData(0, 0, canvas.width, canvas.height).data
    return np.asarray(data.to_py(), np.uint8).reshape(int(canvas.height), int(canvas.width), 4)
"""


@pytest.fixture(scope="module")
def pyface(free_page: PyfacePage, made: Path) -> PyfacePage:
    (made / "a.json").write_text('{"a": [1, null]}')
    (made / "net.weights").write_bytes(b"\0\0\x80\x3f" * 3)
    (made / "cut.weights").write_bytes(b"12345")
    free_page.js(_ELEMENTS)
    return free_page


def test_what_elements_are(pyface: PyfacePage) -> None:
    found = pyface.run(
        """
        by_id = js.document.getElementById
        ids = ("image", "canvas", "video", "broken", "bare", "idle", "text")
        [
            [faceapi.is_media_element(by_id(id)) for id in ids],
            [faceapi.is_media_loaded(id) for id in ids],
            faceapi.is_media_element("image"),
            faceapi.resolve_input("image").id,
            faceapi.resolve_input("#image").id,
            [str(faceapi.get_media_dimensions(id)) for id in ("image", "canvas", "video")],
            str(faceapi.get_media_dimensions(js.ImageData.new(7, 9))),
        ]
        """
    )
    assert found[0] == [True] * 6 + [False]
    assert found[1] == [True] * 3 + [False] * 4
    assert found[2:5] == [False, "image", "image"]
    assert found[5] == ["Dimensions(width=50.0, height=30.0)"] * 3
    assert found[6] == "Dimensions(width=7.0, height=9.0)"


def test_waiting_for_elements(pyface: PyfacePage) -> None:
    found = pyface.run(
        """
        late = js.Image.new()
        late.src = js.URL.createObjectURL(js.inputs.blob)
        before = faceapi.is_media_loaded(late)
        await faceapi.await_media_loaded(late)
        for id in ("image", "canvas", "video"):
            await faceapi.await_media_loaded(id)
        [before, faceapi.is_media_loaded(late),
         await outcome(faceapi.await_media_loaded("broken")),
         await outcome(faceapi.await_media_loaded("text")),
         await outcome(faceapi.await_media_loaded("nobody"))]
        """
    )
    assert found[:2] == [False, True]
    assert [error["error"] for error in found[2:]] == [
        "MediaNotReadyError", "InputError", "ElementNotFoundError",
    ]  # fmt: skip
    assert "expected an img, video or canvas element or its id, got HTMLPara" in found[3]["text"]


def test_dimensions_are_matched(pyface: PyfacePage) -> None:
    sizes = pyface.run(
        """
        target = faceapi.resolve_input("target")
        sizes = []
        references = (("image",), ("image", True), ("video", True), ({"width": 5, "height": 6},))
        for reference in references:
            size = faceapi.match_dimensions("target", *reference)
            sizes.append([target.width, target.height])
            assert (size.width, size.height) == (target.width, target.height)
        sizes
        """
    )
    assert sizes == [[20, 12], [50, 30], [50, 30], [5, 6]]
    raised = pyface.run(
        """
        async def match():
            faceapi.match_dimensions("target", "idle")
        await outcome(match())
        """
    )
    assert raised["error"] == "InputError" and "use_media_dimensions=True" in raised["text"]


def test_canvases(pyface: PyfacePage) -> None:
    found = pyface.run(
        _PIXELS
        + """
whole = pixels(faceapi.resolve_input("canvas"))
plain = faceapi.create_canvas({"width": 7, "height": 9})
copies = [await faceapi.create_canvas_from_media(source) for source in (
    "image", "canvas", js.inputs.blob, whole, await js.createImageBitmap(js.inputs.blob))]
small = await faceapi.create_canvas_from_media("image", {"width": 10, "height": 6})
square = pixels(await faceapi.image_to_square("image", 50, True))
target = await faceapi.image_tensor_to_canvas(whole[:, :20, :3] / 1, "target")
[
    [plain.constructor.name, plain.width, plain.height],
    [bool((pixels(copy) == whole).all()) for copy in copies],
    [small.width, small.height],
    [bool((square[10:40] == whole).all()), int(square[:10, :, :3].sum())],
    [target.id, target.width, target.height, bool((pixels(target) == whole[:, :20]).all())],
]
"""
    )
    assert found == [
        ["HTMLCanvasElement", 7, 9],
        [True] * 5,
        [10, 6],
        [True, 0],
        ["target", 20, 30, True],
    ]


def test_context_of_a_canvas(pyface: PyfacePage) -> None:
    found = pyface.run(
        """
        async def context(canvas):
            return faceapi.get_context2d_or_throw(canvas).constructor.name
        first = faceapi.get_context2d_or_throw("#canvas")
        [await outcome(context(c)) for c in ("canvas", first, "gl", "text", "nobody")]
        """
    )
    assert [answer["value"] for answer in found[:2]] == ["CanvasRenderingContext2D"] * 2
    assert [answer["error"] for answer in found[2:]] == [
        "InputError", "InputError", "ElementNotFoundError",
    ]  # fmt: skip
    assert "another kind of context" in found[2]["text"]
    assert "got HTMLParagraphElement" in found[3]["text"]


def test_net_input(pyface: PyfacePage) -> None:
    found = pyface.run(
        _PIXELS
        + """
whole = pixels(faceapi.resolve_input("canvas"))
one = await faceapi.to_net_input("image")
many = await faceapi.to_net_input(["image", "canvas", js.inputs.blob, whole])
batch = many.to_batch_tensor(50)
same = [bool((batch[i] == batch[0]).all()) for i in range(4)]
(crop,) = await faceapi.extract_face_tensors(one, [faceapi.Rect(3, 4, 5, 6)])
[
    [one.batch_size, one.is_batch_input, many.batch_size, many.is_batch_input],
    same,
    bool((batch[0, 10:40] == whole[..., :3]).all()),
    [getattr(canvas, "id", None) for canvas in many.canvases],
    [tensor is not None for tensor in many.image_tensors],
    bool((pixels(one.get_input(0)) == whole).all()),
    bool((crop == whole[4:10, 3:8, :3]).all()),
    repr(faceapi.NetInput(["image"])),
]
"""
    )
    assert found == [
        [1, False, 4, True],
        [True] * 4,
        True,
        ["", "canvas", "", None],
        [False, False, False, True],
        True,
        True,
        "NetInput(50x30)",
    ]


def test_a_net_input_keeps_the_frame_of_a_video(pyface: PyfacePage) -> None:
    same = pyface.run(
        """
        import asyncio
        video = faceapi.resolve_input("video")
        given = await faceapi.to_net_input(video)
        first = given.to_batch_tensor(32)
        context = faceapi.get_context2d_or_throw("canvas")
        kept = context.getImageData(0, 0, 50, 30)
        for brightness in range(5):
            context.fillStyle = f"rgb({50 * brightness}, 0, 0)"
            context.fillRect(0, 0, 50, 30)
            await asyncio.sleep(0.05)
        context.putImageData(kept, 0, 0)
        bool((given.to_batch_tensor(32) == first).all())
        """
    )
    assert same


@pytest.mark.parametrize(
    ("source", "error", "text"),
    [
        ("['broken']", "MediaNotReadyError", "has not loaded (yet), or failed to"),
        ("['idle']", "MediaNotReadyError", "await faceapi.await_media_loaded(element) waits"),
        ("[js.inputs.blob]", "MediaNotReadyError", "await faceapi.buffer_to_image(file)"),
        ("['text']", "InputError", "cannot use HTMLParagraphElement"),
        ("[None]", "InputError", "cannot use None as"),
    ],
)
def test_a_net_input_of_what_is_not_ready(
    pyface: PyfacePage, source: str, error: str, text: str
) -> None:
    raised = pyface.run(
        f"""
        async def make():
            return faceapi.NetInput({source})
        await outcome(make())
        """
    )
    assert raised["error"] == error and text in raised["text"]


def test_files(pyface: PyfacePage) -> None:
    found = pyface.run(
        """
        response = await faceapi.fetch_or_throw("made/a.json", {"method": "HEAD"})
        image = await faceapi.fetch_image("images/sample1.jpg")
        picked = await faceapi.buffer_to_image(js.inputs.blob)
        data = await js.inputs.blob.arrayBuffer()
        for read in (data, data.to_bytes(), js.Uint8Array.new(data)):
            assert (await faceapi.buffer_to_image(read)).naturalWidth == picked.naturalWidth
        video = await faceapi.fetch_video(js.inputs.film)
        shown = await faceapi.create_canvas_from_media(video)
        [
            await faceapi.fetch_json("made/a.json"),
            await faceapi.fetch_net_weights("made/net.weights"),
            [response.status, await response.text()],
            [image.constructor.name, image.complete, image.naturalWidth > 0],
            [picked.constructor.name, picked.naturalWidth, picked.naturalHeight],
            [video.constructor.name, video.muted, shown.width, shown.height],
        ]
        """
    )
    assert found == [
        {"a": [1, None]},
        [1.0, 1.0, 1.0],
        [200, ""],
        ["HTMLImageElement", True, True],
        ["HTMLImageElement", 50, 30],
        ["HTMLVideoElement", True, 50, 30],
    ]


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        ("fetch_or_throw('made/none')", "FetchError", "got HTTP status 404"),
        ("fetch_or_throw('http://localhost:1/')", "FetchError", "localhost:1"),
        ("fetch_json('made/none.json')", "FetchError", "made/none.json: expected a JSON file"),
        ("fetch_json('made/net.weights')", "FetchError", "expected JSON, got"),
        ("fetch_net_weights('made/cut.weights')", "WeightsError", "5 bytes"),
        ("fetch_image('made/a.json')", "FetchError", "expected an image that the browser can read"),
        (
            "fetch_video('images/sample1.jpg')",
            "FetchError",
            "bytes of image/jpeg; is the address right?",
        ),
        (
            "buffer_to_image('made/a.json')",
            "InputError",
            "or the bytes of a file, got str",
        ),
        ("buffer_to_image(js.Blob.new(['x']))", "MediaNotReadyError", "is not an image"),
        ("load_weight_map('made', 'net')", "FetchError", "made/net-weights_manifest.json"),
        ("image_to_square('image', 1.5)", "OptionsError", "up to 16384, got 1.5"),
        ("image_tensor_to_canvas(np.zeros((2, 2)) - 1)", "InputError", "from 0 to 255"),
        ("create_canvas_from_media('broken')", "MediaNotReadyError", "check its address"),
    ],
)
def test_what_cannot_be_had(pyface: PyfacePage, call: str, error: str, text: str) -> None:
    raised = pyface.run(f"await outcome(faceapi.{call})")
    assert raised["error"] == error and text in raised["text"], raised


_STALLED = "made/stalled"  # its requests are held back


def test_what_never_loads_is_said_as_soon_as_it_is_known(pyface: PyfacePage) -> None:
    """After a limit where that is the only way, and at once where the browser knows it."""
    held: list[Route] = []
    late = ("stalled", "stalled-video", "still", "idle", "track")
    pyface.page.route(f"**/{_STALLED}*", lambda route: held.append(route))
    pyface.js(
        """() => {
      const add = (tag, values, ...inside) => {
        const element = Object.assign(document.createElement(tag), values);
        element.append(...inside);
        document.body.append(element);
        return element;
      };
      const source = (src) => Object.assign(document.createElement("source"), { src });
      const nothing = new MediaStream();
      add("img", { id: "stalled", src: "made/stalled" });
      add("img", { id: "gone", src: "made/stalled2" }).remove();
      add("video", { id: "stalled-video", src: "made/stalled3" });
      add("video", { id: "still", srcObject: document.createElement("canvas").captureStream(0) });
      add("video", { id: "wrong", src: "made/a.json" });
      add("video", { id: "sources" }, source("made/none.webm"), source("made/a.json"));
      add("video", { id: "soundless", srcObject: nothing });
    }"""
    )
    found = pyface.run(
        """
        from time import perf_counter
        async def frame():
            js.document.getElementById("stalled-video").play()
            return await anext(faceapi.track("stalled-video"))
        import pyodide_js
        allocated = lambda: pyodide_js._module.pyproxy_alloc_map.size
        pyodide_js._module.enable_pyproxy_allocation_tracing()
        before = faceapi.set_waits(media=0.2)
        found = {}
        try:
            for _ in range(2):
                for id in ids:
                    faceapi.set_waits(media=0.2 if id in late else 30)
                    start = perf_counter()
                    raised = await outcome(faceapi.await_media_loaded(id))
                    took = perf_counter() - start
                    found[id] = [raised.get("error"), raised.get("text"), took, allocated()]
            faceapi.set_waits(media=0.2)
            raised = await outcome(frame())
            found["track"] = [raised.get("error"), raised.get("text"), 1, 0]
        finally:
            faceapi.set_waits(before)
            pyodide_js._module.disable_pyproxy_allocation_tracing()
        found
        """,
        ids=["stalled", "stalled-video", "still", "bare", "idle", "wrong", "sources", "soundless"],
        late=late,
    )  # fmt: skip
    assert len(held) == 3
    for route in held:
        route.abort()
    pyface.page.unroute(f"**/{_STALLED}*")
    for id, (error, text, took, proxies) in found.items():
        assert error == "MediaNotReadyError", id
        is_late = id in late
        assert took >= 0.19 or not is_late, (id, took)
        assert ("within 0.2 s" in text and "set_waits(media=0.4)" in text) == is_late, text
        assert "within" not in text or is_late, text
        assert proxies <= found["stalled"][3], (id, "left a proxy")
    assert f"{_STALLED}' did not load" in found["stalled"][1]
    assert "set its src or srcObject" in found["idle"][1]
    assert "has nothing to show" in found["sources"][1]
    assert "only sound" in found["soundless"][1]


def test_pictures_that_wait_to_be_seen_load_when_they_are_asked_for(pyface: PyfacePage) -> None:
    pyface.js(
        """() => {
      const far = document.createElement("div");
      far.style.height = "30000px";
      const address = "images/sample1.jpg";
      const lazy = Object.assign(new Image(), { id: "lazy", loading: "lazy", src: address + "?1" });
      const apart = Object.assign(new Image(), { loading: "lazy", src: address + "?2" });
      const film = document.createElement("video");
      Object.assign(film, { preload: "none", src: inputs.film, id: "unasked" });
      document.body.append(far, lazy, film);
      inputs.apart = apart;
    }"""
    )
    assert pyface.run(
        """
        sources = ["lazy", js.inputs.apart, "unasked"]
        before = [faceapi.is_media_loaded(source) for source in sources[:2]]
        for source in sources:
            await faceapi.await_media_loaded(source)
        [before, [faceapi.is_media_loaded(source) for source in sources]]
        """
    ) == [[False] * 2, [True] * 3]
