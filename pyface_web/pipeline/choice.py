"""Which backend runs, where the answer depends on the nets that are loaded."""

from __future__ import annotations

from pyface_web.engine import fastest, registry
from pyface_web.engine.backend import Backend
from pyface_web.errors import OptionsError
from pyface_web.pipeline.nets import nets, session


async def set_backend(chosen: str | Backend, precision: int | None = None) -> None:
    """As `set_backend` of the API."""
    if not (isinstance(chosen, str) and chosen == registry.FASTEST):
        await session.set_backend(chosen, precision)
        return
    if precision is not None:
        raise OptionsError(
            f"precision {precision}: the fastest is looked for among backends of 32 bits; leave "
            "it out"
        )
    jobs = {name: net.warm_up for name, net in nets.items() if net.is_loaded}
    await session.exchange(lambda generation: fastest.find(session, generation, jobs))


async def prefer_backend(name: str) -> None:
    """Switch to a backend for the whole visit: the next one after `dispose` is the same.

    For the loader, which was given the name as an option.
    """
    if name == registry.FASTEST:
        await set_backend(name)
        registry.prefer((await session.backend()).name, session.reason)
    else:
        registry.prefer(name, "asked for when the page was loaded")
        await session.backend()
