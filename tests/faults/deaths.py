"""What dies or rests: the process of the GPU, the page's own, another tab, a page that is left.

A call whose device dies gives the right answer or a typed error; afterwards all is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from random import Random

from playwright.sync_api import CDPSession, Error as PlaywrightError

from tests.faults.figures import Try
from tests.faults.lab import GOOD, Call, PageGone, Victim, attempt, judge

CALLS = ("tiny", "chain", "outline", "descriptor", "list")
AFTER: list[Call] = [("chain", picture) for picture in GOOD]
# So that a page may have the GPU again however often its process died.
ARGUMENTS = ("--disable-gpu-process-crash-limit", "--disable-domain-blocking-for-3d-apis")

_UNTIL = """async (faults, k) => {
  const turn = () => new Promise((go) => setTimeout(go));
  for (let turns = 0; faults.count() < k && turns < 1000; turns++) await turn();
}"""


def some_calls(random: Random) -> list[Call]:
    return [(random.choice(CALLS), random.choice(GOOD)) for _ in range(random.randint(1, 3))]


def deaths_of_the_gpu(random: Random, victim: Victim) -> Iterator[Try]:
    """Each try: the GPU's process ends after the k-th call of WebGL. Browser with ARGUMENTS."""
    tools = victim.browser.new_browser_cdp_session()
    while True:
        where, calls = random.choice(victim.where), some_calls(random)
        k, anew = random.randint(0, 300), random.random() < 0.5
        what = f"{where}: {calls}{', first uses' * anew}, the GPU's process ends at {k}"
        yield attempt(victim, what, one_death(victim, tools, where, calls, k, anew=anew))


def one_death(
    victim: Victim, tools: CDPSession, where: str, calls: list[Call], k: int, *, anew: bool
) -> Iterator[Try]:
    if anew:
        victim.js("(h, where) => h.dispose(where)", where)
    victim.faults(where, "(f) => f.arm()")
    begin(victim, where, calls)
    victim.faults(where, _UNTIL, k)
    tools.send("Browser.crashGpuProcess")
    yield from ended(victim, calls)
    # Until the browser has another process there is no context, and NumPy goes on.
    for _ in range(20):
        victim.act(where, "backend")
        if victim.js("(h, where) => h.memory(where)", where)["backend"] == "webgl":
            break
        victim.page.wait_for_timeout(500)
    yield from victim.must_be_right(where, AFTER)
    yield from victim.leaks(where)
    yield from victim.uncaught()


def begin(victim: Victim, where: str, calls: list[Call]) -> None:
    """Let calls run while something else is done."""
    victim.js("(h, given) => void (globalThis.running = h.atOnce(...given))", [where, calls])


def ended(victim: Victim, calls: list[Call]) -> Iterator[Try]:
    """What the calls that began are worth."""
    for call, outcome in zip(calls, victim.js("() => globalThis.running"), strict=True):
        yield judge(outcome, victim.right[call], "/".join(call))


def deaths_of_the_page(random: Random, victim: Victim) -> Iterator[Try]:
    """Each try: the page's process ends in the midst of calls; the visitor loads it again."""
    while True:
        where, calls = random.choice(victim.where), some_calls(random)
        yield attempt(victim, f"{where}: {calls}", one_crash(victim, where, calls))


def one_crash(victim: Victim, where: str, calls: list[Call]) -> Iterator[Try]:
    begin(victim, where, calls)
    tools = victim.page.context.new_cdp_session(victim.page)
    with suppress(PlaywrightError):
        tools.send("Page.crash")
    with suppress(PageGone, PlaywrightError):
        victim.js("() => globalThis.running")
    victim.close()
    yield from victim.must_be_right(where, AFTER)
    yield from victim.uncaught()


def rests(random: Random, victim: Victim) -> Iterator[Try]:
    """Each try: the visitor leaves the page in the midst of calls, and comes back; the browser has
    kept it as it was. Browser with the back-forward cache."""
    while True:
        where, calls = random.choice(victim.where), some_calls(random)
        k, anew = random.randint(0, 300), random.random() < 0.5
        what = f"{where}: {calls}{', first uses' * anew}, left at {k}"
        yield attempt(victim, what, one_rest(victim, where, calls, k, anew=anew))


def one_rest(victim: Victim, where: str, calls: list[Call], k: int, *, anew: bool) -> Iterator[Try]:
    page = victim.page
    if anew:
        victim.js("(h, where) => h.dispose(where)", where)
    victim.faults("page", "(f) => f.arm()")
    begin(victim, where, calls)
    if where == "page":
        victim.faults(where, _UNTIL, k)
    page.goto(victim.place.site + "offline.js")
    tools = page.context.new_cdp_session(page)
    history = tools.send("Page.getNavigationHistory")
    before = history["entries"][history["currentIndex"] - 1]
    with page.expect_event("framenavigated"):
        tools.send("Page.navigateToHistoryEntry", {"entryId": before["id"]})
    if not page.evaluate("() => Boolean(globalThis.harness)"):
        victim.close()
        yield Try("wrong", "the browser did not keep the page")
        return
    yield from ended(victim, calls)
    yield from victim.must_be_right(where, AFTER)
    if where == "page":  # Playwright knows a worker no longer whose page was left
        yield from victim.leaks(where)
    yield from victim.uncaught()


def two_tabs(random: Random, victim: Victim, other: Victim) -> Iterator[Try]:
    """Each try: calls in two tabs at once, of which one may go away meanwhile."""
    while True:
        asked = [some_calls(random), some_calls(random)]
        leaves = random.random() < 0.15
        what = f"{asked}{', the second leaves' * leaves}"
        one = attempt(victim, what, in_two_tabs(victim, other, asked, leaves=leaves))
        if not one.is_good:
            other.close()
        yield one


def in_two_tabs(
    victim: Victim, other: Victim, asked: list[list[Call]], *, leaves: bool
) -> Iterator[Try]:
    for tab, calls in zip((victim, other), asked, strict=True):
        begin(tab, "page", calls)
    if leaves:
        other.close()
    for tab, calls in zip((victim, other), asked, strict=True):
        if not leaves or tab is victim:
            for one in ended(tab, calls):
                yield Try("wrong", one.what) if one.verdict == "typed" else one
    for tab in (victim, other):
        yield from tab.must_be_right("page", AFTER[:1])
        yield from tab.leaks("page")
        yield from tab.uncaught()
