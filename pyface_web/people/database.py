"""Records kept in the browser: an IndexedDB database per name, which is there only if wanted.

A connection lives as long as one call: no tab ever blocks another that deletes the database, and
nothing stays registered. A call is one transaction, so that tabs never see half of a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pyface_web.errors import StorageError
from pyface_web.host import IN_BROWSER, is_missing, js_value
from pyface_web.waits import heard

_PREFIX = "pyface_web "
_SCHEMA = 1
_RECORDS, _SETTINGS = "records", "settings"
_KEY = "all"  # the settings are one record

Record = Mapping[str, Any]
"""Plain values and bytes, by name."""


@dataclass(frozen=True)
class Kept:
    """What a database holds: records by key, and settings."""

    records: dict[str, dict[str, Any]]
    settings: dict[str, Any]


async def read(name: str) -> Kept | None:
    """What is kept under a name; None if there is no such database, which is not made.

    This and the other functions raise StorageError if the browser refuses.
    """
    return await _in_transaction(name, "readonly", lambda *_: None)


async def create(name: str, records: Mapping[str, Record], settings: Record) -> Kept:
    """Make the database if it is not there, put these in, and give what it holds now."""
    made = await read(name) is None
    try:
        kept = await _in_transaction(
            name,
            "readwrite",
            lambda people, values: _put(people, values, records, settings),
            create=True,
        )
    except StorageError:
        if made:  # an empty database would say that the visitor wants it
            with suppress(StorageError):
                await remove(name)
        raise
    assert kept is not None
    return kept


async def write(
    name: str,
    records: Mapping[str, Record],
    drop: Iterable[str] = (),
    settings: Record | None = None,
    clear: bool = False,
) -> Kept | None:
    """Put and drop records, and give what is kept then; None if the database is gone.

    It does not come back by this. clear: drop all that are there first.
    """

    def change(people: Any, values: Any) -> None:
        if clear:
            people.clear()
        for key in drop:
            people.delete(key)
        _put(people, values, records, settings)

    return await _in_transaction(name, "readwrite", change)


async def remove(name: str) -> None:
    """Delete the database, if there is one."""
    request = _asked(lambda: _factory().deleteDatabase(_PREFIX + name))
    await _settled(
        request, "success", "error", "does another tab of this site use them? Close it, try again"
    )


def _put(people: Any, values: Any, records: Mapping[str, Record], settings: Record | None) -> None:
    for key, record in records.items():
        people.put(js_value(record), key)
    if settings is not None:
        values.put(js_value(settings), _KEY)


async def _in_transaction(
    name: str, mode: str, change: Callable[[Any, Any], None], create: bool = False
) -> Kept | None:
    """Change the two stores, and read all that they hold then."""
    database = await _opened(name, create)
    if database is None:
        return None
    try:
        transaction = _asked(lambda: database.transaction(js_value([_RECORDS, _SETTINGS]), mode))
        stores = [transaction.objectStore(store) for store in (_RECORDS, _SETTINGS)]

        # All of it is asked for before control goes back to the page: a transaction ends where
        # there is nothing left to do.
        def ask() -> list[Any]:
            change(*stores)
            return [stores[0].getAllKeys(), stores[0].getAll(), stores[1].get(_KEY)]

        try:
            requests = _asked(ask)
        except StorageError:
            with suppress(Exception):  # it has ended already
                transaction.abort()
            raise
        # The error of a request ends its transaction, unless somebody says it is dealt with.
        try:
            await _settled(transaction, "complete", "abort")
        except BaseException:
            with suppress(Exception):  # what was given up must not be written after all
                transaction.abort()
            raise
        keys, values, settings = (request.result for request in requests)
    finally:
        database.close()
    records = zip(keys.to_py(), values.to_py(), strict=True)
    return Kept(
        {str(key): _plain(value) for key, value in records},
        {} if is_missing(settings) else _plain(settings.to_py()),
    )


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
    except StorageError:
        raise
    except Exception as error:  # a DOMException
        raise _refused(error) from None


async def _settled(target: Any, good: str, bad: str, patience: str = "") -> None:
    """Wait for a request or a transaction to end with one of two events; StorageError if bad.

    patience: what to do if it does not end.
    """
    what = "keeping identities: the browser's IndexedDB gave no answer"
    if await heard("storage", target, (good, bad), StorageError, what, patience) == bad:
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
