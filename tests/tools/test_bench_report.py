"""The bench's tables as text, from numbers made up here."""

from __future__ import annotations

from tools.bench.growth_report import cliffs, growth_report
from tools.bench.profile import profile_report
from tools.bench.report import heading, report


def counts(**changed: int) -> dict[str, int]:
    return {
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
    numbers = {
        "sides": ["ours", "wasm"],
        "warm": [
            {
                "title": "tiny",
                "found": {"ours": 3, "wasm": 3},
                "counts": {"ours": counts(), "wasm": None},
                "times": {"ours": [100, 90, 900], "wasm": [50, 40, 60]},
            }
        ],
    }
    said = lines(report(numbers))
    assert ["tiny", "100", "ms", "50", "ms", "(0.5x)"] in said
    assert ["found", "(faces,", "or", "numbers)", "3", "3"] in said
    assert ["GL", "calls", "1,190", "-"] in said
    assert ["texture", "MB", "19.7", "-"] in said


def test_sections_without_numbers_are_left_out():
    numbers = {
        "sides": ["ours", "oracle"],
        "visits": [
            {
                "title": "second visit",
                "times": {"ours": [1500], "oracle": [3000]},
                "found": {"ours": 3, "oracle": 2},
            }
        ],
    }
    said = report(numbers)
    assert "second visit" in said and "2.0x" in said
    assert ["found", "(faces,", "or", "numbers)", "3", "2"] in lines(said)
    assert "warm" not in said and "main thread" not in said


def test_blocking_rows_have_a_line_for_each_measure():
    blocked = {"longtask": 0, "gap": 12.4, "picture": 27.6}
    numbers = {"sides": ["ours"], "blocking": [{"title": "tiny", "blocked": {"ours": blocked}}]}
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


def test_profile_lists_the_dearest_draw_first():
    draws = [
        {"label": "fit", "program": "fit", "shape": [1, 512, 512, 4], "milliseconds": 1.0,
         "gmacs": 0.0},
        {"label": "conv1", "program": "conv2d K=3", "shape": [1, 256, 256, 32],
         "milliseconds": 3.0, "gmacs": 10.0},
    ]  # fmt: skip
    said = profile_report("ssd", draws).splitlines()
    assert said[0] == "ssd_mobilenetv1: 2 draws, 4.0 ms, 0.030 GMAC, 7.5 GMAC/s"
    assert said[2].split() == ["75.0%", "3.000", "10.0", "256x256x32", "conv1", "conv2d", "K=3"]
    assert said[3].split()[0] == "25.0%"
