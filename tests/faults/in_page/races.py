"""Races in the page's own Python: calls at once, actions at the k-th await; `race` is to be called.

Cancelling is Python's alone: of one call, also where others wait for the same task.
"""

import asyncio
import json

import js
import numpy as np

import pyface_web as faceapi

moments = globals()["moments"]  # of moments.py, which ran before
TINY = faceapi.TinyFaceDetectorOptions(input_size=160)
LIMIT = 150  # seconds; only what hangs takes so long


async def _track(picture):
    frames = faceapi.track(
        picture, detector=TINY, landmarks=True, descriptors=True, smoothing=False
    )
    last, count = [], 0
    async for frame in frames:
        last = [tracked.face for tracked in frame.faces]
        count += 1
        if count == 2:
            break
    return last


def _faces(picture):
    return faceapi.detect_all_faces(picture, TINY)


CALLS = {
    "tiny": _faces,
    "chain": lambda picture: _faces(picture).with_face_landmarks().with_face_descriptors(),
    # See CALLS in harness.js.
    "outline": lambda picture: _faces(picture).with_face_landmarks(True, refine=False),
    "single": lambda picture: (
        faceapi.detect_single_face(picture, TINY).with_face_expressions().with_age_and_gender()
    ),
    "descriptor": faceapi.compute_face_descriptor,
    "list": lambda picture: faceapi.compute_face_descriptor([picture, "ada"]),
    "track": _track,
}


async def _reload():
    net = faceapi.nets.face_landmark68_net
    net.dispose()
    await net.load("models")


async def _now(act):
    act()


ACTIONS = {
    "dispose": faceapi.dispose,
    "memory": faceapi.memory,
    "load": lambda: faceapi.nets.face_recognition_net.load("models"),
    "reload": _reload,
    "warmup": faceapi.warmup,
    "backend": lambda: faceapi.set_backend(js.harness.computes()),
    "half": lambda: faceapi.set_backend("webgl", 16),
}


def _numbers(found):
    if found is None:
        return []
    if isinstance(found, list | tuple):
        return [number for one in found for number in _numbers(one)]
    if isinstance(found, np.ndarray):
        return [float(number) for number in found.reshape(-1)]
    if isinstance(found, faceapi.FaceDetection):
        box = found.relative_box
        return [float(v) for v in (found.score, box.x, box.y, box.width, box.height)]
    if isinstance(found, faceapi.FaceResult):
        numbers = _numbers(found.detection)
        if found.landmarks is not None:
            numbers += _numbers(found.landmarks.relative_positions)
        numbers += _numbers(found.descriptor)
        if found.expressions is not None:
            numbers += [float(value) for value in found.expressions.values()]
        if found.age is not None:
            numbers += [float(found.age) / 100, float(found.gender_probability)]
        return numbers
    raise TypeError(type(found).__name__)


async def _outcome(awaitable):
    try:
        return {"value": _numbers(await asyncio.wait_for(awaitable, LIMIT))}
    except TimeoutError:
        return {"hung": True}
    except asyncio.CancelledError:
        return {"error": {"name": "CancelledError", "message": "", "traceback": None, "stack": ""}}
    except Exception as error:
        import traceback

        ours = isinstance(error, faceapi.PyfaceError)
        trace = None if ours else "".join(traceback.format_exception(error))
        said = {"name": type(error).__name__, "message": str(error)[:600]}
        return {"error": {**said, "traceback": trace, "stack": trace or ""}}


async def race(spec):
    """spec: JSON of [calls, actions], as harness.js takes them. Gives JSON of their outcomes."""
    calls, actions = json.loads(spec)
    running, acted, count = [], [], 0

    def act(name):
        nonlocal count
        if name == "cancel":
            # In turn, so that it is known which; those that are done already do not mind.
            running[count % len(running)].cancel()
            count += 1
            return
        try:
            made = ACTIONS[name]()
        except Exception as error:
            acted.append(asyncio.ensure_future(_outcome(_raising(error))))
            return
        if asyncio.iscoroutine(made):
            acted.append(asyncio.ensure_future(_outcome(_nothing(made))))

    async def started(call, picture):
        return await CALLS[call](picture)

    for call, picture in calls:
        running.append(asyncio.ensure_future(started(call, picture)))
    moments.arm(*[(k, lambda name=name: act(name)) for k, name in actions])
    outcomes = [await _outcome(asyncio.shield(one)) for one in running]
    moments.disarm()
    done = [await one for one in acted]
    return json.dumps({"outcomes": outcomes, "actions": done})


async def _raising(error):
    raise error


async def _nothing(awaitable):
    await awaitable
