"""`build.py bench`: pyface_web and face-api.js in one page, in turns; counts and ratios.

Counts (draws, GL calls, programs, texture bytes, readbacks) are exact and repeatable. Times are
not, so both sides run alternately and only their ratio is worth quoting.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from .assets import ROOT, path_of, write_whole
from .browser import launch
from .cli import add_bench_arguments
from .errors import ToolError
from .serve import serve_folder

_PAGE = Path(__file__).with_name("bench_page")
_ORACLE = "oracle/face-api.min.js"
_BLANK = "<!doctype html><title>bench</title>"
_MODELS = ["tiny_face_detector", "ssd_mobilenetv1", "face_landmark_68", "face_recognition"]

# name, function of bench.js, JavaScript that makes its picture
_WARM = (
    ("tiny detector 416, img 1920x1280", "tiny", "bench.loadImage('images/sample1.jpg')"),
    ("SSD MobileNetV1, img 1920x1280", "ssd", "bench.loadImage('images/sample1.jpg')"),
    ("recognition, one face 150x150", "recognition",
     "bench.square('images/sample1.jpg', [700, 380, 260], 150)"),
    ("SSD + landmarks + descriptors, 3 faces", "chain", "bench.loadImage('images/sample1.jpg')"),
    ("SSD + landmarks + descriptors, group", "chain",
     "bench.twoPictures('images/sample1.jpg', 'images/sample3.jpg')"),
)  # fmt: skip
_COLD = (
    ("tiny, first call", "tiny", ["tiny_face_detector"]),
    ("SSD, first call", "ssd", ["ssd_mobilenetv1"]),
)
_COUNTS = (
    ("draws", "draws"),
    ("readbacks", "readbacks"),
    ("GL calls", "calls"),
    ("programs so far", "programs"),
    ("texture MB", "textureBytes"),
)


@contextmanager
def _blank_pages(gpu: bool) -> Iterator[tuple[Browser, str]]:
    """A browser and the address of an empty page beside dist/, with the oracle under /oracle/."""
    extra = {"/oracle/": path_of(_ORACLE).parent, "/bench/": _PAGE}
    with serve_folder(ROOT / "dist", extra=extra) as url, sync_playwright() as playwright:
        browser = launch(playwright, gpu=gpu)
        try:
            yield browser, url
        finally:
            browser.close()


def _open(browser: Browser, url: str) -> Page:
    """A fresh page with bench.js as `bench` and every GL call counted."""
    page = browser.new_context().new_page()
    page.set_default_timeout(600_000)
    page.add_init_script(path=_PAGE / "count_gl.js")
    page.route("**/blank.html", lambda r: r.fulfill(body=_BLANK, content_type="text/html"))
    page.goto(url + "blank.html")
    page.evaluate("async () => { window.bench = await import('/bench/bench.js'); }")
    return page


def measure_warm(browser: Browser, url: str, rounds: int) -> list[dict[str, Any]]:
    """Every case of _WARM with both sides in one page."""
    page = _open(browser, url)
    page.evaluate(
        """async (models) => {
          window.oracle = await bench.loadOracle(models);
          window.ours = await bench.loadOurs(models);
        }""",
        _MODELS,
    )
    results = []
    for title, name, picture in _WARM:
        _note(title)
        result = page.evaluate(
            f"async (rounds) => bench.warm(ours, oracle, '{name}', await {picture}, rounds)", rounds
        )
        results.append({"title": title, **result})
    page.context.close()
    return results


def measure_cold(browser: Browser, url: str, repeats: int = 3) -> list[dict[str, Any]]:
    """First calls after loading, each in a fresh page; the sides take turns."""
    results = []
    for title, name, models in _COLD:
        times: dict[str, list[float]] = {"ours": [], "oracle": []}
        for _ in range(repeats):
            for side, load in (("ours", "loadOurs"), ("oracle", "loadOracle")):
                _note(f"{title}, {side}")
                page = _open(browser, url)
                answer = page.evaluate(
                    f"""async (models) => {{
                      const side = await bench.{load}(models);
                      const picture = await bench.loadImage('images/sample1.jpg');
                      return bench.cold(side, '{name}', picture);
                    }}""",
                    models,
                )
                times[side].append(answer["ms"])
                page.context.close()
        results.append({"title": title, "times": times})
    return results


def machine(browser: Browser, url: str) -> dict[str, Any]:
    """What the numbers were measured on."""
    page = _open(browser, url)
    renderer = page.evaluate(
        """() => {
          const gl = document.createElement('canvas').getContext('webgl2');
          const info = gl?.getExtension('WEBGL_debug_renderer_info');
          return gl ? gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) : null;
        }"""
    )
    page.context.close()
    if renderer is None:
        raise ToolError("This browser has no WebGL2, so there is nothing to measure.")
    return {
        "browser": f"Chromium {browser.version}",
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


def report(numbers: dict[str, Any]) -> str:
    """The numbers as text."""
    lines = [", ".join(f"{key}: {value}" for key, value in numbers["machine"].items()), ""]
    lines.append(f"{'':44}{'pyface_web':>12}{'face-api.js':>12}{'ratio':>8}")
    for result in (*numbers["warm"], *numbers["cold"]):
        ours, oracle = (median(result["times"][side]) for side in ("ours", "oracle"))
        lines.append(f"{result['title']:44}{ours:>9.0f} ms{oracle:>9.0f} ms{oracle / ours:>7.1f}x")
        for label, key in _COUNTS:
            if "counts" in result:
                a, b = (_count(key, result["counts"][side][key]) for side in ("ours", "oracle"))
                lines.append(f"    {label:40}{a:>12}{b:>12}")
        if "found" in result:
            a, b = (str(result["found"][side]) for side in ("ours", "oracle"))
            lines.append(f"    {'result (faces, or length)':40}{a:>12}{b:>12}")
    return "\n".join(lines)


def _count(key: str, value: int) -> str:
    return f"{value / 1e6:.1f}" if key == "textureBytes" else f"{value:,}"


def _note(text: str) -> None:
    print(f"  measuring {text}", file=sys.stderr, flush=True)


def main(argv: Sequence[str]) -> int:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="build.py bench", allow_abbrev=False)
    add_bench_arguments(parser)
    arguments = parser.parse_args(argv)
    with _blank_pages(arguments.gpu) as (browser, url):
        numbers = {
            "machine": machine(browser, url),
            "warm": measure_warm(browser, url, arguments.rounds),
            "cold": measure_cold(browser, url),
        }
    print(report(numbers))
    if arguments.json is not None:
        write_whole(arguments.json, (json.dumps(numbers, indent=1) + "\n").encode())
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ToolError as problem:
        sys.exit(f"error: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
