"""Many calls: 50 at once, and thousands in turn, after which nothing has grown."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.faults.figures import Try
from tests.faults.lab import GOOD, Call, Victim, attempt
from tests.faults.pictures import CALLS

# Pictures that cannot be used, of which nothing is left afterwards.
BAD = (
    "canvas 0x0",
    "ImageBitmap that is closed",
    "Blob of garbage",
    "null",
    "img without a source",
)
TOGETHER = 50
IN_A_ROW = 25  # calls of one message to the page
BETWEEN_LOOKS = 20  # such messages
MEBIBYTE = 2**20
# What may come on top of what is held after the first look: the garbage of engines is theirs.
HEAP_SLACK, WASM_SLACK, PROXY_SLACK = 3 * MEBIBYTE, 4 * MEBIBYTE, 8


def crowds(random: Random, victim: Victim) -> Iterator[Try]:
    """Each try: 50 calls at once, a fifth of them with pictures that cannot be used."""
    while True:
        where = random.choice(victim.where)
        calls: list[Call] = [
            (random.choice(CALLS), random.choice(BAD if random.random() < 0.2 else GOOD))
            for _ in range(TOGETHER)
        ]

        yield attempt(victim, f"{where}: {TOGETHER} at once", one_crowd(victim, where, calls))


def one_crowd(victim: Victim, where: str, calls: list[Call]) -> Iterator[Try]:
    yield from crowd(victim, where, calls, at_once=True)
    yield from victim.leaks(where)
    yield from victim.uncaught()


def crowd(victim: Victim, where: str, calls: list[Call], *, at_once: bool) -> Iterator[Try]:
    """Good pictures give the right answer, the others a typed error."""
    for call, one in zip(calls, victim.ask(where, calls, at_once=at_once), strict=True):
        wanted = "typed" if call[1] in BAD else "right"
        is_so = one.verdict == wanted or not one.is_good
        yield one if is_so else Try("wrong", f"{one.what}: {one.verdict}, not {wanted}")


def rows(random: Random, victim: Victim) -> Iterator[Try]:
    """Each try is one call; now and then everything is counted, and has to be as it was."""
    before: dict[str, dict[str, int]] = {}
    number = 0
    while True:
        where = random.choice(victim.where)
        calls: list[Call] = [
            (random.choice(CALLS), random.choice(BAD if random.random() < 0.1 else GOOD))
            for _ in range(IN_A_ROW)
        ]
        found: list[Try] = []
        whole = attempt(victim, where, one_row(victim, where, calls, found))
        yield from found or [whole]
        if not whole.is_good:
            before.clear()
            continue
        number += 1
        if number % BETWEEN_LOOKS == 0:
            for place in victim.where:
                now = counted(victim, place)
                for what in grown(before.setdefault(place, now), now):
                    yield Try("leaked", f"after {number * IN_A_ROW} calls in the {place}: {what}")


def one_row(victim: Victim, where: str, calls: list[Call], found: list[Try]) -> Iterator[Try]:
    """found: gets what each call is worth."""
    found.extend(crowd(victim, where, calls, at_once=False))
    found.extend(victim.uncaught())
    yield from found


def counted(victim: Victim, where: str) -> dict[str, int]:
    """What is held there: of the GPU, between Python and JavaScript, and by both."""
    victim.ask(where, [("chain", "both")])  # the picture that was seen last is held, too
    memory = victim.js("(h, where) => h.memory(where)", where)
    held = {name: value for name, value in memory.items() if isinstance(value, int)}
    objects: dict[str, int] = victim.faults(where, "(f) => f.objects()")
    held |= objects | {"contexts": victim.faults(where, "(f) => f.contexts()")}
    if where == "page":
        held |= victim.js("h => h.proxies()")
        tools = victim.page.context.new_cdp_session(victim.page)
        for _ in range(2):
            tools.send("HeapProfiler.collectGarbage")
        held["heap"] = tools.send("Runtime.getHeapUsage")["usedSize"]
        tools.detach()
    return held


def grown(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """What is more than it was, in words."""
    slack = {"heap": HEAP_SLACK, "wasm": WASM_SLACK, "js": PROXY_SLACK, "python": PROXY_SLACK}
    for name, count in now.items():
        if count > before[name] + slack.get(name, 0):
            yield f"{count} {name}, not {before[name]}"
