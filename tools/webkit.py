"""Safari's engine where this machine may have it: WebKitGTK's MiniBrowser, driven by WebDriver.

Only Linux has it, and the test command gets it only on Debian and Ubuntu, as root. Elsewhere that
part of the tests is left out, and both the command and pytest say why.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .browser import apt_install
from .display import virtual_display
from .errors import BrowserNotFoundError
from .progress import Reporter, Silent

if TYPE_CHECKING:
    from selenium.webdriver import WebKitGTK

DRIVER = "WebKitWebDriver"
# With WebGL2 in software, and what plays MP4 and WebM, where apt-get brings no recommendations.
PACKAGES = (
    "webkit2gtk-driver",
    "xvfb",
    "libgl1-mesa-dri",
    "libegl1",
    "gstreamer1.0-plugins-good",
    "gstreamer1.0-libav",
)
# MiniBrowser is for those who test WebKit, so it is on no PATH. The newest first.
_PLACES = ("lib/*/webkit*gtk-*", "lib64/webkit*gtk-*", "libexec/webkit*gtk-*")
_ENVIRONMENT = {
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "GDK_BACKEND": "x11",
    # As root in a container there are no namespaces for a sandbox, and no bus for accessibility.
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    "NO_AT_BRIDGE": "1",
    "GTK_A11Y": "none",
}


def missing() -> str:
    """What is not there of what a session needs, in words; "" where all is."""
    if sys.platform != "linux":
        return "WebKitGTK runs on Linux only"
    found = {
        f"{DRIVER} (webkit2gtk-driver)": shutil.which(DRIVER),
        "MiniBrowser (libwebkit2gtk)": _mini_browser(),
        "Xvfb": shutil.which("Xvfb"),
    }
    absent = [name for name, path in found.items() if path is None]
    return f"{', '.join(absent)} missing" if absent else ""


def ensure_webkit(reporter: Reporter | None = None) -> bool:
    """Whether Safari's engine is there; gets it on Debian, as root. Elsewhere it says what is left
    out."""
    report: Reporter = reporter if reporter is not None else Silent()
    if missing() and sys.platform == "linux":
        apt_install(PACKAGES, report)
    said = missing()
    if said:
        report.note(
            f"Tests in Safari's engine are left out: {said}. On Debian and Ubuntu: apt-get install "
            f"{' '.join(PACKAGES)}."
        )
    return not said


def _mini_browser() -> Path | None:
    found = (path for place in _PLACES for path in Path("/usr").glob(f"{place}/MiniBrowser"))
    return max(found, default=None)


@contextmanager
def webkit() -> Iterator[WebKitGTK]:
    """A session of WebKitGTK in a virtual display, while the block runs. There is one at a time."""
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.options import Options
    from selenium.webdriver.webkitgtk.service import Service

    said = missing()
    if said:
        raise BrowserNotFoundError(f"No WebKitGTK: {said}.")
    options = Options()
    options.binary_location = str(_mini_browser())
    options.add_argument("--automation")
    with virtual_display() as display:
        environment = {**os.environ, **_ENVIRONMENT, "DISPLAY": display}
        service = Service(executable_path=str(shutil.which(DRIVER)), env=environment)
        driver = webdriver.WebKitGTK(options=options, service=service)
        try:
            yield driver
        finally:
            driver.quit()
