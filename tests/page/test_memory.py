"""Nothing grows: GL objects counted at the context itself, proxies by Pyodide."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.pages import PyfacePage, pyface_page

# Counts what is created and deleted, past the bookkeeping of bridge.js.
_COUNT = """() => {
  const alive = {};
  const gl = WebGL2RenderingContext.prototype;
  for (const kind of ["Texture", "Buffer", "Framebuffer", "Program", "Shader", "Sync"]) {
    const [make, free] = [kind === "Sync" ? "fenceSync" : `create${kind}`, `delete${kind}`];
    const [create, remove] = [gl[make], gl[free]];
    alive[kind] = 0;
    gl[make] = function (...given) { alive[kind]++; return create.apply(this, given); };
    gl[free] = function (entry) { if (entry) alive[kind]--; return remove.call(this, entry); };
  }
  globalThis.alive = alive;
}"""

_CHAIN = """
import gc
options = faceapi.TinyFaceDetectorOptions(input_size=192)
async def chain(name):
    task = faceapi.detect_all_faces(name, options)
    return len(await task.with_face_landmarks().with_face_descriptors())
"""
HELD = ("textures", "texture_bytes", "buffers", "buffer_bytes", "framebuffers", "programs")


@pytest.fixture(scope="module")
def pyface(browser: Browser) -> Iterator[PyfacePage]:
    with pyface_page(browser) as page:
        # One square piece of a sample per face, side by side; "black" has none.
        pieces = [(3, 1380, 200, 420), (6, 1430, 130, 420), (3, 1040, 110, 400)]
        for count, name in enumerate(("black", "one", "two", "three")):
            tiles = [
                [f"images/sample{sample}.jpg", x, y, side, side, i * 64, 0, 64, 64]
                for i, (sample, x, y, side) in enumerate(pieces[:count])
            ]
            page.add_canvas(name, 192, 64, tiles)
        # The context that the page began with was made before the counting.
        page.run("faceapi.dispose()")
        page.js(_COUNT)
        page.js("() => pyface.pyodide._module.enable_pyproxy_allocation_tracing()")
        yield page


def held(pyface: PyfacePage) -> dict[str, int]:
    """What the bridge says that it holds."""
    memory = pyface.run("faceapi.memory()")
    return {kind: memory[kind] for kind in HELD}


def proxies(pyface: PyfacePage) -> list[int]:
    """Python objects that JavaScript holds, and the other way round."""
    pyface.run("import gc\ngc.collect()\n0")
    return pyface.js(
        """() => {
          const runtime = pyface.pyodide._module;
          return [runtime.pyproxy_alloc_map.size, runtime._hiwire_num_refs()];
        }"""
    )


def test_many_calls_leave_nothing_behind(pyface: PyfacePage, is_long: bool) -> None:
    """80, or 200 with --long, with 0 to 3 faces, in turn, and now and then one that fails."""
    names = ["black", "three", "one", "black", "two", "one", "black", "one"]
    counts = pyface.run(_CHAIN + "[await chain(name) for name in names]", names=names)
    assert counts == [0, 3, 1, 0, 2, 1, 0, 1]
    # Also the nets that the chain does not use; the last picture is that of the last call below.
    pyface.run(
        f"{_CHAIN}await faceapi.warmup()\n"
        "await faceapi.detect_all_faces('one', options).with_face_landmarks(True)\n"
        "await chain('one')"
    )
    gl, bridge, references = pyface.js("alive"), held(pyface), proxies(pyface)
    pyface.run(
        _CHAIN
        + """
for i in range(calls):
    await chain(names[i % 8])
    if i % 10 == 0:
        await outcome(faceapi.detect_all_faces("nobody", options))
        await outcome(faceapi.detect_all_faces("one", options).with_face_landmarks(True))
0
""",
        names=names,
        calls=200 if is_long else 80,
    )
    assert pyface.js("alive") == gl
    assert held(pyface) == bridge
    assert proxies(pyface) == references


def test_the_bridge_counts_right(pyface: PyfacePage) -> None:
    pyface.run(_CHAIN + "await chain('two')")
    gl, bridge = pyface.js("alive"), held(pyface)
    assert gl["Texture"] == bridge["textures"]
    assert gl["Buffer"] == bridge["buffers"]
    assert gl["Framebuffer"] == bridge["framebuffers"]
    assert gl["Program"] == bridge["programs"]


def test_nets_free_what_is_theirs(pyface: PyfacePage) -> None:
    """Programs stay for the nets to come; with the last net, all textures are gone."""
    pyface.run(_CHAIN + "await chain('two')")
    before = held(pyface)
    kept = pyface.run(
        """
        nets = [net for _, net in faceapi.nets.items() if net.is_loaded]
        counts = []
        kept = [(net, net.tensors) for net in nets]
        for net in nets:
            net.dispose()
            counts.append(faceapi.memory()["texture_bytes"])
        for net, tensors in kept:
            net.set_tensors(tensors)
        counts
        """
    )
    assert kept == sorted(kept, reverse=True) and kept[-1] == 0
    assert pyface.js("[alive.Texture, alive.Buffer, alive.Framebuffer]") == [0, 0, 0]
    assert pyface.run(_CHAIN + "await chain('two')") == 2
    assert held(pyface)["textures"] <= before["textures"]


def test_mtcnn_on_pictures_of_many_sizes_leaves_nothing_behind(pyface: PyfacePage) -> None:
    """Every size of a picture is a plan of its own, of which only the last few are kept."""
    code = """
    if not faceapi.nets.mtcnn.is_loaded:
        await faceapi.load_mtcnn_model("models")
    for width in range(first, first + 12):
        await faceapi.mtcnn(np.full((60, width, 3), 90, np.uint8))
    """
    pyface.run(code + "0", first=60)
    before, leaked = held(pyface), proxies(pyface)
    pyface.run(code + "0", first=48)
    after = held(pyface)
    # pictures as wide as before, so that textures are as large
    assert {k: after[k] for k in ("textures", "buffers", "programs")} == {
        k: before[k] for k in ("textures", "buffers", "programs")
    }
    assert after["texture_bytes"] <= before["texture_bytes"]
    assert proxies(pyface) == leaked
    pyface.run("faceapi.nets.mtcnn.dispose()")


def test_dispose_frees_everything(pyface: PyfacePage) -> None:
    pyface.run(_CHAIN + "await chain('three')")
    assert pyface.run("faceapi.dispose()\nfaceapi.memory()") == {"backend": "none"}
    assert pyface.js("alive") == dict.fromkeys(
        ("Texture", "Buffer", "Framebuffer", "Program", "Shader", "Sync"), 0
    )
    assert pyface.run(_CHAIN + "await chain('three')") == 3


def test_switching_backends_frees_the_old_one(pyface: PyfacePage) -> None:
    pyface.run(_CHAIN + "faceapi.dispose()\nawait chain('one')")
    before = held(pyface)
    assert pyface.run("await faceapi.set_backend('reference')") is None
    assert set(pyface.js("alive").values()) == {0}
    assert pyface.run(_CHAIN + "await chain('one')") == 1
    pyface.run("await faceapi.set_backend('webgl')")
    assert pyface.run(_CHAIN + "await chain('one')") == 1
    assert held(pyface)["programs"] == before["programs"]
