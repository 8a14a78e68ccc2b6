"""The declarations for TypeScript: what shall compile does, and what is wrong does not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping

import pytest

from tests.samples import samples
from tools.assets import ROOT
from tools.errors import NodePackagesError
from tools.node_packages import node_packages
from tools.types.render import declarations

HERE = ROOT / "tests" / "types"
EXAMPLES = ROOT / "docs" / "examples"
SOURCES = (".ts", ".tsx")
MODULE = re.compile(r'<script type="module">\n(?P<text>.*?)</script>', re.S)
ERROR = re.compile(r"^(?P<file>[\w./-]+)\((?P<line>\d+),\d+\): (?P<said>error .*)$")


def samples_of_javascript() -> Iterator[tuple[str, str]]:
    """(name, code) of every sample of JavaScript in the README and docs."""
    documents = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    for sample in samples("js", "jsx", "ts", "tsx", "html", documents=documents):
        suffix = "tsx" if sample.language.endswith("x") else "ts"
        found = [sample.code]
        if sample.language == "html":
            found = [script["text"] for script in MODULE.finditer(sample.code)]
        for number, code in enumerate(found):
            yield f"{sample.document.stem}_{sample.line}_{number}.{suffix}", code


def examples() -> Iterator[tuple[str, str]]:
    """(name, code) of every example that has our JavaScript in it."""
    files = (file for kind in ("*.html", "*.js", "*.jsx") for file in EXAMPLES.rglob(kind))
    for file in sorted(files):
        text = file.read_text("utf-8")
        scripts = [text]
        if file.suffix == ".html":
            scripts = [script["text"] for script in MODULE.finditer(text)]
        for code in scripts:
            if "faceapi" in code:
                name = file.relative_to(EXAMPLES).as_posix()
                yield name.replace(".html", ".html.js"), code


@pytest.fixture(scope="module")
def declared() -> Mapping[str, str]:
    """Name -> text of each file."""
    return declarations(ROOT)


@pytest.fixture(scope="module")
def errors(
    tmp_path_factory: pytest.TempPathFactory, declared: Mapping[str, str]
) -> dict[str, list[str]]:
    """File -> what the compiler says of it, in one run over all but examples, one over these."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("without Node nothing compiles the declarations")
    try:
        installed = node_packages(HERE)
    except NodePackagesError as error:
        pytest.skip(f"without TypeScript nothing compiles the declarations: {error}")
    project = tmp_path_factory.mktemp("types")
    package = project / "node_modules" / "pyface-web"
    in_examples = project / "examples"
    beside = (
        in_examples / "demos" / "dist",
        in_examples / "page" / "pyface_web",
        in_examples / "extension" / "pyface_web",
    )
    for folder in (package, project / "samples", project / "samples" / "dist", *beside):
        folder.mkdir(parents=True)
        for name, text in declared.items():
            (folder / name).write_text(text, "utf-8")
    exports = {".": {"types": "./pyface.d.ts"}, "./offline": {"types": "./offline.d.ts"}}
    text = json.dumps({"name": "pyface-web", "type": "module", "exports": exports})
    (package / "package.json").write_text(text, "utf-8")
    for name in ("@types", "csstype"):  # of React, and what they need
        shutil.copytree(installed / name, project / "node_modules" / name)
    for path in HERE.iterdir():
        if path.suffix in SOURCES or path.name == "tsconfig.json":
            shutil.copy2(path, project)
    for name, code in samples_of_javascript():
        (project / "samples" / name).write_text(f"{code}\nexport {{}};\n", "utf-8")
    shutil.copytree(HERE / "examples", in_examples, dirs_exist_ok=True)
    for name, code in examples():
        (in_examples / name).parent.mkdir(parents=True, exist_ok=True)
        (in_examples / name).write_text(code, "utf-8")
    found: dict[str, list[str]] = defaultdict(list)
    for configured in (".", "examples"):
        compiler = str(installed / "typescript" / "bin" / "tsc")
        command = [node, compiler, "-p", configured, "--pretty", "false"]
        result = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300)
        errors = [match for line in result.stdout.splitlines() if (match := ERROR.match(line))]
        assert bool(errors) == (result.returncode != 0), result.stdout + result.stderr
        for error in errors:
            found[error["file"]].append(f"line {error['line']}: {error['said']}")
    return found


def of(errors: dict[str, list[str]], folder: str) -> dict[str, list[str]]:
    return {file: said for file, said in errors.items() if file.startswith(folder)}


def test_declarations_compile(errors: dict[str, list[str]]) -> None:
    """By themselves, with nothing left out."""
    assert of(errors, "node_modules/") == {}


def test_samples_of_the_docs_compile(errors: dict[str, list[str]]) -> None:
    assert len(list(samples_of_javascript())) > 4
    assert of(errors, "samples/") == {}


def test_examples_compile(errors: dict[str, list[str]]) -> None:
    """As the plain JavaScript that they are."""
    assert len(list(examples())) > 15
    assert of(errors, "examples/") == {}


@pytest.mark.parametrize(
    "file", sorted(path.name for path in HERE.iterdir() if path.suffix in SOURCES)
)
def test_code_compiles(errors: dict[str, list[str]], file: str) -> None:
    """As written for face-api.js, with React, for what there is beside; and not what is wrong."""
    assert errors.get(file, []) == []


def test_all_that_is_declared_says_what_it_is(declared: Mapping[str, str]) -> None:
    """So that an editor can show it."""
    text = declared["faceapi.d.ts"]
    silent = re.findall(r"(?<!\*/\n)^declare (?:function|(?:abstract )?class) (\w+)", text, re.M)
    assert silent == []
