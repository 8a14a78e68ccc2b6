"""The pages that are made of tables: names of face-api.js, and what differs from it. Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .differences import Row, read_differences
from .replaced import read_replaced

# Names of face-api.js whose conversion shows the rule.
EXAMPLES = {
    "detectAllFaces": "detect_all_faces",
    "nets.faceLandmark68Net": "nets.face_landmark68_net",
    "ssdMobilenetv1": "ssd_mobilenetv1",
    "TinyFaceDetectorOptions": "TinyFaceDetectorOptions",
}


def names_page(root: Path) -> str:
    """How names of face-api.js become those of Python, and what replaces those that do not."""
    return "\n".join(_names(root))


def _names(root: Path) -> Iterator[str]:
    yield (
        "# Names of face-api.js\n\n"
        "Pages in JavaScript keep the names. In Python, functions, methods and properties are in "
        "snake_case; classes keep theirs. What makes no sense here has a replacement.\n\n"
        "## The rule\n\n"
        "An underscore before each capital that follows a small letter or a digit, then all small."
        "\n\n| face-api.js | pyface_web |\n|---|---|"
    )
    yield from (f"| `{original}` | `{name}` |" for original, name in EXAMPLES.items())
    yield (
        "\n## Replaced in Python\n\n"
        "A class stands for those derived from it, a namespace for all that is in it.\n\n"
        "| face-api.js | in Python |\n|---|---|"
    )
    for original, instead in read_replaced(root).items():
        yield f'| <span id="{original}">`{original}`</span> | {_cell(instead)} |'
    yield (
        "\n## Replaced in JavaScript\n\n"
        "These throw an error that says the same. All others work as in face-api.js.\n\n"
        "<table><thead><tr><th>face-api.js</th><th>faceapi of pyface.js</th></tr></thead>"
        '<tbody id="javascript"></tbody></table>\n'
        "<noscript><p>The table needs JavaScript; it is in <code>faceapi/compat/replaced.js</code>."
        "</p></noscript>\n"
        '<script type="module" src="names.js"></script>'
    )


def differences_page(root: Path) -> str:
    """What face-api.js does that surprises, and what is done here: docs/differences.toml."""
    return "\n".join(_differences(root))


def _differences(root: Path) -> Iterator[str]:
    yield (
        "# Differences from face-api.js\n\n"
        "What the original does that surprises or is wrong, and what was decided here: right by "
        "default, and as there where results would not be comparable otherwise."
    )
    for part in read_differences(root):
        yield f"\n## {part.title}\n"
        for row in part.rows:
            yield from _difference(row)


def _difference(row: Row) -> Iterator[str]:
    yield f"### {row.number}. {row.title} {{ #{row.number} data-toc-label='{row.number}' }}\n"
    yield f"**face-api.js:** {row.original}\n"
    yield f"**Here:** *{row.verdict}*. {row.here}\n"
    held = ", ".join(f"`{test}`" for test in row.tests) or "nothing to hold"
    yield f"Held by {held}.\n{{ .held }}\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
