"""The camera: shown in a video element, and what may be in the way, in words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

from pyface_web.errors import (
    CameraBusyError,
    CameraDeniedError,
    CameraError,
    CameraNotFoundError,
    CameraUnavailableError,
    InputError,
    MediaNotReadyError,
    OptionsError,
)
from pyface_web.host import (
    IN_BROWSER,
    element_of,
    is_missing,
    js_class,
    js_value,
    kind_and_remedy,
)
from pyface_web.pictures.loading import load_frame
from pyface_web.values.fields import checked_fields
from pyface_web.values.numeric import shown
from pyface_web.values.rules import count

Facing = Literal["user", "environment"]

_PIXELS = count(most=65_535)

_NO_PICTURES = (
    "the camera gives no pictures; close other programs and tabs that use it, or plug it in again"
)
# What getUserMedia says -> what it means, and what to do. https://www.w3.org/TR/mediacapture-streams/
_REFUSALS: dict[str, tuple[type[CameraError], str]] = {
    "NotAllowedError": (
        CameraDeniedError,
        "the camera was not allowed; allow it in the browser's address bar or in the system's "
        "privacy settings, and where the page is in a frame, give that allow='camera'",
    ),
    "NotFoundError": (
        CameraNotFoundError,
        "there is no camera; connect one, and check that no switch or cover turns it off",
    ),
    "NotReadableError": (CameraBusyError, _NO_PICTURES),
    "AbortError": (CameraBusyError, "the camera could not be started; plug it in again"),
}


@dataclass(frozen=True)
@checked_fields()
class Camera:
    """A camera of this device. id: for `open_camera`. label: its name, "" until one is allowed."""

    id: str
    label: str


async def list_cameras() -> list[Camera]:
    """The cameras of this device; their ids and labels are empty until the visitor allows one.

    ```python
    await faceapi.open_camera("camera")  # the visitor is asked
    for camera in await faceapi.list_cameras():
        print(camera.label)  # then open_camera("camera", camera=camera.id)
    ```

    Raises CameraUnavailableError where the page may have none.
    """
    devices = await _devices().enumerateDevices()
    return [Camera(d.deviceId, d.label) for d in devices if d.kind == "videoinput"]


async def open_camera(
    video: Any,
    *,
    facing: Facing = "user",
    camera: str | None = None,
    width: int = 640,
    height: int = 480,
) -> Any:
    """Show a camera in a video element (or the one with this id), muted; returns its MediaStream.

    The visitor is asked for permission. What the video showed before is closed first, since phones
    open one camera at a time. Comes back with the first frame.

    facing: "user" for a camera that looks at the visitor, "environment" for one that looks away;
        another one is taken where there is none such.
    camera: the id of one of `list_cameras`, in place of facing.
    width, height: of the frames in pixels, as near as the camera comes.
    Raises CameraDeniedError, CameraNotFoundError, CameraBusyError or CameraUnavailableError, each
    with what to do; InputError for what is no video element; OptionsError for another facing.

    ```python
    await faceapi.open_camera("camera", facing="environment")
    faces = await faceapi.detect_all_faces("camera")
    faceapi.close_camera("camera")
    ```
    """
    element = _video(video, "open_camera")
    if not (isinstance(facing, str) and facing in ("user", "environment")):
        raise OptionsError(f"facing: expected 'user' or 'environment', got {shown(facing)}")
    if not (camera is None or isinstance(camera, str)):
        raise OptionsError(f"camera: expected an id of list_cameras(), got {shown(camera)}")
    width, height = _PIXELS.check("width", width), _PIXELS.check("height", height)
    close_camera(element)
    devices = _devices()
    # Wishes, no demands: one that cannot be met is refused with an OverconstrainedError, which
    # Chromium does not make an Error, so that awaiting it in Python would never end.
    which = {"deviceId": camera} if camera else {"facingMode": facing}
    asked = asyncio.ensure_future(_ask(devices, {**which, "width": width, "height": height}))
    try:
        stream = await asyncio.shield(asked)
    except asyncio.CancelledError:
        # The visitor may still allow it, and then nobody would turn it off.
        asked.add_done_callback(_stop_late)
        raise
    if camera and stream.getVideoTracks()[0].getSettings().deviceId != camera:
        _stop(stream)
        raise CameraNotFoundError(
            f"there is no camera {camera[:12]!r} (any more); choose one of list_cameras()"
        )
    try:
        element.muted = element.playsInline = element.autoplay = True
        element.srcObject = stream
        await load_frame(element, "camera")
    except BaseException as error:
        _stop(stream)
        if element.srcObject == stream:
            element.srcObject = None
        if isinstance(error, MediaNotReadyError):
            raise CameraBusyError(f"{_NO_PICTURES} ({error})") from error
        raise
    return stream


def close_camera(video: Any) -> None:
    """End the stream that a video element (or the one with this id) shows: the light goes off.

    Does nothing where there is none. Raises InputError for what is no video element.

    ```python
    await faceapi.open_camera("camera")
    faceapi.close_camera("camera")
    ```
    """
    element = _video(video, "close_camera")
    stream = element.srcObject
    if not is_missing(stream):
        _stop(stream)
        element.srcObject = None


async def _ask(devices: Any, wanted: dict[str, Any]) -> Any:
    try:
        return await devices.getUserMedia(js_value({"video": wanted}))
    except Exception as error:
        raise _refusal(error) from error


def _stop_late(asked: asyncio.Future[Any]) -> None:
    if not asked.cancelled() and asked.exception() is None:
        _stop(asked.result())


def _stop(stream: Any) -> None:
    for track in stream.getTracks():
        track.stop()


def _video(video: Any, name: str) -> Any:
    element = element_of(video)
    if js_class(element) != "HTMLVideoElement":
        raise InputError(
            f"{name}: expected a video element or its id, got {kind_and_remedy(element)}"
        )
    return element


def _devices() -> Any:
    if not IN_BROWSER:
        raise CameraUnavailableError("there is no browser here, which cameras belong to")
    from js import isSecureContext, navigator

    devices = getattr(navigator, "mediaDevices", None)
    if is_missing(devices):
        raise CameraUnavailableError(
            "this browser gives pages no camera; use another one"
            if isSecureContext
            else "browsers give a camera only to pages that came over https:// or from localhost; "
            "serve the page that way"
        )
    return devices


def _refusal(error: Any) -> CameraError:
    name = str(getattr(error, "name", "") or getattr(error.constructor, "name", ""))
    kind, words = _REFUSALS.get(
        name, (CameraError, "the camera could not be opened; try another browser or camera")
    )
    said = str(getattr(error, "message", "")) or "no reason"
    return kind(f"{words} ({name}: {said})")
