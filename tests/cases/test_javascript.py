"""The cases of this folder, in JavaScript and, where they say so, in face-api.js."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page

import pyface_web
from pyface_web.errors import ManifestError
from pyface_web.weights.manifest import parse
from tests.cases.cases import FOLDER, Case, camel, cases_of, check, files
from tests.cases.evaluate import names_used
from tests.cases.mutants import mutant

CASES = [(file, case) for file in files() for case in cases_of(file, "javascript")]
_RUN = """async ([namespace, module, given, cases]) => {
  const own = module && await import(`/${module}`);
  return evaluateCases({ ...window[namespace], ...own }, given, cases);
}"""

# What has a case in both languages, if both have it: what modules of these names define.
SUBJECTS = re.compile(
    r"pyface_web\.(values\.|draw\.|people\.(matcher|cluster)|compat\.(extensions|utils|yolo_config)"
    r"|models\.decode\.boxes)"
)
_OF_ARRAYS = re.compile("is_tensor")  # which are of another kind in each language

# Which of the names, such as "Box.round" or "iou", JavaScript has.
_KNOWN = """names => names.filter(path => {
  const [name, member] = path.split('.')
  const owner = [ours, ours.draw, ours.utils].find(space => name in space)?.[name]
  if (owner === undefined || member === undefined) return owner !== undefined
  return member in owner || member in (owner.prototype ?? {})
})"""


class Outcomes:
    """What comes of the cases, all of a file at once."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._known: dict[tuple[str, str], dict[str, Any]] = {}
        page.add_script_tag(path=FOLDER / "evaluate.js")

    def of(self, namespace: str, file: str, case: Case) -> dict[str, Any]:
        if (namespace, file) not in self._known:
            chosen = [c for f, c in CASES if f == file and (namespace == "ours" or c.original)]
            asked = [{"do": c.do, "gives": c.gives} for c in chosen]
            found = self._page.evaluate(_RUN, [namespace, case.module, case.given, asked])
            self._known[namespace, file] = {
                c.name: outcome for c, outcome in zip(chosen, found, strict=True)
            }
        outcome: dict[str, Any] = self._known[namespace, file][case.name]
        return outcome


@pytest.fixture(scope="module")
def outcomes(two_faces: Page) -> Outcomes:
    return Outcomes(two_faces)


@pytest.mark.parametrize(
    ("file", "case"), [pytest.param(f, c, id=f"{f}: {c.name}") for f, c in CASES]
)
def test_case(outcomes: Outcomes, file: str, case: Case) -> None:
    check(case, outcomes.of("ours", file, case))


@pytest.mark.parametrize(
    ("file", "case"), [pytest.param(f, c, id=f"{f}: {c.name}") for f, c in CASES if c.original]
)
def test_case_in_the_original(outcomes: Outcomes, file: str, case: Case) -> None:
    check(case, outcomes.of("faceapi", file, case))


def test_the_loader_takes_the_manifests_that_python_takes(two_faces: Page) -> None:
    """Or asks for the shards of one that Python then refuses; never for those of another."""
    random = Random(7)
    texts = [mutant(random)[0] for _ in range(500)]
    found = two_faces.evaluate(
        """async (texts) => {
          const { parse } = await import("/load/manifest.js");
          return texts.map((text) => {
            try {
              return parse(text).paths;
            } catch (error) {
              return error.name;
            }
          });
        }""",
        texts,
    )
    right = 0
    for text, theirs in zip(texts, found, strict=True):
        try:
            ours = list(parse(text).paths)
        except ManifestError as error:
            # Python reads all of the text more strictly.
            stricter = any(words in str(error) for words in ("surrogate", "twice", "digits"))
            assert theirs == "ManifestError" or stricter, (text, theirs)
        else:
            assert theirs == ours, text
            right += 1
    assert 50 < right < 450


def public_names() -> Iterator[str]:
    """Functions and classes of the subjects, and the members that these classes define."""
    spaces = (vars(pyface_web), vars(pyface_web.draw))
    for name, value in {key: item for space in spaces for key, item in space.items()}.items():
        subject = SUBJECTS.match(getattr(value, "__module__", "") or "")
        if name[0] == "_" or not subject or _OF_ARRAYS.match(name):
            continue
        yield name
        if inspect.isclass(value):
            members = (*vars(value), *vars(value).get("__annotations__", ()))
            yield from (f"{name}.{member}" for member in members if member[0] != "_")


def test_what_both_languages_have_has_a_case(two_faces: Page) -> None:
    names = {camel(name): name for name in public_names()}
    both = {names[name] for name in two_faces.evaluate(_KNOWN, list(names))}
    assert {"Box.round", "iou", "draw_box", "FaceMatcher.top_k", "DrawBox.draw"} < both
    used = {name for file in files() for case in cases_of(file) for name in names_used(case)}
    assert sorted(both - used) == []
