"""Makes the npm package out of dist/: an archive as `npm pack` would write it, without npm.

It holds what pages need, models too, and nothing of the site around that. Equal files make an
equal archive.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import tomllib
from pathlib import Path
from typing import Any

from pyface_files.disk import write_whole

from ..dist import MANIFEST
from ..errors import PackageError

COMMAND = "pyface-web.js"  # in its folder bin/
GUIDE = "docs/guides/bundlers.md"
LICENCES = "docs/licences.md"
_HERE = Path(__file__).parent
# Parts of dist/ that are the site's own pages, or only for them.
SITE_ONLY = re.compile(
    r"^(demos|docs|ops|page|images|icons)/|^index\.|^app\.webmanifest$|^favicon\.svg$"
)
_SEMANTIC = re.compile(r"\d+\.\d+\.\d+")
_TIME = 499162500  # that of all files in packages of npm


def build_package(root: Path, dist: Path, out: Path) -> Path:
    """The archive NAME-VERSION.tgz in the folder `out`. dist: as build_dist left it."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    facts = package_json(json.loads((_HERE / "package.json").read_text("utf-8")), project)
    members = {
        "package.json": _as_json(facts),
        "README.md": _readme(root),
        "LICENSE": (root / "LICENSE").read_bytes(),
        f"bin/{COMMAND}": (_HERE / COMMAND).read_bytes(),
        **_dist_files(dist),
    }
    path = out / f"{facts['name']}-{facts['version']}.tgz"
    write_whole(path, archive_of(members))
    return path


def package_json(facts: dict[str, Any], project: dict[str, Any]) -> dict[str, Any]:
    """package.json: what only npm wants to know, with what pyproject.toml says."""
    version = project["version"]
    if not _SEMANTIC.fullmatch(version):
        raise PackageError(
            f"the version in pyproject.toml is {version!r}, and npm expects three numbers, such as "
            "1.2.3; write it so, as both packages have one version"
        )
    found = {**facts, "version": version}
    found |= {key: project[key] for key in ("description", "keywords", "license")}
    urls = project.get("urls", {})
    if "Repository" in urls:
        found["repository"] = {"type": "git", "url": f"git+{urls['Repository']}.git"}
    if "Homepage" in urls:
        found["homepage"] = urls["Homepage"]
    return found


def listing_of(listing: dict[str, Any]) -> dict[str, Any]:
    """files.json of the package, by that of dist/: what pages need, and no types."""
    kept = {
        name: file
        for name, file in listing["files"].items()
        if not SITE_ONLY.search(name) and not name.endswith(".d.ts")
    }
    return {**listing, "files": kept}


def archive_of(members: dict[str, bytes]) -> bytes:
    """A .tgz with one folder, package/, around everything."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size, entry.mtime = len(content), _TIME
            entry.mode = 0o755 if name.startswith("bin/") else 0o644
            archive.addfile(entry, io.BytesIO(content))
    # Models and Python are packed already; more effort would save a hundredth.
    return gzip.compress(packed.getvalue(), compresslevel=6, mtime=0)


def _dist_files(dist: Path) -> dict[str, bytes]:
    listing = listing_of(json.loads((dist / MANIFEST).read_text("utf-8")))
    types = sorted(path.relative_to(dist).as_posix() for path in dist.rglob("*.d.ts"))
    names = [*listing["files"], *(name for name in types if not SITE_ONLY.search(name))]
    return {
        f"dist/{MANIFEST}": _as_json(listing),
        **{f"dist/{name}": (dist / name).read_bytes() for name in names},
    }


def _readme(root: Path) -> bytes:
    """What npm shows: the guide for bundlers, and whose work is in the package."""
    guide, licences = ((root / name).read_text("utf-8") for name in (GUIDE, LICENCES))
    return f"{guide}\n#{licences}".encode()


def _as_json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()
