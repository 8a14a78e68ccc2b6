"""Gives a page of the docs what other pages of the site have from page.html.

That is a strict policy, hashes of all scripts that it runs, what speaks where it was opened as a
file, and the service worker's part.
"""

from __future__ import annotations

import re
from html import escape

from ..integrity import Modules, import_map, integrity, source_of
from ..pages.render import AS_FILE, in_site

# Of the style sheet that the theme's script puts into the search dialog; a browser says the new one
# in its console, and a test fails, where another version of Zensical has another.
SEARCH_STYLE = "sha256-NwSx/R2V/U4jnW0Tq5pQ53Y/rzPVJ4dqE7D6UTA/J1k="
# Searching runs in a worker; the theme's icons are data in its style sheets.
POLICY = (
    "default-src 'self'; script-src {scripts}; style-src 'self' "
    f"'{SEARCH_STYLE}'; img-src 'self' data:; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
_HEAD = "<!-- head -->"
_CHARSET = '<meta charset="utf-8">'
_REGISTER, _GUARD = "docs/register.js", "page/guard.js"
_INLINE = re.compile(r"<script>(.*?)</script>", re.S)
_SCRIPT = re.compile(r'<script( type="module"| defer)? src="([^"]+)">')


def is_made_here(text: str) -> bool:
    """Whether a page was made from the theme of the docs, and not from page.html."""
    return _HEAD in text


def finish_page(name: str, text: str, modules: Modules) -> str:
    """The page with this name in dist/, such as "docs/reference/people.html"."""
    root = "../" * name.count("/")
    scripts = (
        f'<script defer src="{root}{_GUARD}"></script>\n'
        f'<script type="module" src="{root}{_REGISTER}"></script>'
    )
    text = text.replace(_HEAD, scripts)
    roots = [in_site(name, address) for kind, address in _SCRIPT.findall(text) if "module" in kind]
    inline = _INLINE.findall(text)
    first = []
    digests = modules.of_page(roots)
    if digests:
        script_map = import_map(root, digests)
        first.append(f'<script type="importmap">{script_map}</script>')
        inline.append(script_map)
    if AS_FILE in modules.texts:
        speaks = f"\n{modules.texts[AS_FILE]}"
        first.append(f'<script data-root="{root}">{speaks}</script>')
        inline.append(speaks)
    sources = " ".join(["'self'", *dict.fromkeys(map(source_of, inline))])
    policy = escape(POLICY.format(scripts=sources), quote=False)
    first.insert(0, f'<meta http-equiv="Content-Security-Policy" content="{policy}">')
    head = "\n".join([_CHARSET, *first])

    def checked(match: re.Match[str]) -> str:
        digest = modules.digests.get(in_site(name, match[2]))
        return match[0] if digest is None else f'{match[0][:-1]} integrity="{integrity(digest)}">'

    return _SCRIPT.sub(checked, text).replace(_CHARSET, head, 1)
