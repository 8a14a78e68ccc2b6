"""Public functions of Python with hostile values: a right value, or one of the package's errors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest

import pyface_web as faceapi
from pyface_web.errors import InputError, PyfaceError
from tests.faults import calls
from tests.faults.figures import figures_of

SEED, CALLS = 20260, 8_000  # of 110,000: half of each kind, some three seconds


@pytest.fixture(autouse=True, scope="module")
def _as_it_was() -> Iterator[None]:
    """What is called here may choose a backend, set limits, and let go of what is there."""
    with calls.nothing_fetched():
        yield
    faceapi.dispose()
    faceapi.set_waits(faceapi.Waits())


def test_hostile_calls_give_typed_errors() -> None:
    random = Random(SEED)
    single = random.sample(list(calls.every_call()), CALLS // 2)
    several = islice(calls.random_calls(random), CALLS // 2)
    figures = figures_of(calls.tried([*single, *several]))
    assert figures.is_clean, figures
    assert figures.tried == CALLS and figures.typed > figures.right > CALLS / 20


def test_right_calls_are_right() -> None:
    """What hostile values are put between: a walk that only finds errors proves nothing."""

    async def outcomes() -> dict[str, str]:
        found = {}
        for subject in calls.subjects():
            if not subject.is_setter:
                found[subject.name], said = await calls.outcome_of(calls.Call(subject, {}))
                assert found[subject.name] in ("right", "typed"), f"{subject.name}: {said}"
        return found

    found = asyncio.run(outcomes())
    assert {"Box", "iou", "FaceMatcher.top_k", "draw_box", "Tracker.update"} <= found.keys()
    # The others need a page, a file or weights.
    assert sum(outcome == "right" for outcome in found.values()) > 200


def test_messages_can_be_read_and_printed() -> None:
    for hostile in ("\ud800" * 50, "x" * 10**6, "a\0b\x1b[2J"):
        message = str(PyfaceError(f"{hostile}: expected text"))
        assert len(message) <= 4100 and message.encode() and "\0" not in message
        assert "\x1b" not in message
    assert str(InputError("a\nb")) == "a\nb"
