"""`dispose`, loads, changes of the backend, cancelling and terminating at random awaits of calls.

Each answer is the right one or a typed error that a race may end in; afterwards all is right, and
nothing is left. In the page through Python and through `faceapi`, in the worker through `faceapi`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.figures import Try
from tests.faults.lab import GOOD, Call, Victim, attempt, judge, page_code
from tools.assets import path_of

CALLS = ("tiny", "chain", "outline", "single", "descriptor", "list", "track")
ACTIONS = ("dispose", "dispose", "load", "reload", "warmup", "backend", "half", "memory")
SWAPPED: Call = ("outline", "both")  # what the net with other weights is asked
AFTER: list[Call] = [("chain", picture) for picture in GOOD]
# What a call may end in whose device or net was taken away, besides the right answer.
ENDS = {
    "BackendError",
    "CancelledError",
    "ContextLostError",
    "DisposedError",
    "NotLoadedError",
    "WorkerError",
}
# The most awaits of Python in the page, or calls of WebGL in the worker, until something is done.
LATEST = {"python": 25, "page": 25, "worker": 400}

Action = tuple[int, str]


def races(random: Random, victim: Victim) -> Iterator[Try]:
    """Each try: one to four calls at once, and one to three actions in their midst."""
    ways = (*victim.where, *(["python"] if "page" in victim.where else []))
    while True:
        way = random.choice(ways)
        calls = some_calls(random)
        named = [*ACTIONS, *(["cancel"] * 4 if way == "python" else [])]
        actions = [
            (random.randint(1, LATEST[way]), random.choice(named))
            for _ in range(random.randint(1, 3))
        ]
        what = f"{way}: {calls} with {actions}"
        yield attempt(victim, what, one_race(victim, way, calls, actions))


def one_race(victim: Victim, way: str, calls: list[Call], actions: list[Action]) -> Iterator[Try]:
    where = "worker" if way == "worker" else "page"
    run = in_python if way == "python" else in_js
    yield from ends(victim, run(victim, where, calls, actions), calls)
    if any(name == "half" for _, name in actions):
        victim.act(where, "backend")
    yield from victim.must_be_right(where, AFTER)
    yield from victim.leaks(where)
    yield from victim.uncaught()


def terminations(random: Random, victim: Victim) -> Iterator[Try]:
    """Each try: a worker that is ended in the midst of calls, and another one after it."""
    while True:
        calls, turns = some_calls(random), random.randint(0, 20)
        what = f"{calls}, ended after {turns} turns"
        yield attempt(victim, what, one_termination(victim, calls, turns))


def one_termination(victim: Victim, calls: list[Call], turns: int) -> Iterator[Try]:
    yield from ends(victim, in_js(victim, "worker", calls, [(turns, "terminate")]), calls)
    victim.begin("worker")
    yield from victim.must_be_right("worker", AFTER)
    yield from victim.uncaught()


def swaps(random: Random, victim: Victim, served: Path) -> Iterator[Try]:
    """Each try: other weights for a net while it compiles or runs; who asks then gets theirs.

    served: the folder that the harness finds as faults/.
    """
    make_other_weights(served)
    other: list[float] = []
    while True:
        where = random.choice(victim.where)
        k, anew = random.randint(1, LATEST[where]), random.random() < 0.7
        what = f"{where}: other weights at {k}{', first use' * anew}"
        yield attempt(victim, what, one_swap(victim, where, k, other, anew=anew))


def one_swap(
    victim: Victim, where: str, k: int, other: list[float], *, anew: bool
) -> Iterator[Try]:
    """other: the answer with the other weights, once it is known."""
    if not other:
        victim.act(where, "other")
        (outcome,) = victim.js("(h, given) => h.inTurn(...given)", [where, [SWAPPED]])
        assert judge(outcome, victim.right[SWAPPED], "").verdict == "wrong"
        other.extend(outcome["value"])
        victim.act(where, "restore")
    if anew:
        victim.js("(h, where) => h.dispose(where)", where)
    for outcome in in_js(victim, where, [SWAPPED, SWAPPED], [(k, "other")])["outcomes"]:
        either = [judge(outcome, right, "meanwhile") for right in (victim.right[SWAPPED], other)]
        yield next((one for one in either if one.is_good), either[0])
    (after,) = victim.js("(h, given) => h.inTurn(...given)", [where, [SWAPPED]])
    yield judge(after, other, "the weights from before")
    victim.act(where, "restore")
    yield from victim.must_be_right(where, [SWAPPED, ("chain", "ada")])
    yield from victim.leaks(where)
    yield from victim.uncaught()


def some_calls(random: Random) -> list[Call]:
    return [(random.choice(CALLS), random.choice(GOOD)) for _ in range(random.randint(1, 4))]


def in_js(victim: Victim, where: str, calls: list[Call], actions: list[Action]) -> dict[str, Any]:
    if where == "worker":
        tell_at = sorted(k for k, _ in actions)
        victim.faults(where, "(f, spec) => f.arm(spec)", {"tellAt": tell_at})
    result: dict[str, Any] = victim.js("(h, given) => h.race(...given)", [where, calls, actions])
    return result


def in_python(
    victim: Victim, where: str, calls: list[Call], actions: list[Action]
) -> dict[str, Any]:
    given = [page_code("races.py", "race"), json.dumps([calls, actions])]
    result: dict[str, Any] = json.loads(victim.js("(h, given) => h.inPython(...given)", given))
    return result


def ends(victim: Victim, happened: dict[str, Any], calls: list[Call]) -> Iterator[Try]:
    """What calls and actions of a race are worth."""
    for call, outcome in zip(calls, happened["outcomes"], strict=True):
        yield of_a_race(judge(outcome, victim.right.get(call), "/".join(call)), outcome)
    for outcome in happened["actions"]:
        yield of_a_race(judge(outcome, None, "an action"), outcome)


def of_a_race(one: Try, outcome: dict[str, Any]) -> Try:
    """A typed error only counts where it is one that a race may end in."""
    if one.verdict == "typed" and outcome["error"]["name"] not in ENDS:
        return Try("wrong", f"an error that misleads: {one.what}")
    return one


def make_other_weights(served: Path) -> None:
    """The tiny landmark net with the last bytes of its shard changed, as faults/other/."""
    folder = served / "other"
    folder.mkdir(exist_ok=True)
    name = "face_landmark_68_tiny_model"
    shutil.copy(path_of(f"models/{name}-weights_manifest.json"), folder)
    shard = bytearray(path_of(f"models/{name}-shard1").read_bytes())
    for place in range(len(shard) - 2000, len(shard)):
        shard[place] ^= 0x55
    (folder / f"{name}-shard1").write_bytes(shard)
