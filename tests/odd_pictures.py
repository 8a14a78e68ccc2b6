"""One photo as all the odd files that Pillow writes, and some that it only reads."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache, partial
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, features

from tools.assets import path_of

WIDTH, HEIGHT = 320, 224
_SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))  # XYZ
_ADOBE = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))


@cache
def photo() -> Image.Image:
    """Three faces, which are others when it is turned or mirrored."""
    return Image.open(path_of("images/sample3.jpg")).convert("RGB").resize((WIDTH, HEIGHT))


def odd_pictures() -> dict[str, bytes]:
    """Name of a file -> its bytes."""
    files: dict[str, bytes] = {}
    for suffix, make in _MAKERS.items():
        files |= {f"{name}.{suffix}": data for name, data in make().items()}
    for name in ("plain.png", "progressive.jpg", "orientation 6.jpg", "16 bits.png", "RGB.bmp"):
        stem, _, suffix = name.partition(".")
        files[f"{stem}, cut off.{suffix}"] = files[name][: len(files[name]) * 7 // 10]
    return files


def _saved(kind: str, image: Image.Image, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _exif(orientation: int, endian: str = "<") -> Image.Exif:
    found = Image.Exif()
    found.endian = endian
    found[0x112] = orientation
    return found


def _jpegs() -> dict[str, bytes]:
    save = partial(_saved, "JPEG", quality=95)
    cmyk, grey, linear = photo().convert("CMYK"), photo().convert("L"), _profile(1.0)
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    files = {f"orientation {n}": save(photo(), exif=_exif(n)) for n in range(10)}
    return files | {
        "orientation 6, big-endian": save(photo(), exif=_exif(6, ">")),
        "orientation 6, grey": save(grey, exif=_exif(6)),
        "orientation 8, CMYK": save(cmyk, exif=_exif(8)),
        "orientation 6 in XMP alone": save(photo(), xmp=xmp),
        "orientation 6, linear": save(_linear(photo()), exif=_exif(6), icc_profile=linear),
        "progressive": save(photo(), progressive=True),
        "CMYK": save(cmyk),
        "CMYK with a profile of RGB": save(cmyk, icc_profile=linear),
        "grey with a profile of grey": save(_linear(grey), icc_profile=_profile(1.0, None)),
        "grey with a profile of RGB": save(_linear(grey), icc_profile=linear),
        "RGB with a profile of grey": save(photo(), icc_profile=_profile(1.0, None)),
        "Adobe RGB": save(photo(), icc_profile=_profile(2.2, _ADOBE)),
        "red and blue exchanged": save(photo(), icc_profile=_profile(2.2, _SRGB[::-1])),
        "a broken profile": save(photo(), icc_profile=b"none" * 64),
    }


def _pngs() -> dict[str, bytes]:
    save = partial(_saved, "PNG")
    grey, few = photo().convert("L"), _few()
    deep, linear_deep, colours, linear_colours, alpha = (
        np.asarray(image).astype(np.uint16) * 257
        for image in (grey, _linear(grey), photo(), _linear(photo()), _alpha())
    )
    black, linear = Image.new("RGB", photo().size), _profile(1.0)
    return {
        "plain": save(photo()),
        "orientation 6": save(photo(), exif=_exif(6)),
        "orientation 8, palette": save(few, exif=_exif(8)),
        "one bit": save(photo().convert("1")),
        "grey": save(grey),
        "grey and alpha": save(_with_alpha(grey)),
        "grey with a colour that is transparent": save(grey, transparency=120),
        "palette": save(few),
        "palette with alpha": save(few, transparency=bytes(range(255))),
        "palette with a colour that is transparent": save(few, transparency=3),
        "RGB with a colour that is transparent": save(photo(), transparency=(30, 30, 30)),
        "RGBA": save(_with_alpha(photo())),
        "animated": save(photo(), save_all=True, append_images=[black]),
        "animated, with another picture for all others": save(
            black, save_all=True, default_image=True, append_images=[photo(), black]
        ),
        "16 bits": save(Image.fromarray(deep)),
        "16 bits, dark": save(Image.fromarray(deep // 257)),
        "16 bits, grey and alpha": _png16(4, np.dstack([deep, alpha])),
        "16 bits, RGB": _png16(2, colours),
        "16 bits, RGBA": _png16(6, np.dstack([colours, alpha])),
        "16 bits, a grey that is transparent": _png16(0, deep, tRNS=struct.pack(">H", 120 * 257)),
        "16 bits, linear": save(Image.fromarray(linear_deep), icc_profile=_profile(1.0, None)),
        "gamma": _png16(2, linear_colours, gAMA=struct.pack(">I", 100_000)),
        "gamma and sRGB": _png16(2, colours, sRGB=b"\0", gAMA=struct.pack(">I", 100_000)),
        "linear, palette": save(_linear(photo()).quantize(255), icc_profile=linear),
        "linear, RGBA": save(_with_alpha(_linear(photo())), icc_profile=linear),
        "linear, grey and alpha": save(_with_alpha(_linear(grey)), icc_profile=_profile(1.0, None)),
    }


def _webps() -> dict[str, bytes]:
    save = partial(_saved, "WEBP", quality=95)
    black = Image.new("RGB", photo().size)
    return {
        "orientation 6": save(photo(), exif=_exif(6)),
        "RGBA": save(_with_alpha(photo()), lossless=True),
        "linear": save(_linear(photo()), icc_profile=_profile(1.0)),
        "animated": save(photo(), save_all=True, append_images=[black]),
    }


def _avifs() -> dict[str, bytes]:
    if not features.check("avif"):
        return {}
    save = partial(_saved, "AVIF", quality=90, speed=10)
    return {
        **{f"orientation {n}": save(photo(), exif=_exif(n)) for n in (1, 3, 6, 8)},
        "RGBA": save(_with_alpha(photo())),
        "linear": save(_linear(photo()), icc_profile=_profile(1.0)),
    }


def _gifs() -> dict[str, bytes]:
    black = Image.new("P", photo().size)
    return {
        "still": _saved("GIF", _few()),
        "a colour that is transparent": _saved("GIF", _few(), transparency=3),
        "animated": _saved("GIF", _few(), save_all=True, append_images=[black]),
    }


def _others() -> dict[str, bytes]:
    return {"RGB": _saved("BMP", photo()), "RGBA": _saved("BMP", _with_alpha(photo()))}


_MAKERS: Mapping[str, Callable[[], dict[str, bytes]]] = {
    "jpg": _jpegs,
    "png": _pngs,
    "webp": _webps,
    "avif": _avifs,
    "gif": _gifs,
    "bmp": _others,
}


@cache
def _few() -> Image.Image:
    return photo().quantize(255)


def _linear(image: Image.Image) -> Image.Image:
    """What is as bright as the image where numbers are in proportion to light."""
    share = np.arange(256) / 255
    light = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    curve = np.rint(light * 255).astype(int).tolist()
    return image.point(curve * len(image.getbands()))


def _alpha() -> Image.Image:
    """Nothing of the left third is seen, and half of what is at the upper border."""
    values = np.full((HEIGHT, WIDTH), 255, np.uint8)
    values[: HEIGHT // 10] = 128
    values[:, : WIDTH // 3] = 0
    return Image.fromarray(values)


def _with_alpha(image: Image.Image) -> Image.Image:
    made = image.copy()
    made.putalpha(_alpha())
    return made


def _png16(colour: int, pixels: np.ndarray, **chunks: bytes) -> bytes:
    """A PNG of 16 bits a channel, in the type of colour that PNG numbers so."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    parts = {
        "IHDR": struct.pack(">IIBBBBB", pixels.shape[1], len(pixels), 16, colour, 0, 0, 0),
        **chunks,
        "IDAT": zlib.compress(rows),
        "IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name.encode() + data
        + struct.pack(">I", zlib.crc32(name.encode() + data))
        for name, data in parts.items()
    )  # fmt: skip


def _profile(gamma: float, primaries: tuple[Any, ...] | None = _SRGB) -> bytes:
    """An ICC profile of this gamma: of RGB with these primaries, or of grey."""

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    white = (0.9642, 1.0, 0.8249)
    curve = b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(gamma * 256))
    tags = {
        b"wtpt": xyz(white),
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0".ljust(87, b"\0"),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
    }
    if primaries is None:
        tags[b"kTRC"] = curve
    else:
        for name, primary in zip((b"r", b"g", b"b"), primaries, strict=True):
            tags |= {name + b"XYZ": xyz(primary), name + b"TRC": curve}
    space = b"RGB " if primaries else b"GRAY"
    table, body, begin = b"", b"", 132 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", begin + len(body), len(data))
        body += data
    head = struct.pack(">I4xI4s4s4s", begin + len(body), 0x02100000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H4s28x", 2026, 1, 1, 0, 0, 0, b"acsp") + xyz(white)[8:]
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
