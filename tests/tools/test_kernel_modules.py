"""The compiled kernels are what their source says, and small."""

from __future__ import annotations

import pytest

from pyface_files.disk import sha256
from pyface_web.engine.wasm.host import MODULES, compiled
from tools.assets import ROOT
from tools.kernels import KINDS, MAX_BYTES, flags_of, record_of, source_hash

REMEDY = "the C or the flags changed: run python3 build.py kernels"


def test_the_modules_were_made_of_the_source_that_is_there():
    assert record_of(ROOT)["source"] == source_hash(ROOT), REMEDY


@pytest.mark.parametrize("name", KINDS)
def test_each_module_is_the_one_that_was_noted(name):
    noted = record_of(ROOT)["modules"][name]
    assert noted["flags"] == flags_of(name), REMEDY
    assert noted["sha256"] == sha256(compiled(name)), REMEDY
    assert len(compiled(name)) <= MAX_BYTES


def test_the_backend_knows_the_modules_that_are_built():
    assert sorted(MODULES) == sorted(KINDS)
    assert record_of(ROOT)["compiler"].startswith("zig ")
