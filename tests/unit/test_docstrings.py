"""Everything public says what it is, what shape its arrays have, and which of our errors it raises.

Public is what users import: the names of the package and of its modules draw, utils and errors, and
the methods and properties of their classes.
"""

from __future__ import annotations

import ast
import functools
import inspect
import operator
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import FunctionType
from typing import Any

import pyface_web
from pyface_web import draw, errors
from pyface_web.compat import utils

ERRORS = {
    name: kind
    for name, kind in vars(errors).items()
    if inspect.isclass(kind) and issubclass(kind, errors.PyfaceError)
}
ARRAY = re.compile(r"ndarray|NDArray|ArrayLike")
# A shape in brackets, or the word for an array that has one axis.
SHAPE = re.compile(r"\((\w[\w/* ]*, ?)+[^()]*\)|\b(flat|vectors?|any shape)\b")
SAME = re.compile(r"(The same as|As|Another name of) `\w+(\.\w+)*`")


@dataclass(frozen=True)
class Public:
    """A function, method, property or class that users can reach."""

    name: str
    value: Any
    owner: type | None = None

    @property
    def function(self) -> FunctionType | None:
        """What runs, for a function, method or property."""
        value = self.value
        if isinstance(value, classmethod | staticmethod):
            value = value.__func__
        if isinstance(value, property):
            value = value.fget
        if isinstance(value, functools.cached_property):
            value = value.func
        return value if inspect.isfunction(value) else None

    @property
    def docstring(self) -> str:
        """Its own; a method's may stand where it is overridden from."""
        found: Any = self.function or self.value
        if self.owner is not None and not getattr(found, "__doc__", None):
            found = getattr(self.owner, self.name.rpartition(".")[2])
        return inspect.getdoc(found) or ""


def public() -> Iterator[Public]:
    """Each once, under the class that defines it."""
    seen: set[object] = set()
    for module in (pyface_web, draw, utils, errors):
        for name in getattr(module, "__all__", [name for name in vars(module) if name[0] != "_"]):
            value = vars(module)[name]
            if inspect.isfunction(value) or ours(value):
                inner = members(value) if inspect.isclass(value) else ()
                for one in (Public(name, value), *inner):
                    if one.value not in seen:
                        seen.add(one.value)
                        yield one


def ours(value: object) -> bool:
    return inspect.isclass(value) and value.__module__.startswith("pyface_web")


def members(owner: type) -> Iterator[Public]:
    for base in filter(ours, owner.__mro__):
        for name, value in vars(base).items():
            made = Public(f"{base.__name__}.{name}", value, base)
            if not name.startswith("_") and made.function is not None:
                yield made


def listed(what: str, names: list[str]) -> str:
    return "\n  ".join([f"{what}:", *names])


def test_everything_public_has_a_docstring() -> None:
    found = list(public())
    assert {"detect_all_faces", "Box.of", "FaceMatcher", "is_even"} <= {one.name for one in found}
    texts = {one.name: re.sub(r"```.*?```", "", one.docstring, flags=re.S) for one in found}
    without = [name for name, text in texts.items() if not text.rstrip().endswith((".", ")"))]
    assert not without, listed("these need a docstring that is a sentence", without)


def test_arrays_have_their_shape() -> None:
    without = []
    for one in public():
        function = one.function
        if function is None or SAME.search(one.docstring) or SHAPE.search(one.docstring):
            continue
        for what, annotation in function.__annotations__.items():
            if is_array(annotation, function):
                without.append(f"{one.name}: {what}: {annotation}")
    assert not without, listed("the docstrings of these lack a shape such as (N, 4)", without)


def is_array(annotation: str, function: FunctionType) -> bool:
    """Whether an annotation names arrays, itself or by an alias that does not say their shape."""
    words = set(re.findall(r"\w+", annotation)) - explained_aliases()
    return any(ARRAY.search(str(function.__globals__.get(word, word))) for word in words)


