"""Safari's engine: a session of WebKitGTK for each file of tests here, if this machine has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.natural_sizes import write_natural_sizes
from tests.pages import BLANK, serve_site
from tests.safari.tab import Tab
from tools.webkit import missing


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site."""
    if missing():
        pytest.skip(f"left out, as Safari's engine is not here: {missing()}")
    made = write_natural_sizes(tmp_path_factory.mktemp("sizes"))
    with serve_site(made=made) as site:
        yield site


@pytest.fixture(scope="module")
def tab(served: str) -> Iterator[Tab]:
    """The one tab there is; each test goes where it wants.

    A new one for each file: once, under load, one that had shown films in workers did not come to
    the next page.
    """
    with closing(Tab(served)) as tab:
        yield tab


@pytest.fixture
def blank(tab: Tab) -> Tab:
    """The tab at an empty page."""
    tab.goto(BLANK)
    return tab
