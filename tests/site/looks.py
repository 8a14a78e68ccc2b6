"""What every page has to look like: nothing serious for axe-core, no wider than a phone, no jumps.

with visitor.visit("demos/worker/", **ARRIVING) as page:
    look(page, "demos/worker/")

A page arrives in a wide font, and most demos in a narrow one where they are used, so that what
JavaScript fills has its room in any font. How it looks is kept in output/screenshots/, dark on a
phone and light on a desktop.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.fonts import USUAL, WIDE, setting
from tests.pages import until, until_ready
from tools.assets import ROOT, path_of

SHOTS = ROOT / "output" / "screenshots"
LARGEST_SHIFT = 0.01  # of Chromium's layout shift score; 0.1 is what search engines call good
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

WATCH = """
window.shifts = [];
const said = ({ node }) => node?.id || node?.className || node?.nodeName;
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources, startTime } of list.getEntries()) {
    const at = Math.round(startTime);
    if (!hadRecentInput) shifts.push({ value, at, moved: sources.map(said) });
  }
}).observe({ type: "layout-shift", buffered: true });
window.changed = new Set();
addEventListener("DOMContentLoaded", () => {
  const changes = { subtree: true, childList: true, characterData: true };
  new MutationObserver((list) => {
    for (const { target } of list) changed.add(target.data ? target.parentElement : target);
  }).observe(document.body, changes);
});
"""
# Controls whose names are texts that have changed: who listens to them hears another each time.
RENAMED = """() => [...document.querySelectorAll("input, select, button, progress, meter")]
  .filter((control) => {
    const ids = control.getAttribute("aria-labelledby")?.split(/\\s+/) ?? [];
    const labels = control.hasAttribute("aria-label") ? [] : [...control.labels ?? []];
    const names = [...ids.map((id) => document.getElementById(id)), ...labels];
    return names.some((name) => [...changed].some((text) => name.contains(text)));
  }).map((control) => control.outerHTML.slice(0, 200))"""
# Until the next picture on the screen; not for ever, should there be none.
SETTLE = """() => new Promise((done) => {
  setTimeout(() => requestAnimationFrame(done), 50);
  setTimeout(done, 2000);
})"""
LOOKS = ["color-contrast", "scrollable-region-focusable"]  # rules that depend on size and colours
AUDIT = """async (rules) => {
  const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...only });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => ({
      rule: `${id}: ${help}`,
      places: nodes.slice(0, 5).map((node) => `${node.html.slice(0, 200)} ${node.failureSummary}`),
    }));
}"""
# For `Visitor.visit`: how a page is opened that will be looked at.
ARRIVING: dict[str, Any] = {"script": WATCH + setting(WIDE), "color_scheme": "dark", **PHONE}


def look(page: Page, path: str) -> None:
    """Look at a page that is loading, of this address. Afterwards it is on a desktop, in light
    colours and a wide font.
    """
    settle(page)
    shifts, total = page.evaluate("shifts"), moved(page)
    page.evaluate(setting(USUAL))
    keep(page, path, "390-dark")
    page.evaluate(path_of("oracle/axe.min.js").read_text("utf-8"))
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = audit(page)
    renamed = page.evaluate(RENAMED)
    page.evaluate(setting(WIDE))
    widest = page.evaluate("document.documentElement.scrollWidth")

    page.evaluate(setting(USUAL))
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    page.evaluate(SETTLE)
    keep(page, path, "1280-light")
    found += audit(page, LOOKS)
    page.evaluate(setting(WIDE))
    assert not found, json.dumps(found, indent=1)
    assert wide <= PHONE["width"], f"{path} is {wide} px wide in a window of {PHONE['width']} px"
    assert widest <= PHONE["width"], f"{path} is {widest} px wide in a wide font"
    assert not renamed, f"named by text that changes: {renamed}"
    assert total < LARGEST_SHIFT, f"{path} jumps while it loads: {shifts}"


def moved(page: Page) -> float:
    """How far its parts have moved while nobody did anything, as Chromium's score: of a page that
    had the script WATCH."""
    score: float = page.evaluate("shifts.reduce((sum, { value }) => sum + value, 0)")
    return score


def settle(page: Page) -> None:
    """Wait for a page that has nothing left to do; one with a badge starts Python first."""
    if page.locator("#badge").count():
        until_ready(page)
        page.evaluate(SETTLE)
    until(page, "html", "(html) => !html.querySelector('[aria-busy=true]')")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.evaluate(SETTLE)


def audit(page: Page, rules: list[str] | None = None) -> list[Any]:
    """What axe-core finds that is serious or critical, by all of its rules or by these."""
    found: list[Any] = page.evaluate(AUDIT, rules)
    return found


def keep(page: Page, path: str, look: str) -> None:
    """Keep what the page looks like, whole unless it is a book."""
    name = path.removesuffix(".html").strip("/").replace("/", "-") or "index"
    target: Path = SHOTS / f"{name}-{look}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target, full_page=not path.startswith("docs/"))
