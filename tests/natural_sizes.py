"""Files for tests/site_cases/natural_sizes.js: one picture, whose pixels are not its size."""

from __future__ import annotations

import base64
from pathlib import Path

from PIL import Image

from tests.films import write_still
from tools.assets import path_of

SIZE = (960, 640)
BEST = (390, 223, 153, 125)  # of the faces in it: x, y, width, height

_TURNED = {
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
_DRAWINGS = {
    "viewbox": 'viewBox="0 0 960 640"',
    "percent": 'viewBox="0 0 960 640" width="100%" height="100%"',
    "sized": 'width="960" height="640"',
    "empty": 'width="0" height="0"',
}


def write_natural_sizes(folder: Path) -> Path:
    """The files, in a folder that is there; returns it."""
    plain = Image.open(path_of("images/sample1.jpg")).convert("RGB").resize(SIZE)
    plain.save(folder / "plain.jpg", quality=90)
    for orientation, turn in _TURNED.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        plain.transpose(turn).save(folder / f"turned{orientation}.jpg", quality=90, exif=exif)
    _save_dense(plain, folder / "dense.jpg")
    plain.save(folder / "moving.webp", save_all=True, append_images=[plain.rotate(1)], duration=9)
    write_still(folder / "wide.webm", plain.resize((720, 640)), SIZE)
    write_still(folder / "high.webm", plain.resize((960, 480)), SIZE)
    write_still(folder / "off.webm", plain.resize((959, 640)), SIZE)
    photo = base64.b64encode((folder / "plain.jpg").read_bytes()).decode()
    for name, size in _DRAWINGS.items():
        (folder / f"{name}.svg").write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
            f'<image href="data:image/jpeg;base64,{photo}" width="960" height="640"/></svg>'
        )
    return folder


def _save_dense(image: Image.Image, path: Path) -> None:
    """With the resolution of its pixels, which browsers believe where the sizes agree with it."""
    exif = Image.Exif()
    exif[0x011A] = exif[0x011B] = 144.0
    exif[0x0128] = 2  # in pixels per inch
    exif.get_ifd(0x8769).update({0xA002: image.width // 2, 0xA003: image.height // 2})
    image.save(path, quality=90, exif=exif)
