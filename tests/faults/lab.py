"""What areas of faults need: a browser, the site, and pages that are replaced when they break."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Error as PlaywrightError, Page, Worker

import pyface_web.errors
from tests.faults.figures import Try, worst
from tests.pages import BACKEND, BLANK, prepare, serve_site

IN_PAGE = Path(__file__).with_name("in_page")
MODELS = (
    "tiny_face_detector",
    "face_landmark_68",
    "face_landmark_68_tiny",
    "face_recognition",
    "face_expression",
    "age_gender",
)
# Python's errors, and those that only JavaScript has.
OURS = {
    name
    for name, kind in vars(pyface_web.errors).items()
    if isinstance(kind, type) and issubclass(kind, pyface_web.errors.PyfaceError)
} | {"LoadError", "WorkerError"}
# Scores, relative boxes and points, descriptors: two devices differ less, two people more.
TOLERANCE = 0.02
GOOD = ("ada", "eve", "both")  # pictures of which the right answers are known
Call = tuple[str, str]  # what is asked, and of which picture: names of in_page/harness.js


def page_code(file: str, name: str) -> str:
    """Python of in_page/ for a page, whose value is what has this name there."""
    return (IN_PAGE / file).read_text("utf-8") + f"\n{name}\n"


class PageGone(Exception):
    """The page crashed while something ran in it."""


@dataclass(frozen=True)
class Place:
    """Where the site is served, and where else, so that it is of another origin."""

    site: str
    elsewhere: str


@contextmanager
def serve_place(folder: Path) -> Iterator[Place]:
    """The site with what the harness needs under faults/. folder: for files that are made."""
    served = folder / "faults"
    shutil.copytree(IN_PAGE, served, dirs_exist_ok=True)
    with serve_site(faults=served) as site, serve_site() as elsewhere:
        yield Place(site, elsewhere)


def judge(outcome: dict[str, Any], expected: Sequence[float] | None, what: str) -> Try:
    """What a call's outcome is worth. expected: the right numbers; None where any will do."""
    if "hung" in outcome:
        return Try("hung", what)
    if "skipped" in outcome:
        return Try("right", what)
    if "error" in outcome:
        error = outcome["error"]
        said = f"{what}: {error['name']}: {error['message']}"
        if "fatally failed" in error["message"]:
            return Try("crashed", said)
        is_ours = error["name"] in OURS and not error["traceback"]
        return Try(
            "typed" if is_ours else "other",
            said if is_ours else f"{said} {error['traceback'] or error['stack']}",
        )
    found = outcome["value"]
    if not all(math.isfinite(number) for number in found):
        return Try("wrong", f"{what}: not finite")
    if expected is None:
        return Try("right", what)
    if len(found) != len(expected):
        return Try("wrong", f"{what}: {len(found)} numbers, not {len(expected)}")
    off = float(np.max(np.abs(np.subtract(found, expected)), initial=0.0))
    return Try("right", what) if off < TOLERANCE else Try("wrong", f"{what}: off by {off:.3f}")


