"""The bench's tables as text, from numbers made up here."""

from __future__ import annotations

from typing import Any

from tools.bench.cpython_report import cpython_report
from tools.bench.growth_report import cliffs, growth_report
from tools.bench.profile import profile_report, speed_report
from tools.bench.report import heading, report


def counts(**changed: int) -> dict[str, int]:
    return {
        "contexts": 1,
        "draws": 15,
        "readbacks": 1,
        "calls": 1_190,
        "programs": 9,
        "textureBytes": 19_660_000,
        **changed,
    }


def lines(text: str) -> list[list[str]]:
    """Words of each line, so that widths do not matter."""
    return [line.split() for line in text.splitlines()]


def test_warm_rows_have_medians_ratios_and_counts():
    nothing = dict.fromkeys(counts(), 0)
    numbers = {
        "warm": [
            {
                "title": "tiny",
                "found": {"ours-wasm": 3, "ours-webgl": 3, "fork-wasm": 3},
                "counts": {
                    "ours-wasm": {**nothing, "steps": 8, "memoryBytes": 5_800_000},
                    "ours-webgl": counts(),
                    "fork-wasm": nothing,
                },
                "times": {
                    "fork-wasm": [50, 40, 60],
                    "ours-webgl": [100, 90, 900],
                    "ours-wasm": [20, 21, 10],
                },
            }
        ],
    }
    said = lines(report(numbers))
    assert said[0][:3] == ["pyface_web", "WASM", "="] and said[2][:2] == ["fork", "WASM"]
    assert ["tiny", "20.0", "ms", "100", "ms", "50.0", "ms"] in said
    assert ["times", "as", "long", "as", "pyface_web", "WASM", "-", "5.00x", "2.50x"] in said
    assert ["times", "as", "long", "as", "pyface_web", "WebGL", "0.20x", "-", "0.50x"] in said
    assert ["found", "(faces,", "or", "numbers)", "3", "3", "3"] in said
    assert ["WebGL", "contexts", "so", "far", "0", "1", "0"] in said
    assert ["GL", "calls", "0", "1,190", "0"] in said
    assert ["texture", "MB", "0.0", "19.7", "0.0"] in said
    assert ["WASM", "steps", "8", "-", "-"] in said
    assert ["MB", "of", "the", "nets'", "WASM", "memory", "5.8", "-", "-"] in said


def test_what_a_side_cannot_do_is_left_open():
    result = {
        "title": "MTCNN",
        "found": {"ours-wasm": 10, "oracle": 10},
        "counts": {"ours-wasm": counts(), "oracle": counts()},
        "times": {"ours-wasm": [200], "oracle": [3000]},
    }
    other = {**result, "times": {**result["times"], "fork-wasm": [1]}}
    said = lines(report({"warm": [result, other]}))
    assert ["MTCNN", "200", "ms", "3,000", "ms", "-"] in said
    assert ["times", "as", "long", "as", "pyface_web", "WASM", "-", "15.00x", "-"] in said
    assert not any("WebGL" in line and "times" in line for line in said), "nobody measured it"


def test_sections_without_numbers_are_left_out():
    numbers = {
        "visits": [
            {
                "title": "second visit",
                "times": {"ours": [1400], "ours-wasm": [1500], "oracle": [3000]},
                "found": {"ours": 3, "ours-wasm": 3, "oracle": 2},
            }
        ],
    }
    said = report(numbers)
    assert ["second", "visit", "1,400", "ms", "1,500", "ms", "3,000", "ms"] in lines(said)
    assert ["times", "as", "long", "as", "pyface_web", "WASM", "0.93x", "-", "2.00x"] in lines(said)
    assert ["found", "(faces,", "or", "numbers)", "3", "3", "2"] in lines(said)
    assert "warm" not in said and "main thread" not in said


