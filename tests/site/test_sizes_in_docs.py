"""What docs/guides/deploy.md says of the sizes of files is so, to a tenth."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch

from tools.assets import ROOT

_ROW = re.compile(r"^\| [^|]*\| `([^`|]+)` \| ([\d.]+) (MB|KB) \|", re.M)
_UNITS = {"KB": 1e3, "MB": 1e6}


def test_sizes_are_those_of_dist() -> None:
    listing = json.loads((ROOT / "dist" / "files.json").read_text("utf-8"))
    rows = _ROW.findall((ROOT / "docs" / "guides" / "deploy.md").read_text("utf-8"))
    assert len(rows) == 6
    for pattern, number, unit in rows:
        found = [one["bytes"] for name, one in listing["files"].items() if fnmatch(name, pattern)]
        if pattern == "python.image" and listing["image"] is None:
            continue  # a build without Node has none
        assert len(found) == 1, pattern
        assert abs(found[0] / (float(number) * _UNITS[unit]) - 1) < 0.1, pattern
