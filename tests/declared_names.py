"""The names that faceapi.d.ts declares, as tests compare them with those of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_STATEMENT = re.compile(
    r"^declare (?P<kind>class|abstract class|interface|function|const|namespace) (?P<name>\w+)"
    r"(?P<rest>.*?)(?:\{\n(?P<body>.*?)^\}.*?|;|\{\})$",
    re.S | re.M,
)
_MEMBER = re.compile(r"^  (?P<static>static )?(?:(?:readonly|get) )*(?P<name>\w+)[?(:<]", re.M)
_BASE = re.compile(r"(?:^|extends |, )([A-Z]\w+)(?=[<, {]|$)")
_NO_MEMBERS = ("constructor", "new", "protected", "prototype")
# Types that are a FaceResult, and constants beside them that make one.
_RESULTS = ("FaceDetectionWithLandmarks", "FullFaceDescription")


@dataclass
class Declared:
    """What one name stands for; members of objects and, if static, of the class itself."""

    kinds: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    statics: set[str] = field(default_factory=set)


class Names:
    """All declarations of the module."""

    def __init__(self, text: str) -> None:
        self.all: dict[str, Declared] = {}
        self.same: dict[str, str] = {}  # constants that are another name
        for match in _STATEMENT.finditer(text):
            one = self.all.setdefault(match["name"], Declared())
            one.kinds.add(match["kind"].removeprefix("abstract "))
            body = match["body"] or ""
            if match["kind"] in ("class", "abstract class", "interface"):
                bare = re.sub(r"<[^{]*?>+(?= |,|$)", "", match["rest"])
                one.bases |= set(_BASE.findall(bare))
            if match["kind"] == "namespace":
                inside = re.sub(r"[\s{};]|export", "", body)
                one.statics |= set(inside.split(","))
            same = re.fullmatch(r": typeof (\w+)", match["rest"])
            if same:
                self.same[match["name"]] = same[1]
            for member in _MEMBER.finditer(body):
                if member["name"] not in _NO_MEMBERS:
                    (one.statics if member["static"] else one.members).add(member["name"])
        for name in _RESULTS:
            self.all[name].bases.add("FaceResult")
        self.exported = set(re.split(r"[\s,]+", text.rpartition("export {")[2].partition(" }")[0]))

    @property
    def values(self) -> set[str]:
        """Names of the namespace that are more than types."""
        kinds = {"class", "function", "const", "namespace"}
        return {name for name in self.exported & set(self.all) if self.all[name].kinds & kinds}

    def members(self) -> set[str]:
        """Paths: Box.isRect and Box.prototype.x, draw.DrawBox and draw.DrawBox.prototype.draw."""
        found: set[str] = set()
        for name in self.exported & set(self.all):
            found |= self._of(name)
        for name in self.all["draw"].statics & set(self.all):
            found |= {f"draw.{path}" for path in self._of(name)}
            if self.all[name].kinds != {"interface"}:
                found.add(f"draw.{name}")
        return found

    def _of(self, name: str) -> set[str]:
        if name in self.same:
            other = self.same[name]
            return {path.replace(other, name, 1) for path in self._of(other)}
        one = self.all[name]
        if name == "draw" or not one.kinds & {"class", "const", "namespace"}:
            return set()
        if one.kinds == {"const"} and name not in _RESULTS:
            return {f"{name}.{member}" for member in one.members}
        statics = {f"{name}.{member}" for member in one.statics}
        return statics | {f"{name}.prototype.{member}" for member in self._members(name)}

    def _members(self, name: str) -> set[str]:
        one = self.all[name]
        return one.members.union(*(self._members(base) for base in one.bases & set(self.all)))
