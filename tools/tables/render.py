"""Writes the module: `python -m tools.tables.render`.

Runs in the environment. Names are camelCase, as in the JavaScript face; what is None is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from enum import IntEnum, StrEnum
from typing import Any

from pyface_web import host, nets, waits
from pyface_web.draw import results as drawing, shapes
from pyface_web.engine import registry, session
from pyface_web.engine.webgl.renderers import SOFTWARE
from pyface_web.models.architecture import Architecture
from pyface_web.people import cluster, matcher
from pyface_web.pipeline import crowd
from pyface_web.pipeline.nets import NeuralNetwork
from pyface_web.pipeline.stages import DETECTORS, STAGES, Stage
from pyface_web.values import alignment, arrays, detection, expressions, labels, landmarks, options
from pyface_web.values.rules import Rule, rules
from pyface_web.video import frames, track, tracker
from pyface_web.weights import manifest
from pyface_web.wording import camel, code, to_javascript

HEAD = (
    "// Facts that both languages need, written by build.py from pyface_web; see tools/tables/.\n"
)


def tables() -> dict[str, Any]:
    """Name of an export -> its value, ready for JSON."""
    return {
        "NETS": [_net(name, net) for name, net in nets.items()],
        "OPTIONS": {kind.__name__: _options(kind) for kind in DETECTORS},
        "WAITS": _options(waits.Waits),
        "PROOFS": host.PROOFS,
        "DRAWABLE": host.DRAWABLE,
        "HOLDERS": host.HOLDERS,
        "BACKENDS": [*registry.names(registry.IN_PAGES), registry.FASTEST],
        "SOFTWARE_RENDERERS": SOFTWARE,
        "STAGES": {name: _stage(stage) for name, stage in STAGES.items()},
        "TRACK_OPTIONS": _options(options.TrackOptions),
        "SIZE_TYPES": _enum(options.TinyYolov2SizeType),
        "ORIENTATIONS": detection.ORIENTATIONS,
        "LANDMARK_PARTS": {camel(name): part for name, part in landmarks.PARTS.items()},
        "CONTOURS": landmarks.CONTOURS,
        "MIRRORED_POINTS": landmarks.MIRRORED_POINTS,
        "ALIGNMENT": {
            "dlibCentreX": landmarks.DLIB_CENTRE_X,
            "dlibCentreY": landmarks.DLIB_CENTRE_Y,
            "dlibEyesToMouth": landmarks.DLIB_EYES_TO_MOUTH,
        },
        "UPRIGHT_FACE": landmarks.UPRIGHT_FACE,
        "ALIGN_OPTIONS": _options(landmarks.AlignOptions),
        "EXPRESSION_LABELS": expressions.FACE_EXPRESSION_LABELS,
        "GENDERS": _enum(expressions.Gender),
        "DESCRIPTOR_ALIGNS": alignment.ALIGNS,
        "DESCRIPTOR_LENGTH": arrays.DESCRIPTOR_LENGTH,
        "DISTANCE_THRESHOLD": arrays.DISTANCE_THRESHOLD,
        "CLUSTER": {
            "threshold": cluster.CLUSTER_THRESHOLD,
            "mostRounds": cluster.MOST_ROUNDS,
            "mostSeed": cluster.MOST_SEED,
        },
        "UNKNOWN": matcher.UNKNOWN,
        "LABELS": {
            "most": labels.MAX_LABEL,
            "spaces": labels.SPACES,
            "joined": labels.JOINED,
            "joiners": labels.JOINERS,
            "unseen": labels.UNSEEN,
            "looks": labels.LOOKS,
        },
        "ANCHOR_POSITIONS": _enum(shapes.AnchorPosition),
        "DRAW_TEXT_FIELD": _options(shapes.DrawTextFieldOptions),
        "DRAW_BOX": _options(shapes.DrawBoxOptions),
        "DRAW_BOX_ANCHOR": shapes.LABEL_ANCHOR,
        "DRAW_FACE_LANDMARKS": _options(shapes.DrawFaceLandmarksOptions),
        "DRAW_DETECTION": _options(drawing.DrawOptions),
        "DRAW_LANDMARKS": _options(drawing.DrawLandmarksOptions),
        "MIN_EXPRESSION": drawing.MIN_EXPRESSION,
        "MANIFEST": {
            "sizes": manifest.SIZES,
            "largest": manifest.LARGEST,
            "unquantised": manifest.UNQUANTISED,
            "float32Max": manifest.FLOAT32_MAX,
            "maxBytes": manifest.MAX_MANIFEST_BYTES,
            "maxShards": manifest.MAX_SHARDS,
            "maxTensors": manifest.MAX_TENSORS,
            "maxWeightBytes": manifest.MAX_WEIGHT_BYTES,
            "maxAxes": manifest.MAX_AXES,
            "maxCharacters": manifest.MAX_CHARACTERS,
            "unprintable": manifest.UNPRINTABLE,
            "unsafePath": manifest.UNSAFE_PATH,
        },
        "MOST_CALLS": crowd.MOST_CALLS,
        "LIVE": crowd.LIVE,
        "LOOK_AHEAD": tracker.LOOK_AHEAD,
        "VIDEO_ENDED": frames.VIDEO_ENDED,
        "STREAM_ENDED": frames.STREAM_ENDED,
        "SOURCE_GONE": frames.SOURCE_GONE,
        "WINDOW_GONE": frames.WINDOW_GONE,
        "STOPPED": track.STOPPED,
        "DISPOSED": session.DISPOSED,
        "BACKGROUND_RATE": frames.BACKGROUND_RATE,
        "RATE_OF": track.RATE_OF,
    }


def _net(name: str, net: NeuralNetwork) -> dict[str, Any]:
    """What JavaScript needs to load a net, to say what it is, and to have one of its own."""
    architecture: Architecture = net.architecture
    of_its_kind = [kind for kind, (detector, _) in DETECTORS.items() if detector == name]
    found = {
        "name": name,
        "attribute": camel(name),
        "className": type(net).__name__,
        "option": architecture.model_option,
        "words": architecture.words,
        "model": architecture.model_name,
        "otherModels": [
            other.model_name for other in type(net).VARIANTS if other is not architecture
        ],
        "loader": camel(architecture.loader),
        "options": of_its_kind[0].__name__ if of_its_kind else "",
    }
    return {key: value for key, value in found.items() if value}


def _stage(stage: Stage) -> dict[str, Any]:
    """The method that asks for a stage, and what its options may be."""
    options = {camel(name): _rule(rule) for name, rule in stage.rules.items()}
    return {"call": camel(stage.call), "options": options}


def _options(kind: type) -> dict[str, Any]:
    """Option -> its default and what it may be."""
    found = rules(kind)
    return {
        camel(part.name): {"default": _plain(part.default), **_rule(found[part.name])}
        for part in fields(kind)
        if part.name in found
    }


def _rule(rule: Rule) -> dict[str, Any]:
    standard = Rule("")
    with to_javascript():
        rule = replace(rule, expected=code(rule.expected))
    return {
        camel(name): value
        for name, value in asdict(rule).items()
        if value != getattr(standard, name)
    }


def _enum(kind: type[StrEnum] | type[IntEnum]) -> dict[str, Any]:
    return {member.name: member.value for member in kind}


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum | IntEnum) else value


def module(found: Mapping[str, Any]) -> str:
    """The text of the module."""
    parts = [
        f"export const {name} = {json.dumps(value, indent=1 if name == 'NETS' else None)};\n"
        for name, value in found.items()
    ]
    return f"{HEAD}\n" + "\n".join(parts)


if __name__ == "__main__":
    print(module(tables()), end="")
