"""Backends: one of your own, one that computes on the CPU, and what the session asks of any."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web import errors
from pyface_web.engine import registry
from pyface_web.engine.reference.run import run
from pyface_web.pipeline.nets import session
from tests.waiting import wait

PICTURE = np.zeros((48, 64, 3), np.uint8)
OPTIONS = faceapi.TinyFaceDetectorOptions(input_size=64)


class RecordingBackend:
    """A backend of somebody else's: nothing is inherited; it answers zeros and notes its calls."""

    name, description = "recording", "a backend that computes nothing"

    def __init__(self, losses: int = 0) -> None:
        self.calls: list[Any] = []
        self.losses = losses

    def set_picture(self, picture: Any) -> tuple[int, int]:
        self.calls.append(("set_picture", picture.width, picture.height))
        return picture.width, picture.height

    async def run(self, net: Any, size: int, crops: Any, fits: Sequence[Any]) -> dict[str, Any]:
        self.calls.append(("run", net.name, size, crops.tolist(), list(fits)))
        if self.losses:
            self.losses -= 1
            raise errors.ContextLostError("the device is gone")
        return {
            key: np.zeros((len(crops), *node.shape[1:]), np.float32)
            for key, node in net.graph(size).items()
        }

    async def run_each(
        self, net: Any, size: int, fits: Sequence[Any], upload: Callable[[int], Any]
    ) -> dict[str, Any]:
        crops = np.stack([upload(i) for i in range(len(fits))])
        return await self.run(net, size, crops, fits)

    async def run_pyramid(self, net: Any, pyramid: Any) -> dict[str, Any]:
        self.calls.append(("run_pyramid", net.name, pyramid))
        return {key: np.zeros(node.shape, np.float32) for key, node in net.graph(pyramid).items()}

    def forget(self, net: str) -> None:
        self.calls.append(("forget", net))

    def rebuild(self) -> None:
        self.calls.append("rebuild")

    def close(self) -> None:
        self.calls.append("close")

    def stats(self) -> dict[str, int]:
        return {"calls": len(self.calls)}


