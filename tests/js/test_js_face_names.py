"""Every name of face-api.js is a name of the JavaScript face, or says what to use instead."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.declared_names import Names
from tools.assets import ROOT
from tools.types.render import declarations

# Path of a name -> how many parameters it declares, or null for what is not a function. Classes
# bring the members of their prototypes, inherited ones too. Members with _ are private.
DESCRIBE = r"""
function parameters(f) {
  let source = Function.prototype.toString.call(f)
  if (source.startsWith('class')) {
    const at = source.search(/\bconstructor\s*\(/)
    if (at < 0) {
      const parent = Object.getPrototypeOf(f)
      return parent === Function.prototype ? 0 : parameters(parent)
    }
    source = source.slice(at)
  }
  if (/^(async\s+)?\w+\s*=>/.test(source)) return 1
  let depth = 0, commas = 0, text = ''
  for (const character of source.slice(source.indexOf('('))) {
    if ('([{'.includes(character)) depth++
    if (')]}'.includes(character) && --depth === 0) break
    if (character === ',' && depth === 1) commas++
    text += character
  }
  if (text.includes('...')) return 1000
  return text.slice(1).trim() ? commas + 1 : 0
}
function describe(namespace) {
  const found = {}
  const add = (path, value) => {
    found[path] = typeof value === 'function' ? parameters(value) : null
    if (typeof value !== 'function' || !value.prototype) return
    const known = Object.getOwnPropertyNames(() => {})
    for (const name of Object.getOwnPropertyNames(value)) {
      if (known.includes(name) || ['prototype', 'arguments', 'caller'].includes(name)) continue
      add(`${path}.${name}`, value[name])
    }
    for (let p = value.prototype; p && p !== Object.prototype; p = Object.getPrototypeOf(p)) {
      for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(p))) {
        const at = `${path}.prototype.${name}`
        if (name === 'constructor' || name.startsWith('_') || at in found) continue
        found[at] = typeof member.value === 'function' ? parameters(member.value) : null
      }
    }
  }
  for (const [name, value] of Object.entries(namespace)) {
    add(name, value)
    if (typeof value !== 'object' || name === 'tf') continue
    for (const [member, inner] of Object.entries(value)) add(`${name}.${member}`, inner)
  }
  return found
}"""

# What the README of 0.15 promises, which its code does not have.
PROMISED = ("computeDescriptor", "FaceLandmarks.prototype.getPositions")

# Their constructors take a part of another net (see "faceFeatureExtractor" in the table).
PARTS_OF_NETS = {"FaceExpressionNet", "FaceLandmark68TinyNet", "AgeGenderNet"}


# Getters in 0.15, fields of the results here.
FIELDS = """() => {
  const detection = new ours.FaceDetection(0.5, new ours.Rect(0, 0, 1, 1), { width: 9, height: 9 })
  const points = Array.from({ length: 68 }, (_, i) => new ours.Point(i / 68, 0.5))
  const landmarks = new ours.FaceLandmarks68(points, { width: 9, height: 9 })
  const full = new ours.FullFaceDescription(detection, landmarks, new Float32Array(128))
  return Object.keys(full)
}"""


@pytest.fixture(scope="module")
def page(two_faces: Page) -> Page:
    """A page with both namespaces, and the table of what is replaced."""
    two_faces.add_script_tag(content=DESCRIBE)
    two_faces.evaluate(
        "async () => { window.REPLACED = (await import('/faceapi/compat/replaced.js')).REPLACED }"
    )
    return two_faces


@pytest.fixture(scope="module")
def names(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """() => ({ original: { ...describe(first), ...describe(faceapi) }, ours: describe(ours),
          replaced: REPLACED })"""
    )
    for kind in ("FaceDetectionWithLandmarks", "FullFaceDescription"):
        for field in page.evaluate(FIELDS):
            found["ours"][f"{kind}.prototype.{field}"] = None
    return found


def is_replaced(path: str, table: dict[str, str]) -> bool:
    """Whether the table has this path; what it says of a class holds for those derived from it."""
    owner, _, member = path.rpartition(".prototype.")
    bases = ("NeuralNetwork", "DetectFaceLandmarksTaskBase") if owner else ()
    paths = [path, *(f"{base}.prototype.{member}" for base in bases)]
    return any(path in table or f"{path}()" in table for path in paths)


def test_every_name_of_the_original_is_there_or_replaced(names: dict[str, Any]) -> None:
    original = [*names["original"], *PROMISED]
    assert len(original) > 800
    missing = [
        path
        for path in original
        if path not in names["ours"] and not is_replaced(path, names["replaced"])
    ]
    assert missing == []


def test_names_that_pages_have_stay(page: Page) -> None:
    """Wherever what they stand for moves to in site/faceapi/."""
    listed = json.loads(Path(__file__).with_name("public_names.json").read_text("utf-8"))
    there = page.evaluate("""() => {
      const found = { faceapi: Object.keys(ours) };
      for (const name of ["draw", "nets", "utils"]) {
        found[`faceapi.${name}`] = Object.keys(ours[name]);
      }
      return found;
    }""")
    missing = {place: set(names) - set(there[place]) for place, names in listed.items()}
    assert not any(missing.values()), missing


def test_functions_take_what_those_of_the_original_take(names: dict[str, Any]) -> None:
    fewer = {
        path: (names["ours"][path], wanted)
        for path, wanted in names["original"].items()
        if wanted is not None
        and path in names["ours"]
        and not is_replaced(path, names["replaced"])
        and (names["ours"][path] is None or names["ours"][path] < wanted)
    }
    assert set(fewer) <= PARTS_OF_NETS, fewer


def test_lists_of_names_and_numbers_are_the_same(page: Page) -> None:
    for name in ("FACE_EXPRESSION_LABELS", "Gender", "TinyYolov2SizeType", "draw.AnchorPosition"):
        got, want = page.evaluate(f"() => [ours.{name}, faceapi.{name}]")
        assert got == want
    models = """which => Object.fromEntries(
        Object.entries(which.nets).map(([name, net]) => [name, net.getDefaultModelName()]))"""
    assert page.evaluate(f"() => ({models})(ours)") == page.evaluate(f"() => ({models})(faceapi)")


def test_what_is_replaced_says_so(page: Page, names: dict[str, Any]) -> None:
    said = page.evaluate("""() => Object.fromEntries(Object.keys(REPLACED).map((name) => {
      try {
        return [name, new Function('ours', `return ours.${name.replace('*', 'tidy')}`)(ours)]
      } catch (error) {
        return [name, [error instanceof ours.PyfaceError, error.name, error.message]]
      }
    }))""")
    for name, instead in names["replaced"].items():
        assert said[name] == [True, "ReplacedError", f"faceapi.{name} is not here: {instead}"]


def test_what_is_replaced_was_there(names: dict[str, Any]) -> None:
    known = {path.partition(".prototype.")[2] or path for path in names["original"]}
    known.add("tf.*")
    rows = {name.removesuffix("()").split(".prototype.")[-1] for name in names["replaced"]}
    assert rows - known == set()


# --- the declarations for TypeScript

# One of each class whose objects have members of their own, not of the prototype.
OBJECTS = """() => {
  const { draw } = ours
  const point = new ours.Point(0.5, 0.5)
  const landmarks = new ours.FaceLandmarks(Array(68).fill(point), { width: 9, height: 9 })
  const detection = new ours.FaceDetection(0.5, new ours.Rect(0, 0, 1, 1), { width: 9, height: 9 })
  const all = {
    FaceExpressions: new ours.FaceExpressions(Array(7).fill(0.1)),
    FaceResult: new ours.FaceResult({ detection, descriptor: new Float32Array(128) }),
    PyfaceError: new ours.PyfaceError("name", "message", "where"),
    "draw.DrawBox": new draw.DrawBox(detection.box),
    "draw.DrawBoxOptions": new draw.DrawBoxOptions(),
    "draw.DrawFaceLandmarks": new draw.DrawFaceLandmarks(landmarks),
    "draw.DrawFaceLandmarksOptions": new draw.DrawFaceLandmarksOptions(),
    "draw.DrawTextField": new draw.DrawTextField("a", point),
    "draw.DrawTextFieldOptions": new draw.DrawTextFieldOptions(),
  }
  const paths = ([name, made]) => Object.keys(made).map((key) => `${name}.prototype.${key}`)
  return Object.entries(all).flatMap(paths)
}"""
# What a chain cannot do next throws; for the compiler it is not there. Classes of options belong
# to nets, parts of results to types such as WithFaceLandmarks, and errors are errors.
NOT_DECLARED = re.compile(
    r"Task(Base)?\.prototype\.with\w+|.*\.Options\.prototype\..*|PyfaceError\.prototype\.(name|message|toString)"
    r"|(FaceDetectionWithLandmarks|FullFaceDescription|FaceResult)\.prototype\."
    r"(landmarks|unshiftedLandmarks|alignedRect|descriptor)"
)


@pytest.fixture(scope="module")
def types() -> Names:
    return Names(declarations(ROOT)["faceapi.d.ts"])


def test_all_names_are_declared_and_no_others(names: dict[str, Any], types: Names) -> None:
    assert types.values == {name for name in names["ours"] if "." not in name}


def test_all_members_are_declared_and_no_others(
    page: Page, names: dict[str, Any], types: Names
) -> None:
    there = {path for path in names["ours"] if "." in path} | set(page.evaluate(OBJECTS))
    result = {path for path in there if path.startswith("FaceResult.prototype.")}
    for name in ("FaceDetectionWithLandmarks", "FullFaceDescription"):
        there |= {path.replace("FaceResult", name) for path in result}
    declared = types.members()
    values = ("FACE_EXPRESSION_LABELS", "Gender", "TinyYolov2SizeType", "draw.AnchorPosition", "tf")
    found = {path for path in there if not path.startswith(values)}
    assert {path for path in declared - there if not path.startswith(values)} == set()
    assert {path for path in found - declared if not NOT_DECLARED.search(path)} == set()
