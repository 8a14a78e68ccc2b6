"""Writes the Markdown of the reference: a page a topic, from which mkdocstrings makes the rest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import griffe

from .topics import PACKAGE, Member, Topic, members_by_topic, public

TYPES = "types"


def write_reference(folder: Path) -> dict[str, str]:
    """Write all pages into a folder; {title: file in it}."""
    package = griffe.load(PACKAGE, resolve_aliases=True)
    folder.mkdir(parents=True)
    pages = {}
    for topic, members in members_by_topic(package).items():
        pages[topic.title] = f"{topic.file}.md"
        (folder / f"{topic.file}.md").write_text("\n".join(_page(topic, members)), "utf-8")
    pages["Types in signatures"] = f"{TYPES}.md"
    (folder / f"{TYPES}.md").write_text("\n".join(_types(package)), "utf-8")
    return pages


def _page(topic: Topic, members: list[Member]) -> Iterator[str]:
    yield f"# {topic.title}\n\n{topic.about}\n"
    parts = [list(rows) for _, rows in groupby(members, key=_module)]
    for rows in parts:
        title, about = heading(_module(rows[0]))
        if len(parts) > 1:
            yield f"## {title} {{ #-{_module(rows[0]).name} }}\n\n{about}\n"
        for member in rows:
            yield f"::: {member.path}\n    options:\n      heading_level: {2 + (len(parts) > 1)}\n"


def _types(package: Member) -> Iterator[str]:
    yield "# Types in signatures\n\nShort names for what functions take and give.\n"
    shown = {member.canonical_path for member in public(package)}
    for member in sorted(_aliases(package), key=lambda member: member.name.lower()):
        if member.canonical_path in shown:
            continue
        yield f"::: {member.path}\n    options:\n      heading_level: 2\n"


def _aliases(module: Member) -> Iterator[Member]:
    """Documented type aliases, which nobody imports and signatures use."""
    for member in module.members.values():
        if isinstance(member, griffe.Module):
            yield from _aliases(member)
        elif _is_alias(member) and member.docstring:
            yield member


def _is_alias(member: Member) -> bool:
    return isinstance(member, griffe.Attribute) and "TypeAlias" in str(member.annotation)


def _module(member: Member) -> griffe.Module:
    return (member.final_target if isinstance(member, griffe.Alias) else member).module


def heading(module: griffe.Module) -> tuple[str, str]:
    """Title and rest of a module's docstring, which begins with `title: what it is about`."""
    text = module.docstring.value if module.docstring else module.name
    first, _, rest = text.strip().partition("\n\n")
    title, colon, about = " ".join(first.split()).replace("`", "").partition(": ")
    if not about.startswith("face-api.js"):
        about = about[:1].upper() + about[1:]
    return (title if colon else title.rstrip(".")), "\n\n".join(filter(None, [about, rest]))
