"""Fonts much wider and narrower than a machine's own, on any machine: lines break elsewhere."""

from __future__ import annotations

# letter-spacing and word-spacing: DejaVu and Liberation Sans Narrow lie within these.
USUAL = ("normal", "normal")
WIDE = ("0.09em", "0.25em")
NARROW = ("-0.04em", "-0.08em")


def setting(font: tuple[str, str]) -> str:
    """JavaScript that gives a page the font: a sheet made by a script, which policies allow."""
    letters, words = font
    rule = f"* {{ letter-spacing: {letters} !important; word-spacing: {words} !important }}"
    return f"""(() => {{
      globalThis.fontOfTests ??= new CSSStyleSheet();
      fontOfTests.replaceSync("{rule}");
      if (!document.adoptedStyleSheets.includes(fontOfTests)) {{
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, fontOfTests];
      }}
    }})();"""
