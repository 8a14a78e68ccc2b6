"""The samples of the README and the guides: which there are, and where each of them runs.

A comment before a block says what differs from the rule; no reader sees it:

    <!-- sample: given full; after the block above -->
    ```python

HTML is a page, put as it is into an empty folder that has `dist/` and its pictures in it; it runs
in Chromium, which shows faces in boxes then. Blocks of the same text with a title, such as
```python title="faces.py", lie beside it. Python runs in CPython, in an empty folder with
photo.jpg and group.jpg, in a namespace of its own; it may await.

| words | what they do |
|---|---|
| `not run: REASON` | the block does not run, and this is why |
| `file NAME` | what a page is called, `index.html` otherwise |
| `in a page` | Python runs in Pyodide, in a page with the elements `photo`, `overlay`, `camera` |
| `after the block above` | it goes on in the namespace of the last block of Python that ran so |
| `given NAME, NAME` | it has these names, as `GIVEN` of sample_values.py defines them |

A text whose Python is one program from its first block to its last, which a test of its own runs,
says so anywhere in it: `<!-- samples: run by tests/unit/test_python_guide.py -->`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tools.assets import ROOT

DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs" / "guides").glob("*.md")))

_BLOCK = re.compile(
    r"(?:^[ ]*<!-- sample: (?P<said>[^\n]*?) -->\n\n?)?"
    r"^(?P<indent>[ ]*)(?P<fence>`{3,})[ ]*(?P<language>\w*)(?P<info>[^\n`]*)\n"
    r"(?P<code>.*?)"
    r"^(?P=indent)(?P=fence)[ ]*$",
    re.S | re.M,
)
_SAID = re.compile(r"<!-- sample:")
_RUN_BY = re.compile(r"<!-- samples: run by (\S+) -->")
_TITLE = re.compile(r'title="([^"]+)"')
_ABOVE, _IN_A_PAGE = "after the block above", "in a page"


@dataclass(frozen=True)
class Sample:
    """A fenced block. not_run: why it does not run; "" where it does."""

    document: Path
    line: int
    language: str
    code: str
    title: str = ""
    not_run: str = ""
    file: str = "index.html"
    is_in_page: bool = False
    continues: bool = False
    given: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"


class WrongSampleError(Exception):
    """A comment about a sample that says nothing that is known, or stands before no block."""


def samples(*languages: str, documents: tuple[Path, ...] = DOCUMENTS) -> list[Sample]:
    """All blocks of some languages in some texts, in their order.

    Raises WrongSampleError.
    """
    found = (sample for document in documents for sample in samples_of(document))
    return [sample for sample in found if sample.language in languages]


def samples_of(document: Path) -> Iterator[Sample]:
    """All blocks of one text."""
    text = document.read_text("utf-8")
    heard = 0
    run_by = _RUN_BY.search(text)
    for block in _BLOCK.finditer(text):
        line = text.count("\n", 0, block.start("fence")) + 1
        title = _TITLE.search(block["info"])
        sample = Sample(document, line, block["language"], dedent(block["code"]))
        said = _said(sample, block["said"] or "")
        if run_by and sample.language == "python":
            said = {"not_run": f"it is run by {run_by[1]}"}
        heard += bool(block["said"])
        yield Sample(**{**vars(sample), "title": title[1] if title else "", **said})
    if heard != len(_SAID.findall(text)):
        raise WrongSampleError(f"{document.name}: a comment about a sample is not before a block")


def _said(sample: Sample, said: str) -> dict[str, object]:
    found: dict[str, object] = {}
    if said.startswith("not run: "):
        return {"not_run": said.removeprefix("not run: ")}
    for part in filter(None, said.split("; ")):
        word, _, rest = part.partition(" ")
        if part == _IN_A_PAGE:
            found["is_in_page"] = True
        elif part == _ABOVE:
            found["continues"] = True
        elif word == "given" and rest:
            found["given"] = tuple(rest.split(", "))
        elif word == "file" and rest:
            found["file"] = rest
        else:
            raise WrongSampleError(f"{sample}: {part!r} says nothing that samples.py knows")
    return found


def beside(sample: Sample) -> dict[str, str]:
    """The other files of a page's folder, by name: blocks with a title in the same text."""
    return {other.title: other.code for other in samples_of(sample.document) if other.title}
