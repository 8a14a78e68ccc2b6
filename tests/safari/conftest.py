"""Safari's engine: one session of WebKitGTK for all tests here, if this machine has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.natural_sizes import write_natural_sizes
from tests.pages import BLANK, serve_site
from tests.safari.tab import Tab
from tools.webkit import missing


@pytest.fixture(scope="package")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """The one tab there is; each test goes where it wants."""
    if missing():
        pytest.skip(f"left out, as Safari's engine is not here: {missing()}")
    made = write_natural_sizes(tmp_path_factory.mktemp("sizes"))
    with serve_site(made=made) as site, closing(Tab(site)) as tab:
        yield tab


@pytest.fixture(scope="module")
def blank(tab: Tab) -> Tab:
    """The tab at an empty page."""
    tab.goto(BLANK)
    return tab
