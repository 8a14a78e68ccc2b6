"""Makes a page of dist/ of page.html and of the page's own part.

A line of page.html stands once for each value of the list that it names, so it is left out where
there is none. `{size of MODEL}` in an own part becomes the size of that net's weights, in words;
MODEL as in `models` of loadPyface. All addresses are relative: the site works in any folder of a
host.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template

from ..assets import load_table
from ..errors import PageError
from ..integrity import Modules, import_map, integrity, is_module, source_of
from ..model_sizes import model_size
from .elements import filled
from .own_part import OwnPart, read_own_part
from .samples import Sample, samples_section

# All strict: nothing from elsewhere, nothing inline but the import map and AS_FILE, by hash. A
# page without Python needs no more than the first; those of demos show films, and start workers.
POLICIES = {
    "static": "default-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'",
    "python": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; "
        "style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
    ),
    "media": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; "
        "media-src 'self' blob:; style-src 'self'; connect-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    ),
}
# Speaks where a page is opened as a file; there browsers load nothing that they should check.
AS_FILE = "as_file.js"
_SECTIONS = {"demos": "Demos", "docs": "Docs"}  # folder -> what its link says
_SIZE = re.compile(r"\{size of (\w+)\}")
_FOLDER = Path(__file__).parent


def render_page(
    name: str, text: str, modules: Modules | None = None, samples: Sequence[Sample] = ()
) -> str:
    """The page with this name in dist/, such as "demos/landmarks/index.html".

    text: its own part; see own_part.py. modules: the JavaScript of dist/, without which the page
    does not say what it has to be. samples: pages that it shows the code of. Raises PageError,
    which says what to change there.
    """
    own = read_own_part(name, _with_sizes(name, text))
    values = _values(name, own, modules or Modules(), samples)
    template = (_FOLDER / "page.html").read_text("utf-8")
    return "".join(_filled(line, values) for line in template.splitlines(keepends=True))


def _with_sizes(name: str, text: str) -> str:
    table = load_table()
    try:
        return _SIZE.sub(lambda place: model_size(table, place[1]), text)
    except KeyError as error:
        raise PageError(f"{name}: {error.args[0]}; is it a name in `models`?") from None


def _filled(line: str, values: Mapping[str, str | list[str]]) -> str:
    named = {key for key in Template(line).get_identifiers() if isinstance(values[key], list)}
    if not named:
        return Template(line).substitute(values)
    rows = zip(*(values[key] for key in named), strict=True)
    return "".join(
        Template(line).substitute({**values, **dict(zip(named, row, strict=True))}) for row in rows
    )


def _values(
    name: str, own: OwnPart, site: Modules, samples: Sequence[Sample]
) -> dict[str, str | list[str]]:
    """What stands for each name in page.html."""
    if own.policy not in POLICIES:
        raise PageError(f"{name}: policy {own.policy!r} is none of {', '.join(POLICIES)}.")
    root = "../" * name.count("/")
    preload = own.preload.split()
    boot = f"{root}page/boot.js"
    if own.python:  # what boot.js imports, of the loader
        preload = [f"{root}{part}" for part in site.loader or ["pyface.js"]] + preload
    modules = [address for address in dict.fromkeys(preload) if is_module(address)]
    scripts = [*own.scripts.split(), *([f"{root}page/code.js"] if samples else [])]
    roots = [*modules, *scripts, *([boot] if own.python else [])]
    imported = site.of_page(in_site(name, address) for address in roots)
    script_map = import_map(root, imported) if imported else ""

    as_file = f"\n{site.texts[AS_FILE]}" if AS_FILE in site.texts else ""

    def checked(address: str) -> str:
        digest = site.digests.get(in_site(name, address))
        return f' integrity="{integrity(digest)}"' if digest else ""

    return {
        "root": root,
        "policy": _policy(own.policy, [*_given(script_map), *_given(as_file)]),
        "map": _given(script_map),
        "as_file": _given(as_file),
        "guard": [f"{root}page/guard.js"] if roots else [],
        "guard_checked": checked(f"{root}page/guard.js"),
        "boot_checked": checked(boot),
        "module_checked": [checked(address) for address in modules],
        "script_checked": [checked(address) for address in scripts],
        "title": escape(own.title, quote=False),
        "description": _given(escape(own.description)),
        "style": own.styles.split(),
        "module": modules,
        "data": [address for address in preload if not is_module(address)],
        "python": _given(own.python),
        "models": [own.models] if own.python else [],
        "prefetch": [own.prefetch] if own.python else [],
        "script": scripts,
        "head": _given(own.head),
        "home": f'<a href="{root}">pyface_web</a>' if root else "pyface_web",
        "links": _given(_links(name, own.links.split())),
        "badge": _given(own.badge),
        "language": ["Python"] if own.badge else [],
        "main": filled(name, root, own.main),
        "code": [samples_section(samples, own.code or own.python)] if samples else [],
        "rest": own.rest,
    }


def in_site(page: str, address: str) -> str:
    """The name in dist/ of a file that a page gives the address of."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), address))


def _policy(name: str, inline: list[str]) -> str:
    """A policy that allows these inline scripts, too."""
    sources = " ".join(["script-src 'self'", *map(source_of, inline)])
    return POLICIES[name].replace("script-src 'self'", sources)


def _given(value: str) -> list[str]:
    return [value] if value else []


def _links(name: str, folders: list[str]) -> str:
    """Links to these folders from a page; none to the one that it stands in."""
    here = posixpath.dirname(name)
    for folder in folders:
        if folder not in _SECTIONS:
            raise PageError(f"{name}: link {folder!r} is none of {', '.join(_SECTIONS)}.")
    return " ".join(
        f'<a href="{posixpath.relpath(folder, here or ".")}/">{_SECTIONS[folder]}</a>'
        for folder in folders
        if folder != here
    )
