"""What was probably meant by a value that is none: the end of a message, as code to be pasted."""

from __future__ import annotations

from inspect import isawaitable

from pyface_web.host import is_missing
from pyface_web.wording import spoken


def no_face() -> str:
    """Where a function is given what a detection of a single face gives without one."""
    return spoken(
        "was no face found? Then detect_single_face gives None, so ask first: if face is not None",
        "was no face found? Then detectSingleFace gives undefined, so ask first: if (result) ...",
    )


def not_there(value: object) -> str:
    """The end of a message on what should be an element, or have a size, and is not there at all;
    "" for anything else."""
    return "; was the element there when it was looked for?" if is_missing(value) else ""


def lacking(item: object, call: str) -> str:
    """What to do where item should be a result that has more; call: what of a task adds it."""
    if is_missing(item):
        return no_face()
    try:
        if isawaitable(item):
            return "await it first"
    except Exception:  # whatever a class of the caller's raises
        pass
    return f"add {call} to the task"
