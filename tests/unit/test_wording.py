"""Messages are in the words of whoever called."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from pyface_web import messages
from pyface_web.host import kind_of
from pyface_web.values.numeric import shown
from pyface_web.wording import code, quoted, spoken, to_javascript


@pytest.mark.parametrize(
    ("python", "javascript"),
    [
        ("await faceapi.load_mtcnn_model('/models')", 'await faceapi.loadMtcnnModel("/models")'),
        ("set_waits(media=60)", "setWaits({ media: 60 })"),
        (
            "faceapi.TinyFaceDetectorOptions(input_size=416)",
            "new faceapi.TinyFaceDetectorOptions({ inputSize: 416 })",
        ),
        ("nets.face_landmark68_net", "nets.faceLandmark68Net"),
        ("True or False", "true or false"),
        ("a positive multiple of 32", "a positive multiple of 32"),
    ],
)
def test_code_is_in_the_callers_language(python: str, javascript: str) -> None:
    assert code(python) == python
    with to_javascript():
        assert code(python) == javascript


@pytest.mark.parametrize(
    ("value", "python", "javascript"),
    [
        (None, "None", "undefined"),
        (True, "True", "true"),
        ("it's", '"it\'s"', '"it\'s"'),
        ("nose", "'nose'", '"nose"'),
        (1.0, "1.0", "1"),
        (float("inf"), "inf", "Infinity"),
        ({}, "dict", "an object"),
        ([1], "list", "an array"),
        (np.zeros(3), "ndarray", "an array of numbers"),
        (dict, "the class dict", "the class dict"),
    ],
)
def test_values_are_shown_as_the_caller_writes_them(
    value: object, python: str, javascript: str
) -> None:
    assert shown(value) == python
    with to_javascript():
        assert shown(value) == javascript


def test_what_nobody_awaited_says_so() -> None:
    async def picture() -> None: ...

    forgotten = picture()
    assert kind_of(forgotten) == "coroutine (was an await forgotten?)"
    forgotten.close()


def test_calls_of_both_languages_at_the_same_time_get_their_own_words() -> None:
    async def of_python() -> list[str]:
        said = []
        for _ in range(3):
            said.append(quoted("a"))
            await asyncio.sleep(0)
        return said

    async def both() -> tuple[list[str], dict[str, dict[str, str]]]:
        message = {"call": "load", "net": "nose"}
        here, there = await asyncio.gather(of_python(), messages.handle(message))
        return here, there

    here, there = asyncio.run(both())
    assert here == ["'a'"] * 3
    assert 'there is no net "nose"' in there["error"]["message"]
    assert spoken("Python", "JavaScript") == "Python"
