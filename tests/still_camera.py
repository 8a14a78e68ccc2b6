"""A camera that shows a picture, for pages that ask for one; Chromium's needs another browser.

It shows two faces so large that the detector of `track` finds them.
"""

from __future__ import annotations

from PIL import Image

from tests.moving_faces import drifting

FILE = "camera.png"


def script(folder: str = "") -> str:
    """JavaScript that runs before that of a page. folder: where the picture is, from the page."""
    return f"""navigator.mediaDevices.getUserMedia = async () => {{
  const picture = new Image();
  picture.src = new URL("{folder}{FILE}", document.baseURI).href;
  await picture.decode();
  const size = {{ width: picture.naturalWidth, height: picture.naturalHeight }};
  const canvas = Object.assign(document.createElement("canvas"), size);
  const show = () => canvas.getContext("2d").drawImage(picture, 0, 0);
  show();
  setInterval(show, 100);
  return canvas.captureStream();
}};"""


def picture() -> Image.Image:
    """What it shows."""
    return Image.fromarray(next(drifting(1)))
