"""Films of one still picture, in WebM, with pixels of any shape: no encoder is needed, for a lossy
WebP is a frame of VP8.

write_still(path, image, shown=(960, 640))  # however many pixels the image has
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

_FRAMES, _MILLISECONDS = 20, 100
_VP8 = 20  # bytes before the frame in a WebP file: RIFF, size, WEBP, "VP8 ", size


def write_still(path: Path, image: Image.Image, shown: tuple[int, int]) -> Path:
    """Two seconds of an image, which says that it is to be shown in this size."""
    file = io.BytesIO()
    image.convert("RGB").save(file, "WEBP", quality=90)
    size = int.from_bytes(file.getvalue()[16:20], "little")
    frame = file.getvalue()[_VP8 : _VP8 + size]
    assert file.getvalue()[12:16] == b"VP8 ", "expected the simple lossy format"
    video = _element(0xE0, _number(0xB0, image.width), _number(0xBA, image.height),
                     _number(0x54B0, shown[0]), _number(0x54BA, shown[1]))  # fmt: skip
    track = _element(0xAE, _number(0xD7, 1), _number(0x73C5, 1), _number(0x83, 1),
                     _element(0x86, b"V_VP8"), video)  # fmt: skip
    info = _element(0x1549A966, _number(0x2AD7B1, 1_000_000), _element(0x4D80, b"tests"),
                    _element(0x5741, b"tests"))  # fmt: skip
    blocks = [
        _element(0xA3, b"\x81" + (i * _MILLISECONDS).to_bytes(2, "big") + b"\x80" + frame)
        for i in range(_FRAMES)
    ]
    head = _element(0x1A45DFA3, _number(0x4286, 1), _number(0x42F7, 1), _number(0x42F2, 4),
                    _number(0x42F3, 8), _element(0x4282, b"webm"), _number(0x4287, 2),
                    _number(0x4285, 2))  # fmt: skip
    cluster = _element(0x1F43B675, _number(0xE7, 0), *blocks)
    path.write_bytes(head + _element(0x18538067, info, _element(0x1654AE6B, track), cluster))
    return path


def _element(id: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    name = id.to_bytes((id.bit_length() + 7) // 8, "big")
    return name + (len(content) | 1 << 56).to_bytes(8, "big") + content


def _number(id: int, value: int) -> bytes:
    return _element(id, value.to_bytes(8, "big"))
