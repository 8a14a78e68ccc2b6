"""Pictures held ready: what a NetInput says of them, gives, and is good for. Without a page."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pyface_web import Box, Dimensions, NetInput, extract_faces, to_net_input
from pyface_web.errors import EmptyImageError, InputError, OptionsError
from pyface_web.pictures.letterbox import letterbox, resample
from pyface_web.pictures.source import Picture, ready, resolve, sources_of

RANDOM = np.random.default_rng(2)
LANDSCAPE = RANDOM.integers(0, 256, (30, 50, 3), np.uint8)
PORTRAIT = Image.fromarray(RANDOM.integers(0, 256, (40, 20, 4), np.uint8), "RGBA")


def made(inputs: Any) -> NetInput:
    return asyncio.run(to_net_input(inputs))


def test_one_picture() -> None:
    given = made(LANDSCAPE)
    assert (given.batch_size, given.is_batch_input) == (1, False)
    assert given.get_input_dimensions(0) == given.input_dimensions[0] == (30, 50, 3)
    assert (given.get_input_width(0), given.get_input_height(0)) == (50, 30)
    np.testing.assert_array_equal(given.get_input(0), LANDSCAPE)
    np.testing.assert_array_equal(given.image_tensors[0], LANDSCAPE)
    assert given.canvases == [None]
    assert repr(given) == "NetInput(50x30)"


def test_a_list_is_a_batch_also_of_one() -> None:
    two = made([LANDSCAPE, PORTRAIT])
    assert (two.batch_size, two.is_batch_input) == (2, True)
    assert two.input_dimensions == [(30, 50, 3), (40, 20, 3)]
    assert repr(two) == "NetInput(50x30, 20x40; a batch)"
    assert made([LANDSCAPE]).is_batch_input
    assert NetInput([LANDSCAPE, LANDSCAPE]).is_batch_input
    assert not NetInput([LANDSCAPE]).is_batch_input
    assert NetInput([LANDSCAPE], True).is_batch_input


def test_it_stays_itself() -> None:
    given = made([LANDSCAPE])
    assert made(given) is given


def test_sizes_within_the_square_are_known_after_the_batch_was_made() -> None:
    given = made([LANDSCAPE, PORTRAIT])
    assert given.input_size is None
    with pytest.raises(InputError, match="call to_batch_tensor first"):
        given.get_reshaped_input_dimensions(0)
    given.to_batch_tensor(128)
    assert given.input_size == 128
    assert given.get_reshaped_input_dimensions(0) == Dimensions(128, 77)
    assert given.reshaped_input_dimensions == [Dimensions(128, 77), Dimensions(64, 128)]


@pytest.mark.parametrize("centred", [True, False])
def test_the_batch_is_what_the_nets_see(centred: bool) -> None:
    batch = made([LANDSCAPE, PORTRAIT]).to_batch_tensor(64, centred)
    assert batch.shape == (2, 64, 64, 3) and batch.dtype == np.float32
    fit = letterbox(50, 30, 64, centred)
    np.testing.assert_array_equal(batch[0], resample(LANDSCAPE, Box(0, 0, 50, 30), fit))
    assert not batch[0, -1].any()
    assert batch[0, 0].any() != centred
    np.testing.assert_array_equal(batch, made([LANDSCAPE, PORTRAIT]).to_batch_tensor(64, centred))


def test_default_is_centred() -> None:
    given = made(LANDSCAPE)
    np.testing.assert_array_equal(given.to_batch_tensor(64), given.to_batch_tensor(64, True))


@pytest.mark.parametrize("size", [0, -3, 1.5, None, "64", True])
def test_bad_sizes(size: Any) -> None:
    with pytest.raises(
        OptionsError, match="input_size: expected a positive whole number up to 16384, got"
    ):
        made(LANDSCAPE).to_batch_tensor(size)


@pytest.mark.parametrize("index", [-1, 1])
def test_a_picture_that_is_not_there(index: int) -> None:
    with pytest.raises(InputError, match=f"number of a picture, 0 to 0, got {index}"):
        made(LANDSCAPE).get_input(index)


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        ([], InputError, "at least one picture"),
        ("photo", InputError, "'photo' as a picture: expected a file"),
        ([LANDSCAPE, None], InputError, "cannot use None"),
        (np.zeros((2, 4, 4, 3), np.uint8), InputError, r"got \(2, 4, 4, 3\)"),
        (np.zeros((0, 4, 3), np.uint8), EmptyImageError, "4x0"),
    ],
    ids=["empty", "no file", "None in a list", "batch in one array", "no pixels"],
)
def test_bad_inputs(inputs: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made(inputs)


def test_the_class_takes_a_list() -> None:
    with pytest.raises(InputError, match="expected a list of at least one picture"):
        NetInput(LANDSCAPE)  # type: ignore[arg-type]


def test_it_is_a_picture_for_everything() -> None:
    given = made(LANDSCAPE)
    (crop,) = asyncio.run(extract_faces(given, [Box(1, 2, 3, 4)]))
    np.testing.assert_array_equal(crop[..., :3], LANDSCAPE[2:6, 1:4])
    assert (ready(given).width, asyncio.run(resolve(made([LANDSCAPE]))).width) == (50, 50)
    with pytest.raises(InputError, match="expected one picture, got 2"):
        asyncio.run(resolve(made([LANDSCAPE, PORTRAIT])))


def test_nets_for_one_face_take_all_of_it() -> None:
    for inputs, count, is_batch in ((LANDSCAPE, 1, False), ([LANDSCAPE, PORTRAIT], 2, True)):
        sources, answer_is_list = sources_of(made(inputs))
        assert (len(sources), answer_is_list) == (count, is_batch)
    assert sources_of((LANDSCAPE,)) == ([LANDSCAPE], True)
    assert sources_of("photo") == (["photo"], False)


def test_who_uses_it_cannot_close_its_pictures() -> None:
    closed: list[int] = []
    picture = Picture(np.zeros((2, 2, 4), np.uint8), 2, 2, lambda: closed.append(1))
    given = NetInput([picture])
    asyncio.run(resolve(given)).close()
    for source in sources_of(given)[0]:
        asyncio.run(resolve(source)).close()
    assert not closed
