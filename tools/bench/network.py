"""`--network`: visits over a line with a speed, from a host that compresses: bytes and times.

The browser imitates the line (Chromium's own throttling), for pages and their workers alike; that
it does is measured with a file of known size. Files come over HTTP/1.1, six at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from playwright.sync_api import Page

from .cases import LINES, OURS_IN_VISITS, OURS_IN_WORKER, Line
from .compression import ENCODINGS, sent
from .host import Host, Request, open_host
from .page import Lab
from .progress import note
from .visits import address_of, visit_in_turn

VISITS = ("first visit", "second visit")
PROBE = "models/tiny_face_detector_model-shard1"  # which no host compresses
_OF_THE_PAGE = ("bench/", "images/")  # the page and its picture, which are the visitor's wish
_PROBE = """async (address) => {
  const code = `onmessage = async ({ data }) => {
    const start = performance.now();
    await (await fetch(data, { cache: "no-store" })).arrayBuffer();
    postMessage(performance.now() - start);
  }`;
  const worker = new Worker(URL.createObjectURL(new Blob([code])));
  const inWorker = await new Promise((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.postMessage(address);
  });
  worker.terminate();
  const start = performance.now();
  await (await fetch(address, { cache: "no-store" })).arrayBuffer();
  return { page: performance.now() - start, worker: inWorker };
}"""
_STAGES = """() => {
  const entries = (type) => performance.getEntriesByType(type);
  return [
    ...entries("resource").filter(({ encodedBodySize }) => encodedBodySize > 1e5)
      .map(({ name, startTime, responseEnd }) => [new URL(name).pathname, startTime, responseEnd]),
    ...entries("measure").map(({ name, startTime, duration }) => [
      name.replace("pyface_web: ", ""), startTime, startTime + duration]),
  ];
}"""


def measure_network(
    lab: Lab, lines: Sequence[str], sides: Sequence[str], rounds: int, encoding: str
) -> dict[str, Any]:
    """What each visit asks for, and how long it takes over each line; the sides take turns.

    lines: of LINES. sides: rivals; ours in a page and in a worker are there as well.
    """
    sides = [OURS_IN_VISITS, OURS_IN_WORKER, *sides]
    with open_host(encoding) as host:
        # Which has the host compress everything, too, before anything is timed.
        bytes_of = {side: [files for _, files in _visits(lab, host, side)] for side in sides}
        times = [_over(lab, host, LINES[name], sides, rounds) for name in lines]
    return {
        "encoding": encoding,
        "bytes": [
            {"title": title, "files": {side: bytes_of[side][i] for side in sides}}
            for i, title in enumerate(VISITS)
        ],
        "lines": times,
    }


def count_visit(lab: Lab, host: Host, side: str) -> list[dict[str, Any]]:
    """The files that a first visit of a side takes to its first face; see `files_of`."""
    [(_, files)] = _visits(lab, host, side, count=1)
    return files


def files_of(requests: Sequence[Request]) -> list[dict[str, Any]]:
    """Name, bytes as they lie and as they are sent by each encoding, the largest first. Without the
    page's own: itself and its picture."""
    files = [
        {
            "name": request.name,
            "bytes": request.path.stat().st_size,
            **{encoding: len(sent(request.path, encoding)) for encoding in ENCODINGS},
        }
        for request in requests
        if not request.name.startswith(_OF_THE_PAGE)
    ]
    return sorted(files, key=lambda file: -file["bytes"])


def _visits(
    lab: Lab, host: Host, side: str, line: Line = LINES["localhost"], count: int = len(VISITS)
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """For each visit: what shown.js says, with `stages`, and the files that it took."""
    asked = len(host.requests)
    address = address_of(host.url, side)
    visits = visit_in_turn(lab, address, count, lambda page: _slow_down(page, line))
    for page, visit in visits:
        origin = page.evaluate("() => performance.timeOrigin")
        requests = host.sent_until((origin + visit["ms"]) / 1000, asked)
        yield {**visit, "stages": page.evaluate(_STAGES)}, files_of(requests)
        asked = len(host.requests)


def _over(lab: Lab, host: Host, line: Line, sides: Sequence[str], rounds: int) -> dict[str, Any]:
    """Times of each visit over one line, and the stages of the visit with the median time."""
    seen: list[dict[str, list[dict[str, Any]]]] = [{side: [] for side in sides} for _ in VISITS]
    probe = _probe(lab, host, line)
    for _ in range(rounds):
        for side in sides:
            note(f"{line.title}, {side}")
            for of_side, (visit, _) in zip(seen, _visits(lab, host, side, line), strict=True):
                of_side[side].append(visit)
    return {
        "line": line.name,
        "title": line.title,
        "probe": probe,
        "visits": [
            {
                "title": f"{line.title}, {title}",
                "times": {side: [visit["ms"] for visit in of_side[side]] for side in sides},
                "found": {side: of_side[side][-1]["found"] for side in sides},
                "stages": _typical(of_side[OURS_IN_VISITS])["stages"],
            }
            for title, of_side in zip(VISITS, seen, strict=True)
        ],
    }


def _typical(visits: Sequence[dict[str, Any]]) -> dict[str, Any]:
    middle = median(visit["ms"] for visit in visits)
    return min(visits, key=lambda visit: abs(visit["ms"] - middle))


def _probe(lab: Lab, host: Host, line: Line) -> dict[str, float]:
    """How long a file of known size takes, and how long it should at least, in milliseconds."""
    context = lab.browser.new_context()
    try:
        page = context.new_page()
        page.goto(host.url + "bench/blank.html")
        _slow_down(page, line)
        seen: dict[str, float] = page.evaluate(_PROBE, host.url + PROBE)
        size = int(page.request.head(host.url + PROBE).headers["content-length"])
    finally:
        context.close()
    least = line.milliseconds + (size * 8 / line.bits * 1000 if line.bits else 0)
    return {"bytes": size, "least": least, **seen}


def _slow_down(page: Page, line: Line) -> None:
    """Have a page, and its workers, share a line."""
    if not line.bits:
        return
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": line.milliseconds,
            "downloadThroughput": line.bits / 8,
            "uploadThroughput": line.bits / 8,
        },
    )
