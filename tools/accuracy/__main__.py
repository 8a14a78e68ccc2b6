"""Runs the measurement with the arguments of `build.py accuracy`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from pyface_files.disk import write_whole

from ..assets import ROOT, path_of
from ..cli import add_accuracy_arguments, run_as_module
from . import people
from .page import Found, Looks, open_looks
from .report import replaced, tables
from .score import Tally, Truth, matched
from .sides import COLUMNS, PEOPLE, SIDES, Side
from .variants import Variant, brought, variants

PAGE = ROOT / "docs" / "accuracy.md"
SAMPLES = tuple(f"images/sample{n}.jpg" for n in range(1, 7))
_TRUTH = SIDES["as-original"]  # whose boxes of the samples count as right


def main(argv: Sequence[str]) -> int:
    """Measure, print, and write the page where asked."""
    parser = argparse.ArgumentParser(prog="build.py accuracy", allow_abbrev=False)
    add_accuracy_arguments(parser)
    asked = parser.parse_args(argv)
    sides = [SIDES[name] for name in asked.sides]
    counted: dict[str, dict[str, dict[str, Tally]]] = {kind: {} for kind in asked.only}
    made = [kind for kind in asked.only if kind != PEOPLE]
    with tempfile.TemporaryDirectory() as folder, open_looks(Path(folder)) as looks:
        for name in SAMPLES[: asked.pictures] if made else ():
            with Image.open(path_of(name)) as picture:
                sample = brought(picture)
            _measure(looks, sample, sides, made, counted, Path(name).stem)
        if PEOPLE in asked.only:
            counted[PEOPLE] = _measure_people(looks, _of_kind(sides, PEOPLE), asked.pictures)
    found = {kind: tables(kind, tallies) for kind, tallies in counted.items()}
    print("\n\n".join(found.values()))
    if asked.write:
        text = PAGE.read_text(encoding="utf-8")
        for kind, new in found.items():
            text = replaced(text, kind, new)
        write_whole(PAGE, text.encode())
    return 0


def _measure(
    looks: Looks,
    sample: Image.Image,
    sides: Sequence[Side],
    kinds: Sequence[str],
    counted: dict[str, dict[str, dict[str, Tally]]],
    name: str,
) -> None:
    """Count all variants of a sample."""
    looks.show(sample)
    right = looks.faces(_TRUTH)
    boxes = np.stack([face.box for face in right])
    upright = {side.name: _of(right, looks.faces(side)) for side in sides}
    for variant in variants(sample, boxes, kinds):
        print(f"  {name}, {variant.value}", file=sys.stderr, flush=True)
        looks.show(variant.picture)
        row = counted[variant.kind].setdefault(variant.value, {})
        for side in _of_kind(sides, variant.kind):
            truths = _truths(right, upright[side.name], variant)
            row.setdefault(side.name, Tally()).add(truths, looks.faces(side))


def _measure_people(
    looks: Looks, sides: Sequence[Side], count: int | None
) -> dict[str, dict[str, Tally]]:
    """Count pairs of photographs at every angle. count: of people, None for all."""
    taken = people.photos(path_of(people.ARCHIVE), count)
    faint = [replace(s, detector={**s.detector, "minConfidence": people.FAINT}) for s in sides]
    upright: dict[str, people.Album] = {}
    rows = {}
    for degrees in people.ANGLES:
        seen = {side.name: people.Album(len(taken)) for side in faint}
        for number, sheet in enumerate(people.sheets(taken, degrees), 1):
            print(f"  people, {degrees}°, sheet {number}", file=sys.stderr, flush=True)
            looks.show(sheet.picture)
            for side in faint:
                seen[side.name].add(sheet, looks.faces(side))
        upright = upright or seen
        rows[f"{degrees}°"] = {
            name: people.compared(taken, upright[name], album) for name, album in seen.items()
        }
    return rows


def _of_kind(sides: Sequence[Side], kind: str) -> list[Side]:
    """Those of the sides that have something to say of a kind."""
    return [side for side in sides if side.name in COLUMNS[kind]]


def _of(right: Sequence[Found], found: Sequence[Found]) -> list[Found | None]:
    """What a side says of each face of the sample; None of those that it does not find there."""
    pairs = dict(matched([_truth(face) for face in right], found))
    return [found[pairs[i]] if i in pairs else None for i in range(len(right))]


def _truth(face: Found) -> Truth:
    middle, side = face.box[:2] + face.box[2:] / 2, float(face.box[2:].max())
    return Truth(middle, side, face.landmarks, face.descriptor)


def _truths(
    right: Sequence[Found], upright: Sequence[Found | None], variant: Variant
) -> list[Truth]:
    """The faces of the sample where the variant has them, with what a side says of each."""
    found = []
    for box, known in zip(right, upright, strict=True):
        truth = _truth(box)
        said = truth if known is None else _truth(known)
        middle = variant.move(truth.middle[None])[0]
        landmarks = variant.move(said.landmarks)
        found.append(Truth(middle, truth.side * variant.scale, landmarks, said.descriptor))
    return found


if __name__ == "__main__":
    run_as_module(main)
