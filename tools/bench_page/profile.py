"""Every draw of a net with its time, as JSON; run by Pyodide beside ours.py."""

from __future__ import annotations

import json
from dataclasses import asdict

from pyface_web import api
from pyface_web.pipeline.nets import nets


async def profile(net: str, repeats: int) -> str:
    """net: its attribute of pyface_web.nets."""
    times = [asdict(time) for time in await api.profile(getattr(nets, net), repeats=repeats)]
    for time in times:
        del time["plan"], time["glsl"]
    return json.dumps(times)
