"""Safari's engine where this machine may have it: WebKitGTK's MiniBrowser, driven by WebDriver.

Only Linux has it, and the test command gets it only on Debian and Ubuntu, as root. Elsewhere that
part of the tests is left out, and both the command and pytest say why.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from pyface_files.progress import Reporter, Silent

from .browser import apt_install
from .display import ending_together, virtual_display
from .errors import BrowserNotFoundError

if TYPE_CHECKING:
    from selenium.webdriver.remote.webdriver import WebDriver

DRIVER = "WebKitWebDriver"
START = 60  # seconds in which it answers
ANSWER = 150  # seconds for one command; more than any call into a page may take
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
def webkit() -> Iterator[WebDriver]:
    """A session of WebKitGTK in a virtual display, while the block runs. There is one at a time.

    No command waits for more than ANSWER seconds, whatever the page does. All its processes end
    with the block, and with this process where that is killed.
    """
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.common.utils import free_port, is_connectable
    from selenium.webdriver.remote.client_config import ClientConfig
    from selenium.webdriver.remote.remote_connection import RemoteConnection
    from selenium.webdriver.remote.webdriver import WebDriver
    from selenium.webdriver.webkitgtk.options import Options
    from urllib3.exceptions import HTTPError

    said = missing()
    if said:
        raise BrowserNotFoundError(f"No WebKitGTK: {said}.")
    options = Options()
    options.binary_location = str(_mini_browser())
    options.add_argument("--automation")
    port = free_port()
    command = [str(shutil.which(DRIVER)), f"--port={port}"]
    with virtual_display() as display:
        environment = {**os.environ, **_ENVIRONMENT, "DISPLAY": display}
        with ending_together(command, environment) as process:
            if not _holds(lambda: process.poll() is not None or is_connectable(port)):
                raise BrowserNotFoundError(f"{DRIVER} did not answer in {START} s.")
            config = ClientConfig(
                f"http://localhost:{port}",
                timeout=ANSWER,
                # What was not answered once is not asked again.
                init_args_for_pool_manager={"init_args_for_pool_manager": {"retries": False}},
            )
            try:
                driver = WebDriver(RemoteConnection(client_config=config), options=options)
            except (WebDriverException, HTTPError) as error:
                raise BrowserNotFoundError(f"WebKitGTK could not be started: {error}") from error
            yield driver  # never asked to quit, which a browser that hangs would not


def _holds(condition: Callable[[], bool]) -> bool:
    """Whether it does within START seconds."""
    end = monotonic() + START
    while not condition():
        if monotonic() > end:
            return False
        sleep(0.05)
    return True
