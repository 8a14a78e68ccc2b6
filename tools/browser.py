"""Launches the browsers of the tests and of the detect and bench commands; finds a Chromium:

$PYFACE_BROWSER -> Playwright's own -> one download by Playwright -> the system's
-> apt-get install chromium (as root on Debian and Ubuntu)
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from pyface_files.disk import write_whole
from pyface_files.progress import Reporter, Silent

from .assets import ROOT
from .display import virtual_display
from .errors import BrowserNotFoundError, ToolError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

VARIABLE = "PYFACE_BROWSER"
SYSTEM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
SHELL_NAMES = ("chromium-headless-shell", "chrome-headless-shell")
FIREFOX_NAMES = ("firefox-esr", "firefox")
FIREFOX_PACKAGES = ("firefox-esr", "xvfb", "libgl1-mesa-dri", "libegl1")  # WebGL2 in software
DOWNLOAD_SECONDS = 240.0
APT_SECONDS = 600.0
_MEMORY = ROOT / ".cache" / "browser.json"

_COMMON_ARGUMENTS = (
    "--use-gl=angle",
    "--ignore-gpu-blocklist",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
# Chromium watches a few allocations of a few processes, and notes the stack of each. Where Python
# runs on a stack of its own (JSPI) it reads past that stack's end: about one start of Python in a
# thousand ended so. Given as parameters, as a list of what is disabled would replace Playwright's.
_UNWATCHED = (
    "CDPScreenshotNewSurface",  # Playwright's, which this replaces
    "GwpAsanMalloc:ProcessSamplingProbability/0",
    "GwpAsanPartitionAlloc:ProcessSamplingProbability/0",
    "HeapProfilerReporting:stable-probability/0/nonstable-probability/0",
)
# A page of a test runs for seconds: Python's hottest functions are compiled once more, with all
# optimisations, only where they run ten times as long as Chromium would wait. Loops of kernels do
# at once. It saves a fifth of what a start of Python costs.
BRIEF = ("--js-flags=--wasm-tiering-budget=130000000",)
# Without a GPU each frame that a page paints waits for all that its nets draw, and they for it.
PAINT_ON_CPU = ("--disable-gpu-compositing",)
_HAS_FLOATS = """() => {
  const gl = document.createElement("canvas").getContext("webgl2");
  return Boolean(gl?.getExtension("EXT_color_buffer_float"));
}"""
_SOFTWARE_ARGUMENTS = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
_MESA_ARGUMENTS = ("--use-angle=gl-egl",)


def launch_arguments(*, gpu: bool = False, mesa: bool = False) -> list[str]:
    """Command line of Chromium: WebGL2 in software, the same everywhere, or on the GPU.

    mesa: in software by Linux's llvmpipe, if it is there. It draws two to three times as fast as
    SwiftShader, and keeps what it compiled on disk; it takes longer to compile.
    """
    features, arguments = [*_UNWATCHED], [*_COMMON_ARGUMENTS]
    if mesa:
        arguments += _MESA_ARGUMENTS
    elif not gpu:
        arguments += _SOFTWARE_ARGUMENTS
    elif sys.platform == "linux":  # headless Chromium reaches a Linux GPU through Vulkan
        arguments.append("--use-angle=vulkan")
        features.append("Vulkan")
    return [*arguments, f"--enable-features={','.join(features)}"]


def end_with(page: Page) -> None:
    """Have whoever waits for something in a page get an error once that crashes; without this
    Playwright waits for ever."""
    page.on("crash", lambda crashed: crashed.close(reason="the page crashed"))


def launch(
    playwright: Playwright,
    *,
    gpu: bool = False,
    mesa: bool = False,
    shell: bool = False,
    headless: bool = True,
    arguments: Sequence[str] = (),
) -> Browser:
    """A running browser with WebGL2, with more arguments if given; the caller closes it.

    shell: where it is there, the build of Chromium that has no windows at all. Its engine is the
    same, and a start of Python in a page takes two thirds of the CPU time.
    """
    own = str(find()) == playwright.chromium.executable_path
    return playwright.chromium.launch(
        # Given no path Playwright takes the shell that came with its own browser.
        executable_path=None if shell and own else find_shell() if shell else find(),
        headless=headless,
        args=[*launch_arguments(gpu=gpu, mesa=mesa), *arguments],
        env={**os.environ, "EGL_PLATFORM": "surfaceless"} if mesa else None,
    )


def launch_fast(
    playwright: Playwright, arguments: Sequence[str] = (), *, shell: bool = True
) -> Browser:
    """Chromium with WebGL2 by Mesa, or by SwiftShader where there is no Mesa; the caller closes it.

    Which one it is may decide how long something takes, and nothing else. shell: the build without
    windows, if it is there; it has no camera. ToolError where neither can draw to floats.
    """
    more = [*PAINT_ON_CPU, *BRIEF, *arguments]
    for mesa in (True, False):
        running = launch(playwright, mesa=mesa, shell=shell, arguments=more)
        page = running.new_page()
        usable = page.evaluate(_HAS_FLOATS)
        page.close()
        if usable:
            return running
        running.close()
    raise ToolError(f"{find()} draws to no float textures with WebGL2: install a newer Chromium")


def camera_arguments(film: Path) -> list[str]:
    """For `launch`: a camera that shows a film (.y4m) over and over.

    Pages still have to be allowed to use it: `context.grant_permissions(["camera"])`.
    """
    return ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]


def launch_profile(
    playwright: Playwright, folder: str, *, gpu: bool = False, extension: Path | None = None
) -> BrowserContext:
    """A browser that keeps its caches in this folder, as a visitor's does; the caller closes it.

    extension: folder of one that is installed in it.
    """
    more = [f"--disable-extensions-except={extension}", f"--load-extension={extension}"]
    return playwright.chromium.launch_persistent_context(
        folder,
        executable_path=find(),
        headless=True,
        ignore_default_args=["--disable-extensions"] if extension else None,
        args=[*launch_arguments(gpu=gpu), *(more if extension else [])],
    )


@contextmanager
def firefox(playwright: Playwright) -> Iterator[Browser]:
    """The system's Firefox, while the block runs: a second browser engine and a second WebGL.

    On Linux it runs in a virtual display: without one it has no WebGL.
    """
    path = find_firefox()
    with virtual_display() if sys.platform == "linux" else nullcontext("") as display:
        browser = playwright.firefox.launch(
            channel="moz-firefox",  # as released, not as Playwright patches it
            executable_path=path,
            headless=False,
            env={**os.environ, "DISPLAY": display},
            firefox_user_prefs={"webgl.force-enabled": True},
        )
        try:
            yield browser
        finally:
            browser.close()


def ensure_firefox(reporter: Reporter | None = None) -> bool:
    """Whether Firefox and, on Linux, its display are there; gets them on Debian, as root.

    Where that does not work it says what is missing, and what needs Firefox fails later.
    """
    report: Reporter = reporter if reporter is not None else Silent()
    if _missing_for_firefox():
        apt_install(FIREFOX_PACKAGES, report)
    missing = _missing_for_firefox()
    if missing:
        report.note(
            f"Tests in Firefox will fail: {' and '.join(missing)} missing. Install it so that it "
            f"is on the PATH (on Debian: apt-get install {' '.join(FIREFOX_PACKAGES)})."
        )
    return not missing


def _missing_for_firefox() -> list[str]:
    missing = [] if any(map(shutil.which, FIREFOX_NAMES)) else ["Firefox"]
    if sys.platform == "linux" and shutil.which("Xvfb") is None:
        missing.append("Xvfb")
    return missing


def find_firefox() -> Path:
    """Path of Firefox, without installing anything."""
    path = next((path for path in map(shutil.which, FIREFOX_NAMES) if path), None)
    if path is None:
        raise BrowserNotFoundError(
            "No Firefox found. Install it so that it is on the PATH (on Debian: apt-get install "
            "firefox-esr), or leave out --browser firefox."
        )
    return Path(path)


def find() -> Path:
    """Path of the browser, without installing anything."""
    named = os.environ.get(VARIABLE)
    if named:
        return _from_variable(named)
    known = _recall().get("path")
    if known and Path(known).exists():
        return Path(known)
    found = _system_browser()
    if found is None:
        raise BrowserNotFoundError(
            "No browser found. Run `python3 build.py test`, which gets one, or name a Chromium or "
            f"Chrome in the environment variable {VARIABLE}."
        )
    return found


def find_shell() -> Path:
    """Path of a Chromium without windows, or of the browser where there is none."""
    if os.environ.get(VARIABLE):
        return find()
    return next((Path(path) for path in map(shutil.which, SHELL_NAMES) if path), None) or find()


def ensure_shell(reporter: Reporter | None = None) -> None:
    """Get the Chromium without windows beside that of Debian, as root; tests go without, slower."""
    report: Reporter = reporter if reporter is not None else Silent()
    if find().name == SYSTEM_NAMES[0] and find_shell() == find():
        apt_install(SHELL_NAMES[:1], report)


def ensure_browser(python: Path, reporter: Reporter | None = None) -> Path:
    """Path of a browser; gets one where there is none. python: the one that has Playwright."""
    report: Reporter = reporter if reporter is not None else Silent()
    named = os.environ.get(VARIABLE)
    if named:
        return _from_variable(named)
    memory = _recall()
    if memory.get("path") and Path(memory["path"]).exists():
        return Path(memory["path"])
    found = (
        _playwright_browser(python, report, memory) or _system_browser() or _debian_browser(report)
    )
    if found is None:
        raise BrowserNotFoundError(
            "No browser found, and none could be installed. Install Chromium or Chrome so that it "
            f"is on the PATH, or name it in the environment variable {VARIABLE}."
        )
    report.note(f"Browser: {found}")
    _remember({**memory, "path": str(found)})
    return found


def _from_variable(named: str) -> Path:
    path = shutil.which(named)
    if path is None:
        raise BrowserNotFoundError(
            f"{VARIABLE} names {named!r}, which is not a program that can be run. Correct the "
            "variable, or unset it to let the browser be found."
        )
    return Path(path)


def _playwright_browser(python: Path, report: Reporter, memory: dict[str, str]) -> Path | None:
    """Playwright's own browser, downloaded once if need be; a failed download is not repeated."""
    version, path = _playwright_says(python)
    if path is None or path.exists():
        return path
    if memory.get("download_failed") == version:
        return None
    report.note(f"Getting a browser with Playwright (at most {DOWNLOAD_SECONDS:.0f} s)")
    said = _run([str(python), "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS)
    if said is None and path.exists():
        return path
    report.note(f"  that did not work ({said or 'the browser is not where it should be'})")
    memory["download_failed"] = version
    _remember(memory)
    return None


def _playwright_says(python: Path) -> tuple[str, Path | None]:
    """Playwright's version, and where it keeps its Chromium, there or not."""
    script = (
        "import json, importlib.metadata\n"
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p:\n"
        "    print(json.dumps([importlib.metadata.version('playwright'),"
        " p.chromium.executable_path]))\n"
    )
    result = subprocess.run([str(python), "-c", script], capture_output=True, text=True)
    if result.returncode != 0:
        return "", None
    version, path = json.loads(result.stdout)
    return version, Path(path)


def _system_browser() -> Path | None:
    places = [shutil.which(name) for name in SYSTEM_NAMES]
    if sys.platform == "darwin":
        places.append("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    if os.name == "nt":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            folder = os.environ.get(variable)
            if folder:
                places.append(f"{folder}\\Google\\Chrome\\Application\\chrome.exe")
    return next((Path(place) for place in places if place and Path(place).exists()), None)


def _debian_browser(report: Reporter) -> Path | None:
    return _system_browser() if apt_install(["chromium"], report) else None


def apt_install(packages: Sequence[str], report: Reporter) -> bool:
    """Whether these packages of Debian are there now; False where this may not install any."""
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    report.note(f"Installing {', '.join(packages)} with apt-get")
    for command in ([apt, "update", "-qq"], [apt, "install", "-y", "-qq", *packages]):
        said = _run(command, APT_SECONDS)
        if said is not None:
            report.note(f"  {' '.join(command)} did not work ({said})")
            return False
    return True


def _run(command: list[str], seconds: float) -> str | None:
    """Run a command; None when it worked, else its last words."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return f"not done after {seconds:.0f} s"
    if result.returncode == 0:
        return None
    lines = [line.strip() for line in (result.stderr or result.stdout).splitlines()]
    errors = [line for line in lines if "error" in line.lower()]
    return next((line for line in [*errors, *reversed(lines)] if line), "no message")


def _recall() -> dict[str, str]:
    try:
        memory: dict[str, str] = json.loads(_MEMORY.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return memory


def _remember(memory: dict[str, str]) -> None:
    write_whole(_MEMORY, json.dumps(memory).encode())
