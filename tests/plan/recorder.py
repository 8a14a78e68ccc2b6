"""A device that computes nothing and remembers everything: plans are tested on it in CPython."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from math import prod
from types import SimpleNamespace
from typing import Any

import numpy as np

from pyface_web.engine.webgl.bridge import Capabilities, JsBridge

_TEXEL_BYTES = {"float": 16, "int": 16, "pixels": 16, "tensor32": 16, "tensor16": 8}


class JsError(Exception):
    """An exception of JavaScript as Pyodide gives it."""

    def __init__(self, name: str, message: str = "the words of JavaScript") -> None:
        super().__init__()
        self.name, self.message = name, message


class RecordingDevice:
    """In place of what `createBridge` of bridge.js gives; reads give zeros."""

    def __init__(self, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self.textures: dict[str, int] = {}
        self.records: dict[str, Sequence[dict[str, Any]]] = {}
        self.programs: dict[str, str] = {}
        self.compiled: dict[str, str] = {}  # those whose source came
        self.draws: list[dict[str, Any]] = []
        self.readbacks = 0
        self.pictures = self.picture = 0

    def look(self, software):
        if re.search(software, self.capabilities.renderer, re.IGNORECASE):
            raise JsError("Software")

    def open(self):
        return json.dumps(asdict(self.capabilities))

    def close(self):
        self.textures, self.records, self.programs = {}, {}, {}
        self.picture = 0

    def upload(self, id, kind, width, height, layers, data):
        limit = self.capabilities.texture_size
        assert 0 < width <= limit and 0 < height <= limit, (id, width, height)
        if data is not None:
            assert data.size == prod((width, height, max(layers, 1), 4)), (id, data.shape)
        self.textures[id] = width * height * max(layers, 1) * _TEXEL_BYTES[kind]

    def fill(self, id, width, height, layers, data):
        assert id in self.textures

    def missing(self, keys):
        return json.dumps([key for key in json.loads(keys) if key not in self.programs])

    async def compile(self, programs, seconds):
        for program in json.loads(programs):
            key = program["key"]
            if "source" in program:
                self.programs[key] = self.compiled[key] = program["source"]
            assert key in self.programs, program

    def record(self, id, draws):
        self.records[id] = json.loads(draws)
        for draw in self.records[id]:
            assert draw["program"] in self.programs
            assert draw["output"] in self.textures or draw["output"].startswith("pool/")

    def setInput(self, source, width, height, exact=True):  # noqa: N802
        self.textures["source"] = width * height * 4
        self.pictures += 1
        self.picture = self.pictures
        return [width, height, self.picture]

    def run(self, id, batch, items, mean_scale, number, first=0, start=0, end=None):
        for draw in self.records[id][start:end]:
            if any(name == "source" for _, name in draw["inputs"]) and number != self.picture:
                raise JsError("ContextLost", f"picture {number} is not on the device any more")
            assert all(name in self.textures for _, name in draw["inputs"]), draw
            assert draw["output"] in self.textures, draw
            self.draws.append(draw)

    async def read(self, id, width, height, seconds):
        self.readbacks += 1
        return SimpleNamespace(to_py=lambda: np.zeros(height * width * 4, np.float32))

    def release(self, ids):
        for id in json.loads(ids):
            self.textures.pop(id, None)
            if id == "source":
                self.picture = 0
            self.records.pop(id, None)

    def stats(self):
        return json.dumps(
            {
                "textures": len(self.textures),
                "texture_bytes": sum(self.textures.values()),
                "programs": len(self.programs),
                "buffers": len(self.records),
                "draws": len(self.draws),
                "readbacks": self.readbacks,
            }
        )


class RecordingBridge(JsBridge):
    """The bridge to such a device."""

    device: RecordingDevice

    def __init__(self, targets: int = 8, texture_size: int = 8192) -> None:
        can = Capabilities("recorder", True, True, targets, texture_size)
        super().__init__(lambda: RecordingDevice(can))
        self.device = self._js