@dataclass
class Victim:
    """A page of the harness with Python in it, in a worker, or both; made anew when it broke."""

    browser: Browser
    place: Place
    where: tuple[str, ...] = ("page", "worker")
    models: tuple[str, ...] = MODELS
    backend: str = BACKEND
    calls: tuple[str, ...] = ()  # of which the right answers are to be known
    still: bool = False  # whether the good pictures survive the GPU's process
    context: BrowserContext | None = None  # that it shares with others
    right: dict[Call, list[float]] = field(default_factory=dict)
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    started: int = 0
    _page: Page | None = None
    _errors: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """The page, ready; made where there is none."""
        if self._page is None:
            self._open()
        assert self._page is not None
        return self._page

    def close(self) -> None:
        """End the page; the next use makes another one."""
        page, self._page = self._page, None
        if page is not None:
            with suppress(PlaywrightError):
                (page if self.context else page.context).close()

    def js(self, code: str, given: Any = None) -> Any:
        """What a function of the harness gives: `js("h => h.kinds")`. PageGone if it crashed."""
        page = self.page
        try:
            return page.evaluate(f"(given) => ({code})(globalThis.harness, given)", given)
        except PlaywrightError as error:
            if page.is_closed() or "crashed" in error.message or "closed" in error.message:
                self.close()
                raise PageGone(error.message) from None
            raise

    def faults(self, where: str, code: str, given: Any = None) -> Any:
        """What a function of `faults` gives, in the page or in the worker."""
        script = f"(given) => ({code})(globalThis.faults, given)"
        if where == "page":
            return self.page.evaluate(script, given)
        return self.worker.evaluate(script, given)

    @property
    def worker(self) -> Worker:
        """The worker that was made last; PageGone if it has ended by itself."""
        found = [worker for worker in self.page.workers if worker.url.endswith("/worker.js")]
        if not found:
            self.close()
            raise PageGone("the worker has ended")
        return found[-1]

    def begin(self, where: str) -> None:
        """Load pyface_web, in the page or in a (new) worker of it."""
        code = page_code("moments.py", "moments")
        given = {"where": where, "models": list(self.models), "code": code}
        self.js(
            "(h, given) => h.begin(given)",
            given
            | {"elsewhere": self.place.elsewhere, "still": self.still, "backend": self.backend},
        )
        if where == "worker":
            self.worker.evaluate((IN_PAGE / "scope.js").read_text("utf-8"))
            self.js("h => h.dispose('worker')")  # the context that was made before it was watched
        self.started += 1

    def take_errors(self) -> list[str]:
        """What nobody caught on the page since the last call."""
        found = list(self._errors)
        self._errors.clear()
        return found

    def _open(self) -> None:
        context = self.context or self.browser.new_context()
        self._page = page = context.new_page()
        prepare(page, (IN_PAGE / "scope.js").read_text("utf-8"))
        page.on("pageerror", lambda error: self._errors.append(str(error)))
        page.goto(self.place.site + BLANK)
        page.evaluate("async () => { globalThis.harness = await import('/faults/harness.js') }")
        for where in self.where:
            self.begin(where)
        self._learn()
        self._errors.clear()

    def _learn(self) -> None:
        """The right answers, which page and worker agree on, and what is held after them."""
        asked = [(call, picture) for call in self.calls for picture in GOOD]
        for where in self.where:
            outcomes = self.js("(h, given) => h.inTurn(...given)", [where, asked])
            for call, outcome in zip(asked, outcomes, strict=True):
                if call not in self.right:
                    assert outcome.get("value"), f"{call} in the {where}: {outcome}"
                    self.right[call] = outcome["value"]
                found = judge(outcome, self.right[call], f"{call} in the {where}")
                assert found.is_good, f"a page as it begins: {found.what}"
            self.held[where] = self.js("(h, where) => h.memory(where)", where)

    # --- tries

    def act(self, where: str, *names: str) -> None:
        """Do some of the harness's actions, with nothing beside them."""
        for name in names:
            self.js("(h, given) => h.race(...given)", [where, [], [[1, name]]])

    def ask(
        self, where: str, calls: Sequence[Call], *, at_once: bool = False, known: bool = True
    ) -> list[Try]:
        """What each call is worth; those of good pictures by the right answers, where `known`."""
        how = "atOnce" if at_once else "inTurn"
        outcomes = self.js(f"(h, given) => h.{how}(...given)", [where, list(calls)])
        return [
            judge(outcome, self.right.get(call) if known else None, "/".join(call))
            for call, outcome in zip(calls, outcomes, strict=True)
        ]

    def leaks(self, where: str) -> list[Try]:
        """What is left over, after calls like those of the beginning."""
        found = []
        contexts = self.faults(where, "(f) => f.contexts()")
        if contexts > 1:
            found.append(Try("leaked", f"{contexts} contexts in the {where}"))
        for kind, count in self.js("(h, where) => h.memory(where)", where).items():
            before = self.held[where][kind]
            if isinstance(count, int) and isinstance(before, int) and count > before * 1.5 + 8:
                found.append(Try("leaked", f"{count} {kind} in the {where}, not {before}"))
        return found

    def must_be_right(self, where: str, calls: Sequence[Call]) -> list[Try]:
        """What is wrong about calls that nothing stands in the way of."""
        found = [one for one in self.ask(where, calls) if one.verdict != "right"]
        return [
            one if one.verdict == "hung" else Try("wrong", f"afterwards {one.what}")
            for one in found
        ]

    def uncaught(self) -> list[Try]:
        """Errors of the page that nobody caught."""
        return [Try("other", f"uncaught: {error}") for error in self.take_errors()]


def attempt(victim: Victim, what: str, tries: Iterator[Try]) -> Try:
    """The worst of what a generator finds, also where the page goes while it runs. After a bad one
    the victim is another page, so that the next is not blamed."""
    try:
        found = worst(tries)
    except PageGone as gone:
        return Try("crashed", f"{what}: {gone}")
    except PlaywrightError as error:
        found = Try("other", error.message[:1500])
    if not found.is_good:
        victim.close()
    return Try(found.verdict, f"{what}: {found.what}")
