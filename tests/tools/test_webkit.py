"""Safari's engine: what is said where it is not to be had."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from tools import webkit
from tools.errors import BrowserNotFoundError


@pytest.fixture
def said(monkeypatch):
    """What the test command says, where nothing is installed and nothing can be."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(webkit, "_mini_browser", lambda: None)
    return []


def test_tests_go_on_without_safaris_engine_and_say_that_it_is_left_out(said, monkeypatch):
    monkeypatch.setattr(webkit.sys, "platform", "linux")
    assert not webkit.ensure_webkit(SimpleNamespace(note=said.append))
    assert "Tests in Safari's engine are left out: WebKitWebDriver (webkit2gtk-driver)" in said[-1]
    assert "Xvfb missing" in said[-1] and "apt-get install webkit2gtk-driver xvfb" in said[-1]


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_nothing_is_installed(said, monkeypatch, platform):
    monkeypatch.setattr(webkit.sys, "platform", platform)
    monkeypatch.setattr(webkit, "apt_install", lambda *_: pytest.fail("there is no apt-get"))
    assert not webkit.ensure_webkit(SimpleNamespace(note=said.append))
    assert "left out: WebKitGTK runs on Linux only" in said[-1]


def test_no_session_without_it(said, monkeypatch):
    monkeypatch.setattr(webkit.sys, "platform", "linux")
    with pytest.raises(BrowserNotFoundError, match=r"No WebKitGTK: .*MiniBrowser"), webkit.webkit():
        pass
