"""The panel of `?debug=`: what the engine does, under the page that does it.

    1  the device, and what was loaded     3  the plan of the chosen net
    2  the draws of a net by cost          4  the GLSL of its programs
                                           5  the range of every op's values

Any page can have it: run this file in a namespace of its own when Python is ready, and await
show(level, parent). page/boot.js does so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import js
from js import document
from pyodide.ffi import create_proxy

import pyface_web as faceapi

SAMPLE = "images/sample1.jpg"  # what a net sees for the ranges, until a picture is chosen
REPEATS = 5  # a net of 300 ms is profiled in some seconds


def tag(name: str, text: str = "", *children: Any, **attributes: str) -> Any:
    """An element; attributes as in HTML, with `class_` for class."""
    made = document.createElement(name)
    made.textContent = text
    for key, value in attributes.items():
        made.setAttribute(key.strip("_").replace("_", "-"), value)
    made.append(*children)
    return made


def table(title: str, heads: Iterable[str], rows: Iterable[Iterable[str]], total: Any = ()) -> Any:
    """A table that scrolls by itself, by keyboard too. Heads that end in # are of numbers."""
    heads = list(heads)
    kinds = ["number" if head.endswith("#") else "text" for head in heads]

    def row(cells: Iterable[str], name: str = "td") -> Any:
        made = tag("tr")
        for cell, kind in zip(cells, kinds, strict=True):
            made.append(tag(name, cell, class_=kind))
        return made

    body = tag("tbody", "", *map(row, rows))
    made = tag("table", "", tag("thead", "", row((h.rstrip("#") for h in heads), "th")), body)
    if total:
        made.append(tag("tfoot", "", row(total)))
    return tag("div", "", made, class_="scroll", tabindex="0", role="region", aria_label=title)


def folded(title: str, *content: Any, open: bool = False) -> Any:
    """A part of the panel that can be folded away."""
    made = tag("details", "", tag("summary", title), *content)
    made.open = open
    return made


def size(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape[1:]))


def source(text: str, title: str) -> Any:
    return tag("pre", text, class_="scroll", tabindex="0", role="region", aria_label=title)


# --- level 1


async def device() -> Any:
    """Which backend runs on what, what that can do, and what memory it holds."""
    facts = {"running": await faceapi.describe_backend()}
    found: dict[str, Any] = faceapi.memory()
    with suppress(faceapi.errors.BackendError):  # of a backend without a device
        found |= await faceapi.device_capabilities()
    for name, value in found.items():
        facts[name.replace("_", " ")] = (
            str(value) if isinstance(value, bool | str) else f"{value:,}"
        )
    rows = (tag("div", "", tag("dt", name), tag("dd", text)) for name, text in facts.items())
    return folded("Device and memory", tag("dl", "", *rows, class_="facts"))


def loaded() -> Any:
    """Every file that the page asked for, in order."""
    rows, total = [], 0
    for entry in js.performance.getEntriesByType("resource"):
        name = entry.name.split("/")[-1] or entry.name
        total += entry.encodedBodySize
        came = f"{entry.startTime:,.0f} + {entry.duration:,.0f}"
        rows.append((name, f"{entry.encodedBodySize:,}", came))
    heads = ("File", "Bytes#", "Asked after, took ms#")
    return folded("Files", table("Files", heads, rows, ("all", f"{total:,}", "")))


# --- levels 2 to 5


def draws_by_cost(times: list[Any]) -> Any:
    """The costliest draw first; its share of all."""
    whole = sum(time.milliseconds for time in times)
    rows = [
        (
            f"{time.milliseconds:.2f}",
            f"{time.milliseconds / whole:.0%}",
            time.label,
            f"{time.gmacs:.1f}" if time.gmacs else "",
            size(time.shape),
            time.program,
        )
        for time in sorted(times, key=lambda time: -time.milliseconds)
    ]
    heads = ("ms#", "share#", "Draw", "GMAC/s#", "Shape", "Program")
    rate = sum(time.gmacs * time.milliseconds for time in times) / whole
    total = (f"{whole:.2f}", "100%", f"all {len(times)} draws", f"{rate:.1f}", "", "")
    return table("Draws by cost", heads, rows, total)


