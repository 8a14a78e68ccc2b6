"""The backends that are there, and which of them runs: the one place that knows them by name.

They are imported when they are asked for, so that a program that computes with one does not load
the others.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from pyface_web.engine import debug
from pyface_web.engine.backend import Backend, label_of
from pyface_web.errors import OptionsError, PyfaceError
from pyface_web.host import IN_BROWSER
from pyface_web.values.numeric import shown
from pyface_web.weights.model import Model
from pyface_web.wording import spoken

Probe = Callable[[int | None], Awaitable[Backend]]
"""Makes a backend for a precision (None: its own), or raises a PyfaceError that says why not."""


async def _webgl_on_gpu(precision: int | None) -> Backend:
    from pyface_web.engine.webgl.probe import probe

    return await probe(precision, on_gpu=True)


async def _wasm(precision: int | None) -> Backend:
    from pyface_web.engine.wasm.probe import probe

    return await probe(precision)


async def _webgl(precision: int | None) -> Backend:
    from pyface_web.engine.webgl.probe import probe

    return await probe(precision)


async def _onnx(precision: int | None) -> Backend:
    from pyface_web.engine.onnx.probe import probe

    return await probe(precision)


async def _reference(precision: int | None) -> Backend:
    from pyface_web.engine.reference.backend import probe

    return await probe(precision)


IN_PAGES: list[tuple[str, Probe]] = [
    ("webgl", _webgl_on_gpu),
    ("wasm", _wasm),
    ("webgl", _webgl),  # drawn by the processor
    ("reference", _reference),
]
"""What a page may have."""

REGISTRY = list(IN_PAGES) if IN_BROWSER else [*IN_PAGES[:-1], ("onnx", _onnx), IN_PAGES[-1]]
"""The order in which they are tried; the last works everywhere. A name that stands twice is tried
first where it is good, and later where nothing better was: whoever asks by name gets that one."""

FASTEST = "fastest"
"""In place of a name: what `fastest.find` finds."""

_preferred: tuple[str, str] | None = None  # name, and why


def names(registry: Sequence[tuple[str, Probe]] | None = None) -> list[str]:
    """Those that can be asked for by name, the best first; by default of where this runs."""
    return list(dict.fromkeys(name for name, _ in registry or REGISTRY))


def prefer(name: str, reason: str) -> None:
    """Have `choose` take the backend of this name from now on, whatever else is there."""
    global _preferred
    _preferred = name, reason


async def choose() -> tuple[Backend, str]:
    """The first backend that works here, or the one that is preferred, and why it is that one."""
    if _preferred is not None:
        name, reason = _preferred
        return await make(name, None), reason
    refusals: list[str] = []
    for name, probe in REGISTRY:
        try:
            backend = await probe(None)
        except PyfaceError as error:
            said = f"{name} is not used: {error}"
            if said not in refusals:
                refusals.append(said)
            continue
        if not refusals:
            return backend, "it passed its self-test"
        reason = "; ".join(refusals)
        if IN_BROWSER and name == REGISTRY[-1][0]:  # which takes seconds a picture
            said = f"{label_of(backend)}: {backend.description} computes, because {reason}"
            warnings.warn(said, RuntimeWarning, stacklevel=2)
        return backend, reason
    raise AssertionError("the last backend of the registry works everywhere")


async def contestants() -> list[Backend]:
    """One of each that works here and may be the fastest, the one that probably is first."""
    probes = dict(REGISTRY[:-1])
    if "webgl" in probes and await _draws_on_cpu():
        probes["webgl"] = probes.pop("webgl")
    made: list[Backend] = []
    try:
        for probe in probes.values():
            with suppress(PyfaceError):
                made.append(await probe(None))
    except BaseException:  # also where whoever waits is cancelled
        for backend in made:
            backend.close()
        raise
    return made


async def _draws_on_cpu() -> bool:
    from pyface_web.engine.webgl.renderers import SOFTWARE

    try:
        return re.search(SOFTWARE, await renderer(), re.IGNORECASE) is not None
    except PyfaceError:  # its probe says why
        return True


async def renderer() -> str:
    """What draws for WebGL here, "" where nothing does."""
    if not IN_BROWSER:
        return ""
    from pyface_web.engine.webgl import bridge

    return await bridge.renderer()


def discard_prepared() -> None:
    """Let go of what the page got ready for a backend that nobody asked for yet."""
    if IN_BROWSER:
        from pyface_web.engine.webgl import bridge

        bridge.discard_prepared()


def others(name: str) -> list[str]:
    """Names of those that may do where the one of this name does not."""
    return [known for known in names() if known != name]


async def make(name: str, precision: int | None) -> Backend:
    """The backend of this name; raises OptionsError or BackendError where there is none."""
    probe = dict(REGISTRY).get(name)
    if probe is None:
        known = ", ".join((*names(), FASTEST))
        raise OptionsError(
            f"backend {shown(name)}: expected one of {known}"
            + spoken(", or a backend of your own (pyface_web.Backend)", "")
        )
    return await probe(precision)


def say_loaded(net: Model) -> None:
    """Write what was loaded for a net, and from level 3 on how a device would draw it."""
    tensors = net.tensors.values()
    stored = sum(tensor.values.nbytes for tensor in tensors)
    debug.say(1, f"{net.name}: {len(tensors)} tensors, {stored} bytes")
    if debug.level() >= 3:
        from pyface_web.engine.webgl.listing import listing

        for level, line in listing(net):
            debug.say(level, line)
