"""A page with both JavaScript faces and no Python."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.pages import open_page
from tools.assets import path_of


@pytest.fixture(scope="session")
def two_faces(browser: Browser, site: str) -> Iterator[Page]:
    """A page with face-api.js 0.22.2 as `faceapi`, 0.15.0 as `first`, and as `ours` the JavaScript
    face, without Python."""
    with open_page(browser, site) as page:
        page.add_script_tag(path=path_of("oracle/face-api-0.15.0.min.js"))
        # The other script would extend the object that is there.
        page.evaluate("() => { window.first = window.faceapi; delete window.faceapi }")
        page.add_script_tag(path=path_of("oracle/face-api.min.js"))
        page.evaluate("""async () => {
          const { createFace } = await import('/faceapi/face.js')
          window.ours = createFace(async () => ({ value: null, loaded: [] }))
        }""")
        yield page
