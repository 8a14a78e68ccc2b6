"""Which page of the reference describes which public name.

A page is a topic, as people look for it; which names belong to it follows from the module that
defines them, and for the functions of the package's root, which are all in one module, from how
they are called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import griffe

PACKAGE = "pyface_web"
# Modules that users import names from; what they have beyond the package's own is described too.
MODULES = ("draw", "errors", "compat.utils")

Member = griffe.Object | griffe.Alias


@dataclass(frozen=True)
class Topic:
    """A page of the reference.

    file: its name below reference/. about: its first paragraph, in Markdown. modules: those whose
    public names it describes, in this order, below the package; a folder stands for all in it.
    functions: a pattern for names of pyface_web.api that it describes, before those of `modules`.
    """

    file: str
    title: str
    about: str
    modules: tuple[str, ...] = ()
    functions: str | None = None


TOPICS = (
    Topic(
        "detecting",
        "Detecting faces",
        "A call such as `detect_all_faces(picture)` begins a chain; what is added to it, with "
        "`.with_face_landmarks()` and so on, is computed for each face when the chain is awaited.",
        (
            "pipeline.tasks",
            "pipeline.find",
            "pipeline.finder",
            "pipeline.crowd",
            "values.options",
        ),
        r"detect_(all_faces|single_face)|all_faces.*|locate_faces",
    ),
    Topic(
        "results",
        "Results",
        "What a chain gives: a detection, and what each net of the chain added to it.",
        (
            "values.detection",
            "values.results",
            "values.landmarks",
            "values.expressions",
            "values.picture_faces",
            "values.records",
            "values.coco",
        ),
    ),
    Topic(
        "people",
        "Recognising people",
        "From a descriptor to a name: who is nearest, which threshold suits, whether a picture is "
        "good enough, and where the people are kept.",
        ("people.matcher", "people.identity", "people.store", "people"),
    ),
    Topic(
        "video",
        "Video",
        "Faces of a film or a camera, frame after frame, each with an id that lasts.",
        ("video",),
    ),
    Topic(
        "drawing",
        "Drawing",
        "Boxes, landmarks and names: laid over an element of a page, or on a canvas of yours.",
        ("draw",),
    ),
    Topic(
        "pictures",
        "Pictures",
        "What can be passed as a picture, and how one is fetched, cut and kept.",
        ("pictures",),
    ),
    Topic(
        "nets",
        "Nets and weights",
        "Each net by its name: load its weights, run it alone, free it.",
        ("pipeline.nets", "weights"),
        r"load_.*|warmup|export_onnx|(detect|predict|recognize|compute)_.*|ssd_mobilenetv1|tiny_.*|mtcnn",
    ),
    Topic(
        "backends",
        "Backends, waits and debugging",
        "What computes, what it costs, how long anything is waited for.",
        ("engine", "waits"),
        r".*",
    ),
    Topic(
        "geometry",
        "Points, boxes and sizes",
        "Immutable values in pixels, x to the right and y down.",
        ("values.geometry", "values", "models.decode"),
    ),
    Topic(
        "errors",
        "Errors",
        "All exceptions of the package are of one tree. [What messages mean](../errors.md) lists "
        "what is often seen, and what to do.",
        ("errors",),
    ),
    Topic(
        "compat",
        "Names kept for face-api.js",
        "What exists so that code written for face-api.js runs; new code has no need of it.",
        ("compat", ""),
    ),
)


def members_by_topic(package: Member) -> dict[Topic, list[Member]]:
    """All public names of the package, each on one page, in the order of their modules."""
    found: dict[Topic, list[tuple[tuple[int, str, int], Member]]]
    found = {topic: [] for topic in TOPICS}
    for member in public(package):
        topic, place = _home(member)
        found[topic].append(((*place, member.lineno or 0), member))
    return {
        topic: [member for _, member in sorted(rows, key=lambda row: row[0])]
        for topic, rows in found.items()
    }


def public(package: Member) -> Iterator[Member]:
    """What users import from the package, and from those of its modules that are public; each once,
    by its shorter name."""
    seen = set()
    for module in (package, *(package[name] for name in MODULES)):
        for name, member in module.members.items():
            if not name.startswith("_") and _is_meant(member) and member.canonical_path not in seen:
                seen.add(member.canonical_path)
                yield member


def _is_meant(member: Member) -> bool:
    """Whether a member of a module is for others, not what the module imports for itself."""
    if not isinstance(member, griffe.Alias):
        return not member.is_module and member.is_public
    # Griffe does not tell `import x as x` from `import x`; a package imports for others.
    meant = member.is_exported or (member.parent is not None and member.parent.is_init_module)
    return meant and member.target_path.startswith(f"{PACKAGE}.") and not member.is_module


def _home(member: Member) -> tuple[Topic, tuple[int, str]]:
    """The topic of a name, and where on its page it stands."""
    target = member.final_target if isinstance(member, griffe.Alias) else member
    module = target.module.path.removeprefix(PACKAGE).lstrip(".")
    if module == "api":
        for topic in TOPICS:
            if topic.functions and re.fullmatch(topic.functions, member.name):
                return topic, (-1, module)
    rows = [
        (len(prefix), topic, index)
        for topic in TOPICS
        for index, prefix in enumerate(topic.modules)
        if not prefix or module == prefix or module.startswith(f"{prefix}.")
    ]
    _, topic, index = max(rows, key=lambda row: row[0])
    return topic, (index, module)
