"""A device that computes nothing and remembers everything: plans are tested on it in CPython."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from pyface_web.engine.webgl.bridge import Capabilities, Pixels

_TEXEL_BYTES = {"float": 16, "int": 16, "tensor32": 16, "tensor16": 8}


class RecordingBridge:
    """Same methods as `JsBridge`; reads give zeros."""

    def __init__(self, targets: int = 8, texture_size: int = 8192) -> None:
        self.capabilities = Capabilities("recorder", True, True, targets, texture_size)
        self.textures: dict[str, int] = {}
        self.records: dict[str, Sequence[dict[str, Any]]] = {}
        self.programs: dict[str, str] = {}
        self.compiled: dict[str, str] = {}  # those whose source came
        self.draws: list[dict[str, Any]] = []
        self.readbacks = 0

    def open(self) -> Capabilities:
        return self.capabilities

    def close(self) -> None:
        self.textures, self.records, self.programs = {}, {}, {}

    def upload(
        self, id: str, kind: str, width: int, height: int, layers: int, data: Any = None
    ) -> None:
        limit = self.capabilities.texture_size
        assert 0 < width <= limit and 0 < height <= limit, (id, width, height)
        if data is not None:
            assert data.size == prod((width, height, max(layers, 1), 4)), (id, data.shape)
        self.textures[id] = width * height * max(layers, 1) * _TEXEL_BYTES[kind]

    def fill(self, id: str, width: int, height: int, layers: int, data: Pixels) -> None:
        assert id in self.textures

    def missing(self, keys: Sequence[str]) -> list[str]:
        return [key for key in keys if key not in self.programs]

    async def compile(self, programs: Sequence[dict[str, Any]]) -> None:
        for program in programs:
            key = program["key"]
            if "source" in program:
                self.programs[key] = self.compiled[key] = program["source"]
            assert key in self.programs, program

    def record(self, id: str, draws: Sequence[dict[str, Any]]) -> None:
        for draw in draws:
            assert draw["program"] in self.programs
            assert draw["output"] in self.textures or draw["output"].startswith("pool/")
        self.records[id] = draws

    def set_input(self, source: Any, width: int, height: int) -> tuple[int, int]:
        self.textures["source"] = width * height * 4
        return width, height

    def run(
        self,
        id: str,
        batch: int,
        items: Pixels,
        mean_scale: Pixels,
        first: int = 0,
        draws: tuple[int, int | None] = (0, None),
    ) -> None:
        for draw in self.records[id][slice(*draws)]:
            assert all(name in self.textures for _, name in draw["inputs"]), draw
            assert draw["output"] in self.textures, draw
            self.draws.append(draw)

    async def read(self, id: str, width: int, height: int) -> Pixels:
        self.readbacks += 1
        return np.zeros((height, width, 4), np.float32)

    def release(self, ids: Sequence[str]) -> None:
        for id in ids:
            self.textures.pop(id, None)
            self.records.pop(id, None)

    def stats(self) -> dict[str, int]:
        return {
            "textures": len(self.textures),
            "texture_bytes": sum(self.textures.values()),
            "programs": len(self.programs),
            "buffers": len(self.records),
            "draws": len(self.draws),
            "readbacks": self.readbacks,
        }
