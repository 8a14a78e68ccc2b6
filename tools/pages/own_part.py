"""A page's own part: its front matter, and the <main> that the template goes around.

    ---
    title: Face landmarks: pyface_web
    python: landmarks.py
    models: tiny_face_detector face_landmark_68
    ---
    <main>
      ...
    </main>

A line of the front matter is a field of OwnPart. What is not said is as in a demo. Addresses are
relative to the page, as in the HTML below; several stand with spaces between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from ..errors import PageError

_PARTS = re.compile(r"---\n(?P<front>(?:[^\n]*\n)*?)---\n(?P<body>.*)", re.DOTALL)


@dataclass(frozen=True)
class OwnPart:
    """What a page says itself; all values are text as it stands there.

    title, description: of the page.
    policy: which Content-Security-Policy it has, a name in POLICIES.
    python, models: its Python file, which boot.js runs, and the models that are loaded for it.
    prefetch: models that come in the background, for when its Python loads them.
    code: its own code, which is linked where it shows samples; that file, where nothing is said.
    scripts, styles: modules of its own, and stylesheets after page.css.
    preload: what the browser asks for ahead. head: one more line for its head.
    links: folders of the site that the masthead links.
    badge: what the masthead says at first; a page without one runs no Python.
    main, rest: its HTML until the end of <main>, and what comes after.
    """

    title: str
    main: str
    rest: str = ""
    description: str = ""
    policy: str = "media"
    python: str = ""
    models: str = ""
    prefetch: str = ""
    code: str = ""
    scripts: str = ""
    styles: str = ""
    preload: str = ""
    head: str = ""
    links: str = "demos docs"
    badge: str = "Loading"


KEYS = {field.name for field in fields(OwnPart)} - {"main", "rest"}


def read_own_part(name: str, text: str) -> OwnPart:
    """The own part of the page with this name in dist/. Raises PageError, which says what to do."""
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise PageError(f"{name}: begin it with lines of `key: value` between two lines of `---`.")
    said: dict[str, str] = {}
    for line in parts["front"].splitlines():
        key, colon, value = line.partition(":")
        if not colon or key not in KEYS or key in said:
            raise PageError(
                f"{name}: {line!r} is not a line of its front matter; "
                f"give each key once, out of: {', '.join(sorted(KEYS))}."
            )
        said[key] = value.strip()
    if not said.get("title"):
        raise PageError(f"{name}: give it a title, as a line `title: ...` of its front matter.")
    main, end, rest = parts["body"].rpartition("</main>")
    if not end or "<main" not in main:
        raise PageError(f"{name}: put what it shows between <main> and </main>.")
    return OwnPart(main=main.strip(), rest=rest.strip(), **said)
