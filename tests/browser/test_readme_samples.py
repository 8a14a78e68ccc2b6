"""Every code sample of face-api.js's README of 0.15, translated to Python, does what it says.

One test for each heading. Where the README promises what its own code did not do (`getPositions`,
`computeDescriptor`, `faceDescriptor`, results drawn directly) it works here. The nets are the
smaller ones where a sample is not about one of the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser

import pyface_web as faceapi
from tests.browser.pages import PyfacePage, pyface_page
from tools.assets import path_of

WEIGHTS = "face_landmark_68_tiny_model"

# myImg, myVideo and myCanvas show the same three faces.
_PAGE = """async () => {
  document.body.innerHTML = `<img id="myImg"><video id="myVideo" muted></video>
    <canvas id="overlay"></canvas><input id="myFileUpload" type="file">
    <img id="shown">`;
  const tile = Object.assign(new Image(), { src: "images/sample3.jpg" });
  await tile.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 400, height: 300 });
  canvas.id = "myCanvas";
  document.body.append(canvas);
  const context = canvas.getContext("2d");
  context.drawImage(tile, 120, 0, 1800, 1350, 0, 0, 400, 300);
  myImg.src = canvas.toDataURL();
  await myImg.decode();
  myVideo.srcObject = canvas.captureStream();
  context.drawImage(tile, 120, 0, 1800, 1350, 0, 0, 400, 300);  // a stream needs a change
  await myVideo.play();
}"""

# What the samples take for granted: the picture, options of a small net, and a canvas.
_GIVEN = """
from pyface_web import *
input = js.document.getElementById("myImg")
tiny = TinyFaceDetectorOptions()

def painted(canvas):
    data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    return int(np.asarray(data.to_py())[3::4].astype(bool).sum())

"""


class Samples(PyfacePage):
    def sample(self, code: str) -> object:
        return self.run(_GIVEN + code)


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Samples]:
    made = tmp_path_factory.mktemp("made")
    (made / "example.json").write_text('{"name": "example"}')
    with pyface_page(browser, models=(), made=made) as opened:
        opened.js(_PAGE)
        opened.__class__ = Samples
        assert isinstance(opened, Samples)
        yield opened
