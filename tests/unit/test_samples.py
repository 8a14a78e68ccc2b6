"""The samples of Python in the README and the guides run in CPython, and all of them are found."""

from __future__ import annotations

import ast
import asyncio
import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.loaded_nets import published
from tests.sample_values import PICTURES, prelude
from tests.samples import DOCUMENTS, Sample, WrongSampleError, samples, samples_of
from tools.assets import ROOT, path_of

PYTHON = [sample for sample in samples("python") if not sample.is_in_page]
RUN = [sample for sample in PYTHON if not sample.not_run]


@pytest.fixture(scope="module")
def _nets() -> Iterator[None]:
    """Samples load nets; nothing is left of them."""
    with published():
        yield


@pytest.fixture(scope="module")
def namespaces() -> dict[Path, dict[str, Any]]:
    """Document -> the names of its last block."""
    return {}


@pytest.mark.parametrize("sample", RUN, ids=str)
def test_python_runs(
    sample: Sample,
    namespaces: dict[Path, dict[str, Any]],
    _nets: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, source in PICTURES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy2(path_of(f"images/{source}"), tmp_path / name)
    if not sample.continues:
        namespaces[sample.document] = {"__name__": "__main__"}
    names = namespaces[sample.document]
    run(prelude(sample.given, photo='"photo.jpg"'), names, "given")
    run(sample.code, names, str(sample))


def run(code: str, names: dict[str, Any], file: str) -> None:
    """As a notebook runs a cell, which may await; a program of its own has no event loop yet."""
    compiled = compile(code, file, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if compiled.co_flags & inspect.CO_COROUTINE:
        asyncio.run(eval(compiled, names))
    else:
        exec(compiled, names)


def test_every_document_has_samples() -> None:
    assert len(RUN) > 1
    assert {path.name for path in DOCUMENTS} >= {"README.md", "install.md"}
    fences = sum(path.read_text("utf-8").count("```python") for path in DOCUMENTS)
    assert len(samples("python")) == fences


def test_why_a_sample_does_not_run() -> None:
    """So that none is left out without a word."""
    said = [sample.not_run for sample in samples("python", "html") if sample.not_run]
    assert [reason for reason in said if len(reason.split()) < 3] == []
    tests = {reason.removeprefix("it is run by ") for reason in said if "tests/" in reason}
    assert [test for test in tests if not (ROOT / test).exists()] == []


DOCUMENT = """
Words `<!-- such -->`.

<!-- sample: given face, box; after the block above -->
```python title="faces.py"
print(1)
```

- a list

    <!-- sample: in a page -->
    ```python
    if True:
        print(2)
    ```

<!-- sample: not run: it needs a bank -->

````html
```
````

```
no language
```
"""


def test_how_samples_are_found(tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text(DOCUMENT)
    first, second, third, fourth = samples_of(tmp_path / "guide.md")
    assert (first.language, first.title, first.code) == ("python", "faces.py", "print(1)\n")
    assert (first.given, first.continues, str(first)) == (("face", "box"), True, "guide.md:5")
    assert (second.is_in_page, second.code) == (True, "if True:\n    print(2)\n")
    assert (third.language, third.not_run, third.code) == ("html", "it needs a bank", "```\n")
    assert (fourth.language, fourth.not_run) == ("", "")


@pytest.mark.parametrize(
    "text", ["<!-- sample: in CPython -->\n```python\n```\n", "<!-- sample: in a page -->\n\nwords"]
)
def test_what_is_said_of_no_sample_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "guide.md").write_text(text)
    with pytest.raises(WrongSampleError, match=r"guide\.md"):
        list(samples_of(tmp_path / "guide.md"))
