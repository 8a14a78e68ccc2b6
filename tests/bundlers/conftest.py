"""The npm package as its users have it: packed, installed, copied for a server, and in bundles."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.bundlers.project import Made, copy, run
from tests.pages import built_site
from tools.assets import ROOT
from tools.errors import NodePackagesError
from tools.node_packages import node_packages
from tools.packages import build_packages
from tools.serve import serve_folder

_HERE = Path(__file__).parent
_INSTALL = ("install", "--offline", "--no-save", "--no-package-lock", "--cache=npm-cache")


@pytest.fixture(scope="package")
def installed() -> Iterator[Path]:
    """A project with the package in its node_modules/, and those of npm around it.

    It lies in their folder, since a project finds packages in the folders around it.
    """
    try:
        around = node_packages(_HERE).parent
    except NodePackagesError as error:
        pytest.skip(f"left out, as bundlers cannot run here: {error}")
    with TemporaryDirectory(dir=around, prefix="work-") as name:
        work = Path(name)
        (work / "package.json").write_text('{ "private": true, "type": "module" }')
        packages = build_packages(ROOT, built_site(), work / "packages")
        run(work, "npm", *_INSTALL, str(packages[1]))
        yield work


@pytest.fixture(scope="package")
def made(installed: Path) -> Iterator[Made]:
    """The app in a bundle of each bundler, and the example with React."""
    copy(installed, "public/pyface", "--models", "tiny_face_detector")
    shutil.copytree(_HERE / "app", installed / "app")
    shutil.copytree(ROOT / "docs" / "examples" / "react", installed / "react")
    shutil.copy(_HERE / "bundles.js", installed)
    picture = built_site() / "images" / "sample1.jpg"
    (installed / "public" / "images").mkdir()
    shutil.copy(picture, installed / "public" / "images")
    (installed / "react" / "public").mkdir()
    shutil.copy(picture, installed / "react" / "public" / "photo.jpg")
    (installed / "public" / "blank.html").write_text("<!doctype html><title>Blank</title>")
    # Ends when its input does, and so with this process however that ends.
    with subprocess.Popen(
        ["node", "bundles.js"],
        cwd=installed,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as vite:
        assert vite.stdout is not None and vite.stdin is not None
        address = vite.stdout.readline().strip()
        assert address.startswith("http"), "bundles.js has failed; what it said is above"
        files = installed / "public" / "pyface"
        bundles = {"/bundles/react/pyface/": files, "/bundles/": installed / "bundles"}
        with serve_folder(installed / "public", extra=bundles) as site:
            yield Made(installed, site, address)
        vite.stdin.close()
