"""The browser and the pages that the bench measures in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error as PlaywrightError,
    Page,
    Playwright,
    sync_playwright,
)

from ..assets import ROOT, path_of
from ..browser import firefox, launch, launch_profile
from ..errors import ToolError
from ..serve import serve_folder
from .cases import SIDES

PAGE = Path(__file__).parent.with_name("bench_page")
_RIVALS = ("face-api.min.js", "vladmandic-face-api.js", "tfjs-backend-wasm-simd.wasm")
MODELS = (
    "tiny_face_detector", "ssd_mobilenetv1", "face_landmark_68", "face_recognition",
    "face_expression", "age_gender", "mtcnn",
)  # fmt: skip
CACHING = "max-age=600"  # what GitHub Pages answers, and other static hosts alike
TIMEOUT_MS = 600_000


@dataclass(frozen=True)
class Lab:
    """A browser, and the address of dist/ with the bench's own files beside it."""

    playwright: Playwright
    browser: Browser
    url: str
    gpu: bool

    def profile(self, folder: str) -> BrowserContext:
        """A browser of its own that keeps its caches in the folder; the caller closes it."""
        return launch_profile(self.playwright, folder, gpu=self.gpu)

    @contextmanager
    def page(self, sides: Sequence[str] = (), models: Sequence[str] = MODELS) -> Iterator[Page]:
        """A fresh page that counts every GL call, with these sides loaded as `sides`."""
        context = self.browser.new_context()
        try:
            page = context.new_page()
            page.set_default_timeout(TIMEOUT_MS)
            page.add_init_script(path=PAGE / "count_gl.js")
            page.goto(self.url + "bench/blank.html")
            page.evaluate(
                """async ([sides, models]) => {
                  window.pictures = await import("/bench/pictures.js");
                  const { loadSide } = await import("/bench/sides.js");
                  window.sides = {};
                  for (const side of sides) window.sides[side.side] = await loadSide(side, models);
                }""",
                [
                    [{"side": side, "backend": SIDES[side].backend} for side in sides],
                    list(models),
                ],
            )
            yield page
        finally:
            context.close()


def beside() -> dict[str, Path]:
    """What the bench's server has beside dist/: by the beginnings of addresses."""
    folders = {path_of(f"oracle/{name}").parent for name in _RIVALS}
    return {"/oracle/": folders.pop(), "/bench/": PAGE}


@contextmanager
def open_lab(browser: str = "chromium", *, gpu: bool = False) -> Iterator[Lab]:
    """A browser ("chromium" or "firefox") beside a server of dist/; both end with the block."""
    served = serve_folder(ROOT / "dist", extra=beside(), caching=CACHING)
    with served as url, sync_playwright() as playwright:
        running = (
            firefox(playwright) if browser == "firefox" else closing(launch(playwright, gpu=gpu))
        )
        try:
            with running as opened:
                yield Lab(playwright, opened, url, gpu)
        except PlaywrightError as error:
            raise ToolError(f"The bench was stopped by the browser: {error.message}") from None
