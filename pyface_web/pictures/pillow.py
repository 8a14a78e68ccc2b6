"""The pixels of a Pillow image as a browser shows its file: turned, in sRGB, 8 bits a channel."""

from __future__ import annotations

import warnings
from io import BytesIO
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from pyface_web.errors import EmptyImageError, MediaNotReadyError
from pyface_web.values.orientation import Image, orientation_of

_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
_WITH_ALPHA = ("LA", "PA", "RGBA", "RGBa")
_GREY = ("1", "L", "LA")
_lenient = Lock()  # whether Pillow reads damaged files is said for all threads at once


class DamagedPictureWarning(UserWarning):
    """The file of a Pillow image ends too early; faces are looked for in what there is of it."""


def pixels_of(image: Image) -> NDArray[np.uint8]:
    """(H, W, 3) RGB, or (H, W, 4) RGBA where the image has transparency.

    Raises EmptyImageError for an image without pixels, MediaNotReadyError for one that Pillow
    cannot read.
    """
    if image.width < 1 or image.height < 1:
        raise EmptyImageError(
            f"the Pillow image is {image.width}x{image.height} pixels, expected at least 1x1"
        )
    image = _loaded(image)
    return np.asarray(_turned(_in_srgb(_in_eight_bits(image)), orientation_of(image)))


# --- files


def _loaded(image: Image) -> Image:
    """The image with its pixels read from its file, as far as that goes."""
    try:
        if getattr(image, "default_image", False) and getattr(image, "tell", int)() == 0:
            return _frame(image, 1)  # the picture for those who cannot show animated ones
        image.load()
    except Exception as error:  # Pillow has one for each kind of damage
        _load_damaged(image, error)
    return image


def _frame(image: Image, number: int) -> Image:
    now = image.tell()
    try:
        image.seek(number)
        return image.copy()
    finally:
        image.seek(now)


def _load_damaged(image: Image, damage: Exception) -> None:
    from PIL import ImageFile

    with _lenient:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
        try:
            image.load()
        except Exception:
            raise MediaNotReadyError(
                f"the Pillow image cannot be read ({type(damage).__name__}: {damage}); is its file "
                "whole, and still open? Call image.load() before it is closed"
            ) from damage
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before
    name = getattr(image, "filename", "") or "the file of a Pillow image"
    warnings.warn(
        f"{name} is damaged ({damage}); what it lacks is searched as black or grey",
        DamagedPictureWarning,
        stacklevel=2,
    )


# --- channels


def _in_eight_bits(image: Image) -> Image:
    """The image in one of the modes 1, L, LA, CMYK, RGB and RGBA."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _in_eight_bits_of_grey(image)
    has_key = "transparency" in image.info
    if image.mode == "La" or (image.mode in ("1", "L") and has_key):
        return image.convert("LA")
    if image.mode == "CMYK" or image.mode in _GREY:
        return image
    # Not LAB, of which Pillow says in RGBA that all is transparent.
    has_alpha = image.mode == "P" or image.mode in _WITH_ALPHA or has_key
    return _in_mode(image, "RGBA" if has_alpha else "RGB")


def _in_mode(image: Image, name: str) -> Image:
    return image if image.mode == name else image.convert(name)


def _in_eight_bits_of_grey(image: Image) -> Image:
    from PIL.Image import fromarray

    values = np.nan_to_num(np.asarray(image).astype(np.float32))
    brightest = values.max()
    if image.mode.startswith("I;16") and image.format is not None:
        full = 65_535.0  # also where a file is almost black
    else:  # what another mode was converted into keeps its numbers: nothing says how far they go
        full = 65_535.0 if brightest > 255 else 255.0
        full = 1.0 if image.mode == "F" and brightest <= 1 else full
    scaled = np.clip(np.floor(values * (255 / full) + 0.5), 0, 255).astype(np.uint8)
    grey = fromarray(scaled)
    key = image.info.get("transparency")
    if isinstance(key, int):  # PNG: all pixels of this value are
        grey.putalpha(fromarray(np.where(values == key, 0, 255).astype(np.uint8)))
    grey.info = {name: image.info[name] for name in image.info if name != "transparency"}
    return grey


# --- colours


def _in_srgb(image: Image) -> Image:
    """The image in RGB or RGBA; what its numbers mean is said by its ICC profile, or its gamma."""
    name = "RGBA" if image.mode in _WITH_ALPHA else "RGB"
    profile = image.info.get("icc_profile")
    if profile:
        return _converted(image, name, profile) or _in_mode(image, name)
    found = _in_mode(image, name)
    gamma = image.info.get("gamma")
    if isinstance(gamma, float) and gamma > 0 and "srgb" not in image.info:
        curve = _srgb_of_gamma(gamma)
        return found.point([*curve * 3, *range(256)] if name == "RGBA" else curve * 3)
    return found


def _srgb_of_gamma(gamma: float) -> list[int]:
    """For each of 256 numbers of a PNG that says its gamma, that of sRGB."""
    light = np.linspace(0, 1, 256) ** (1 / gamma)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return [int(value) for value in np.floor(curve * 255 + 0.5)]


def _converted(image: Image, name: str, profile: bytes) -> Image | None:
    """The image in sRGB, None where its profile is damaged, or for other channels than it has.

    name: of the mode that it gets. Without LittleCMS Pillow knows no profiles: None, too.
    """
    from PIL import ImageCms

    try:
        own = ImageCms.getOpenProfile(BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        space = own.profile.xcolor_space.strip()
        if space == "RGB" and image.mode != "CMYK":
            return ImageCms.profileToProfile(_in_mode(image, name), own, srgb)
        if space == "CMYK" and image.mode == "CMYK":
            return ImageCms.profileToProfile(image, own, srgb, outputMode="RGB")
        if space == "GRAY" and image.mode in _GREY:
            found = ImageCms.profileToProfile(image.convert("L"), own, srgb, outputMode="RGB")
            if found is not None and name == "RGBA":
                found.putalpha(image.getchannel("A"))
            return found
    except (ImportError, OSError, ImageCms.PyCMSError):
        pass
    return None


# --- which side is up


def _turned(image: Image, orientation: int) -> Image:
    from PIL.Image import Transpose

    name = _TURNS.get(orientation)
    return image.transpose(Transpose[name]) if name else image
