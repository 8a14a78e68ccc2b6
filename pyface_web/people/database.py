"""Records kept in the browser: an IndexedDB database per name, which is there only if wanted.

A connection lives as long as one call: no tab ever blocks another that deletes the database, and
nothing stays registered. A call is one transaction, so that tabs never see half of a change. A long
one goes on whenever a request of it is done, since it would end by itself if it had nothing to do;
the page has its turn between two requests.

Every write leaves a new mark. Who finds there the mark that they saw last knows everything that is
kept, and need not read it again.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeAlias

from pyface_web.errors import StorageError
from pyface_web.host import IN_BROWSER, is_missing, js_value
from pyface_web.people.turns import SLICE_SECONDS, batches
from pyface_web.waits import heard, within

_PREFIX = "pyface_web "
_SCHEMA = 1
_RECORDS, _SETTINGS = "records", "settings"
_KEY = "all"  # the settings are one record
_MARK = "mark"  # and what the last write left is one
_READ_AT_ONCE = 128  # records
_DEPTH = 4  # of records that are right; what lies deeper stays JavaScript's, and is refused

_NO_ANSWER = "keeping identities: the browser's IndexedDB gave no answer"

Record = Mapping[str, Any]
"""Plain values and bytes, by name."""


Work: TypeAlias = Generator[Any, None, "Kept"]
"""What is done in a transaction; it goes on when the request that it yields is done."""


@dataclass(frozen=True)
class Kept:
    """What a database holds: records by key, settings, and the mark of the last write.

    records: None if they are what they were when the mark that the caller knows was left, and what
    the call itself changed; settings are empty then.
    """

    records: dict[str, dict[str, Any]] | None
    settings: dict[str, Any]
    mark: str | None


async def read(name: str) -> Kept | None:
    """What is kept under a name; None if there is no such database, which is not made.

    This and the other functions raise StorageError if the browser refuses.
    """
    return await _in_transaction(name, "readonly", _reading)


async def create(name: str, records: Iterable[tuple[str, Record]], settings: Record) -> Kept:
    """Make the database if it is not there, put these in, and give what it holds now."""
    made = await _opened_and_closed(name) is False

    def change(people: Any, values: Any) -> Work:
        count = people.count()
        yield count
        yield from _put(people, records)
        return (yield from _marked(people, values, settings, count.result == 0))

    try:
        kept = await _in_transaction(name, "readwrite", change, create=True)
    except StorageError:
        if made:  # an empty database would say that the visitor wants it
            with suppress(StorageError):
                await remove(name)
        raise
    assert kept is not None
    return kept


async def write(
    name: str,
    records: Iterable[tuple[str, Record]] = (),
    drop: Iterable[str] = (),
    settings: Record | None = None,
    *,
    clear: bool = False,
    mark: str | None = None,
    over: Iterable[str] = (),
) -> Kept | None:
    """Put and drop records, and give what is kept then; None if the database is gone.

    It does not come back by this. clear: drop all that are there first. mark: what the caller saw
    last. over: records to drop unless somebody else wrote since.
    """

    def change(people: Any, values: Any) -> Work:
        found = values.get(_MARK)
        yield found
        is_known = mark is not None and found.result == mark
        if clear:
            people.clear()
        yield from _each(people.delete(key) for key in (*drop, *(over if is_known else ())))
        yield from _put(people, records)
        return (yield from _marked(people, values, settings, is_known))

    return await _in_transaction(name, "readwrite", change)


async def remove(name: str) -> None:
    """Delete the database, if there is one."""
    request = _asked(lambda: _factory().deleteDatabase(_PREFIX + name))
    await _settled(
        request, "success", "error", "does another tab of this site use them? Close it, try again"
    )


def _put(people: Any, records: Iterable[tuple[str, Record]]) -> Generator[Any, None, None]:
    import js
    from pyodide.ffi import to_js

    as_object = js.Object.fromEntries
    # A call from Python for each would take three times as long.
    put = js.Reflect.apply.bind(None, people.put, people)

    def some(batch: list[tuple[str, Record]]) -> Any:
        (key, record), *others = batch
        pairs = [[record, key] for key, record in others]
        to_js(pairs, dict_converter=as_object).forEach(put)
        return people.put(to_js(record, dict_converter=as_object), key)

    yield from _each(some(batch) for batch in batches(records))


def _each(requests: Iterable[Any]) -> Generator[Any, None, None]:
    """Make requests, as they are iterated, with rests."""
    until = perf_counter() + SLICE_SECONDS
    for request in requests:
        if perf_counter() >= until:
            yield request
            until = perf_counter() + SLICE_SECONDS


def _marked(people: Any, values: Any, settings: Record | None, is_known: bool) -> Work:
    """End a change: the settings, a new mark, and all that is kept unless it is known."""
    mark = os.urandom(16).hex()
    if settings is not None:
        values.put(js_value(settings), _KEY)
    values.put(mark, _MARK)
    return Kept(None, {}, mark) if is_known else (yield from _reading(people, values))


def _reading(people: Any, values: Any) -> Work:
    import js

    settings, mark = values.get(_KEY), values.get(_MARK)
    records: dict[str, dict[str, Any]] = {}
    beyond = None
    while True:
        keys = people.getAllKeys(beyond, _READ_AT_ONCE)
        found = people.getAll(beyond, _READ_AT_ONCE)
        yield found
        names = keys.result.to_py()
        for key, record in zip(names, found.result.to_py(depth=_DEPTH), strict=True):
            records[str(key)] = _plain(record)
        if len(names) < _READ_AT_ONCE:
            break
        beyond = js.IDBKeyRange.lowerBound(names[-1], True)
    kept = {} if is_missing(settings.result) else _plain(settings.result.to_py(depth=_DEPTH))
    return Kept(records, kept, mark.result if isinstance(mark.result, str) else None)


async def _opened_and_closed(name: str) -> bool:
    """Whether there is a database."""
    database = await _opened(name, create=False)
    if database is None:
        return False
    database.close()
    return True


async def _in_transaction(
    name: str, mode: str, change: Callable[[Any, Any], Work], create: bool = False
) -> Kept | None:
    """Do work on the two stores; None if there is no such database."""
    database = await _opened(name, create)
    if database is None:
        return None
    try:
        transaction = _asked(lambda: database.transaction(js_value([_RECORDS, _SETTINGS]), mode))
        stores = [transaction.objectStore(store) for store in (_RECORDS, _SETTINGS)]
        return await _done(transaction, change(*stores))
    finally:
        database.close()


async def _done(transaction: Any, work: Work) -> Kept:
    """What work gives, when its transaction is complete; StorageError if that is given up."""
    from pyodide.ffi import create_proxy

    events: asyncio.Queue[str] = asyncio.Queue()
    kept: Kept | None = None
    failure: StorageError | None = None

    def go_on() -> None:
        nonlocal kept, failure
        try:
            _asked(lambda: next(work)).addEventListener("success", proxy)
        except StopIteration as end:
            kept = end.value
        except StorageError as error:
            failure = error
            try:
                transaction.abort()
            except Exception:  # it has ended already, so no event will say so
                events.put_nowait("abort")

    def hear(event: Any) -> None:
        event.preventDefault()  # what fails is raised here, and is not for the page's console
        if event.type == "success":
            go_on()
        events.put_nowait(str(event.type))

    proxy = create_proxy(hear)
    ends = ("complete", "abort")
    for name in ends:
        transaction.addEventListener(name, proxy)
    try:
        go_on()
        while (event := await _answer(events)) not in ends:
            pass
    except BaseException:
        with suppress(Exception):  # what was given up must not be written after all
            transaction.abort()
        raise
    finally:
        work.close()
        for name in ends:
            transaction.removeEventListener(name, proxy)
        proxy.destroy()
    if event == "abort" or kept is None:
        raise failure or _refused(transaction.error)
    return kept


async def _answer(events: asyncio.Queue[str]) -> str:
    return await within("storage", events.get(), StorageError, _NO_ANSWER)


def _plain(value: Any) -> dict[str, Any]:
    """A record with bytes where JavaScript has a Uint8Array."""
    if not isinstance(value, dict):
        return {}
    return {
        name: bytes(part) if isinstance(part, memoryview) else part for name, part in value.items()
    }


async def _opened(name: str, create: bool) -> Any:
    """A connection; None if there is no such database and none is to be made."""
    request = _asked(lambda: _factory().open(_PREFIX + name, _SCHEMA))
    from pyodide.ffi import create_proxy

    missing = False

    def make(_: Any) -> None:
        nonlocal missing
        if create:
            for store in (_RECORDS, _SETTINGS):
                request.result.createObjectStore(store)
        else:  # an upgrade that is given up leaves no database
            missing = True
            request.transaction.abort()

    proxy = create_proxy(make)
    request.addEventListener("upgradeneeded", proxy)
    try:
        await _settled(request, "success", "error")
    except StorageError:
        if missing:
            return None
        raise
    finally:
        request.removeEventListener("upgradeneeded", proxy)
        proxy.destroy()
        if request.readyState == "pending":
            _give_up(request)
    return request.result


def _give_up(request: Any) -> None:
    """See to it that a connection that comes later is closed, and that no database is made for it;
    else it would keep other tabs from deleting theirs."""
    from pyodide.ffi import create_proxy

    names = ("upgradeneeded", "success", "error")

    def refuse(event: Any) -> None:
        event.preventDefault()
        if event.type == "upgradeneeded":
            request.transaction.abort()
            return
        if event.type == "success":
            request.result.close()
        for name in names:
            request.removeEventListener(name, proxy)
        proxy.destroy()

    proxy = create_proxy(refuse)
    for name in names:
        request.addEventListener(name, proxy)


def _factory() -> Any:
    if not IN_BROWSER:
        raise StorageError(
            "identities are kept in the browser's IndexedDB, and there is no browser here; "
            "they stay in memory, export_json() makes a file of them"
        )
    import js

    factory = getattr(js, "indexedDB", None)
    if is_missing(factory):
        raise _refused("there is no IndexedDB")
    return factory


def _asked(ask: Callable[[], Any]) -> Any:
    """What the browser gives, or its exception as a StorageError."""
    try:
        return ask()
    except (StopIteration, StorageError):
        raise
    except Exception as error:  # a DOMException
        raise _refused(error) from None


async def _settled(target: Any, good: str, bad: str, patience: str = "") -> None:
    """Wait for a request or a transaction to end with one of two events; StorageError if bad.

    patience: what to do if it does not end.
    """
    if await heard("storage", target, (good, bad), StorageError, _NO_ANSWER, patience) == bad:
        raise _refused(target.error)


def _refused(error: Any, remedy: str = "") -> StorageError:
    """A StorageError that says why, and what to do."""
    name = str(getattr(error, "name", ""))
    if name == "QuotaExceededError":
        got = "its storage is full"
        remedy = "delete people or portraits, or make room in the browser's settings"
    elif name == "VersionError":
        got = "what is kept was written by a newer pyface_web"
        remedy = "reload the page to get the newer one"
    else:
        got = (error if isinstance(error, str) else getattr(error, "message", "")) or name
        remedy = remedy or (
            "is this a private window, or is storage blocked for this site? Without it identities "
            "stay in memory; export_json() makes a file of them"
        )
    return StorageError(
        "keeping identities: expected the browser's IndexedDB to do it, "
        f"got: {got or 'a refusal without a reason'}; {remedy}"
    )
