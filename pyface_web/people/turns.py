"""Long work beside a page: a slice at a time, with the page's turn in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice
from time import perf_counter
from typing import Any, TypeVar

from pyface_web.values.outside import Steps

T = TypeVar("T")

# A browser calls a task long from 50 ms on; what lies between two rests may come on top.
SLICE_SECONDS = 0.015


async def in_turns(steps: Steps[T]) -> T:
    """What work with rests gives; after every slice of it the page has its turn."""
    until = perf_counter() + SLICE_SECONDS
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        if perf_counter() >= until:
            await asyncio.sleep(0)
            until = perf_counter() + SLICE_SECONDS


def taken_out(items: list[Any]) -> Iterator[Any]:
    """The items, none of which is left in the list: to free many at once takes long."""
    for index in range(len(items)):
        item = items[index]
        items[index] = None
        yield item


def batches(items: Iterable[T], size: int = 128) -> Iterator[list[T]]:
    """The items in lists of so many; between them is a good place for a rest."""
    every = iter(items)
    while batch := list(islice(every, size)):
        yield batch