class DoublingBackend(faceapi.CpuBackend):
    """Another backend on the CPU is one method."""

    name, label, description = "doubling", "Twice", "NumPy, and everything twice"

    async def compute(
        self, graph: Mapping[str, Any], image: Any, arrays: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {key: 2 * values for key, values in run(graph, image, arrays, None).items()}


@pytest.fixture(autouse=True)
def _usual_backend() -> Iterator[None]:
    """The session chooses again after each test."""
    yield
    faceapi.dispose()


@pytest.fixture
def detector() -> Iterator[faceapi.TinyFaceDetector]:
    net = faceapi.TinyFaceDetector()
    count = sum(int(np.prod(shape)) for shape in net.architecture.raw_order().values())
    net.extract_weights(np.random.default_rng(1).normal(0, 0.1, count).astype(np.float32))
    yield net
    net.dispose()


def test_a_backend_of_your_own_sees_pictures_and_regions(
    detector: faceapi.TinyFaceDetector,
) -> None:
    mine = RecordingBackend()
    wait(faceapi.set_backend(mine))
    assert wait(faceapi.get_backend()) == wait(faceapi.backend_label()) == "recording"
    assert wait(faceapi.describe_backend()) == f"{mine.description}: chosen by set_backend"
    assert wait(detector.locate_faces(PICTURE, OPTIONS)) == []
    picture, ran = mine.calls
    assert picture == ("set_picture", 64, 48)
    assert ran[:4] == ("run", "tiny_face_detector", 64, [[0, 0, 64, 48]])
    assert (ran[4][0].width, ran[4][0].height, ran[4][0].size) == (64, 48, 64)
    assert faceapi.memory() == {"backend": "recording", "calls": 2}


def test_pictures_of_a_list_are_handed_over_in_order(detector: faceapi.TinyFaceDetector) -> None:
    mine = RecordingBackend()
    wait(faceapi.set_backend(mine))
    grid = wait(detector.forward([PICTURE, PICTURE[:, :32]], 64))
    assert grid.shape == (2, 2, 2, 25)
    assert [call[:3] for call in mine.calls] == [
        ("set_picture", 64, 48),
        ("set_picture", 32, 48),
        ("run", "tiny_face_detector", 64),
    ]
    assert mine.calls[-1][3] == [[0, 0, 64, 48], [0, 0, 32, 48]]


def test_a_lost_device_is_rebuilt_and_the_call_repeated_once(
    detector: faceapi.TinyFaceDetector,
) -> None:
    mine = RecordingBackend(losses=1)
    wait(faceapi.set_backend(mine))
    assert wait(detector.locate_faces(PICTURE, OPTIONS)) == []
    names = [call if isinstance(call, str) else call[0] for call in mine.calls]
    assert names == ["set_picture", "run", "rebuild", "set_picture", "run"]
    mine.losses = 2
    with pytest.raises(errors.ContextLostError):
        wait(detector.locate_faces(PICTURE, OPTIONS))


def test_what_it_keeps_goes_with_the_net_and_with_the_session(
    detector: faceapi.TinyFaceDetector,
) -> None:
    mine, other = RecordingBackend(), RecordingBackend()
    wait(faceapi.set_backend(mine))
    detector.dispose()
    assert ("forget", detector.key) in mine.calls
    wait(faceapi.set_backend(other))
    assert mine.calls[-1] == "close"
    wait(faceapi.set_backend(other))  # the same again is not closed
    assert "close" not in other.calls
    faceapi.dispose()
    assert other.calls[-1] == "close"
    assert faceapi.memory() == {"backend": "none"}


def test_abilities_are_there_or_not() -> None:
    wait(faceapi.set_backend(RecordingBackend()))
    nets = faceapi.nets.tiny_face_detector
    for asked in (
        faceapi.profile(nets),
        faceapi.value_ranges(nets, PICTURE),
        faceapi.device_capabilities(),
    ):
        with pytest.raises(errors.BackendError, match="computes nothing: this backend has no "):
            wait(asked)

    class Able(RecordingBackend):
        async def profile(self, net: Any, size: Any, repeats: int) -> list[Any]:
            return [net.name, size, repeats]

        def capabilities(self) -> dict[str, Any]:
            return {"renderer": "none"}

    wait(faceapi.set_backend(Able()))
    assert wait(faceapi.profile(nets, 96, repeats=2)) == ["tiny_face_detector", 96, 2]
    assert wait(faceapi.device_capabilities()) == {"renderer": "none"}


def test_what_is_no_backend_is_refused_and_the_running_one_stays() -> None:
    mine = RecordingBackend()
    wait(faceapi.set_backend(mine))
    with pytest.raises(errors.OptionsError, match=r"of the type object lacks description, set"):
        wait(faceapi.set_backend(object()))  # type: ignore[arg-type]
    with pytest.raises(errors.OptionsError, match=r"lacks .*, name; see pyface_web\.Backend"):
        wait(faceapi.set_backend(None))  # type: ignore[arg-type]
    with pytest.raises(errors.OptionsError, match=r"'cuda': expected one of webgl, .*fastest, or"):
        wait(faceapi.set_backend("cuda"))
    with pytest.raises(errors.OptionsError, match="of your own has its own"):
        wait(faceapi.set_backend(mine, precision=16))
    assert wait(faceapi.get_backend()) == "recording"
    assert "close" not in mine.calls


def test_a_cpu_backend_is_one_method(detector: faceapi.TinyFaceDetector) -> None:
    photo = np.random.default_rng(2).integers(0, 255, (40, 60, 3), np.uint8)
    wait(faceapi.set_backend("reference"))
    once = wait(detector.forward([photo, photo[:20]], 64))
    wait(faceapi.set_backend(DoublingBackend()))
    np.testing.assert_array_equal(wait(detector.forward([photo, photo[:20]], 64)), 2 * once)
    assert wait(faceapi.backend_label()) == "Twice"
    assert faceapi.memory()["runs"] == 1


def test_a_cpu_backend_without_a_picture_says_so(detector: faceapi.TinyFaceDetector) -> None:
    backend = DoublingBackend()
    with pytest.raises(errors.BackendError, match="there is no picture; call set_picture first"):
        wait(backend.run(detector, 64, np.zeros((1, 4), np.float32), [None]))  # type: ignore[list-item]


def test_the_registry_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first that does not refuse; what refused says why, and another may be put before all."""
    first = RecordingBackend()

    async def probe(precision: int | None) -> Any:
        return first

    async def refuse(precision: int | None) -> Any:
        raise errors.BackendError("it is Sunday")

    monkeypatch.setattr(registry, "REGISTRY", [("first", probe), *registry.REGISTRY])
    assert wait(faceapi.get_backend()) == "recording"
    assert wait(faceapi.describe_backend()).endswith(": it passed its self-test")
    faceapi.dispose()
    monkeypatch.setattr(registry, "REGISTRY", [("closed", refuse), registry.REGISTRY[-1]])
    assert wait(faceapi.get_backend()) == "reference"
    assert wait(faceapi.describe_backend()).endswith(": closed is not used: it is Sunday")


def test_only_the_registry_knows_backends_by_name() -> None:
    """Session, API, pipeline and messages work with any."""
    package = Path(faceapi.__file__).parent
    free = [package / "messages.py", *(package / "engine").glob("*.py")]
    free += [path for name in ("pipeline", "video") for path in (package / name).glob("*.py")]
    names = [name for name, _ in registry.REGISTRY]
    for path in free:
        if path.name == "registry.py":
            continue
        text = path.read_text("utf-8").lower()
        assert not [name for name in names if f"{name}backend" in text or f'"{name}"' in text], path


def test_calls_of_a_closed_session_choose_again() -> None:
    wait(faceapi.set_backend(RecordingBackend()))
    faceapi.dispose()
    assert wait(faceapi.get_backend()) == "onnx"
    assert asyncio.run(_name()) == "onnx"


async def _name() -> str:
    return (await session.backend()).name
