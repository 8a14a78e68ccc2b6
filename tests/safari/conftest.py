"""Safari's engine: one session of WebKitGTK for all tests here, if this machine has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pages import BLANK
from tests.safari.tab import Tab
from tools.webkit import missing, webkit


@pytest.fixture(scope="package")
def tab(site: str) -> Iterator[Tab]:
    """The one tab there is; each test goes where it wants."""
    if missing():
        pytest.skip(f"left out, as Safari's engine is not here: {missing()}")
    with webkit() as driver:
        yield Tab(driver, site)


@pytest.fixture(scope="module")
def blank(tab: Tab) -> Tab:
    """The tab at an empty page."""
    tab.goto(BLANK)
    return tab
