"""Which backend runs: what is chosen of what is there, what is preferred, what is the fastest."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web import errors
from pyface_web.engine import fastest, registry
from pyface_web.engine.wasm import probe as wasm
from pyface_web.engine.webgl import probe as webgl
from pyface_web.engine.webgl.bridge import Capabilities, JsBridge
from pyface_web.engine.webgl.renderers import SOFTWARE
from pyface_web.pipeline.choice import prefer_backend
from tests.plan.recorder import RecordingDevice
from tests.waiting import wait


class Timed(faceapi.CpuBackend):
    """Computes zeros, in a time that a clock shows which nobody waits for."""

    def __init__(self, name: str, seconds: float = 0.0, clock: list[float] | None = None) -> None:
        super().__init__()
        self.name = name
        self.seconds, self.clock = seconds, clock or [0.0]
        self.is_closed = False

    @property
    def description(self) -> str:  # type: ignore[override]
        return f"the fake {self.name}"

    async def compute(
        self, graph: Mapping[str, Any], image: Any, arrays: Mapping[str, Any]
    ) -> dict[str, Any]:
        if self.seconds == float("inf"):
            await asyncio.Event().wait()
        self.clock[0] += self.seconds
        return {key: np.zeros((len(image), *node.shape[1:])) for key, node in graph.items()}

    def close(self) -> None:
        super().close()
        self.is_closed = True


class Place:
    """A page with this WebGL ("gpu", "software", "broken", which fails the self-test, or "none"),
    with WebAssembly SIMD or without, and how long a net takes on each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.webgl, self.simd, self.renderer = "gpu", True, "a GPU"
        self.seconds = {"webgl": 0.01, "wasm": 0.02}
        self.clock = [0.0]
        self.asked: list[str] = []
        self.made: list[Timed] = []
        monkeypatch.setattr(webgl, "probe", self._webgl)
        monkeypatch.setattr(wasm, "probe", self._wasm)
        monkeypatch.setattr(registry, "REGISTRY", registry.IN_PAGES)
        monkeypatch.setattr(registry, "IN_BROWSER", True)
        monkeypatch.setattr(registry, "renderer", self._renderer)
        monkeypatch.setattr(registry, "_preferred", None)
        monkeypatch.setattr(fastest, "_measured", None)
        monkeypatch.setattr(fastest, "perf_counter", lambda: self.clock[0])
        for limit in ("READY", "SHORT"):  # of real seconds, which no test counts
            monkeypatch.setattr(fastest, limit, 60.0)

    async def _renderer(self) -> str:
        return {"none": "", "software": "llvmpipe"}.get(self.webgl, self.renderer)

    async def _webgl(self, precision: int | None = None, *, on_gpu: bool = False) -> Timed:
        self.asked.append("webgl on a GPU" if on_gpu else "webgl")
        if self.webgl in ("none", "broken") or (on_gpu and self.webgl == "software"):
            raise errors.BackendError(f"it is {self.webgl}")
        return self._make("webgl")

    async def _wasm(self, precision: int | None = None) -> Timed:
        self.asked.append("wasm")
        if not self.simd:
            raise errors.BackendError("there is no SIMD")
        return self._make("wasm")

    def _make(self, name: str) -> Timed:
        self.made.append(Timed(name, self.seconds[name], self.clock))
        return self.made[-1]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    yield Place(monkeypatch)
    faceapi.dispose()


# --- by itself

ORDER = {
    ("gpu", True): ("webgl", "it passed its self-test"),
    ("gpu", False): ("webgl", "it passed its self-test"),
    ("software", True): ("wasm", "webgl is not used: it is software"),
    ("software", False): (
        "webgl",
        "webgl is not used: it is software; wasm is not used: there is no SIMD",
    ),
    ("broken", True): ("wasm", "webgl is not used: it is broken"),
    ("none", True): ("wasm", "webgl is not used: it is none"),
}


@pytest.mark.parametrize(("gl", "simd"), ORDER)
def test_what_is_chosen(place: Place, gl: str, simd: bool) -> None:
    """And no warning: none of these is a failure."""
    place.webgl, place.simd = gl, simd
    name, reason = ORDER[gl, simd]
    assert wait(faceapi.describe_backend()) == f"the fake {name}: {reason}"
    assert wait(faceapi.get_backend()) == name


@pytest.mark.parametrize("gl", ["broken", "none"])
def test_numpy_is_the_last_choice_and_a_warning(place: Place, gl: str) -> None:
    place.webgl, place.simd = gl, False
    with pytest.warns(RuntimeWarning, match=f"NumPy.* computes, because .* it is {gl}"):
        assert wait(faceapi.get_backend()) == "reference"
    reason = f"webgl is not used: it is {gl}; wasm is not used: there is no SIMD"
    assert wait(faceapi.describe_backend()).endswith(f": {reason}"), "each is said once"


def test_by_name_webgl_may_be_software(place: Place) -> None:
    place.webgl = "software"
    wait(faceapi.set_backend("webgl"))
    assert wait(faceapi.get_backend()) == "webgl"
    assert place.asked == ["webgl"]


