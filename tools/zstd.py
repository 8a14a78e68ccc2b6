"""Zstandard: compresses files of dist/, and gives pages what decompresses them.

Packages are in the virtual environment alone, so this runs itself there, with the files' names.
"""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from .errors import ToolError

SCRIPT = Path(__file__)
DECODER = "zstd/zstddec-stream.mjs"  # in the table of third-party files
_LEVEL = 19
_WINDOW = 24  # a page's decoder needs 2 ** 24 bytes
_MODULE = re.compile(rb"""["']([A-Za-z0-9+/]{1000,}={0,2})["']""")


def compress(python: Path, files: Iterable[Path]) -> None:
    """Put each file compressed in its own place, by the Python of the environment.

    What spoils one later is noticed when it is decompressed.
    """
    command = [str(python), "-m", f"{__package__}.{SCRIPT.stem}", *map(str, files)]
    subprocess.run(command, cwd=SCRIPT.parent.parent, check=True)


def decoder(module: bytes) -> bytes:
    """The WebAssembly in the module of zstddec, which itself fetches that from an address of data:.

    Policies of pages forbid such addresses.
    """
    found = _MODULE.search(module)
    if found is None:
        raise ToolError(f"{DECODER} has no WebAssembly in it; has zstddec changed?")
    return base64.b64decode(found[1])


def _compressed(data: bytes) -> bytes:
    import zstandard

    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL, window_log=_WINDOW, write_checksum=True
    )
    return zstandard.ZstdCompressor(compression_params=parameters).compress(data)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_bytes(_compressed(path.read_bytes()))
