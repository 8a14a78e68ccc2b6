"""One lock for all event loops and threads: in order, and never lost."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from threading import Event, Thread
from typing import Any

import pytest

from pyface_web import loops
from pyface_web.loops import Lock
from tests.in_threads import in_threads


def steps(count: int) -> Coroutine[Any, Any, None]:
    async def wait() -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    return wait()


def test_one_at_a_time_in_the_order_of_asking() -> None:
    lock = Lock()
    order: list[int] = []

    async def take(i: int) -> None:
        async with lock.held():
            order.append(i)
            await steps(3)
            order.append(i)

    async def all_of_them() -> None:
        await asyncio.gather(*(take(i) for i in range(5)))

    asyncio.run(all_of_them())
    assert order == [i for i in range(5) for _ in range(2)]
    assert not lock.is_held


def test_a_free_lock_is_taken_without_a_step_of_the_loop() -> None:
    lock = Lock()
    taking = lock.held().__aenter__()

    async def take() -> None:
        with pytest.raises(StopIteration):
            taking.send(None)

    asyncio.run(take())


def test_many_loops_in_threads_have_it_one_at_a_time() -> None:
    lock = Lock()
    inside: list[int] = []
    most: list[int] = []

    async def take(i: int) -> int:
        async def once() -> None:
            async with lock.held():
                inside.append(i)
                most.append(len(inside))
                await steps(2)
                inside.remove(i)

        await asyncio.gather(*(once() for _ in range(20)))
        return i

    assert in_threads(8, take) == list(range(8))
    assert len(most) == 160 and set(most) == {1}
    assert not lock.is_held


@pytest.mark.parametrize("moment", range(8))
def test_cancelled_while_it_waits_or_as_it_is_its_turn(moment: int) -> None:
    lock = Lock()
    had: list[str] = []

    async def take(name: str, count: int) -> None:
        async with lock.held():
            had.append(name)
            await steps(count)

    async def race() -> None:
        first = asyncio.ensure_future(take("first", 3))
        second = asyncio.ensure_future(take("second", 3))
        third = asyncio.ensure_future(take("third", 3))
        await steps(moment)
        second.cancel()
        await asyncio.gather(first, second, third, return_exceptions=True)

    asyncio.run(race())
    assert had in (["first", "third"], ["first", "second", "third"])
    assert not lock.is_held


def test_cancelled_in_one_loop_while_another_one_has_it() -> None:
    lock = Lock()
    waits, cancelled = Event(), Event()

    async def hold() -> None:
        async with lock.held():
            waits.set()
            await asyncio.to_thread(cancelled.wait)

    async def give_up() -> None:
        await asyncio.to_thread(waits.wait)
        waiting = asyncio.ensure_future(lock.held().__aenter__())
        await steps(3)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        cancelled.set()
        async with lock.held():
            pass

    async def either(i: int) -> None:
        await (give_up() if i else hold())

    in_threads(2, either)
    assert not lock.is_held


def left_in_the_midst(lock: Lock, place: Any) -> tuple[asyncio.AbstractEventLoop, Any]:
    """A loop that does not run any more, with a task that has the lock or waits for it."""

    async def stay() -> None:
        async with place:
            await asyncio.get_running_loop().create_future()

    loop = asyncio.new_event_loop()
    task = loop.create_task(stay())
    for _ in range(3):
        loop.run_until_complete(asyncio.sleep(0))
    return loop, task


def test_a_closed_loop_keeps_neither_the_lock_nor_a_place() -> None:
    lock = Lock()
    loop, task = left_in_the_midst(lock, lock.held())
    waiting, other = left_in_the_midst(lock, lock.held())
    assert lock.is_held
    loop.close()
    waiting.close()
    assert not lock.is_held

    async def take() -> None:
        async with lock.held():
            pass

    asyncio.run(take())
    for late in (task, other):
        late.get_coro().close()  # which lets go of what is not theirs any more
    assert not lock.is_held


def test_a_loop_that_is_closed_while_others_wait_lets_them_go_on() -> None:
    lock = Lock()
    loop, task = left_in_the_midst(lock, lock.held())
    waits = Event()

    async def take() -> str:
        asyncio.get_running_loop().call_soon(waits.set)
        async with lock.held():
            return "had it"

    found: list[str] = []
    thread = Thread(target=lambda: found.append(asyncio.run(take())))
    thread.start()
    waits.wait()
    loop.close()
    thread.join()
    assert found == ["had it"]
    task.get_coro().close()
    assert not lock.is_held


def test_a_coroutine_that_nobody_holds_lets_go() -> None:
    lock = Lock()

    async def stay() -> None:
        async with lock.held():
            await asyncio.get_running_loop().create_future()

    async def leave() -> None:
        coroutine = stay()
        coroutine.send(None)
        assert lock.is_held
        del coroutine
        gc.collect()
        assert not lock.is_held

    asyncio.run(leave())


def test_a_place_that_is_given_up_while_the_lock_is_at_work() -> None:
    """As when Python collects garbage in the midst of it."""
    lock = Lock()

    class Interrupted(loops._Place):
        def call(self) -> bool:
            lock._let_go(first)  # by now nobody's
            lock._let_go(second)  # who waits
            return super().call()

    first, second = lock.held(), lock.held()

    async def take() -> None:
        await first.__aenter__()
        mine = Interrupted(lock)
        one = asyncio.ensure_future(mine.__aenter__())
        two = asyncio.ensure_future(second.__aenter__())
        await steps(2)
        await first.__aexit__()
        await one
        await steps(2)
        assert lock.is_held and not two.done()
        await mine.__aexit__()
        assert not lock.is_held
        two.cancel()

    asyncio.run(take())


def test_without_waiting_only_where_it_is_free() -> None:
    lock = Lock()
    with lock.if_free() as mine:
        assert mine and lock.is_held
        with lock.if_free() as twice:
            assert not twice
    assert not lock.is_held

    async def take() -> list[str]:
        order: list[str] = []

        async def later() -> None:
            async with lock.held():
                order.append("later")

        with lock.if_free():
            waiting = asyncio.ensure_future(later())
            await steps(3)
            order.append("first")
        await waiting
        async with lock.held():
            with lock.if_free() as mine:
                assert not mine
        return order

    assert asyncio.run(take()) == ["first", "later"]


def test_a_page_is_asked_for_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its one loop is never closed, so no timer runs while somebody waits."""
    monkeypatch.setattr(loops, "IN_BROWSER", True)
    lock = Lock()

    async def wait() -> None:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "call_later", None)
        async with lock.held():
            waiting = asyncio.ensure_future(lock.held().__aenter__())
            await steps(2)
        await waiting

    asyncio.run(wait())
