"""Every draw of a net with its time, as JSON; run by Pyodide beside ours.py."""

from __future__ import annotations

import json
from dataclasses import asdict

from pyface_web import api, debug
from pyface_web.errors import BackendError
from pyface_web.webgl.backend import WebGLBackend


async def profile(net: str, repeats: int) -> str:
    """net: its attribute of pyface_web.nets."""
    backend = await api._session.backend()
    if not isinstance(backend, WebGLBackend):
        raise BackendError(f"draws are timed on WebGL, not on {await api.describe_backend()}")
    times = await debug.profile(backend, getattr(api.nets, net), repeats=repeats)
    return json.dumps([asdict(time) for time in times])
