"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from .page import Lab


def describe_machine() -> dict[str, str | int | None]:
    """Processor and system."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
    }


def describe_browser(lab: Lab) -> dict[str, str]:
    """The browser, and what draws for its WebGL2, "" where there is none."""
    with lab.page() as page:
        renderer: str = page.evaluate(
            """() => {
              const gl = document.createElement('canvas').getContext('webgl2');
              const info = gl?.getExtension('WEBGL_debug_renderer_info');
              return gl ? gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) : "";
            }"""
        )
    browser = lab.browser
    return {"browser": f"{browser.browser_type.name} {browser.version}", "renderer": renderer}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
