"""The backends that are there, the best first: the one place that knows them by name.

They are imported when they are asked for, so that a program that computes with one does not load
the others.
"""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable

from pyface_web.engine import debug
from pyface_web.engine.backend import Backend, label_of
from pyface_web.errors import OptionsError, PyfaceError
from pyface_web.host import IN_BROWSER
from pyface_web.values.numeric import shown
from pyface_web.weights.model import Model

Probe = Callable[[int | None], Awaitable[Backend]]
"""Makes a backend for a precision (None: its own), or raises a PyfaceError that says why not."""


async def _webgl(precision: int | None) -> Backend:
    from pyface_web.engine.webgl.probe import probe

    return await probe(precision)


async def _onnx(precision: int | None) -> Backend:
    from pyface_web.engine.onnx.probe import probe

    return await probe(precision)


async def _reference(precision: int | None) -> Backend:
    from pyface_web.engine.reference.backend import probe

    return await probe(precision)


REGISTRY: list[tuple[str, Probe]] = [("webgl", _webgl), ("reference", _reference)]
if not IN_BROWSER:
    REGISTRY.insert(-1, ("onnx", _onnx))


async def choose() -> tuple[Backend, str]:
    """The first backend that works here, and why it is that one."""
    refusals: list[str] = []
    for name, probe in REGISTRY:
        try:
            backend = await probe(None)
        except PyfaceError as error:
            refusals.append(f"{name} does not work here: {error}")
            continue
        if not refusals:
            return backend, "it passed its self-test"
        reason = "; ".join(refusals)
        if IN_BROWSER:
            said = f"{label_of(backend)}: {backend.description} computes, because {reason}"
            warnings.warn(said, RuntimeWarning, stacklevel=2)
        return backend, reason
    raise AssertionError("the last backend of the registry works everywhere")


def discard_prepared() -> None:
    """Let go of what the page got ready for a backend that nobody asked for yet."""
    if IN_BROWSER:
        from pyface_web.engine.webgl import bridge

        bridge.discard_prepared()


def others(name: str) -> list[str]:
    """Names of those that may do where the one of this name does not."""
    return [known for known, _ in REGISTRY if known != name]


async def make(name: str, precision: int | None) -> Backend:
    """The backend of this name; raises OptionsError or BackendError where there is none."""
    for known, probe in REGISTRY:
        if name == known:
            return await probe(precision)
    names = ", ".join(known for known, _ in REGISTRY)
    raise OptionsError(
        f"backend {shown(name)}: expected one of {names}, or a backend of your own "
        "(pyface_web.Backend)"
    )


def say_loaded(net: Model) -> None:
    """Write what was loaded for a net, and from level 3 on how a device would draw it."""
    tensors = net.tensors.values()
    stored = sum(tensor.values.nbytes for tensor in tensors)
    debug.say(1, f"{net.name}: {len(tensors)} tensors, {stored} bytes")
    if debug.level() >= 3:
        from pyface_web.engine.webgl.listing import listing

        for level, line in listing(net):
            debug.say(level, line)
