"""Which texture unit a sampler of a shader reads."""

from __future__ import annotations

from pyface_web.webgl.plan import Draw

_UNITS = {"x": 0, "filters": 1, "channels": 2, "skip": 3, "source": 4}


def unit(sampler: str) -> int:
    """Texture unit of a sampler; those of `pack` are numbered x0, x1, ..."""
    return _UNITS[sampler] if sampler in _UNITS else int(sampler[1:])


def units(draw: Draw) -> dict[str, int]:
    """Sampler -> texture unit of a draw's inputs."""
    return {sampler: unit(sampler) for sampler, _ in draw.inputs}
