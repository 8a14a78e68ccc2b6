"""Hashes of modules: what imports what, what the loader and pages are told of it."""

from __future__ import annotations

import json

import pytest

from pyface_files.disk import sha256
from tools.integrity import Modules, import_map, imports_of, integrity, source_of

DIGEST = sha256(b"")
TEXTS = {
    "pyface.js": 'import "./hashes.js";\nimport { a } from "./load/a.js";\n',
    "load/a.js": 'import { b } from "../b.js";\n',
    "b.js": "",
    "load/shared.js": 'import { a } from "./a.js";\nexport { c } from "../deep/c.js";\n',
    "deep/c.js": 'import {\n  b,\n  d,\n} from "../b.js";\n// import "./not.js";\n',
    "host.js": "",
    "faceapi/face.js": "",
    "worker/page.js": 'const file = new URL("./worker.js", import.meta.url);\n',
    "worker/worker.js": 'const part = () => import("../deep/c.js");\n',
    "demo/x.js": 'import { loadPyface } from "../pyface.js";\n',
    "demo/script.js": 'import { hooks } from "../pyscript/core.js";\n',
}
NAMES = [*TEXTS, "hashes.js", "pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs"]
DIGESTS = {name: sha256(name.encode()) for name in [*NAMES, "pyscript/core.js", "pyscript/x.js"]}
SITE = Modules(TEXTS, DIGESTS)


def test_what_a_module_imports() -> None:
    assert imports_of("deep/c.js", TEXTS["deep/c.js"]) == ["b.js"]
    worker = TEXTS["worker/worker.js"] + TEXTS["worker/page.js"]
    assert imports_of("worker/w.js", worker) == ["deep/c.js", "worker/worker.js"]
    assert imports_of("worker/w.js", worker, static=True) == []


def test_the_loader_is_told_what_its_parts_need_and_what_that_has_to_be() -> None:
    assert SITE.loader == ["b.js", "hashes.js", "load/a.js", "pyface.js"]
    assert SITE.needs["load/shared.js"] == ["deep/c.js", "load/shared.js"]
    parts = SITE.hashes_js("an.image").decode().split("export const ")[1:]
    tables = (json.loads(part.partition(" = ")[2].partition(";")[0]) for part in parts)
    image, packed, needs, hashes = tables
    assert image == "an.image"
    assert packed == ["b.js", "load/a.js"], "nobody else knows what hashes.js has to be"
    assert needs == SITE.needs
    assert hashes.keys() - {"pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs"} == {
        name for names in (packed, *needs.values()) for name in names
    }
    assert all(DIGESTS[name] == digest for name, digest in hashes.items())


def test_a_page_is_told_of_all_that_it_may_import() -> None:
    assert SITE.of_page(["deep/c.js"]).keys() == {"deep/c.js", "b.js"}
    assert SITE.of_page(["demo/x.js"]).keys() == {*NAMES} - {"demo/script.js"}
    script = SITE.of_page(["demo/script.js"]).keys()
    assert {"pyscript/x.js", "pyodide/pyodide.mjs"} <= script and "pyface.js" not in script
    assert SITE.of_page([]) == {}


@pytest.mark.parametrize(("root", "address"), [("", "./b.js"), ("../../", "../../b.js")])
def test_an_import_map_and_its_place_in_a_policy(root: str, address: str) -> None:
    text = import_map(root, {"b.js": DIGEST})
    assert json.loads(text) == {"integrity": {address: integrity(DIGEST)}}
    # As `openssl dgst -sha256 -binary </dev/null | base64` has it.
    assert integrity(DIGEST) == "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert source_of("") == f"'{integrity(DIGEST)}'"


def test_authors_are_given_what_nobody_else_looks_at() -> None:
    given = json.loads(SITE.for_authors())["integrity"]
    assert given == {f"./{name}": integrity(DIGESTS[name]) for name in SITE.loader}
