"""dist/, the wheel's stamp, the environment's packages, the browser's place, the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pyface_files.errors import AssetsUnavailableError
from pyface_files.progress import Progress, describe
from tools import browser, cli
from tools.assets import ROOT
from tools.dist import Entry, write_tree
from tools.environment import requirements
from tools.errors import BrowserNotFoundError, ToolError
from tools.wheel import source_hash


def test_tree_is_written_once_and_then_left_alone(tmp_path):
    source = tmp_path / "source.js"
    source.write_text("export {};")
    entries = {"a/source.js": Entry(source), "b.json": Entry(b"{}")}
    dist = tmp_path / "dist"
    assert write_tree(dist, entries, wheel="wheels/w.whl") == 3
    assert write_tree(dist, entries, wheel="wheels/w.whl") == 0
    source.write_text("export const changed = 1;")
    assert write_tree(dist, entries, wheel="wheels/w.whl") == 2, "the file and files.json"


def test_listing_names_the_wheel_and_every_file_with_its_size(tmp_path):
    source = tmp_path / "w.whl"
    source.write_bytes(b"12345")
    dist = tmp_path / "dist"
    write_tree(dist, {"wheels/w.whl": Entry(source), "b": Entry(b"x")}, wheel="wheels/w.whl")
    listing = json.loads((dist / "files.json").read_text())
    assert listing["wheel"] == "wheels/w.whl"
    assert {name: row["bytes"] for name, row in listing["files"].items()} == {
        "b": 1,
        "wheels/w.whl": 5,
    }
    assert all(not name.startswith("/") for name in listing["files"])


@pytest.mark.parametrize("name", ["50%.png", "what?.html", "a#b.js", "a\\b", "tab\t.py"])
def test_a_name_that_is_no_address_is_refused_in_words(tmp_path, name):
    with pytest.raises(ToolError, match="Rename it"):
        write_tree(tmp_path / "dist", {name: Entry(b"x")}, wheel="w")


def test_files_that_no_longer_belong_are_removed(tmp_path):
    dist = tmp_path / "dist"
    write_tree(dist, {"old/page.html": Entry(b"x"), "keep": Entry(b"y")}, wheel="w")
    write_tree(dist, {"keep": Entry(b"y")}, wheel="w")
    assert sorted(path.name for path in dist.rglob("*")) == ["files.json", "keep"]


def test_wheel_stamp_follows_names_and_contents(tmp_path):
    for name in ("pyproject.toml", "README.md", "pyface_web/a.py", "shaders/x.frag"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    first = source_hash(tmp_path)
    (tmp_path / "pyface_web" / "__pycache__").mkdir()
    (tmp_path / "pyface_web" / "__pycache__" / "a.pyc").write_text("compiled")
    os.utime(tmp_path / "README.md", (0, 0))
    assert source_hash(tmp_path) == first, "neither byte code nor times matter"
    (tmp_path / "shaders" / "x.frag").rename(tmp_path / "shaders" / "y.frag")
    assert source_hash(tmp_path) != first


def test_serving_installs_only_what_makes_the_wheel():
    needed = [name.split(">")[0] for name in requirements(ROOT, "build")]
    assert needed == ["hatchling", "hatch-fancy-pypi-readme", "numpy", "pillow", "zstandard"]
    names = {name.split(">")[0] for name in requirements(ROOT, "dev")}
    assert {"pytest", "playwright", "ruff", "mypy", "numpy", "hatchling"} <= names
    assert {"onnxruntime", "usearch"} <= names and not any("[" in name for name in names)


def test_browser_of_the_environment_variable_goes_first(tmp_path, monkeypatch):
    program = tmp_path / "my-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PYFACE_BROWSER", str(program))
    assert browser.find() == program
    assert browser.ensure_browser(Path("no-python")) == program


def test_wrong_environment_variable_is_said_and_not_passed_over(monkeypatch):
    monkeypatch.setenv("PYFACE_BROWSER", "/nowhere/chrome")
    with pytest.raises(BrowserNotFoundError, match="PYFACE_BROWSER names '/nowhere/chrome'"):
        browser.find()


def test_no_browser_at_all_names_the_way_out(monkeypatch, tmp_path):
    monkeypatch.delenv("PYFACE_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_MEMORY", tmp_path / "browser.json")
    monkeypatch.setattr(browser.sys, "platform", "linux")
    with pytest.raises(BrowserNotFoundError, match=r"build\.py test"):
        browser.find()


def test_failed_browser_download_is_not_tried_again(monkeypatch, tmp_path):
    system = tmp_path / "chromium"
    system.write_text("")
    tries: list[list[str]] = []
    monkeypatch.delenv("PYFACE_BROWSER", raising=False)
    monkeypatch.setattr(browser, "_MEMORY", tmp_path / "browser.json")
    monkeypatch.setattr(browser, "_playwright_says", lambda python: ("1.0", tmp_path / "none"))
    monkeypatch.setattr(browser, "_run", lambda command, _s: tries.append(command) or "no network")
    monkeypatch.setattr(browser, "_system_browser", lambda: system)
    assert browser.ensure_browser(Path("python")) == system
    system.unlink()
    system = tmp_path / "other"
    assert browser.ensure_browser(Path("python")) == system
    assert len(tries) == 1


def test_tests_run_in_the_shell_where_there_is_one(monkeypatch, tmp_path):
    monkeypatch.delenv("PYFACE_BROWSER", raising=False)
    monkeypatch.setattr(browser, "_MEMORY", tmp_path / "browser.json")
    monkeypatch.setattr(browser, "_system_browser", lambda: tmp_path / "chromium")
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    assert browser.find_shell() == browser.find() == tmp_path / "chromium"
    monkeypatch.setattr(browser.shutil, "which", {browser.SHELL_NAMES[0]: "/bin/shell"}.get)
    assert browser.find_shell() == Path("/bin/shell")


def test_named_browser_is_its_own_shell(monkeypatch, tmp_path):
    program = tmp_path / "my-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PYFACE_BROWSER", str(program))
    assert browser.find_shell() == program


@pytest.mark.parametrize(
    ("found", "shell", "installed"),
    [
        ("chromium", None, ["chromium-headless-shell"]),
        ("chromium", "/bin/shell", []),
        ("google-chrome", None, []),  # no Debian's, so there need not be such a package
    ],
)
def test_shell_is_installed_beside_debians_chromium(found, shell, installed, monkeypatch, tmp_path):
    asked: list[str] = []
    monkeypatch.delenv("PYFACE_BROWSER", raising=False)
    monkeypatch.setattr(browser, "_MEMORY", tmp_path / "browser.json")
    monkeypatch.setattr(browser, "_system_browser", lambda: tmp_path / found)
    monkeypatch.setattr(browser.shutil, "which", {browser.SHELL_NAMES[0]: shell}.get)
    monkeypatch.setattr(browser, "apt_install", lambda names, _: asked.extend(names))
    browser.ensure_shell()
    assert asked == installed


def test_software_rendering_is_the_default():
    assert "--use-angle=swiftshader" in browser.launch_arguments()
    assert "--use-angle=swiftshader" not in browser.launch_arguments(gpu=True)


@pytest.mark.parametrize("command", ["serve", "build", "test", "detect", "bench", "torture"])
def test_help_of_every_command_has_examples(command, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert f"python3 build.py {command}" in said and "usage: build.py" in said
    assert max(len(line) for line in said.splitlines()) <= 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--port", "80000"], "between 0 and 65535"),
        (["torture", "--minutes", "0"], "minutes above 0"),
        (["build", "--fast"], "unknown arguments for build: --fast"),
        (["bench", "--rounds", "0"], "1 or more"),
        ([], "COMMAND"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_arguments_are_refused_in_words(arguments, message, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_expected_failure_is_one_message_and_status_1(monkeypatch, capsys):
    def fail(*_: object) -> None:
        raise AssetsUnavailableError("No source gave 1 of the third-party files", {})

    monkeypatch.setattr(cli, "build_dist", fail)
    assert cli.main(["build"]) == 1
    assert capsys.readouterr().err == "error: No source gave 1 of the third-party files\n"


def test_interruption_is_said_and_has_status_130(monkeypatch, capsys):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "build_dist", interrupt)
    assert cli.main(["build"]) == 130
    assert "run the same command again to go on" in capsys.readouterr().err


def test_test_command_hands_everything_to_pytest(monkeypatch):
    seen: list[object] = []

    def record(root, rest, console, *, lint):
        seen.append((rest, lint))
        return 0

    monkeypatch.setattr(cli, "run_checks", record)
    assert cli.main(["test", "-k", "nms", "tests/decode", "-x"]) == 0
    assert cli.main(["test", "--only-pytest"]) == 0
    assert seen == [(["-k", "nms", "tests/decode", "-x"], True), ([], False)]


def test_progress_reads_well():
    step = Progress("models/a-shard1", 1_210_000, 4_194_304, 13_400_000, 34_200_000)
    assert describe(step) == "   39% of 34.2 MB   models/a-shard1  1.21 MB of 4.19 MB"
    assert describe(Progress("x", 500, None, 0, 0)) == "  100% of 0.0 kB   x  0.5 kB"
