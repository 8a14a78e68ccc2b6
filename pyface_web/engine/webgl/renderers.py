"""Which renderers of WebGL draw on the processor. The loader reads this pattern, too."""

from __future__ import annotations

SOFTWARE = "|".join(
    (
        "swiftshader",  # of Chromium, Android's emulator
        "llvmpipe|lavapipe|softpipe|openswr|swrast",  # of Mesa; masked, "llvmpipe, or similar"
        "mesa offscreen|mesa x11",  # as Mesa called them before
        "basic render|\\bwarp\\b",  # of Windows, where Direct3D has no GPU
        "gdi generic",  # of Windows, where OpenGL has none
        "software",  # "Apple Software Renderer", "Software Rasterizer", ANGLE's "Software Adapter"
    )
)
"""A pattern, case ignored, that all of these match, and no GPU.

What a browser masks altogether ("WebKit WebGL", "Mozilla", "Generic Renderer") says nothing, and is
taken for a GPU, as nearly all are: the browsers that mask tell of software by refusing a context
that must be fast.
"""
