"""Exceptions: one tree for the whole package.

Every message names what was wrong, what was expected, what was got, and the remedy.
Lower-layer errors (JavaScript, NumPy, JSON) are translated into these at the boundary.
"""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LONGEST_MESSAGE = 4000
"""Characters of a message; whatever was passed, one can read what was wrong with it."""


class PyfaceError(Exception):
    """Base of everything this package raises on purpose."""

    def __init__(self, message: object = "") -> None:
        super().__init__(_readable(message))


def _readable(message: object) -> str:
    """The text of a message, of bounded length, that can be printed wherever text can be."""
    text = str.__str__(message) if isinstance(message, str) else type(message).__name__
    if len(text) > LONGEST_MESSAGE:
        half = LONGEST_MESSAGE // 2
        text = f"{text[:half]} ... {text[-half:]}"
    text = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    # Half of a surrogate pair, which texts of a page may hold, is nothing that UTF-8 can write.
    return text.encode("utf-8", "backslashreplace").decode()


class InputError(PyfaceError, ValueError):
    """An image, element or array that cannot be used as input."""


class ElementNotFoundError(InputError):
    """No element of the page has the given id or matches the given selector."""


class MediaNotReadyError(InputError):
    """An image that failed to load, or a video that shows no frame in time."""


class EmptyImageError(InputError):
    """An image of zero width or height."""


class TaintedCanvasError(InputError):
    """Pixels of another origin that the browser does not let a script read."""

    def __init__(self, message: object = "") -> None:
        is_left_out = isinstance(message, str) and not message
        super().__init__(
            "the picture comes from another origin, so the browser does not let its pixels be "
            "read; serve it from this origin, or with CORS headers and crossorigin='anonymous'"
            if is_left_out
            else message
        )


class MixedDescriptorsError(InputError):
    """Descriptors that were cut out of their pictures in two ways, which do not compare well."""


class OptionsError(PyfaceError, ValueError):
    """An option outside its range, or of the wrong class."""


class ShapeError(PyfaceError, ValueError):
    """An op, array or descriptor of a shape or dtype that does not fit."""


class WeightsError(PyfaceError):
    """Weights that cannot be used; the net stays as it was."""


class FetchError(WeightsError):
    """A URL that did not answer with what was asked for (status, content type, network)."""


class WeightsNotFoundError(FetchError):
    """Weights that are nowhere on this machine and that no source gave; it says where to put them.

    Only outside of browsers, where weights are asked for without an address.
    """


class ManifestError(WeightsError):
    """A weight manifest that is not valid, or does not belong to the net."""


class MissingTensorError(ManifestError):
    """The manifest lacks a tensor that the net needs."""


class ExtraTensorError(ManifestError):
    """The manifest holds a tensor that the net does not know."""


class TensorShapeError(ManifestError):
    """A tensor of the manifest has another shape than the net declares."""


class ShardError(WeightsError):
    """Shard bytes that are too few, too many, or decode to values that are not finite."""


class NotLoadedError(PyfaceError, RuntimeError):
    """A net was used before its weights were loaded."""


class BackendError(PyfaceError, RuntimeError):
    """The compute backend cannot do what was asked."""


class ShaderError(BackendError):
    """A shader did not compile or link."""


class ContextLostError(BackendError):
    """What was on the device is gone, as with a lost WebGL context, and could not be rebuilt."""


class DisposedError(PyfaceError, RuntimeError):
    """A call that was begun before everything that it uses was disposed of; ask again."""


class SyncError(PyfaceError, RuntimeError):
    """A plain call of `pyface_web.sync` in a place that cannot wait; await it instead."""


class CameraError(PyfaceError, RuntimeError):
    """A camera that cannot be opened."""


class CameraDeniedError(CameraError):
    """The visitor, the browser or the system does not allow the camera."""


class CameraNotFoundError(CameraError):
    """There is no camera, or not the one that was asked for."""


class CameraBusyError(CameraError):
    """There is a camera, but it gives no pictures: another program has it, or it is broken."""


class CameraUnavailableError(CameraError):
    """The browser gives this page no cameras at all, such as one that did not come over https."""


class StorageError(PyfaceError, RuntimeError):
    """The browser's storage or encryption is missing, refused, or full; memory is as it was."""


class IdentityFileError(InputError):
    """A file of identities that cannot be imported; nothing of it was."""


class PassphraseError(IdentityFileError):
    """A passphrase that is missing or wrong for an encrypted file, or a file that was altered."""


class CancelledError(PyfaceError):
    """The operation was cancelled by the caller."""
