"""Types of TypeScript for the hints of Python, by rules."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import MISSING, fields
from typing import Any

from pyface_web.values.detection import ORIENTATIONS
from pyface_web.values.rules import Rule, rules
from pyface_web.wording import camel

# Aliases and classes of Python that have another name in TypeScript.
NAMES = {
    "float": "number",
    "int": "number",
    "str": "string",
    "bool": "boolean",
    "bytes": "ArrayBuffer",
    "None": "null",
    "Any": "any",
    "object": "any",
    "Self": "this",
    "Array": "Tensor",
    "Points": "Point[]",
    "Descriptor": "Float32Array",
    "Descriptors": "Float32Array[]",
    "Landmarks": "FaceLandmarks68",
    "AgeAndGender": "AgeAndGenderPrediction",
    "BorderPadding": "{ y: number; ey: number; x: number; ex: number; w: number; h: number }",
    "PointLike": "IPoint",
    "SizeLike": "IDimensions",
    "BoxLike": "IRect | IBoundingBox",
    "Aligns": 'Align | "mixed"',
    "Canvas": "TCanvas",
    "Context": "CanvasRenderingContext2D",
    "RawWeights": "Float32Array",
    "DetectorOptions": "FaceDetectionOptions",
    "npt.ArrayLike": "ArrayLike<number>",
    "npt.NDArray": "Tensor",
    "SupportsFloat": "number",
}
LISTS = ("list", "Sequence", "Iterable", "tuple", "Iterator")
TABLES = ("dict", "Mapping")
# Parameters that JavaScript names otherwise, or of which Python takes anything.
PARAMETERS = {
    "input": "TNetInput",
    "inputs": "TNetInput",
    "uri": "Place",
    "url": "string | URL",
    "canvasArg": "TCanvas",
    "ctx": "TCanvas",
    "box": "IRect | IBoundingBox",
    "box1": "IRect | IBoundingBox",
    "box2": "IRect | IBoundingBox",
    "relativeBox": "IRect | IBoundingBox",
    "region": "IRect | IBoundingBox",
    "imageDims": "IDimensions",
    "canvasDims": "IDimensions",
    "dimensions": "IDimensions",
    "scale": "number | IDimensions",
    "other": "IPoint",
    "point": "IPoint",
    "pts": "readonly IPoint[]",
    "points": "readonly IPoint[]",
    "queryDescriptor": "TDescriptor",
    "weights": "Float32Array | ArrayBuffer",
    "imgTensor": "Tensor",
    "callee": "string",
    "value": "any",
}


class UnknownHintError(Exception):
    """A hint that no rule has a type for."""


def type_of(hint: str, known: Collection[str] = ()) -> str:
    """The type for a hint as it is written. known: names that are the same in TypeScript."""
    return _type(ast.parse(hint.strip("'\""), mode="eval").body, known)


def _type(node: ast.expr, known: Collection[str]) -> str:
    if isinstance(node, ast.BinOp):
        found = [*_type(node.left, known).split(" | "), *_type(node.right, known).split(" | ")]
        parts = dict.fromkeys(found)
        if any(part.endswith("Options") for part in parts):  # which an object of them is, too
            parts = {part: None for part in parts if part not in ("Record<string, any>", "null")}
        return " | ".join(parts)
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return type_of(node.value, known)
        return "null" if node.value is None else str(node.value)
    if isinstance(node, ast.Subscript):
        return _generic(ast.unparse(node.value), node.slice, known)
    name = ast.unparse(node)
    if name in NAMES:
        return NAMES[name]
    if name in known:
        return name
    raise UnknownHintError(name)


def _generic(name: str, inside: ast.expr, known: Collection[str]) -> str:
    if name == "npt.NDArray":
        return NAMES[name]
    if name == "Literal":
        choices = inside.elts if isinstance(inside, ast.Tuple) else [inside]
        return " | ".join(ast.unparse(choice).replace("'", '"') for choice in choices)
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if name == "ClassVar":
        return _type(inside, known)
    if name in TABLES:
        return f"Record<{', '.join(_type(part, known) for part in parts)}>"
    if name in LISTS:
        found = [_type(part, known) for part in parts if not _is_ellipsis(part)]
        if name == "tuple" and not any(map(_is_ellipsis, parts)):
            return f"[{', '.join(found)}]"
        return f"({found[0]})[]" if "|" in found[0] else f"{found[0]}[]"
    raise UnknownHintError(f"{name}[...]")


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


# --- options, whose rules say more than their hints


def option_types(kind: type) -> dict[str, tuple[str, Any]]:
    """Name in JavaScript -> type and default of each option that has a rule."""
    found = rules(kind)
    return {
        camel(part.name): (_of_rule(found[part.name]), _default(part))
        for part in fields(kind)
        if part.name in found
    }


def _of_rule(rule: Rule) -> str:
    if rule.switch:
        return "boolean"
    if rule.text:
        return "string"
    if rule.choices:
        return " | ".join(f'"{choice}"' for choice in rule.choices)
    one = "Orientation" if rule.among == ORIENTATIONS else "number"
    plain = one if rule.numbers is None else f"readonly {one}[]"
    return f'{plain} | "{rule.word}"' if rule.word else plain


def _default(part: Any) -> Any:
    return None if part.default is MISSING else part.default
