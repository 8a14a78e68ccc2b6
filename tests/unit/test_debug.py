"""The ladder of DEBUG in CPython, and the range of values."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from pyface_web import api, errors
from pyface_web.engine import debug
from pyface_web.engine.session import Session
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.pipeline.nets import NeuralNetwork
from tests.reference.nets import manifest_path


def said(capsys: pytest.CaptureFixture[str], level: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a net writes that is loaded and run with DEBUG at this level."""
    monkeypatch.setenv("DEBUG", level)
    net = NeuralNetwork(TINY_FACE_DETECTOR)

    async def look() -> None:
        await net.load(str(manifest_path(TINY_FACE_DETECTOR)))
        session = Session()
        await session.set_backend("reference")
        async with session.open(np.zeros((8, 8, 3), np.uint8)) as view:
            await view.infer(net, [view.whole], 32)

    asyncio.run(look())
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize("level", ["", "0", "on"])
def test_silence(level, capsys, monkeypatch):
    assert said(capsys, level, monkeypatch) == ""


# A line that is there from a level on.
LINES = {
    1: ("tiny_face_detector: 19 tensors", "NumPy reference"),
    2: (" ms  ", "conv8/filters"),
    3: ("conv2d KERNEL=3", "pack: pack "),
    4: ("#version 300 es",),
    5: ("conv8/filters (1, 1, 25): ",),
}


@pytest.mark.parametrize("level", LINES)
def test_every_level_says_more(level, capsys, monkeypatch):
    text = said(capsys, str(level), monkeypatch)
    for needed, lines in LINES.items():
        assert all((line in text) == (needed <= level) for line in lines), needed


def test_values_that_are_not_finite_are_counted():
    values = np.float32([[1, np.nan, -3, np.inf]])
    found = debug.ValueRange.of("conv", values)
    assert (found.low, found.high, found.not_finite) == (-3, 1, 2)
    assert str(found) == "conv (4,): -3 to 1, 2 values are not finite"


@pytest.mark.usefixtures("numpy_computes")
def test_there_is_nothing_to_profile_without_webgl():
    with pytest.raises(errors.BackendError, match="NumPy"):
        asyncio.run(api.profile(api.nets.tiny_face_detector))
