"""Does something at the k-th await of Python in a page, where it runs: `moments` is what to ask.

Whatever any task waits for counts, when it begins to wait and when it goes on.
"""

import asyncio
import types


@types.coroutine
def _counted(coroutine, tick):
    send, given = coroutine.send, None
    while True:
        try:
            waited = send(given)
        except StopIteration as end:
            return end.value
        tick()
        try:
            given, send = (yield waited), coroutine.send
        except BaseException as error:
            given, send = error, coroutine.throw
        tick()


class Moments:
    """Counts awaits since `arm`."""

    def __init__(self):
        self._count, self._wanted = 0, []
        loop = asyncio.get_event_loop()  # whose own way to do this, a task factory, does not work
        self._create_task, loop.create_task = loop.create_task, self._make

    def _make(self, coroutine, **given):
        async def counted():
            return await _counted(coroutine, self._tick)

        return self._create_task(counted(), **given)

    def _tick(self):
        self._count += 1
        while self._wanted and self._wanted[0][0] <= self._count:
            _, act = self._wanted.pop(0)
            act()

    def arm(self, *wanted):
        """wanted: (k, what to call then) each."""
        self._count = 0
        self._wanted = sorted(([int(k), act] for k, act in wanted), key=lambda one: one[0])

    def disarm(self):
        """Do now what has not been done, and count no more; gives how many awaits there were."""
        for _, act in self._wanted:
            act()
        self._wanted = []
        return self._count


moments = Moments()
