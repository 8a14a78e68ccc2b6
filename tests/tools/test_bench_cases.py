"""What can be asked of the bench: the tables fit each other, and wrong questions are refused."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from pyface_web import nets
from pyface_web.engine.registry import IN_PAGES, names
from tools import cli
from tools.assets import load_table, path_of
from tools.bench.__main__ import main as bench_main
from tools.bench.cases import (
    BACKENDS,
    CASES,
    FIREFOX_DEFAULT,
    OURS,
    OURS_IN_VISITS,
    OURS_IN_WORKER,
    PROFILED,
    RIVALS,
    SIDES,
    check_webgl,
    chosen,
    of_kind,
)
from tools.bench.cpython import NETS
from tools.bench.page import MODELS, PAGE
from tools.errors import ToolError


def bench(*arguments: str):
    return cli.build_parser().parse_args(["bench", *arguments])


def test_every_verb_exists_on_both_kinds_of_sides_but_what_is_ours_alone():
    verbs = {case.verb: case.alone for case in CASES.values() if case.verb}
    rival = (PAGE / "sides.js").read_text("utf-8")
    ours = (PAGE / "ours.py").read_text("utf-8")
    for verb, alone in verbs.items():
        assert f'{verb}: verb("{verb}")' in rival and f"async def {verb}(" in ours
        assert len(re.findall(rf"^    (?:\.\.\..* {{ )?{verb}: async", rival, re.MULTILINE)) == (
            not alone
        )


def test_every_picture_is_made_by_pictures_js():
    source = (PAGE / "pictures.js").read_text("utf-8")
    made = set(re.findall(r"export (?:async )?(?:function|const) (\w+)", source))
    for case in CASES.values():
        if case.picture:
            maker = re.match(r"pictures\.(\w+)\(", case.picture)
            assert maker and maker[1] in made


def test_every_side_has_a_page_for_visits():
    pages = {path.name for path in (PAGE / "visits").glob("*.html")}
    assert pages == {urlsplit(side.visit).path for side in SIDES.values()}
    assert (OURS_IN_VISITS, OURS_IN_WORKER, *OURS.values(), *RIVALS) == tuple(SIDES)


def test_the_page_of_ours_is_told_which_backend_computes():
    assert set(BACKENDS) <= set(names(IN_PAGES))
    for side in SIDES.values():
        asked = parse_qs(urlsplit(side.visit).query).get("backend", [""])
        assert asked == [side.backend], side.name


def test_every_rival_has_an_address():
    source = (PAGE / "sides.js").read_text("utf-8")
    for name in RIVALS:
        assert re.search(rf'^  "?{name}"?: "/oracle/', source, re.MULTILINE), name


def test_what_needs_webgl_is_refused_without():
    check_webgl("", [OURS["wasm"], "fork-wasm"])
    check_webgl("a GPU", list(SIDES))
    for name in (OURS["webgl"], "oracle", "fork"):
        with pytest.raises(ToolError, match=r"no WebGL2.*--backend wasm --against fork-wasm"):
            check_webgl("", [OURS["wasm"], name])


def test_the_forks_wasm_is_of_the_version_that_it_bundles():
    fork = path_of("oracle/vladmandic-face-api.js").read_text("utf-8")
    version = re.findall(r'="(\d+\.\d+\.\d+)",\w+=2;\w+\("wasm"', fork)[0]
    for source in load_table()["oracle/tfjs-backend-wasm-simd.wasm"].sources:
        assert f"tfjs-backend-wasm@{version}" in str(source)


def test_nets_of_the_bench_are_nets():
    known = {net.architecture.model_option for net in nets.values()}
    cold = {name for case in CASES.values() for name in case.models}
    assert {*PROFILED.values(), *MODELS, *cold} <= known
    with_weights = set(nets) - {"tiny_yolov2"}  # of which nobody publishes any
    assert {net.name for net in NETS} == with_weights


def test_all_cases_are_run_unless_some_are_asked_for():
    assert chosen(None, "chromium") == tuple(CASES)
    assert chosen(["ssd", "visit"], "chromium") == ("ssd", "visit")
    assert [case.name for case in of_kind(("visit", "ssd", "tiny"), "warm")] == ["tiny", "ssd"]


def test_firefox_runs_fewer_and_says_which_it_cannot():
    assert chosen(None, "firefox") == FIREFOX_DEFAULT
    assert chosen(["cold-ssd"], "firefox") == ("cold-ssd",)
    with pytest.raises(ToolError, match="need Chromium, leave them out: visit, block-ssd"):
        chosen(["tiny", "visit", "block-ssd"], "firefox")


@pytest.mark.parametrize(
    "instead", ["--profile", "--growth", "--cpython", "--network", "--budget", "--all"]
)
def test_cases_are_not_chosen_where_none_are_run(instead, capsys):
    with pytest.raises(SystemExit) as ended:
        bench_main(["--only", "tiny", instead])
    assert ended.value.code == 2
    assert "--only chooses among comparisons" in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["--all", "--network", "--budget"])
def test_all_tables_are_of_one_browser(asked, capsys):
    with pytest.raises(SystemExit) as ended:
        bench_main([asked, "--browser", "firefox"])
    assert ended.value.code == 2
    assert "--all, --network and --budget are for Chromium" in capsys.readouterr().err


def test_arguments_reach_the_bench():
    asked = bench(
        "--only", "tiny", "chain6", "--against", "fork-wasm,oracle,fork-wasm", "--profile"
    )
    assert asked.only == ["tiny", "chain6"]
    assert asked.against == ("fork-wasm", "oracle")
    assert asked.profile == "ssd" and not asked.growth
    assert bench("--network").network == [] and bench().network is None
    assert bench("--network", "10", "1.6", "--encoding", "br").network == ["10", "1.6"]
    nothing = bench()
    assert nothing.against == RIVALS and nothing.only is None and nothing.profile is None
    assert nothing.backend is None and bench("--backend", "wasm").backend == "wasm"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "yolo"], "invalid choice: 'yolo'"),
        (["--against", "oracle,dlib"], "expected oracle, fork, fork-wasm, not 'dlib'"),
        (["--profile", "yolo"], "invalid choice: 'yolo'"),
        (["--profile", "ssd", "--growth"], "not allowed with argument"),
        (["--cpython", "--all"], "not allowed with argument"),
        (["--network", "3"], "invalid choice: '3'"),
        (["--network", "10", "--growth"], "not allowed with argument"),
        (["--backend", "reference"], "invalid choice: 'reference'"),
        (["--browser", "lynx"], "invalid choice: 'lynx'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_arguments_are_refused(arguments, message, capsys):
    with pytest.raises(SystemExit) as ended:
        bench(*arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
