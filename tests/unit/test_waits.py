"""How long things are waited for: what may be set, and what is raised after that."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from pyface_web import Waits, get_waits, messages, set_waits
from pyface_web.errors import FetchError, MediaNotReadyError, OptionsError
from pyface_web.waits import within


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = get_waits()
    yield
    set_waits(before)


def test_what_is_set_holds_and_the_rest_stays() -> None:
    assert get_waits() == Waits()
    before = set_waits({"media": 60}, network=0.5)
    assert before == Waits()
    assert get_waits() == replace(Waits(), media=60, network=0.5)
    assert set_waits(media=None) == set_waits() == get_waits()  # type: ignore[arg-type]
    set_waits(Waits(storage=3))
    assert get_waits() == Waits(storage=3)


def test_javascript_sets_them_too() -> None:
    answer = asyncio.run(messages.handle({"call": "set_waits", "waits": {"camera": 5}}))
    assert answer["value"] is None and get_waits().camera == 5


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, 86_401, True, "30", [30], 10**400])
def test_what_is_no_time_to_wait(value: Any) -> None:
    for name in asdict(Waits()):
        with pytest.raises(OptionsError, match=f"Waits.{name}: expected a number of seconds"):
            set_waits({"media": 5, name: value})
    assert get_waits() == Waits()


@pytest.mark.parametrize("given", [{"medium": 3}, 3, "media", [("media", 3)]])
def test_other_names_and_types(given: Any) -> None:
    with pytest.raises(OptionsError, match="Waits"):
        set_waits(given)


async def _after(seconds: float, value: Any) -> Any:
    await asyncio.sleep(seconds)
    if isinstance(value, Exception):
        raise value
    return value


def test_what_comes_in_time() -> None:
    assert asyncio.run(within("media", _after(0, 7), FetchError, "seven did not come")) == 7
    with pytest.raises(TimeoutError, match="its own"):
        own = _after(0, TimeoutError("its own"))
        asyncio.run(within("media", own, FetchError, "it did not come"))


def test_what_does_not_says_what_how_long_and_how_to_wait_longer() -> None:
    set_waits(media=0.01)
    never = _after(100, None)
    with pytest.raises(MediaNotReadyError) as raised:
        asyncio.run(within("media", never, MediaNotReadyError, "the image did not load", "is it?"))
    assert str(raised.value) == (
        "the image did not load within 0.01 s; is it?; set_waits(media=0.02) waits longer"
    )


def test_to_cancel_a_wait_is_no_lateness() -> None:
    async def cancelled() -> None:
        waiting = asyncio.ensure_future(within("media", _after(100, None), FetchError, "it"))
        await asyncio.sleep(0)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