def test_what_goes_on_without_a_device(place: Place) -> None:
    assert registry.others("webgl") == ["wasm", "reference"]
    assert registry.others("wasm") == ["webgl", "reference"]


def test_what_was_asked_for_when_the_page_was_loaded_holds_for_the_visit(place: Place) -> None:
    wait(prefer_backend("wasm"))
    assert place.asked == ["wasm"]
    wait(faceapi.set_backend("webgl"))
    faceapi.dispose()
    said = "the fake wasm: asked for when the page was loaded"
    assert wait(faceapi.describe_backend()) == said
    place.simd = False
    with pytest.raises(errors.BackendError, match="there is no SIMD"):
        wait(prefer_backend("wasm"))
        faceapi.dispose()
        wait(faceapi.get_backend())


# --- what draws

ON_CPU = (
    "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)",
    "Google SwiftShader",
    "ANGLE (Mesa/X.org, llvmpipe (LLVM 15.0.6 256 bits), OpenGL ES 3.2)",
    "llvmpipe, or similar",
    "softpipe",
    "virgl (LLVMPIPE (LLVM 17.0.6, 256 bits))",
    "ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0, D3D11)",
    "ANGLE (Microsoft, Microsoft Basic Render Driver (0x0000008C) Direct3D11, or similar)",
    "ANGLE (Unknown, Direct3D11 WARP, D3D11)",
    "ANGLE (Software Adapter Direct3D11 vs_5_0 ps_5_0)",
    "Apple Software Renderer",
    "Software Rasterizer",
    "Android Emulator OpenGL ES Translator (Google SwiftShader)",
)
ON_GPU = (
    "ANGLE (Intel, Intel(R) UHD Graphics 630 (0x00003E92) Direct3D11 vs_5_0 ps_5_0, D3D11)",
    "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060/PCIe/SSE2, OpenGL 4.5.0)",
    "ANGLE (AMD, AMD Radeon Graphics (RADV RENOIR), Vulkan 1.3), or similar",
    "ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)",
    "Apple GPU",
    "Mali-G78",
    "Adreno (TM) 650",
    "PowerVR Rogue GE8320",
    "NVIDIA Tegra Swarthmore",
    "WebKit WebGL",  # masked altogether
    "Mozilla",
)


@pytest.mark.parametrize("renderer", [*ON_CPU, *ON_GPU])
def test_renderers_that_draw_on_the_processor_are_known(
    monkeypatch: pytest.MonkeyPatch, renderer: str
) -> None:
    assert bool(re.search(SOFTWARE, renderer, re.IGNORECASE)) == (renderer in ON_CPU)
    device = RecordingDevice(Capabilities(renderer, True, True, 8, 8192))

    async def load() -> JsBridge:
        return JsBridge(lambda: device)

    monkeypatch.setattr(webgl, "IN_BROWSER", True)
    monkeypatch.setattr(JsBridge, "load", load)
    # A device that computes nothing fails the self-test, but only where there is one.
    says = "JavaScript" if renderer in ON_CPU else "the self-test deviates"
    with pytest.raises(errors.BackendError, match=says):
        wait(webgl.probe(on_gpu=True))
    with pytest.raises(errors.BackendError, match="the self-test deviates"):
        wait(webgl.probe())


# --- the fastest


@pytest.fixture
def detector() -> Iterator[faceapi.TinyFaceDetector]:
    with _loaded(faceapi.nets.tiny_face_detector) as net:
        yield net


