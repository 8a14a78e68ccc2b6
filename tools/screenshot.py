"""Makes docs/index.png, the picture of the first page in the README.

python3 -m tools.screenshot [--gpu] [FILE]: builds dist/, opens the page in a headless browser as a
visitor would, names two people, and takes the picture once they are recognised by the other
detector. Runs itself again in the virtual environment, which has Playwright.

python3 -m tools.screenshot --demos [NAME ...]: the pictures of the demos index; see demo_shots.py.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from pyface_files.errors import FilesError
from pyface_files.progress import Console

from .assets import ROOT
from .browser import ensure_browser, launch
from .dist import build_dist
from .environment import ensure_environment
from .serve import serve_folder

WIDTH = 1280
SAMPLE = 5
NAMES = {0: "Ada", 1: "Grace"}  # number of the face in the list -> name
PATIENCE = 120_000  # milliseconds
_INSIDE = "PYFACE_SCREENSHOT_INSIDE"  # set for the run in the environment


def take(target: Path, *, gpu: bool) -> None:
    """Take the picture; dist/ must be there."""
    from playwright.sync_api import expect, sync_playwright

    with serve_folder(ROOT / "dist") as url, sync_playwright() as playwright:
        browser = launch(playwright, gpu=gpu)
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        page.set_default_timeout(PATIENCE)
        page.goto(url)
        main = page.locator("main")
        idle = ("aria-busy", "false")
        expect(main).to_have_attribute(*idle, timeout=PATIENCE)
        page.locator(".thumb").nth(SAMPLE - 1).click()
        expect(main).to_have_attribute(*idle, timeout=PATIENCE)
        for index, name in NAMES.items():
            face = page.locator(".face").nth(index)
            face.get_by_role("textbox").fill(name)
            face.get_by_role("button").click()
            expect(page.locator(".person")).to_have_count(index + 1)
        page.locator(".segments label").last.click()  # SSD, once to load it, then warm
        expect(main).to_have_attribute(*idle, timeout=PATIENCE)
        page.locator("#input-size").dispatch_event("change")
        expect(main).to_have_attribute(*idle, timeout=PATIENCE)
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        end = page.locator("#faces").bounding_box()
        assert end is not None
        clip = {"x": 0.0, "y": 0.0, "width": float(WIDTH), "height": end["y"] + end["height"] + 32}
        target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target, full_page=True, clip=clip)  # type: ignore[arg-type]
        browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tools.screenshot", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "docs" / "index.png")
    parser.add_argument("--demos", nargs="*", metavar="NAME", help="these demos instead, or all")
    parser.add_argument("--gpu", action="store_true", help="run WebGL2 on the GPU, not in software")
    arguments = parser.parse_args()
    if os.environ.get(_INSIDE) and arguments.demos is not None:
        from .demo_shots import take_demos

        take_demos(arguments.demos)
        return 0
    if os.environ.get(_INSIDE):
        take(arguments.file, gpu=arguments.gpu)
        print(arguments.file)
        return 0
    console = Console()
    try:
        python = ensure_environment(ROOT, "dev", console)
        ensure_browser(python, console)
        build_dist(ROOT, console)
    except FilesError as error:
        console.note(f"error: {error}")
        return 1
    console.close()
    # The caller's folder stays the working folder, so that FILE means what it says.
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, _INSIDE: "1"}
    command = [str(python), "-m", "tools.screenshot", *sys.argv[1:]]
    return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
