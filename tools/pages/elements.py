"""What a page's elements hold, written into it: it is there, and can be used, before any script is.

`<picture-chooser chosen="3">` and `<page-status>` get their content, which page/chooser.js and
page/status.js take over. `{sample 3}` in an img becomes its address and its alternative text.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from string import Template

from ..errors import PageError

SAMPLES = {
    1: "Three women in costume in a dark room",
    2: "Three women on a sofa looking away",
    3: "Three women in a bar, smiling",
    4: "Four women standing in a row",
    5: "Five women on a staircase",
    6: "Four women by a window",
}
"""The pictures of images/, and what is to be seen there."""

_CHOOSER = re.compile(r"<picture-chooser(?P<attributes>[^>]*)></picture-chooser>")
_ATTRIBUTE = re.compile(r'([a-z]+)(?:="([^"]*)")?')
_STATUS = "<page-status></page-status>"
_SAMPLE = re.compile(r"\{sample (\d+)\}")
_HERE = Path(__file__).parent


def filled(name: str, root: str, main: str) -> str:
    """The page's HTML with its elements filled. root: address of the site's folder from there.

    Raises PageError for a sample that there is none.
    """
    main = _CHOOSER.sub(lambda found: _chooser(name, root, found["attributes"]), main)
    main = _SAMPLE.sub(lambda found: _picture(name, root, int(found[1])), main)
    return main.replace(_STATUS, f"<page-status>{_part('status.html')}</page-status>")


def _chooser(name: str, root: str, attributes: str) -> str:
    given = dict(_ATTRIBUTE.findall(attributes))
    chosen = [int(number) for number in given.get("chosen", "").split()]
    for number in chosen:
        _alt(name, number)
    multiple = "multiple" in given
    each = Template(_part("choice.html"))
    samples = "".join(
        each.substitute(
            kind="checkbox" if multiple else "radio",
            address=address(root, number),
            small=f"{root}page/samples/{number}.jpg",
            alt=escape(alt),
            checked=" checked" if number in chosen else "",
        )
        for number, alt in SAMPLES.items()
    )
    filled_in = Template(_part("chooser.html")).substitute(
        label=given.get("label", "Sample pictures"),
        samples=samples,
        multiple=" multiple" if multiple else "",
        own="your own pictures" if multiple else "your own picture",
        title="Your own pictures" if multiple else "Your own picture",
    )
    return f"<picture-chooser{attributes}>{filled_in}</picture-chooser>"


def address(root: str, number: int) -> str:
    """The address of a sample picture."""
    return f"{root}images/sample{number}.jpg"


def _picture(name: str, root: str, number: int) -> str:
    return f'src="{address(root, number)}" alt="{escape(_alt(name, number))}"'


def _alt(name: str, number: int) -> str:
    if number not in SAMPLES:
        raise PageError(f"{name}: there is no sample {number}; they are 1 to {max(SAMPLES)}.")
    return SAMPLES[number]


def _part(file: str) -> str:
    return (_HERE / file).read_text("utf-8").strip()