class _loaded:  # noqa: N801
    """A net of `nets` with any weights."""

    def __init__(self, net: Any) -> None:
        self.net = net

    def __enter__(self) -> Any:
        count = sum(int(np.prod(s)) for s in self.net.architecture.raw_order().values())
        self.net.extract_weights(np.zeros(count, np.float32))
        return self.net

    def __exit__(self, *_: object) -> None:
        self.net.dispose()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the loader keeps for later visits; its last item is what the next visit finds."""
    module: Any = ModuleType("pyface_fastest")
    notes: list[Any] = [None]

    async def read() -> Any:
        return notes[-1]

    async def keep(text: str) -> None:
        notes.append(text)

    module.read, module.keep = read, keep
    monkeypatch.setitem(sys.modules, "pyface_fastest", module)
    return notes


@pytest.mark.parametrize(("gl", "wasm", "winner"), [(0.01, 0.02, "webgl"), (0.02, 0.01, "wasm")])
def test_the_fastest_wins_and_says_what_was_measured(
    place: Place, detector: Any, gl: float, wasm: float, winner: str
) -> None:
    place.seconds = {"webgl": gl, "wasm": wasm}
    wait(faceapi.set_backend("fastest"))
    assert wait(faceapi.describe_backend()) == (
        f"the fake {winner}: measured: webgl took {gl * 1e3:g} ms and wasm took {wasm * 1e3:g} ms "
        "for tiny_face_detector"
    )
    assert {made.name: made.is_closed for made in place.made} == {
        "webgl": winner != "webgl",
        "wasm": winner != "wasm",
    }


def test_what_probably_is_faster_runs_first_and_the_other_is_stopped(
    place: Place, detector: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fastest, "READY", 0.01)
    for gl, slow, fast in (("gpu", "wasm", "webgl"), ("software", "webgl", "wasm")):
        place.webgl = gl
        place.seconds = {slow: float("inf"), fast: 0.01}
        monkeypatch.setattr(fastest, "_measured", None)
        wait(faceapi.set_backend("fastest"))
        said = f"{fast} took 10 ms and {slow} was slower for tiny_face_detector"
        assert wait(faceapi.describe_backend()) == f"the fake {fast}: measured: {said}"
        assert all(made.is_closed for made in place.made if made.name == slow)


def test_all_that_is_loaded_is_measured_and_few_rounds_are_enough(
    place: Place, detector: Any
) -> None:
    with _loaded(faceapi.nets.face_landmark68_tiny_net):
        wait(faceapi.set_backend("fastest"))
        said = wait(faceapi.describe_backend())
    assert "webgl took 20 ms and wasm took 40 ms" in said
    assert said.endswith(" for tiny_face_detector, face_landmark68_tiny_net")
    assert [made.stats()["runs"] for made in place.made] == [8, 8]


def test_slow_nets_are_asked_for_one_round_only(place: Place, detector: Any) -> None:
    place.seconds = {"webgl": 0.4, "wasm": 0.5}
    wait(faceapi.set_backend("fastest"))
    assert [made.stats()["runs"] for made in place.made] == [2, 2]


def test_it_is_remembered_for_the_visit_and_for_later_ones(
    place: Place, detector: Any, kept: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(faceapi.set_backend("fastest"))
    found = json.loads(kept[-1])
    assert found["winner"] == "webgl" and found["nets"] == ["tiny_face_detector"]
    assert found["renderer"] == "a GPU"
    measured = "webgl took 10 ms and wasm took 20 ms for tiny_face_detector"

    made = len(place.made)
    wait(faceapi.set_backend("fastest"))
    assert f": measured before: {measured}" in wait(faceapi.describe_backend())
    monkeypatch.setattr(fastest, "_measured", None)  # the next visit
    wait(faceapi.set_backend("fastest"))
    assert f": measured on an earlier visit: {measured}" in wait(faceapi.describe_backend())
    assert len(place.made) == made + 2 and len(kept) == 2, "nothing was measured"

    with _loaded(faceapi.nets.face_landmark68_tiny_net):
        wait(faceapi.set_backend("fastest"))
        assert ": measured: " in wait(faceapi.describe_backend()), "another net"
    place.renderer = "another GPU"
    wait(faceapi.set_backend("fastest"))
    assert ": measured: " in wait(faceapi.describe_backend()), "another renderer"


OTHERS = {"renderer": "a GPU", "nets": ["tiny_face_detector"], "milliseconds": {"cuda": 1}}
NOTHING = {**OTHERS, "milliseconds": {}}


@pytest.mark.parametrize(
    "text", [None, 5, "", "{", "[]", '{"nets": 5}', json.dumps(NOTHING), json.dumps(OTHERS)]
)
def test_what_is_kept_may_be_anything(
    place: Place, detector: Any, kept: list[Any], text: Any
) -> None:
    kept.append(text)
    wait(faceapi.set_backend("fastest"))
    assert ": measured: " in wait(faceapi.describe_backend())


def test_without_nets_or_rivals_it_is_chosen_as_ever(place: Place) -> None:
    wait(faceapi.set_backend("fastest"))
    said = "no net was loaded that could be measured; it passed its self-test"
    assert wait(faceapi.describe_backend()) == f"the fake webgl: {said}"
    place.webgl = "none"
    with _loaded(faceapi.nets.tiny_face_detector):
        wait(faceapi.set_backend("fastest"))
    said = "there was nothing to measure it against; webgl is not used: it is none"
    assert wait(faceapi.describe_backend()) == f"the fake wasm: {said}"
    assert [made.name for made in place.made if not made.is_closed] == ["wasm"]


def test_the_fastest_has_no_precision(place: Place) -> None:
    with pytest.raises(errors.OptionsError, match="precision 16: the fastest is looked for among"):
        wait(faceapi.set_backend("fastest", precision=16))


def test_disposed_of_while_it_is_measured(place: Place, detector: Any) -> None:
    """Then nothing is left of it."""
    place.seconds["webgl"] = float("inf")

    async def both() -> None:
        asking = asyncio.ensure_future(faceapi.set_backend("fastest"))
        while not place.made or not place.made[0].stats()["runs"]:
            await asyncio.sleep(0)
        faceapi.dispose()
        place.made[0].seconds = 0.0
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    asyncio.run(both())
    assert all(made.is_closed for made in place.made)
    assert faceapi.memory() == {"backend": "none"}


def test_what_was_fastest_when_the_page_was_loaded_holds_for_the_visit(
    place: Place, detector: Any
) -> None:
    place.seconds["wasm"] = 0.001
    wait(prefer_backend("fastest"))
    faceapi.dispose()
    said = "measured: webgl took 10 ms and wasm took 1 ms for tiny_face_detector"
    assert wait(faceapi.describe_backend()) == f"the fake wasm: {said}"
