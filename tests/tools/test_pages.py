"""Pages of one template: what it puts around a page's own part, and what it refuses."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from pyface_files.progress import Silent
from tools.assets import ROOT
from tools.errors import EnvironmentSetupError, PageError
from tools.pages import samples
from tools.pages.render import POLICIES, render_page
from tools.pages.samples import Sample, read_samples

SITE = ROOT / "site"
NAMES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
DEMO = "demos/x/index.html"


def own_part(front: str = "", main: str = "<main>\n<h1>X</h1>\n</main>") -> str:
    return f"---\ntitle: X\n{front}---\n{main}\n"


@pytest.mark.parametrize(("name", "root"), [("index.html", ""), (DEMO, "../../")])
def test_addresses_are_relative_to_the_page(name: str, root: str) -> None:
    html = render_page(name, own_part("python: x.py\nmodels: a b\nstyles: own.css\n"))
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert f"{root}page/page.css" in addresses
    assert f"{root}app.webmanifest" in addresses
    assert f"{root}pyface.js" in addresses
    assert "own.css" in addresses
    assert (
        f'src="{root}page/boot.js" data-python="x.py" data-models="a b" data-prefetch=""></script>'
        in html
    )
    assert not [address for address in addresses if re.match(r"[a-z]+:|/", address)]


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("index.html", ["demos/", "docs/"]),
        ("demos/index.html", ["../docs/"]),
        ("docs/names.html", ["../demos/"]),
        (DEMO, ["../", "../../docs/"]),
    ],
)
def test_masthead_leads_to_the_other_folders(name: str, links: list[str]) -> None:
    html = render_page(name, own_part())
    shown = re.search(r'<p class="links">(.*)</p>', html)
    assert shown is not None
    assert re.findall(r'href="([^"]*)"', shown[1]) == links
    assert (">pyface_web</a></p>" in html) == (name != "index.html"), "but not to itself"


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_is_strict(policy: str) -> None:
    html = render_page(DEMO, own_part(f"policy: {policy}\n"))
    assert f'http-equiv="Content-Security-Policy" content="{POLICIES[policy]}"' in html
    rules = dict(rule.strip().split(" ", 1) for rule in POLICIES[policy].split(";"))
    assert rules["default-src"] == "'self'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules.get("script-src", "'self'") in ("'self'", "'self' 'wasm-unsafe-eval'")
    sources = set(" ".join(rules.values()).split())
    assert sources <= {"'self'", "'none'", "'wasm-unsafe-eval'", "blob:", "data:"}


def test_lines_without_a_value_are_left_out() -> None:
    html = render_page(DEMO, own_part("links:\nbadge:\n"))
    for absent in (
        "description",
        "boot.js",
        "modulepreload",
        "links",
        "badge",
        "noscript",
        "data-copy",
    ):
        assert absent not in html
    assert "$" not in html


def test_the_code_to_copy_stands_at_the_end_of_main() -> None:
    page = own_part("python: x.py\n", "<main>\n<h1>X</h1>\n</main>\n<template></template>")
    text = '<img id="photo" src="photo.jpg">${y}'
    html = render_page(DEMO, page, samples=[Sample("x.html", text, "<b>code</b> ${y}")])
    order = ["<h1>", 'data-copy="x.html"', "<b>code</b> ${y}", '<a href="x.py">', "<noscript>"]
    order += ["</main>", "<template>", "</body>"]
    assert sorted(order, key=html.index) == order
    assert all(html.count(part) == 1 for part in order)
    assert "<code>dist/</code> and <code>photo.jpg</code>" in html
    assert 'src="../../page/code.js"' in html
    linked = render_page(
        DEMO, page.replace("x.py\n", "x.py\ncode: a.js b.js\n"), samples=[Sample("x.html", "", "")]
    )
    assert '<a href="a.js">a.js</a>, <a href="b.js">b.js</a>' in linked
    assert "page/code.js" not in render_page(DEMO, page)


def test_what_is_chosen_and_shown_is_there_before_any_script() -> None:
    """And so is the place of what scripts fill."""
    main = (
        '<main><picture-chooser id="a" label="People" chosen="2 6" multiple></picture-chooser>'
        "<page-status></page-status><img {sample 6}></main>"
    )
    html = render_page(DEMO, own_part(main=main))
    inputs = re.findall(r'<input type="checkbox" name="sample" value="([^"]*)"( checked)?>', html)
    assert [address for address, _ in inputs] == [
        f"../../images/sample{number}.jpg" for number in range(1, 7)
    ]
    assert [number for number, (_, is_chosen) in enumerate(inputs, 1) if is_chosen] == [2, 6]
    assert '<input type="file" accept="image/*" multiple aria-label="People: your own' in html
    assert '<img src="../../images/sample6.jpg" alt="Four women by a window">' in html
    assert '<page-status><div class="status"><p id="status">Loading</p>' in html
    for wrong in ('<picture-chooser chosen="7"></picture-chooser>', "<img {sample 0}>"):
        with pytest.raises(
            PageError, match=r"demos/x/index\.html: there is no sample [70]; they are"
        ):
            render_page(DEMO, own_part(main=f"<main>{wrong}</main>"))


def test_every_demo_has_a_page_to_copy() -> None:
    demos = {
        Path(name).parent.name for name in NAMES if re.fullmatch(r"demos/.+/index\.html", name)
    }
    assert set(read_samples(ROOT, Silent())) == demos


def test_colours_change_no_letter() -> None:
    """And are classes, which a strict policy allows."""
    for sample in (each for found in read_samples(ROOT, Silent()).values() for each in found):
        assert unescape(re.sub(r'</?span(?: class="[a-z]+")?>', "", sample.html)) == sample.text
        assert 'class="keyword">import<' in sample.html


def test_without_pygments_code_has_no_colours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_given: object) -> Path:
        raise EnvironmentSetupError("no network")

    monkeypatch.setattr(samples, "ensure_environment", refuse)
    for file in ("pyproject.toml", "docs/examples/demos/detection.html"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    monkeypatch.setattr(samples, "_OWN", [])
    found = samples.read_samples(tmp_path, Silent())["detection"]
    assert [unescape(sample.html) for sample in found] == [found[0].text]
    assert "<" not in found[0].html


def test_what_a_page_asks_for_ahead_is_asked_for_as_what_it_is() -> None:
    html = render_page("index.html", own_part("python: x.py\npreload: a.js b.mjs files.json\n"))
    modules = re.findall(r'rel="modulepreload" href="([^"]*)"', html)
    assert modules == ["pyface.js", "a.js", "b.mjs"]
    assert '<link rel="preload" href="files.json" as="fetch" crossorigin="anonymous">' in html


def test_texts_are_escaped_and_dollars_are_left_alone() -> None:
    html = render_page(DEMO, own_part('description: "a" & <b>\n', "<main>$root costs 5$</main>"))
    assert 'content="&quot;a&quot; &amp; &lt;b&gt;"' in html
    assert "<main>$root costs 5$" in html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<main></main>", "begin it with lines"),
        ("---\ntitle: X\n<main></main>", "begin it with lines"),
        (own_part("colour: red\n"), "'colour: red' is not a line"),
        (own_part("main: <main>\n"), "'main: <main>' is not a line"),
        (own_part("python\n"), "'python' is not a line"),
        (own_part("title: Y\n"), "'title: Y' is not a line"),
        ("---\npython: x.py\n---\n<main></main>", "give it a title"),
        (own_part(main="<p>X</p>"), "between <main> and </main>"),
        (own_part("policy: lax\n"), "policy 'lax' is none of static, python, media"),
        (own_part("links: elsewhere\n"), "link 'elsewhere' is none of demos, docs"),
    ],
)
def test_what_is_wrong_is_said_with_the_page(text: str, said: str) -> None:
    with pytest.raises(PageError, match=re.escape(said)) as caught:
        render_page(DEMO, text)
    assert str(caught.value).startswith(DEMO)


@pytest.mark.parametrize("name", NAMES)
def test_pages_of_the_site(name: str) -> None:
    html = render_page(name, (SITE / name).read_text("utf-8"))
    assert '<meta name="description"' in html
    assert "app.webmanifest" in html, "it belongs to the app that can be installed"
    assert "<h1>" in html