@functools.cache
def explained_aliases() -> set[str]:
    """Variables of the package after which a docstring says a shape; the reference lists them."""
    found = set()
    for path in sorted(Path(pyface_web.__file__).parent.rglob("*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        for node, after in pairwise(body):
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", 0)
            text = after.value if isinstance(after, ast.Expr) else None
            if isinstance(target, ast.Name) and isinstance(text, ast.Constant):
                found |= {target.id} if SHAPE.search(str(text.value)) else set()
    return found


def test_errors_are_named() -> None:
    unnamed = []
    for one in public():
        init = getattr(one.value, "__init__", None) if inspect.isclass(one.value) else None
        told = f"{one.docstring}\n{inspect.getdoc(one.owner)}\n{inspect.getdoc(init)}"
        for error in sorted(raised(one)):
            names = [kind.__name__ for kind in ERRORS[error].__mro__ if kind.__name__ in ERRORS]
            if not any(name in told for name in names if name != "PyfaceError"):
                unnamed.append(f"{one.name}: {error}")
    assert not unnamed, listed("the docstrings of these do not name an error they raise", unnamed)


def raised(one: Public) -> set[str]:
    """Errors of ours that it raises itself, or in private functions beside it."""
    if inspect.isclass(one.value):
        made = (vars(one.value).get(name) for name in ("__init__", "__post_init__"))
        return set().union(*(raised_in(function, set()) for function in made if function))
    return raised_in(one.function, set()) if one.function else set()


def raised_in(function: FunctionType, seen: set[str]) -> set[str]:
    module = sys.modules[function.__module__]
    found: set[str] = set()
    for node in ast.walk(functions(module.__file__ or "").get(function.__qualname__, ast.Pass())):
        if isinstance(node, ast.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            found |= {raised.id} & set(ERRORS) if isinstance(raised, ast.Name) else set()
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if name.startswith("_") and not name.startswith("__") and name not in seen:
                seen.add(name)
                cls = function.__qualname__.rpartition(".")[0]
                owner = vars(module).get(cls)
                value = vars(module).get(name) or inspect.getattr_static(owner, name, None)
                helper = Public(name, value).function
                found |= raised_in(helper, seen) if helper else set()
    return found


@functools.cache
def functions(file: str) -> dict[str, ast.AST]:
    """Qualified name -> definition, of all functions of a file."""

    def visit(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                yield from visit(child, f"{prefix}{child.name}.")
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + child.name, child

    with open(file, encoding="utf-8") as source:
        return dict(visit(ast.parse(source.read()), ""))


STARTED_WITH = re.compile(
    r"load_\w+_model|detect_(all_faces|single_face)|(FaceMatcher|IdentityStore|compare|cluster|track)"
    r"|draw_\w+|extract_faces|resize_results|find_faces|annotate|open_camera|fetch_image"
    r"|suggest_threshold|assess_face_quality|\w+FacesTask\.with_(face_landmarks|face_descriptors)"
    r"|(set|get|describe)_backend|warmup|memory|dispose|profile|export_onnx|(list|close)_cameras?"
    r"|detect_face_landmarks|compute_face_descriptor|recognize_face_expressions"
    r"|predict_age_and_gender|euclidean_distance|LabeledFaceDescriptors"
    r"|(Mtcnn|SsdMobilenetv1|TinyYolov2|TinyFaceDetector|Track|DrawBox|DrawTextField)Options"
    r"|DrawFaceLandmarksOptions"
)
NOT_STARTED_WITH = {"draw_contour", "draw_tracked_faces"}
EXAMPLE = re.compile(r"```python\n(.*?)```", re.S)


def test_what_people_start_with_has_an_example() -> None:
    wanted = [one for one in public() if STARTED_WITH.fullmatch(one.name)]
    assert len(wanted) > 50
    without = {one.name for one in wanted if not EXAMPLE.search(one.docstring)}
    assert without - NOT_STARTED_WITH == set()


def test_examples_name_what_there_is() -> None:
    missing = []
    for one in public():
        for code in EXAMPLE.findall(one.docstring):
            for node in ast.walk(ast.parse(textwrap.dedent(code))):
                name = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
                if re.fullmatch(r"faceapi(\.draw|\.nets)?\.\w+", name):
                    try:
                        operator.attrgetter(name.removeprefix("faceapi."))(pyface_web)
                    except AttributeError:
                        missing.append(f"{one.name}: {name}")
    assert not missing, listed("the examples of these name what there is not", missing)
