"""The pictures of the comparison: the sample photographs, and what is made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from tests.pages import PyfacePage
from tools.assets import path_of

SAMPLES = tuple(f"sample{i}" for i in range(1, 7))

# Square pieces of the samples, each with one face: sample, x, y, side, side on the canvas. They
# go onto a canvas in rows of four; some become smaller than others, as in a group.
_GROUP = (
    (1, 400, 230, 420, 300),
    (1, 1430, 130, 460, 300),
    (3, 1040, 110, 400, 300),
    (3, 1380, 200, 420, 280),
    (4, 600, 0, 420, 300),
    (5, 700, 20, 330, 240),
    (5, 1040, 130, 400, 300),
    (5, 1360, 260, 420, 260),
    (6, 620, 190, 460, 280),
    (6, 1430, 130, 420, 300),
)


def add_picture(pyface: PyfacePage, name: str, made: Path) -> None:
    """Put a picture into the page, as an element with its name as id."""
    if name in SAMPLES:
        pyface.add_image(name, f"images/{name}.jpg")
    elif name == "group":
        pyface.add_canvas(name, *group())
    else:
        pyface.add_image(name, f"/made/{MAKERS[name](made).name}")


def group() -> tuple[int, int, list[Any]]:
    """About ten faces, for `add_canvas`: width, height and tiles."""
    tiles: list[Any] = []
    for i, (sample, x, y, side, target) in enumerate(_GROUP):
        row, column = divmod(i, 4)
        place = [column * 320 + 10, row * 320 + 10, target, target]
        tiles.append([f"images/sample{sample}.jpg", x, y, side, side, *place])
    return 1290, 980, tiles


def add_canvas(pyface: PyfacePage, id: str, width: int, height: int, tiles: list[Any]) -> None:
    """As `PyfacePage.add_canvas`, for comparisons of equal pixels, unless it is there: a browser
    may shrink the parts of a picture in another way when they are painted again."""
    if not pyface.js("(id) => Boolean(document.getElementById(id))", id):
        pyface.add_canvas(id, width, height, tiles, readable=True)


def _sample(number: int) -> Image.Image:
    return Image.open(path_of(f"images/sample{number}.jpg")).convert("RGB")


def _portrait(made: Path) -> Path:
    """Two women, a picture that is higher than wide."""
    path = made / "portrait.png"
    _sample(6).crop((560, 100, 1100, 1300)).save(path)
    return path


def _wide(made: Path) -> Path:
    """Three faces in a strip five times as wide as high."""
    path = made / "wide.png"
    _sample(3).crop((420, 120, 1920, 640)).resize((1400, 280)).save(path)
    return path


def _small(made: Path) -> Path:
    """A face in 30x20 pixels."""
    path = made / "small.png"
    _sample(5).crop((1250, 330, 1700, 630)).resize((30, 20), Image.Resampling.BOX).save(path)
    return path


def _transparent(made: Path) -> Path:
    """The right half of a group fades away, its uppermost rows are wholly transparent."""
    path = made / "transparent.png"
    image = _sample(6).crop((0, 100, 1900, 900)).resize((950, 400))
    fade = Image.linear_gradient("L").rotate(90).resize(image.size)
    alpha = fade.point(lambda value: 55 + value * 200 // 255)
    alpha.paste(0, (0, 0, image.width, 40))
    image.putalpha(alpha)
    image.save(path)
    return path


def _rotated(made: Path) -> Path:
    """A JPEG that lies on its side and says so (EXIF orientation 6), as phones write it."""
    path = made / "rotated.jpg"
    image = _sample(6).crop((100, 60, 1540, 1140)).resize((960, 720))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=95)
    return path


MAKERS = {
    "portrait": _portrait,
    "wide": _wide,
    "small": _small,
    "transparent": _transparent,
    "rotated": _rotated,
}
