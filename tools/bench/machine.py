"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from ..errors import ToolError
from .page import Lab


def describe_machine(lab: Lab) -> dict[str, str | int | None]:
    """Browser, WebGL renderer, processor, system. ToolError where there is no WebGL2."""
    with lab.page() as page:
        renderer = page.evaluate(
            """() => {
              const gl = document.createElement('canvas').getContext('webgl2');
              const info = gl?.getExtension('WEBGL_debug_renderer_info');
              return gl ? gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) : null;
            }"""
        )
    if renderer is None:
        raise ToolError("This browser has no WebGL2, so there is nothing to measure.")
    return {
        "browser": f"{lab.browser.browser_type.name} {lab.browser.version}",
        "renderer": renderer,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
