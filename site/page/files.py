"""Text files: what the visitor saves, and what the visitor opens."""

from __future__ import annotations

from typing import Any

import js
from js import document
from pyodide.ffi import to_js


def save(name: str, text: str) -> None:
    """Offer a text to the visitor as a file to download."""
    address = js.URL.createObjectURL(js.Blob.new(to_js([text]), type="application/json"))
    link = document.createElement("a")
    link.href, link.download = address, name
    link.click()
    js.setTimeout(js.URL.revokeObjectURL, 60_000, address)  # not before the download began


async def read(event: Any) -> str | None:
    """The text of the file that was chosen in a file field; None if there is none."""
    files = list(event.target.files)
    event.target.value = ""  # so that the same file can be chosen again
    return str(await files[0].text()) if files else None
