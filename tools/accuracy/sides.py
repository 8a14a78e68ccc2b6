"""What is compared: libraries, and the options with which they look. Runs on a bare Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ORACLE = "oracle"
PEOPLE = "people"


@dataclass(frozen=True)
class Side:
    """One column. title: its heading. detector, landmarks, descriptors: options, as JavaScript has
    them; the names of those that face-api.js does not know are given to ours alone.
    """

    name: str
    title: str
    detector: Mapping[str, Any] = field(default_factory=dict)
    landmarks: Mapping[str, Any] = field(default_factory=dict)
    descriptors: Mapping[str, Any] = field(default_factory=dict)


_AS_ORIGINAL: dict[str, Any] = {"landmarks": {"refine": False}, "descriptors": {"align": "box"}}

SIDES = {
    side.name: side
    for side in (
        Side(ORACLE, "face-api.js"),
        Side("as-original", 'pyface_web, `refine: false`, `align: "box"`', **_AS_ORIGINAL),
        Side("ours", "pyface_web"),
        Side("turned", '`orientations: "auto"`', {"orientations": "auto"}),
        Side("tiled", '`tiles: "auto"`, `minFaceSize: 16`', {"tiles": "auto", "minFaceSize": 16}),
    )
}

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "angle": (ORACLE, "as-original", "ours", "turned"),
    "size": (ORACLE, "as-original", "ours", "tiled"),
    "quality": (ORACLE, "as-original", "ours"),
    PEOPLE: (ORACLE, "as-original", "ours"),
}
"""What is tried, and the sides that have something of their own to say of it. Samples are turned,
made small, and spoilt; of people there are other photographs.
"""
KINDS = tuple(COLUMNS)
