"""Whole pages to copy, for the demos that show them: docs/examples/demos/, with colours.

Pygments, in the environment beside build.py, finds the colours, only when a page has changed. Where
that does not work, the code has none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from pyface_files.disk import is_intact
from pyface_files.progress import Reporter

from ..environment import ensure_environment, requirements
from ..errors import EnvironmentSetupError, ModuleFailedError
from ..made import keep_text, output_of
from ..wheel import hash_of_files

FOLDER = Path("docs") / "examples" / "demos"
IN_PYTHON = "-python"  # ends the name of a page that another one says in JavaScript
_FILE = "samples.json"
_PICTURE = re.compile(r'<img [^>]*src="([^"]+)"')
_HERE = Path(__file__).parent
_OWN = [Path(__file__), _HERE / "colours.py"]


@dataclass(frozen=True)
class Sample:
    """A page to copy: its file's name, its text, and that as HTML."""

    name: str
    text: str
    html: str

    @property
    def language(self) -> str:
        return "Python" if 'type="py"' in self.text else "JavaScript"

    @property
    def pictures(self) -> list[str]:
        """The files that have to lie beside it."""
        return _PICTURE.findall(self.text)


def read_samples(root: Path, reporter: Reporter) -> dict[str, list[Sample]]:
    """{name of a demo: its samples}."""
    files = sorted((root / FOLDER).glob("*.html"), key=lambda file: file.stem)
    coloured = _coloured(root, files, reporter)
    found: dict[str, list[Sample]] = {}
    for file in files:
        text = file.read_text("utf-8")
        html = coloured.get(file.name) or escape(text, quote=False)
        demo = file.stem.removesuffix(IN_PYTHON)
        found.setdefault(demo, []).append(Sample(file.name, text, html))
    return found


def _coloured(root: Path, files: Sequence[Path], reporter: Reporter) -> Mapping[str, str]:
    """{name of the file: its HTML}; {} where there is no Pygments."""
    out = root / ".cache" / "samples"
    folder = (
        out / hash_of_files(root, [*files, *_OWN], also="\n".join(requirements(root, "docs")))[:16]
    )
    if not is_intact(folder):
        try:
            python = ensure_environment(root, "docs", reporter)
        except EnvironmentSetupError as error:
            reporter.note(f"  that did not work, so code has no colours ({error})")
            return {}
        try:
            text = output_of(root, python, "tools.pages.colours", *map(str, files))
        except ModuleFailedError as error:
            reporter.note(f"Code has no colours ({error})")
            return {}
        keep_text(folder, _FILE, text)
    found: dict[str, str] = json.loads((folder / _FILE).read_text("utf-8"))
    return found


def samples_section(samples: Sequence[Sample], own: str) -> str:
    """What a demo shows of them. own: addresses of the page's own code, with spaces between."""
    each = Template((_HERE / "sample.html").read_text("utf-8"))
    shown = "".join(
        each.substitute(
            name=sample.name,
            language=sample.language,
            beside=_beside(sample),
            html=sample.html,
        )
        for sample in samples
    )
    links = ", ".join(f'<a href="{address}">{address}</a>' for address in own.split())
    return Template((_HERE / "samples.html").read_text("utf-8")).substitute(shown=shown, own=links)


def _beside(sample: Sample) -> str:
    files = ["dist/", *sample.pictures]
    words = [f"<code>{file}</code>" for file in files]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
