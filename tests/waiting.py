"""Awaiting the package's own session from a test that is no coroutine."""

from __future__ import annotations

import asyncio
from typing import Any


def wait(code: Any) -> Any:
    """The result of a coroutine or a task, in an event loop of its own."""

    async def result() -> Any:
        return await code

    return asyncio.run(result())
