"""Calls that ask the same of a video or a canvas faster than they are answered.

A page that looks at its camera every 20 ms asks for more than any machine computes. So of those
that ask the same, some run, and all others wait together: one run answers them, with what is shown
when its turn comes. site/faceapi/calls/crowd.js does the same for JavaScript.
"""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pyface_web.engine.session import Session, View
from pyface_web.host import js_class
from pyface_web.pictures.source import named
from pyface_web.pipeline.shared import SharedWork
from pyface_web.values.given import truth

T = TypeVar("T")
Begun = Callable[[], None]

MOST_CALLS = 8
"""That ask the same of a video at once; further ones wait for one run together."""
LIVE = ("HTMLVideoElement", "HTMLCanvasElement", "OffscreenCanvas")
"""Classes of JavaScript whose objects show something else each time."""


class CallsTooFastWarning(UserWarning):
    """Calls on a video or a canvas come faster than they are done, and share what is found."""


@dataclass(eq=False)
class _Call:
    """What may answer others, too, until it begins to look."""

    work: SharedWork[Any] = field(default_factory=SharedWork)
    has_begun: bool = False

    def begin(self) -> None:
        self.has_begun = True


_calls: dict[Hashable, list[_Call]] = {}  # what was asked of what -> calls in their order
_most = MOST_CALLS


def set_latest_frame(latest_frame: bool = True) -> bool:
    """Have all calls that wait for a video, or a canvas, get the faces of its latest frame.

    One run answers them. Otherwise eight that ask the same of a video run one after the other, of
    frames that are old by then, and only those beyond wait for one run together, which a
    CallsTooFastWarning tells of. `track` needs neither. Gives what was set before.
    """
    global _most
    before, _most = _most == 1, 1 if truth(latest_frame, "set_latest_frame") else MOST_CALLS
    return before


async def shared(
    source: object, question: Hashable, run: Callable[[Begun], Coroutine[Any, Any, T]]
) -> T:
    """What a call on a picture gives, or another one that waits and asks the same of it.

    question: what is asked; None where nobody else can ask the same. run: does it; it is given
    what to call when it begins to look at the picture, for nobody joins it any more then.
    """
    element = named(source)
    if question is None or js_class(element) not in LIVE:
        return await run(lambda: None)
    key = (element.js_id, question)
    calls = _calls.setdefault(key, [])
    if len(calls) > _most and not calls[-1].has_begun:
        if _most > 1:
            _warn(js_class(element))
        other = calls[-1]
        theirs: T = await other.work.join(lambda: run(other.begin))
        return deepcopy(theirs)
    mine = _Call()
    calls.append(mine)
    try:
        if len(calls) <= _most:  # of these nobody waits for another's answer
            return await run(mine.begin)
        found: T = await mine.work.join(lambda: run(mine.begin))
        return found
    finally:
        calls.remove(mine)
        if not calls:
            _calls.pop(key, None)


async def look_together(
    session: Session,
    source: object,
    question: Hashable,
    job: Callable[[View], Awaitable[T]],
    generation: int | None = None,
) -> T:
    """As `Session.look`; see `shared`."""

    async def run(begun: Begun) -> T:
        async def look(view: View) -> T:
            begun()
            return await job(view)

        return await session.look(source, look, generation)

    return await shared(source, question, run)


def _warn(kind: str) -> None:
    warnings.warn(
        f"calls that ask the same of one {kind} come faster than they are done, so those beyond "
        f"{MOST_CALLS} are answered together, by what it shows when their turn comes; await each "
        "before the next, follow the faces of a video with track(video), or have "
        "set_latest_frame(True) give the latest frame to all that wait. Of a canvas that shows "
        "something else for each call, pass a copy, such as await createImageBitmap(canvas)",
        CallsTooFastWarning,
        stacklevel=2,
    )
