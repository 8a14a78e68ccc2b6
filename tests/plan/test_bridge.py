"""The Python end of bridge.js: what its functions are given, and what their errors become."""

from __future__ import annotations

import asyncio
import inspect
import re
from importlib import resources

import numpy as np
import pytest

from pyface_web.engine.webgl.bridge import JsBridge
from pyface_web.errors import (
    BackendError,
    ContextLostError,
    InputError,
    ShaderError,
    TaintedCanvasError,
)
from tests.plan.recorder import JsError, RecordingBridge, RecordingDevice

SOURCE = (resources.files("pyface_web.engine.webgl") / "bridge.js").read_text("utf-8")
METHODS = [name for name, value in vars(JsBridge).items() if inspect.isfunction(value)]
METHODS.remove("__init__")


class Failing:
    """A device of which every function throws."""

    def __init__(self, name: str) -> None:
        self._error = JsError(name)

    def __getattr__(self, name):
        def throw(*_):
            raise self._error

        async def reject(*_):
            raise self._error

        return reject if name in ("compile", "read") else throw


def call(bridge: JsBridge, method: str) -> object:
    """Call a method with arguments of the types that it takes."""
    values = {"str": "id", "int": 1, "Sequence[str]": ["id"], "Sequence[dict[str, Any]]": []}
    parameters = inspect.signature(getattr(bridge, method)).parameters.values()
    given = [values.get(p.annotation) for p in parameters if p.default is p.empty]
    answer = getattr(bridge, method)(*given)
    return asyncio.run(answer) if inspect.iscoroutine(answer) else answer


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("ContextLost", ContextLostError),
        ("Shader", ShaderError),
        ("SecurityError", TaintedCanvasError),
        ("Unreadable", InputError),
        ("Timeout", BackendError),
        ("InvalidStateError", InputError),
        ("OutOfMemory", BackendError),
        ("TypeError", BackendError),
    ],
)
def test_errors_of_every_call_come_as_ours(method, name, ours):
    with pytest.raises(Exception, match=r"the words of JavaScript|another origin") as raised:
        call(JsBridge(lambda: Failing(name)), method)
    assert type(raised.value) is ours
    assert isinstance(raised.value.__cause__, JsError)


def test_the_recorder_has_the_functions_of_the_device():
    (listed,) = re.findall(r"return \{\n((?:    [a-zA-Z, ]+,\n)+)", SOURCE)
    functions = set(re.findall(r"\w+", listed)) - {"prepare"}  # which the loader calls
    assert {name for name in vars(RecordingDevice) if not name.startswith("_")} == functions
    for name in functions:
        (given,) = re.findall(rf"\n  (?:async )?function {name}\((.*)\) {{\n", SOURCE)
        parameters = inspect.signature(getattr(RecordingDevice, name)).parameters
        assert len(given.split(",") if given else []) == len(parameters) - 1, name


def test_the_end_of_a_run_is_left_out_where_there_is_none():
    """None would be taken for 0."""
    seen = []
    bridge = RecordingBridge()
    bridge.device.run = lambda *given: seen.append(given[5:])
    nothing = np.zeros(4, np.float32)
    bridge.run("net", 1, nothing, nothing, 1)
    bridge.run("net", 1, nothing, nothing, 1, first=3, draws=(2, 5))
    assert seen == [(0, 0), (3, 2, 5)]


def test_what_is_read_has_the_shape_of_the_texture():
    assert asyncio.run(RecordingBridge().read("packed", 5, 3)).shape == (3, 5, 4)
