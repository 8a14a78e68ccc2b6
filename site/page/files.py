"""Files that the page hands to the visitor, or gets from them; nothing is sent anywhere."""

from __future__ import annotations

import asyncio
from typing import Any

import js
from js import document
from pyodide.ffi import create_once_callable, to_js

import pyface_web as faceapi

_SECONDS_KEPT = 60.0  # a browser may ask the visitor before it reads the file


async def save(name: str, content: Any, type: str = "text/plain") -> None:
    """Download a file of this name: text of a type such as text/csv, or a canvas as PNG."""
    if isinstance(content, str):
        options = to_js({"type": f"{type};charset=utf-8"}, dict_converter=js.Object.fromEntries)
        blob = js.Blob.new(to_js([content.encode()]), options)  # a long text takes long as one
    else:
        blob = await _png(content)
    link = document.createElement("a")
    link.href, link.download = js.URL.createObjectURL(blob), name
    link.click()
    asyncio.get_running_loop().call_later(_SECONDS_KEPT, js.URL.revokeObjectURL, link.href)


async def read(event: Any) -> bytes | None:
    """The bytes of the file that was chosen in a file field; None if there is none."""
    files = list(event.target.files)
    event.target.value = ""  # so that the same file can be chosen again
    if not files:
        return None
    try:
        data: bytes = (await files[0].arrayBuffer()).to_bytes()
    except Exception as error:  # a DOMException, such as for a file that is gone
        raise faceapi.errors.InputError(
            f"{files[0].name}: expected a file that can be read, got "
            f"{getattr(error, 'message', error)}; was it moved? Choose it anew"
        ) from None
    return data


async def _png(canvas: Any) -> Any:
    made: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    canvas.toBlob(create_once_callable(made.set_result), "image/png")
    blob = await made
    if blob is None:
        raise faceapi.errors.InputError(
            f"a PNG of {canvas.width} x {canvas.height} pixels: the browser could not make it; "
            "choose a smaller size"
        )
    return blob
