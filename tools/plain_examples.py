"""Examples of docstrings as `pyface_web.sync` has them: plain calls where they await."""

from __future__ import annotations

import ast
import re

_EXAMPLE = re.compile(r"(?<=```python\n).*?(?=^```)", re.M | re.S)
_ASYNC = ast.AsyncFor | ast.AsyncWith | ast.AsyncFunctionDef
# What gives a task: it is run, where it is awaited otherwise.
_TASK = re.compile(r"detect_(all_faces|single_face)\(|\.with_|^task$")


def plain(docstring: str) -> str:
    """A docstring whose examples neither await nor say async.

    Raises SyntaxError for an example that is no Python.
    """
    return _EXAMPLE.sub(lambda match: _plain_code(match[0]), docstring)


def _plain_code(code: str) -> str:
    lines = code.encode().split(b"\n")  # columns of ast count bytes
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    edits: list[tuple[int, int, bytes]] = []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Await | _ASYNC):
            continue
        start = starts[node.lineno - 1] + node.col_offset
        if isinstance(node, _ASYNC):
            edits.append((start, start + len("async "), b""))
            continue
        value = node.value
        edits.append((start, starts[value.lineno - 1] + value.col_offset, b""))
        if _TASK.search(ast.unparse(value)):
            end = starts[(value.end_lineno or 1) - 1] + (value.end_col_offset or 0)
            edits.append((end, end, b".run()"))
    made = code.encode()
    for start, end, text in sorted(edits, reverse=True):
        made = made[:start] + text + made[end:]
    return made.decode()
