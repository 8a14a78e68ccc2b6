"""What the bench can measure, and against whom: tables. Runs on a bare Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..errors import ToolError

Kind = Literal["warm", "cold", "visit", "block"]


@dataclass(frozen=True)
class Side:
    """A library as it is run: what its column is called, and what exactly it is.

    visit: its page in bench_page/visits. backend: what computes for ours. webgl: it needs that.
    """

    name: str
    title: str
    long: str
    visit: str
    backend: str = ""
    webgl: bool = True


SIDES = {
    side.name: side
    for side in (
        Side("ours", "pyface_web", "pyface_web with what it chooses here by itself", "ours.html",
             webgl=False),
        Side("ours-worker", "ours, worker", "pyface_web in a worker", "ours.html?worker",
             webgl=False),
        Side("ours-wasm", "pyface_web WASM", "pyface_web, WebAssembly with SIMD, one thread",
             "ours.html?backend=wasm", "wasm", webgl=False),
        Side("ours-webgl", "pyface_web WebGL", "pyface_web, WebGL2", "ours.html?backend=webgl",
             "webgl"),
        Side("oracle", "face-api.js", "face-api.js 0.22.2, WebGL", "oracle.html"),
        Side("fork", "fork WebGL", "@vladmandic/face-api 1.7.15, WebGL", "fork.html"),
        Side("fork-wasm", "fork WASM", "@vladmandic/face-api 1.7.15, WASM with SIMD, one thread",
             "fork-wasm.html", webgl=False),
    )
}  # fmt: skip
# A visit may leave the choice to the page, too, and the worker; all else is measured with each
# backend by name.
OURS_IN_VISITS = "ours"
OURS_IN_WORKER = "ours-worker"
OURS = {side.backend: side.name for side in SIDES.values() if side.backend}
BACKENDS = tuple(OURS)
RIVALS = tuple(
    name for name in SIDES if name not in (OURS_IN_VISITS, OURS_IN_WORKER, *OURS.values())
)


@dataclass(frozen=True)
class Case:
    """One row. verb: a verb of sides.js, which a rival may lack. picture: JavaScript that makes its
    input, with pictures.js as `pictures`. models: what is loaded, where that is part of the case.
    alone: no rival does that; see what it costs beside the row without it.
    """

    name: str
    kind: Kind
    title: str
    verb: str = ""
    picture: str = ""
    models: tuple[str, ...] = ()
    alone: bool = False


_SAMPLE = "pictures.sample('sample1')"
_FILM = "pictures.square('sample4', [950, 120, 400], 480)"  # stands still: exact counts
_SMALL = "pictures.resized('sample1', 416, 277)"  # its upload costs next to nothing
CASES = {
    case.name: case
    for case in (
        # given6 is what the chain does after its detector, from one picture; crops6 is the
        # low-level way, from canvases that the page has cut already.
        Case("tiny", "warm", "tiny detector 416, img 1920x1280", "tiny", _SAMPLE),
        Case("ssd", "warm", "SSD MobileNetV1, img 1920x1280", "ssd", _SAMPLE),
        Case("recognition", "warm", "recognition, one face 150x150", "recognition",
             "pictures.square('sample1', [700, 380, 260], 150)"),
        Case("given6", "warm", "landmarks + descriptors, 6 given boxes", "given",
             "pictures.sixGiven()"),
        Case("crops6", "warm", "landmarks + descriptors, list of 6 crops", "crops",
             "pictures.sixCrops()"),
        Case("chain3", "warm", "SSD + landmarks + descriptors, 3 faces", "chain", _SAMPLE),
        Case("chain6", "warm", "SSD + landmarks + descriptors, 6 faces", "chain",
             "pictures.sixFaces()"),
        Case("upright3", "warm", "chain3 with faces turned upright, as is the default", "upright",
             _SAMPLE, alone=True),
        Case("turned", "warm", "SSD, all four orientations, canvas 1920x1280 upside down", "turned",
             "pictures.turned('sample1')", alone=True),
        Case("tiled", "warm", "SSD, whole and in tiles, from 32 px on, img 1920x1280", "tiled",
             _SAMPLE, alone=True),
        Case("track", "warm", "track, 3 frames, tiny 224 + landmarks, a face, canvas 480x480",
             "track", _FILM, alone=True),
        Case("track-once", "warm", "track, as above, with refine off", "glance", _FILM,
             alone=True),
        Case("mtcnn", "warm", "MTCNN from 40 px on, group of 10, 1290x980", "mtcnn",
             "pictures.group()"),
        Case("mtcnn-img", "warm", "MTCNN from 40 px on, img 1920x1280", "mtcnn",
             "pictures.sample('sample3')"),
        Case("looks6", "warm", "expressions + age and gender, list of 6 crops", "looks",
             "pictures.sixCrops()"),
        Case("cold-tiny", "cold", "tiny, first call after loading", "tiny", _SAMPLE,
             ("tiny_face_detector",)),
        Case("cold-ssd", "cold", "SSD, first call after loading", "ssd", _SAMPLE,
             ("ssd_mobilenetv1",)),
        Case("visit", "visit", "navigation to first tiny detection, cold and cached"),
        Case("block-tiny", "block", "tiny, img 1920x1280", "tiny", _SAMPLE),
        Case("block-tiny-small", "block", "tiny, canvas 416x277", "tiny", _SMALL),
        Case("block-ssd", "block", "SSD, img 1920x1280", "ssd", _SAMPLE),
        Case("block-ssd-small", "block", "SSD, canvas 416x277", "ssd", _SMALL),
        Case("block-chain3", "block", "SSD + landmarks + descriptors, 3 faces", "chain", _SAMPLE),
    )
}  # fmt: skip
DEFAULT = tuple(CASES)
# Firefox is there as a second WebGL; it reports no long tasks, and visits need Chromium's profile.
FIREFOX_KINDS: tuple[Kind, ...] = ("warm", "cold")
FIREFOX_DEFAULT = ("tiny", "ssd")


@dataclass(frozen=True)
class Line:
    """A line between the visitor and a host, as the browser imitates it: what comes over it in a
    second, and how long each answer takes to begin. 0: no limit.
    """

    name: str
    title: str
    bits: float = 0.0
    milliseconds: float = 0.0


LINES = {
    line.name: line
    for line in (
        Line("localhost", "no limit"),
        Line("50", "50 Mbit/s, 20 ms", 50e6, 20),
        Line("10", "10 Mbit/s, 40 ms", 10e6, 40),
        Line("1.6", "1.6 Mbit/s, 150 ms", 1.6e6, 150),
    )
}

# name for --profile -> name for loadPyface
PROFILED = {
    "tiny": "tiny_face_detector",
    "ssd": "ssd_mobilenetv1",
    "landmarks": "face_landmark_68",
    "recognition": "face_recognition",
    "expressions": "face_expression",
    "age": "age_gender",
}


def chosen(only: Sequence[str] | None, browser: str) -> tuple[str, ...]:
    """Names of the cases to run: those asked for, or all that this browser is measured with.

    Raises ToolError for one that it cannot run.
    """
    if browser != "firefox":
        return tuple(only or DEFAULT)
    names = tuple(only or FIREFOX_DEFAULT)
    refused = [name for name in names if CASES[name].kind not in FIREFOX_KINDS]
    if refused:
        raise ToolError(f"These cases need Chromium, leave them out: {', '.join(refused)}")
    return names


def check_webgl(renderer: str, sides: Sequence[str]) -> None:
    """Raise ToolError where one of these sides needs WebGL2, and there is no renderer."""
    if not renderer and any(SIDES[side].webgl for side in sides):
        raise ToolError(
            "This browser has no WebGL2. What needs none can be measured in it: "
            "--backend wasm --against fork-wasm"
        )


def of_kind(names: Sequence[str], kind: Kind) -> list[Case]:
    """The cases of a kind among these names, in the order of the table."""
    return [case for case in CASES.values() if case.name in names and case.kind == kind]
