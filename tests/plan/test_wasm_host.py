"""The Python end of host.js: what its functions are given, and what their errors become."""

from __future__ import annotations

import asyncio
import inspect
import re
from importlib import resources
from typing import Any

import numpy as np
import pytest

from pyface_web.engine.wasm.host import JsHost, Room
from pyface_web.errors import BackendError, ContextLostError, InputError, TaintedCanvasError
from tests.plan.recorder import JsError
from tests.plan.recording_host import RecordingHost

SOURCE = (resources.files("pyface_web.engine.wasm") / "host.js").read_text("utf-8")
ROOM = Room(0, 0, 0)
CALLS: dict[str, tuple[Any, ...]] = {
    "open": (),
    "close": (),
    "grow": (1,),
    "write": (0, np.zeros(1, np.float32)),
    "panels": (0, 0, 0, 0),
    "set_picture": (None, 1, 1),
    "fill": ({}, 1, np.zeros((1, 4)), 0, ROOM),
    "record": ("id", [], []),
    "release": ("id",),
    "run": ("id", 1, ROOM),
    "profile": ("id", 1, ROOM),
    "stats": (),
}


class Failing:
    """Kernels of which every function throws."""

    def __init__(self, name: str) -> None:
        self._error = JsError(name)

    def __getattr__(self, name):
        def throw(*_):
            raise self._error

        async def reject(*_):
            raise self._error

        return reject if name in ("open", "fill", "run", "profile") else throw


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Unsupported", BackendError),
        ("OutOfMemory", BackendError),
        ("Gone", ContextLostError),
        ("SecurityError", TaintedCanvasError),
        ("Unreadable", InputError),
        ("InvalidStateError", InputError),
        ("Cancelled", BackendError),
        ("TypeError", BackendError),
    ],
)
def test_errors_of_every_call_come_as_ours(method, name, ours):
    answer = None
    with pytest.raises(Exception, match=r"the words of JavaScript|another origin") as raised:
        answer = getattr(JsHost(lambda: Failing(name)), method)(*CALLS[method])
        asyncio.run(answer)
    assert type(raised.value) is ours
    assert isinstance(raised.value.__cause__, JsError)


def test_every_call_is_tried():
    public = {name for name, value in vars(JsHost).items() if inspect.isfunction(value)}
    assert public - {"__init__", "cancel"} == set(CALLS)  # which cannot fail


def test_the_recorder_has_the_functions_of_the_host():
    (listed,) = re.findall(r"return \{\n((?:    [a-zA-Z, ]+,\n)+)  \};\n\}", SOURCE)
    functions = set(re.findall(r"\w+", listed))
    ours = {name for name, value in vars(RecordingHost).items() if inspect.isfunction(value)}
    assert {name for name in ours if not name.startswith("_")} - {"end", "memory"} == functions
    for name in functions - {"open", "panels"}:  # which take as many as they are given
        (given,) = re.findall(rf"\n  (?:async )?function {name}\((.*)\) {{\n", SOURCE)
        parameters = inspect.signature(getattr(RecordingHost, name)).parameters
        assert len(given.split(",") if given else []) == len(parameters) - 1, name
