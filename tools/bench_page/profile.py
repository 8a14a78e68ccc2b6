"""Every draw of the net that is loaded with its time, as JSON; run by Pyodide beside ours.py."""

from __future__ import annotations

import json
from dataclasses import asdict

from pyface_web import api
from pyface_web.pipeline.nets import nets


async def profile(repeats: int) -> str:
    """The draws as a list of the fields of DrawTime, in order."""
    (net,) = (net for net in nets.values() if net.is_loaded)
    times = [asdict(time) for time in await api.profile(net, repeats=repeats)]
    for time in times:
        del time["plan"], time["glsl"]
    return json.dumps(times)
