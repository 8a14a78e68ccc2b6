"""What runs beside a test ends with it, whatever becomes of that."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tools.assets import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no process groups")

# Runs what starts more, which ends only if it is killed, and has a descriptor as long as it runs.
RUNS = """
import sys
from tools.display import ending_together
told = int(sys.argv[1])
command = ["sh", "-c", f"sleep 600 & echo runs >/dev/fd/{told}; sleep 600"]
with ending_together(command, pass_fds=[told]):
    sys.stdin.readline()
"""


@pytest.mark.parametrize("how", ["done", "killed"])
def test_no_browser_survives_a_test_run_that_was_killed(how):
    told, tells = os.pipe()
    command = [sys.executable, "-c", RUNS, str(tells)]
    with (
        subprocess.Popen(command, cwd=ROOT, pass_fds=[tells], stdin=subprocess.PIPE) as process,
        os.fdopen(told) as heard,
    ):
        os.close(tells)
        assert heard.readline() == "runs\n"
        if how == "killed":
            process.kill()
        else:
            process.stdin.close()
        assert heard.read() == ""  # ends when nobody has the descriptor any more