def test_blocking_rows_have_a_line_for_each_measure():
    blocked = {"longtask": 0, "gap": 12.4, "picture": 27.6}
    numbers = {"blocking": [{"title": "tiny", "blocked": {"ours-webgl": blocked}}]}
    said = lines(report(numbers))
    assert said[-3:] == [
        ["task", "(over", "50", "ms", "only)", "0", "ms"],
        ["time", "without", "a", "message", "12", "ms"],
        ["handing", "on", "the", "picture", "28", "ms"],
    ]


def test_heading_names_the_machine():
    assert heading({"machine": {"browser": "firefox 1", "cores": 2}}) == (
        "browser: firefox 1\ncores: 2"
    )


def test_a_cliff_is_a_unit_that_becomes_dearer():
    def points(*ms: float) -> list[dict[str, float]]:
        return [{"amount": 10.0**i, "ms": value} for i, value in enumerate(ms)]

    assert cliffs(points(5, 5, 20, 200)) == [False] * 4, "fixed costs, then linear"
    assert cliffs(points(5, 20, 400, 4_000)) == [False, False, True, False]


def test_growth_table_says_time_per_unit_and_marks_the_cliff():
    points = [
        {"label": "1 faces", "amount": 1, "ms": 10.0, "textures": 2_000_000},
        {"label": "3 faces", "amount": 3, "ms": 60.0, "textures": 4_000_000},
    ]
    said = lines(growth_report([{"title": "faces", "unit": "face", "points": points}]))
    assert said[0] == ["faces", "ms", "ms", "per", "face", "textures", "MB"]
    assert said[1] == ["1", "faces", "10.000", "10.000000", "2.0"]
    assert said[2] == ["3", "faces", "60.000", "20.000000", "4.0", "worse", "than", "linear"]


def profile(side: str = "ours-wasm") -> dict[str, Any]:
    return {
        "net": "ssd",
        "side": side,
        "draws": [
            {"label": "fit", "program": "fit", "shape": [1, 512, 512, 4], "milliseconds": 1.0,
             "gmacs": 0.0},
            {"label": "conv1", "program": "conv2d K=3", "shape": [1, 256, 256, 32],
             "milliseconds": 3.0, "gmacs": 10.0},
        ],
        "product": {"rows": 1024, "inner": 480, "columns": 512, "gmacs": 15.0},
    }  # fmt: skip


def test_profile_lists_the_dearest_draw_first_beside_the_bare_product():
    said = profile_report(profile("ours-webgl")).splitlines()
    assert said[0] == ("ssd_mobilenetv1, pyface_web WebGL: 2 draws, 4.0 ms, 0.030 GMAC, 7.5 GMAC/s")
    assert said[1] == "bare matrix product 1024x480x512: 15.0 GMAC/s"
    assert said[3].split() == ["75.0%", "3.000", "10.0", "256x256x32", "conv1", "conv2d", "K=3"]
    assert said[4].split()[0] == "25.0%"
    assert "2 steps, 4.0 ms" in profile_report(profile())


def test_speeds_of_nets_stand_beside_the_bare_product():
    said = lines(speed_report([profile(), profile("ours-webgl")]))
    assert said[0] == ["net", "backend", "GMAC", "ms", "GMAC/s", "1024x480x512", "share"]
    assert said[1] == [
        "ssd_mobilenetv1",
        "pyface_web",
        "WASM",
        "0.030",
        "4.00",
        "7.5",
        "15.0",
        "50%",
    ]
    assert len(said) == 3


def test_cpython_has_medians_and_ratios_to_onnxruntime_alone():
    times = {
        "alone": [10.0, 12.0, 11.0],
        "nets": [11.0],
        "onnx": [12.0, 12.1, 99.0],
        "reference": [110.0],
    }
    said = lines(cpython_report([{"name": "mtcnn", "times": times}]))
    assert said[-1] == [
        "mtcnn",
        "11.00",
        "ms",
        "11.00",
        "ms",
        "(1.00x)",
        "12.10",
        "ms",
        "(1.10x)",
        "110.00",
        "ms",
        "(10.00x)",
    ]
