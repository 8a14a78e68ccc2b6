"""Contexts lost at any call of WebGL, once or again, and with none to be had afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.faults.figures import Try
from tests.faults.lab import GOOD, Call, Victim, attempt

Spoilt = dict[str, Any]  # what `arm` of in_page/scope.js takes
CALLS = ("tiny", "chain", "outline", "descriptor", "expressions", "list")


def losses(random: Random, victim: Victim) -> Iterator[Try]:
    """Each try: calls that lose their context, then good ones without."""
    while True:
        where = random.choice(victim.where)
        calls: list[Call] = [
            (random.choice(CALLS), random.choice(GOOD)) for _ in range(random.randint(1, 3))
        ]
        # From the first calls, which make textures, to where a chain that compiles has ended.
        times = random.choice((1, 1, 1, 2, 3))
        lose_at = sorted(int(10 ** random.uniform(0, 3.3)) for _ in range(times))
        none = random.choice((0, 0, 0, 1, 2, 9))
        anew = random.random() < 0.5
        at_once = random.random() < 0.3
        spec = {"loseAt": lose_at, "none": none}
        what = f"{where}: {spec}, {'first uses, ' if anew else ''}{'at once, ' if at_once else ''}"

        tries = one_try(victim, where, calls, spec, anew=anew, at_once=at_once)
        yield attempt(victim, f"{what}{calls}", tries)


def one_try(
    victim: Victim, where: str, calls: list[Call], spec: Spoilt, *, anew: bool, at_once: bool
) -> Iterator[Try]:
    if anew:
        victim.js("(h, where) => h.dispose(where)", where)
    victim.faults(where, "(f, spec) => f.arm(spec)", spec)
    yield from victim.ask(where, calls, at_once=at_once)
    victim.faults(where, "(f) => f.disarm()")
    # Where there was no context to be had NumPy may go on; the page asks for WebGL again.
    victim.act(where, "backend")
    yield from victim.must_be_right(where, [("chain", picture) for picture in GOOD])
    yield from victim.leaks(where)
    yield from victim.uncaught()
