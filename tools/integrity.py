"""What every JavaScript file of the site has to be: hashes for the loader, for pages, for authors.

hashes.js is for the loader, which imports nothing before it is what stands there. Pages of the site
have an import map, so their browser looks at everything that they import. integrity.json has that
for the pages of others: the few files that the loader itself consists of.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname, join, normpath

from pyface_files.disk import sha256

HASHES = "hashes.js"
FOR_AUTHORS = "integrity.json"
LOADER = "pyface.js"
# What the loader imports when it is called, with all that these import themselves.
PARTS = ("load/shared.js", "host.js", "faceapi/face.js", "worker/page.js", "worker/worker.js")
PYODIDE = ("pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs")
_PYSCRIPT = "pyscript/"
_IMPORT = re.compile(
    r"""^\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?"(\.[^"]+)"|\bimport\("(\.[^"]+)"\)"""
    r"""|new URL\("(\.[^"]+\.js)", import\.meta\.url\)""",
    re.M,
)
_HEAD = (
    "// Written by build.py: what each part of the loader needs, and the SHA-256 of each file.\n"
    "// IMAGE: that of Python's memory, if there is one.\n"
    "// LOADER: what a bundle has packed, and the parts beside it import once more.\n"
)


def is_module(name: str) -> bool:
    """Whether a file of dist/ is JavaScript."""
    return name.endswith((".js", ".mjs"))


def imports_of(name: str, text: str, *, static: bool = False) -> list[str]:
    """Names of the files that a module imports by a relative address.

    static: only those without which it does not begin.
    """
    found = [ways[0] if static else max(ways) for ways in _IMPORT.findall(text)]
    return [normpath(join(dirname(name), address)) for address in found if address]


def reached(roots: Iterable[str], texts: Mapping[str, str], *, static: bool = False) -> list[str]:
    """These files and all that they import, sorted. texts: own modules by their names."""
    waiting, found = list(roots), set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += imports_of(name, texts.get(name, ""), static=static)
    return sorted(found)


@dataclass(frozen=True)
class Modules:
    """The JavaScript of dist/.

    texts: that of own files, by their names. digests: SHA-256 of all, as hex digits.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def loader(self) -> list[str]:
        """The files that the loader consists of before it is called."""
        return reached([LOADER], self.texts, static=True)

    @cached_property
    def needs(self) -> dict[str, list[str]]:
        """Part of the loader -> the files that it needs beside those."""
        return {
            part: [
                name for name in reached([part], self.texts, static=True) if name not in self.loader
            ]
            for part in PARTS
        }

    def hashes_js(self, image: str | None) -> bytes:
        """The module hashes.js. image: that of Python's memory, if there is one."""
        packed = [name for name in self.loader if name not in (LOADER, HASHES)]
        named = sorted({*packed, *self._imported})
        tables = {
            "IMAGE": image,
            "LOADER": packed,
            "NEEDS": self.needs,
            "HASHES": {name: self.digests[name] for name in named},
        }
        lines = [
            f"export const {k} = {json.dumps(value, indent=1)};\n" for k, value in tables.items()
        ]
        return (_HEAD + "\n".join(lines)).encode()

    @property
    def _imported(self) -> list[str]:
        return sorted({name for part in self.needs.values() for name in part} | set(PYODIDE))

    def of_page(self, roots: Iterable[str]) -> dict[str, str]:
        """Name -> digest of all that a page may import whose own scripts are these."""
        names = set(reached(roots, self.texts))
        if LOADER in names:
            names.update(self._imported)
        if any(name.startswith(_PYSCRIPT) for name in names):  # whose imports are not looked at
            names.update(PYODIDE, (n for n in self.digests if n.startswith(_PYSCRIPT)))
        return {name: self.digests[name] for name in sorted(names) if name in self.digests}

    def for_authors(self) -> bytes:
        """The import map for a page in the folder of pyface.js: what nobody else checks."""
        found = {f"./{name}": integrity(self.digests[name]) for name in self.loader}
        return (json.dumps({"integrity": found}, indent=1) + "\n").encode()


def integrity(digest: str) -> str:
    """A SHA-256 as hex digits, as HTML has it."""
    return f"sha256-{b64encode(bytes.fromhex(digest)).decode()}"


def import_map(root: str, digests: Mapping[str, str]) -> str:
    """An import map with which a browser imports files only if they are what they have to be.

    root: leads from the page to the folder of the site, such as "../../".
    """
    found = {f"{root or './'}{name}": integrity(digest) for name, digest in digests.items()}
    return json.dumps({"integrity": found}, separators=(",", ":"))


def source_of(script: str) -> str:
    """What a Content-Security-Policy has to name for this inline script."""
    return f"'{integrity(sha256(script.encode()))}'"
