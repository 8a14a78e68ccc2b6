"""Firefox and its display: what is said where one is missing."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from tools import browser
from tools.display import virtual_display
from tools.errors import BrowserNotFoundError


@pytest.fixture
def nothing_installed(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)


def test_no_firefox_is_said_in_words(nothing_installed):
    with pytest.raises(BrowserNotFoundError, match=r"No Firefox found.*or leave out --browser"):
        browser.find_firefox()


def test_tests_go_on_without_firefox_and_say_what_is_missing(nothing_installed, monkeypatch):
    monkeypatch.setattr(browser.sys, "platform", "linux")
    said = []
    reporter = SimpleNamespace(note=said.append)
    assert not browser.ensure_firefox(reporter)
    assert "Firefox and Xvfb missing" in said[-1] and "apt-get install firefox-esr xvfb" in said[-1]


def test_no_xvfb_is_said_in_words(nothing_installed):
    with (
        pytest.raises(BrowserNotFoundError, match=r"Xvfb is missing.*apt-get install xvfb"),
        virtual_display(),
    ):
        pass


def test_xvfb_that_ends_at_once_is_said(monkeypatch):
    ends = shutil.which("false")
    monkeypatch.setattr(shutil, "which", lambda name: ends)
    with pytest.raises(BrowserNotFoundError, match="could not be started"), virtual_display():
        pass
