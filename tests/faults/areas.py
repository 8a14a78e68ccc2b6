"""All areas of faults, by name: what they try, and how much of the long form's time each gets."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

from playwright.sync_api import Browser, Playwright

from tests.faults import (
    calls,
    crowds,
    deaths,
    losses,
    offline,
    page_calls,
    pictures,
    races,
    serving,
    storage,
    weights,
)
from tests.faults.figures import Try
from tests.faults.lab import Place, Victim, serve_place
from tests.pages import BACKEND
from tools.browser import PAINT_ON_CPU, find, launch_arguments, launch_fast

CALLS = tuple(dict.fromkeys((*pictures.CALLS, *races.CALLS)))


class Lab:
    """What areas share: browsers, the site, a page with everything in it; made when first used."""

    def __init__(
        self, playwright: Playwright, browser: Browser | None = None, backend: str = BACKEND
    ) -> None:
        self._playwright, self._browser, self._backend = playwright, browser, backend
        self._stack = ExitStack()

    def close(self) -> None:
        self._stack.close()

    @cached_property
    def folder(self) -> Path:
        """A folder for files that are made."""
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory()))

    @cached_property
    def place(self) -> Place:
        """Where the site is served, with this folder's faults/."""
        return self._stack.enter_context(serve_place(self.folder))

    @property
    def served(self) -> Path:
        """The folder that pages find as faults/."""
        _ = self.place
        return self.folder / "faults"

    @cached_property
    def browser(self) -> Browser:
        if self._browser is None:
            self._browser = launch_fast(self._playwright)
            self._stack.callback(self._browser.close)
        return self._browser

    @cached_property
    def crash_browser(self) -> Browser:
        """One whose GPU may die as often as it likes."""
        browser = launch_fast(self._playwright, deaths.ARGUMENTS)
        self._stack.callback(browser.close)
        return browser

    @cached_property
    def resting_browser(self) -> Browser:
        """One that keeps pages that were left, as browsers do unless Playwright drives them."""
        browser = self._playwright.chromium.launch(
            executable_path=find(),
            args=[*launch_arguments(), *PAINT_ON_CPU],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        self._stack.callback(browser.close)
        return browser

    @cached_property
    def victim(self) -> Victim:
        """A page with pyface_web in itself and in a worker."""
        return self.victim_in(self.browser)

    def victim_in(self, browser: Browser, **given: object) -> Victim:
        """A page of one's own, in a browser; given: what else a Victim takes."""
        given = {"calls": CALLS, "backend": self._backend, **given}
        made = Victim(browser, self.place, **given)  # type: ignore[arg-type]
        self._stack.callback(made.close)
        return made


@contextmanager
def open_lab(
    playwright: Playwright, browser: Browser | None = None, backend: str = BACKEND
) -> Iterator[Lab]:
    """A lab while the block runs. browser: one that is there already. backend: what computes."""
    lab = Lab(playwright, browser, backend)
    try:
        yield lab
    finally:
        lab.close()


@dataclass(frozen=True)
class Area:
    """An area of faults. about: in the words of the table. share: of the long form's time."""

    about: str
    share: float
    tries: Callable[[Random, Lab], Iterator[Try]]


def _two_tabs(random: Random, lab: Lab) -> Iterator[Try]:
    context = lab.browser.new_context()
    tabs = [lab.victim_in(lab.browser, where=("page",), context=context) for _ in range(2)]
    return deaths.two_tabs(random, *tabs)


AREAS: dict[str, Area] = {
    "calls": Area(
        "every public function of Python with hostile values, from its signature",
        2,
        lambda random, lab: calls.hostile_calls(random),
    ),
    "page calls": Area(
        "every public function of JavaScript with hostile values, without Python and with it",
        2,
        lambda random, lab: page_calls.hostile_calls(random, lab.browser, lab.place),
    ),
    "pictures": Area(
        "pictures of every kind, among first uses of nets, in page and worker",
        4,
        lambda random, lab: pictures.pictures(random, lab.victim),
    ),
    "weights": Area(
        "broken manifests and shards in page and worker",
        2,
        lambda random, lab: weights.weights(random, lab.victim, lab.served),
    ),
    "losses": Area(
        "contexts lost at any call of WebGL, also with none to be had again",
        4,
        lambda random, lab: losses.losses(random, lab.victim),
    ),
    "races": Area(
        "dispose, loads, backends and cancelling at random awaits, in Python, page and worker",
        7,
        lambda random, lab: races.races(random, lab.victim),
    ),
    "swaps": Area(
        "other weights for a net that compiles or runs",
        1,
        lambda random, lab: races.swaps(random, lab.victim, lab.served),
    ),
    "terminations": Area(
        "a worker that is ended in the midst of calls",
        1.5,
        lambda random, lab: races.terminations(
            random, lab.victim_in(lab.browser, where=("worker",))
        ),
    ),
    "crowds": Area(
        "50 calls at once",
        1,
        lambda random, lab: crowds.crowds(random, lab.victim),
    ),
    "rows": Area(
        "calls in turn, with everything counted",
        6,
        lambda random, lab: crowds.rows(random, lab.victim),
    ),
    "gpu": Area(
        "the GPU's process ends",
        2,
        lambda random, lab: deaths.deaths_of_the_gpu(
            random, lab.victim_in(lab.crash_browser, calls=deaths.CALLS, still=True)
        ),
    ),
    "page": Area(
        "the page's process ends",
        1,
        lambda random, lab: deaths.deaths_of_the_page(
            random, lab.victim_in(lab.browser, where=("page",), calls=deaths.CALLS)
        ),
    ),
    "rests": Area(
        "pages that are left in the midst of calls and come back as they were",
        1,
        lambda random, lab: deaths.rests(
            random, lab.victim_in(lab.resting_browser, calls=deaths.CALLS)
        ),
    ),
    "tabs": Area("two tabs", 1, _two_tabs),
    "storage": Area(
        "IndexedDB that refuses, aborts, is silent, blocked, damaged, from the future",
        1,
        lambda random, lab: storage.storage(
            random, lab.victim_in(lab.browser, where=("page",), models=(), calls=())
        ),
    ),
    "offline": Area(
        "the service worker, with a server that answers wrongly",
        1,
        lambda random, lab: offline.offline(random, lab.browser, lab.folder),
    ),
    "serving": Area(
        "odd requests to the server of build.py",
        0.5,
        lambda random, lab: serving.serving(random, lab.folder / "served"),
    ),
}
