"""Pictures of every kind, in every order with first uses of nets, in the page and in the worker.

What cannot be used gives a typed error, or an answer where the browser can make something of it.
A good picture afterwards gives the right one, also where the net is used for the first time.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.faults.figures import Try
from tests.faults.lab import GOOD, Call, Victim, attempt

CALLS = (
    "tiny",
    "chain",
    "outline",
    "single",
    "points",
    "descriptor",
    "expressions",
    "ages",
    "list",
)


def pictures(random: Random, victim: Victim) -> Iterator[Try]:
    """Each try: one to four bad pictures, most of them for other nets, then good ones."""
    order: list[str] = []
    while True:
        if not order:
            order = list(victim.js("h => h.kinds"))
            random.shuffle(order)
        where = random.choice(victim.where)
        calls: list[Call] = []
        for _ in range(random.randint(1, 4)):
            if order:
                calls.append((random.choice(CALLS), order.pop()))
            if random.random() < 0.4:
                calls.append((random.choice(CALLS), random.choice(GOOD)))
        anew = random.random() < 0.5
        at_once = random.random() < 0.3
        after: list[Call] = [(c, p) for c in (random.choice(CALLS), "chain") for p in GOOD]
        what = f"{where}: {'first uses, ' if anew else ''}{'at once, ' if at_once else ''}{calls}"

        tries = one_try(victim, where, calls, after, anew=anew, at_once=at_once)
        yield attempt(victim, what, tries)


def one_try(
    victim: Victim, where: str, calls: list[Call], after: list[Call], *, anew: bool, at_once: bool
) -> Iterator[Try]:
    if anew:
        victim.js("(h, where) => h.dispose(where)", where)
    yield from victim.ask(where, calls, at_once=at_once)
    yield from victim.must_be_right(where, after)
    yield from victim.leaks(where)
    yield from victim.uncaught()
    victim.js("h => h.tidy()")
