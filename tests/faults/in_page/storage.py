"""Changes of an IdentityStore while the browser's storage fails: `sequence` is to be called.

A change that is refused is not made, in memory either; when the storage is well again, what is
kept is what is in memory.
"""

import asyncio
import json

import js
import numpy as np

import pyface_web as faceapi
from pyface_web.people import database
from pyface_web.waits import set_waits

LIMIT = 150  # seconds; only what hangs takes so long
PATIENCE = 100  # seconds; what is busy answers after all
SHORT = 0.5  # where the database will not answer
SILENT = ("silent", "holds")


def _made(seed):
    return np.random.default_rng(seed).normal(0, 0.1, 128).astype(np.float32)


def _people(store):
    return {person.label: person.count for person in store}


async def _enrol(store, label, seed):
    await store.enrol(label, _made(seed))


async def _rename(store, label, seed):
    await store.rename(label, f"{label} {seed}", merge=True)


async def _import(store, label, seed):
    text = json.dumps({"label": label, "descriptors": [_made(seed).tolist()]})
    await store.import_json(text, merge=bool(seed % 2))


STEPS = {
    "enrol": _enrol,
    "rename": _rename,
    "import": _import,
    "delete": lambda store, label, seed: store.delete(label),
    "delete all": lambda store, label, seed: store.delete_all(),
    "expire": lambda store, label, seed: store.set_expires_after(seed + 1),
    "keep": lambda store, label, seed: store.keep(),
    "stop": lambda store, label, seed: store.stop_keeping(),
    "refresh": lambda store, label, seed: store.refresh(),
}
OTHERS = ("deletes", "holds", "upgrades", "damages", "empties")


async def _step(store, step, label, seed):
    """One change: what it is worth, and in words."""
    before = _people(store), store.is_kept
    try:
        await asyncio.wait_for(STEPS[step](store, label, seed), LIMIT)
        return "right", ""
    except TimeoutError:
        return "hung", step
    except faceapi.PyfaceError as error:
        said = f"{type(error).__name__}: {error}"
    except Exception as error:
        return "other", f"{step}: {type(error).__name__}: {error}"
    after = _people(store), store.is_kept
    if after != before:
        return "wrong", f"{step} said {said}, but {before} became {after}"
    return "typed", said


async def sequence(spec):
    """spec: JSON of [name, steps]; a step is [what, label, seed, fault, calls until it]."""
    name, steps = json.loads(spec)
    key = database._PREFIX + name
    faults = js.storageFaults
    store = faceapi.IdentityStore(name)
    found = []
    for step, label, seed, fault, calls in steps:
        set_waits(storage=SHORT if fault in SILENT else PATIENCE)
        if fault in OTHERS:
            try:
                await faults.other(fault, key)
            except Exception as error:  # the other tab's own affair
                found.append(["right", str(error)])
        else:
            faults.set(fault, calls)
        found.append(await _step(store, step, label, seed))
        faults.set("", 0)
    set_waits(storage=PATIENCE)
    await faults.other("lets go", key)
    found.extend(await _afterwards(store, name))
    return json.dumps(found)


async def _afterwards(store, name):
    """What is not as it should be once the storage is well again."""
    try:
        await store.refresh()
        again = await faceapi.IdentityStore.open(name)
        if store.is_kept and _people(again) != _people(store):
            return [["wrong", f"kept are {_people(again)}, here {_people(store)}"]]
    except faceapi.errors.StorageError:
        pass  # what another tab damaged, or a newer version wrote, stays so until it is removed
    try:
        await store.stop_keeping()
        before = _people(store)
        await store.enrol("Zoe", _made(99))
        await store.keep()
        again = await faceapi.IdentityStore.open(name)
        wanted = {**before, "Zoe": before.get("Zoe", 0) + 1}
        if not again.is_kept or _people(again) != wanted:
            return [["wrong", f"after the storage is well: {_people(again)}, not {wanted}"]]
        await store.stop_keeping()
        names = [found.name for found in await js.indexedDB.databases()]
        return [["leaked", f"a database {name}"]] if database._PREFIX + name in names else []
    except Exception as error:
        return [["wrong", f"after the storage is well: {type(error).__name__}: {error}"]]
