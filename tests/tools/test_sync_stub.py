"""What editors are told of `pyface_web.sync` is what it is."""

from __future__ import annotations

import ast
import inspect

from pyface_web import sync, twins
from tools.plain_examples import plain
from tools.sync_stub import PATH, stub


def test_the_stub_is_written_anew_when_something_changes() -> None:
    assert PATH.read_text("utf-8") == stub(), "python -m tools.sync_stub writes it"


def test_the_stub_has_each_name_and_its_parameters() -> None:
    tree = ast.parse(PATH.read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
                for alias in node.names}  # fmt: skip
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    others = {node.targets[0].id for node in tree.body if isinstance(node, ast.Assign)}
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    said = imported | functions.keys() | others | classes | {"nets"}
    assert {*twins.names()} - said == set()
    for name, node in functions.items():
        arguments = [one.arg for one in (*node.args.args, *node.args.kwonlyargs)]
        known = inspect.signature(getattr(sync, name)).parameters.values()
        assert arguments == [one.name for one in known if "VAR" not in one.kind.name], name
        assert not any(isinstance(part, ast.Await) for part in ast.walk(node))


def test_examples_are_made_plain() -> None:
    code = """
    ```python
    await faceapi.load_mtcnn_model()
    async for face in await faceapi.detect_all_faces("é").with_face_landmarks():  # await
        print(await faceapi.compare(face, face))
    ```
    await
    """
    made = """
    ```python
    faceapi.load_mtcnn_model()
    for face in faceapi.detect_all_faces("é").with_face_landmarks().run():  # await
        print(faceapi.compare(face, face))
    ```
    await
    """
    assert plain(inspect.cleandoc(code)) == inspect.cleandoc(made)