def plan(times: list[Any]) -> Any:
    return folded("Plan", source("\n".join(time.plan for time in times), "Plan"))


def programs(times: list[Any]) -> Any:
    found = {time.program: time.glsl for time in times}
    parts = (folded(program, source(glsl, program)) for program, glsl in found.items())
    return folded(f"GLSL of {len(found)} programs", *parts)


async def ranges(net: Any) -> Any:
    picture = document.querySelector("#stage img") or await faceapi.fetch_image(SAMPLE)
    found = await faceapi.value_ranges(net, picture)
    rows = [
        (f"{r.low:.4g}", f"{r.high:.4g}", r.label, str(r.not_finite), size(r.shape)) for r in found
    ]
    bad = sum(r.not_finite for r in found)
    title = f"Ranges of values: {f'{bad:,} are not' if bad else 'all'} finite"
    heads = ("lowest#", "highest#", "Op", "not finite#", "Shape")
    return folded(title, table("Ranges of values", heads, rows), open=True)


class Panel:
    """The panel, and the net that is chosen in it."""

    def __init__(self, level: int) -> None:
        self.level = level
        self.busy = False
        self.nets = tag("select", "", id="debug-net")
        self.button = tag("button", "Measure", type="button")
        self.status = tag("p", "", class_="quiet", role="status")
        self.result = tag("div")
        self.about = tag("div")
        label = tag("label", "Net", for_="debug-net")
        choice = tag("div", "", label, self.nets, self.button, class_="debug-choice")
        choice.hidden = level < 2
        title = tag("h2", "What the engine does", id="debug-title")
        parts = (title, self.about, choice, self.status, self.result)
        self.root = tag("section", "", *parts, class_="debug card", aria_labelledby="debug-title")
        self.button.addEventListener("click", create_proxy(self.start))
        self.nets.addEventListener("focus", create_proxy(self.list_nets))

    def list_nets(self, _event: Any = None) -> None:
        """Offer what is loaded by now."""
        chosen = self.nets.value
        names = [name for name, net in faceapi.nets.items() if net.is_loaded]
        if len(names) != self.nets.options.length:
            self.nets.replaceChildren(*(tag("option", name) for name in names))
            if chosen:
                self.nets.value = chosen

    def start(self, _event: Any = None) -> None:
        if not self.busy and self.nets.value:
            self.busy = True
            self._work = asyncio.ensure_future(self.measure())

    async def measure(self) -> None:
        """Profile the chosen net and show what the level asks for."""
        name = self.nets.value
        net = getattr(faceapi.nets, name)
        self.status.textContent = f"Measuring {name}: each draw {3 * REPEATS} times"
        self.button.disabled = True
        await asyncio.sleep(0.02)
        try:
            times = await faceapi.profile(net, repeats=REPEATS)
            parts = [draws_by_cost(times)]
            if self.level >= 3:
                parts.append(plan(times))
            if self.level >= 4 and any(time.glsl for time in times):
                parts.append(programs(times))
            if self.level >= 5:
                parts.append(await ranges(net))
            self.result.replaceChildren(*parts)
            size = net.architecture.size
            self.status.textContent = (
                f"{name}, one item at {size} pixels; each draw alone, best of 3 rounds"
            )
        except Exception as error:
            self.status.textContent = str(error)
        finally:
            self.busy = self.button.disabled = False


async def show(level: int, parent: Any) -> None:
    """Add the panel to a page; from level 2 on the first net is measured at once."""
    panel = Panel(level)
    panel.about.append(await device(), loaded())
    parent.append(panel.root)
    if level >= 2:
        panel.list_nets()
        panel.start()
