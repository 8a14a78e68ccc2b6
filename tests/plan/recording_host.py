"""Kernels that compute nothing and remember everything: in place of host.js, in CPython."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace

import numpy as np

from pyface_web.engine.wasm.backend import WasmBackend
from pyface_web.engine.wasm.host import JsHost
from tests.plan.recorder import JsError

START = 1000  # from where on the memory is free


class RecordingHost:
    """In place of what `createHost` of host.js gives; what a plan gives are zeros.

    limit: bytes that the memory may grow to. rests: after so many steps of a run the event loop has
    its turn, as in a page.
    """

    def __init__(self) -> None:
        self.limit = 2**31
        self.rests = 0
        self.length = 0  # of the memory, 0 where there is none
        self.opened = 0
        self.records: dict[str, dict[str, list[list[int]]]] = {}
        self.pictures = self.picture = self.current = 0
        self.filled: list[tuple[int, dict]] = []  # picture, and what was filled in
        self.written: dict[int, int] = {}  # address -> bytes
        self.steps = self.runs = 0

    async def open(self, *modules):
        self.end()
        assert all(bytes(module[:4]) == b"\0asm" for module in modules)
        await asyncio.sleep(0)
        self.length = 2 * 65536
        self.opened += 1
        return [0, START]

    def end(self):
        self.current += 1
        self.length, self.records, self.written = 0, {}, {}

    def close(self):
        self.end()
        self.picture = 0

    def cancel(self):
        self.current += 1

    def grow(self, length):
        self.memory()
        if length > self.limit:
            raise JsError("OutOfMemory", f"{length} bytes")
        self.length = max(self.length, length)

    def memory(self):
        if not self.length:
            raise JsError("TypeError", "there is no memory")

    def write(self, address, data):
        self.memory()
        assert data.dtype == np.uint8 and address >= START and address % 4 == 0
        assert address + data.size <= self.length
        self.written[address] = data.size

    def panels(self, to, filters, table, factors, taps, inputs, outputs, pixel):
        self.memory()
        floats = -(-outputs // 8) * 8 * taps * pixel
        assert to + 4 * floats <= min(address for address in (filters, factors) if address)
        assert self.written[factors] == 4 * -(-outputs // 8) * 8
        assert self.written[filters] == taps * inputs * outputs * (1 if table else 4)
        assert not table or self.written[table] == 256 * 4

    def setPicture(self, source, width, height):  # noqa: N802
        self.pictures += 1
        self.picture = self.pictures
        return self.picture

    async def fill(self, into, number, items, first, room):
        mine = self._begun()
        into = json.loads(into)
        assert len(items) % into["items"] == 0
        for i in range(into["items"]):
            if not number or number != self.picture:
                raise JsError("Gone", f"picture {number}")
            end = into["at"] + (first + i + 1) * into["item"]
            assert into["at"] >= START and end <= room <= self.length
            self.filled.append((number, into))
            await self._rest(mine)

    def record(self, id, text):
        self.records[id] = json.loads(text)
        for address, rows, work in self.records[id]["steps"]:
            assert address in self.written and rows > 0 and work > 0

    def release(self, id):
        del self.records[id]

    async def run(self, id, arena, items, scratch, alike):
        mine = self._begun()
        if id not in self.records:
            raise JsError("Gone", f"the plan of {id}")
        record = self.records[id]
        assert START <= scratch <= arena <= self.length
        assert not alike or (items == 1 and len(json.loads(alike)) == len(record["steps"]))
        for _ in record["steps"]:
            self.steps += 1
            await self._rest(mine)
        self.runs += 1
        total = sum(length * items for _, length in record["outputs"])
        return SimpleNamespace(to_py=lambda: np.zeros(total // 4, np.float32))

    async def profile(self, id, arena, scratch, repeats):
        steps = self.records[id]["steps"]
        return SimpleNamespace(to_py=lambda: np.ones(len(steps)))

    def stats(self):
        return json.dumps(
            {"memory_bytes": self.length, "plans": len(self.records), "runs": self.runs}
        )

    def _begun(self):
        self.current += 1
        return self.current

    async def _rest(self, mine):
        if self.rests and self.steps % self.rests == 0:
            await asyncio.sleep(0)
        if mine != self.current:
            raise JsError("Cancelled", "the call was cancelled")


class RecordedHost(JsHost):
    """The Python end of such a host, which is `device`."""

    device: RecordingHost

    def __init__(self) -> None:
        super().__init__(RecordingHost)
        self.device = self._js


def recording_backend() -> WasmBackend:
    """A backend on such a host; `backend.host.device` remembers what was asked for."""
    return WasmBackend(RecordedHost())
