"""Nets that a page loads when they are first needed, with a bar that says how far that is."""

from __future__ import annotations

import asyncio

import pyface_web as faceapi

from .status import busy, paint

MODELS = "models/"  # boot.js puts the folder's address here

_WORDS = {
    "ssd_mobilenetv1": "the SSD detector",
    "tiny_face_detector": "the tiny detector",
    "mtcnn": "the MTCNN detector",
    "face_landmark68_net": "the landmark model",
    "face_landmark68_tiny_net": "the small landmark model",
    "face_recognition_net": "the recognition model",
    "face_expression_net": "the expression model",
    "age_gender_net": "the age and gender model",
}
_on_their_way: dict[str, asyncio.Future[None]] = {}


async def need(*names: str) -> None:
    """Come back when these nets, named by their attribute of `faceapi.nets`, can be used."""
    for name in names:
        if getattr(faceapi.nets, name).is_loaded:
            continue
        if name not in _on_their_way:
            _on_their_way[name] = asyncio.ensure_future(_load(name))
        # Whoever stops waiting for a download must not end it for the others.
        await asyncio.shield(_on_their_way[name])


async def _load(name: str) -> None:
    net, words = getattr(faceapi.nets, name), _WORDS.get(name, name)

    def show(progress: faceapi.Progress) -> None:
        busy(f"Downloading {words}", progress.loaded_bytes, progress.total_bytes)

    try:
        busy(f"Downloading {words}")
        await net.load(MODELS, show)
        busy(f"Preparing {words}")
        await paint()
        await faceapi.warmup(net)  # so that the first picture takes no longer than the next
    finally:
        del _on_their_way[name]
