"""`build.py detect`: the page's own pipeline, in a headless browser, on image files.

The browser loads dist/ from this machine, decodes each file (with its orientation), and runs
detect_in_page.py in Pyodide on it. What comes back is JSON and, if wanted, the annotated picture.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError, Page, sync_playwright

from pyface_files.disk import write_whole

from .assets import ROOT
from .browser import end_with, launch
from .cli import add_detect_arguments, run_as_module
from .errors import ToolError
from .serve import serve_folder

BAD_IMAGE = 2
_BLANK_PAGE = "detect.html"
_BLANK_HTML = "<!doctype html><title>detect</title><input id=file type=file>"
_IN_PAGE = Path(__file__).with_name("detect_in_page.py")
_DETECTORS = {"tiny": "tiny_face_detector", "ssd": "ssd_mobilenetv1", "mtcnn": "mtcnn"}

_LOAD = """async ([options, source]) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const { pyodide } = await loadPyface(options);
  await pyodide.runPythonAsync(source);
  window.findFaces = pyodide.globals.get("find_faces");
}"""

_FIND = """async ([settings, annotate]) => {
  const file = document.getElementById("file").files[0];
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (error) {
    return { unreadable: error.message };
  }
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  if (annotate) canvas.getContext("2d").drawImage(bitmap, 0, 0);
  const found = JSON.parse(
    await window.findFaces(bitmap, settings, annotate ? canvas : undefined));
  bitmap.close();
  if (!annotate) return { found };
  return { found, picture: canvas.toDataURL("image/png").split(",")[1] };
}"""


class BadImageError(ToolError):
    """A file that the browser cannot read as an image, or that the pipeline refuses."""


class Detector:
    """A page with the pipeline loaded; makes itself a new page when the old one is lost."""

    def __init__(
        self, url: str, new_page: Any, models: Sequence[str], backend: str | None = None
    ) -> None:
        self._url = url
        self._new_page = new_page
        self._options = {"models": list(models), "backend": backend}
        self._page: Page | None = None

    def find(
        self, file: Path, settings: dict[str, Any], *, annotate: bool
    ) -> tuple[dict[str, Any], bytes | None]:
        """What find_faces gives for this file, and the annotated PNG."""
        if not file.is_file():
            raise BadImageError("there is no such file")
        page = self._page if self._page is not None else self._open()
        try:
            page.set_input_files("#file", file)
            answer = page.evaluate(_FIND, [json.dumps(settings), annotate])
        except PlaywrightError as error:
            if page.is_closed() or "crashed" in error.message:
                self._page = None
            raise BadImageError(_last_line(error.message)) from None
        if "unreadable" in answer:
            raise BadImageError(f"not an image that the browser reads ({answer['unreadable']})")
        picture = answer.get("picture")
        return answer["found"], base64.b64decode(picture) if picture else None

    def _open(self) -> Page:
        page: Page = self._new_page()
        end_with(page)
        page.route(
            f"**/{_BLANK_PAGE}",
            lambda route: route.fulfill(body=_BLANK_HTML, content_type="text/html"),
        )
        page.goto(self._url + _BLANK_PAGE)
        try:
            page.evaluate(_LOAD, [self._options, _IN_PAGE.read_text(encoding="utf-8")])
        except PlaywrightError as error:
            raise ToolError(
                f"The page could not load the pipeline: {error.message}\n"
                "Try `python3 build.py serve` and look at the page's messages."
            ) from None
        self._page = page
        return page


@contextmanager
def open_detector(
    dist: Path, models: Sequence[str], backend: str | None = None
) -> Iterator[Detector]:
    """A detector on this dist/, with its own server and browser. backend: as of loadPyface."""
    with serve_folder(dist) as url, sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield Detector(url, browser.new_page, models, backend)
        finally:
            browser.close()


def main(argv: Sequence[str], dist: Path = ROOT / "dist") -> int:
    """Find the faces of all files; returns 2 if one of them could not be read, else 0."""
    parser = argparse.ArgumentParser(prog="build.py detect", allow_abbrev=False)
    add_detect_arguments(parser)
    arguments = parser.parse_args(argv)
    landmarks: bool = arguments.landmarks or arguments.descriptors
    settings = {
        "detector": arguments.detector,
        "landmarks": landmarks,
        "descriptors": arguments.descriptors,
        "expressions": arguments.expressions,
        "age_gender": arguments.age_gender,
        "min_face_size": arguments.min_face_size,
        "min_score": arguments.min_score,
        "input_size": arguments.input_size,
    }
    models = [_DETECTORS[arguments.detector]]
    models += ["face_landmark_68"] * landmarks + ["face_recognition"] * arguments.descriptors
    models += ["face_expression"] * arguments.expressions + ["age_gender"] * arguments.age_gender
    results = []
    status = 0
    pictures: set[Path] = set()
    with open_detector(dist, models, arguments.backend) as detector:
        for file in arguments.images:
            try:
                found, picture = detector.find(
                    file, settings, annotate=arguments.annotated is not None
                )
            except BadImageError as error:
                print(f"{file}: {error}", file=sys.stderr)
                status = BAD_IMAGE
                continue
            results.append({"file": str(file), **found})
            if picture is not None:
                target = picture_path(arguments.annotated, file, pictures)
                pictures.add(target)
                write_whole(target, picture)
    text = json.dumps(results, indent=1) + "\n"
    if arguments.json is None:
        sys.stdout.write(text)
    else:
        write_whole(arguments.json, text.encode())
    return status


def picture_path(folder: Path, file: Path, taken: set[Path]) -> Path:
    """Where the annotated picture goes: the file's name as PNG, numbered if two files share it."""
    target = folder / f"{file.stem}.png"
    number = 2
    while target in taken:
        target = folder / f"{file.stem}-{number}.png"
        number += 1
    return target


def _last_line(message: str) -> str:
    """The line that says what went wrong; a Python traceback has it at its end."""
    lines = [line.strip() for line in message.splitlines()]
    lines = [line for line in lines if line and not line.startswith("at ")]
    return lines[-1] if lines else "the page gave no reason"


if __name__ == "__main__":
    run_as_module(main)
