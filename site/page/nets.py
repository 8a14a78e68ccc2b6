"""Nets that a page loads when they are first needed, with a bar that says how far that is."""

from __future__ import annotations

import asyncio

import pyface_web as faceapi

from .status import busy, paint

MODELS = "models/"  # boot.js puts the folder's address here

_on_their_way: dict[str, asyncio.Future[None]] = {}


async def need(*names: str) -> None:
    """Come back when these nets, named by their attribute of `faceapi.nets`, can be used."""
    for name in names:
        if faceapi.nets[name].is_loaded:
            continue
        if name not in _on_their_way:
            _on_their_way[name] = asyncio.ensure_future(_load(name))
        # Whoever stops waiting for a download must not end it for the others.
        await asyncio.shield(_on_their_way[name])


async def _load(name: str) -> None:
    net = faceapi.nets[name]
    words = net.architecture.words

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
