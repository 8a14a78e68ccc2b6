"""Which backend is the fastest for some nets: measured once, and remembered with what it was
measured on.

The one that probably is the fastest runs first, so that the others can be stopped as soon as they
have lost: all of it takes a second at the most, but for compiling the shaders of a GPU, and for
detectors that take a third of that themselves.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

import numpy as np

from pyface_web.engine import registry
from pyface_web.engine.backend import Backend
from pyface_web.engine.session import Session, Turn, View
from pyface_web.errors import DisposedError, PyfaceError
from pyface_web.pictures.source import Picture, resolve

Job = Callable[[View], Awaitable[object]]
"""Runs a net once on a picture."""

ROUNDS = 3  # of all nets, after a first one in which they are got ready
ENOUGH = 0.15  # seconds of rounds, after which no other begins
# Seconds of a round of whoever runs later, where twice what the best took is less: the first, and
# any other one.
READY = 0.3
SHORT = 0.05


@dataclass(frozen=True)
class Measured:
    """Milliseconds of a round of these nets, by the names of backends; None: it was stopped, as
    another one was done by then. renderer: what drew for WebGL."""

    renderer: str
    nets: tuple[str, ...]
    milliseconds: Mapping[str, float | None]

    @property
    def winner(self) -> str:
        """Name of the fastest."""
        return min((took, name) for name, took in _done(self.milliseconds).items())[1]

    def __str__(self) -> str:
        times = [
            f"{name} was slower"
            if took is None
            else f"{name} took {round(took, 1 if took < 10 else None):g} ms"
            for name, took in self.milliseconds.items()
        ]
        return f"{' and '.join(times)} for {', '.join(self.nets)}"


def _done(milliseconds: Mapping[str, float | None]) -> dict[str, float]:
    return {name: took for name, took in milliseconds.items() if took is not None}


_measured: Measured | None = None


async def find(session: Session, generation: int, jobs: Mapping[str, Job]) -> tuple[Backend, str]:
    """The fastest backend for these nets, and why it is that one.

    jobs: by the names of the nets. Without any, and with nothing remembered, it is chosen as if
    nobody had asked for the fastest; so it is where there is only one that could be.
    """
    global _measured
    remembered = _measured or await _kept()
    if remembered is not None and await _holds(remembered, jobs):
        when = "before" if _measured else "on an earlier visit"
        _measured = remembered
        return await registry.make(remembered.winner, None), f"measured {when}: {remembered}"
    if not jobs:
        made, reason = await registry.choose()
        return made, f"no net was loaded that could be measured; {reason}"
    found = await registry.contestants()
    try:
        times = await _race(session, generation, found, jobs.values()) if len(found) > 1 else {}
        if not _done(times):
            made, reason = await registry.choose()
            return made, f"there was nothing to measure it against; {reason}"
        _measured = Measured(await registry.renderer(), tuple(jobs), times)
        best = next(backend for backend in found if backend.name == _measured.winner)
        found.remove(best)
    finally:
        for backend in found:
            backend.close()
    await _keep(_measured)
    return best, f"measured: {_measured}"


async def _holds(measured: Measured, nets: Collection[str]) -> bool:
    """Whether what was measured is true of these nets, here and now."""
    return set(nets) <= set(measured.nets) and measured.renderer == await registry.renderer()


async def _race(
    session: Session, generation: int, backends: Sequence[Backend], jobs: Any
) -> dict[str, float | None]:
    """Name -> milliseconds of a round, None for who has lost or failed."""
    picture = await resolve(np.zeros((8, 8, 3), np.uint8))
    found: dict[str, float | None] = {}
    for backend in backends:
        best = min(_done(found).values(), default=None)
        try:
            took = await _time(session, generation, backend, picture, list(jobs), best)
        except DisposedError:
            raise
        except (PyfaceError, TimeoutError):
            took = None
        found[backend.name] = took
    return found


async def _time(
    session: Session,
    generation: int,
    backend: Backend,
    picture: Picture,
    jobs: Sequence[Job],
    best: float | None,
) -> float:
    """Milliseconds of the nets, the best of each; TimeoutError where another one was faster.

    best: what the fastest so far took.
    """
    view = View(Turn(session, backend, generation), picture)
    twice = (best or 0.0) * 2 / 1e3
    async with asyncio.timeout(None if best is None else max(READY, twice)):
        for job in jobs:
            await job(view)
    fastest = [float("inf")] * len(jobs)
    began = perf_counter()
    for _ in range(ROUNDS):
        async with asyncio.timeout(None if best is None else max(SHORT, twice)):
            for i, job in enumerate(jobs):
                start = perf_counter()
                await job(view)
                fastest[i] = min(fastest[i], (perf_counter() - start) * 1e3)
        if perf_counter() - began > ENOUGH:
            break
    return sum(fastest)


# --- what the loader keeps for later visits


async def _kept() -> Measured | None:
    """What an earlier visit measured with this version; None where nothing is kept."""
    try:
        import pyface_fastest
    except ImportError:
        return None
    try:
        found = json.loads(await pyface_fastest.read())
        kept = Measured(found["renderer"], tuple(found["nets"]), found["milliseconds"])
        return kept if kept.winner in registry.names() else None
    except (TypeError, ValueError, KeyError, AttributeError):  # there is nothing, or it is not ours
        return None


async def _keep(measured: Measured) -> None:
    try:
        import pyface_fastest
    except ImportError:
        return
    await pyface_fastest.keep(json.dumps({**asdict(measured), "winner": measured.winner}))
