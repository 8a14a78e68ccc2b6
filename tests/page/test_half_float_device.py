"""A device that renders to float16 textures only, as some phones do: the whole chain works."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.pages import PyfacePage, pyface_page

MODELS = ("tiny_face_detector", "face_landmark_68", "face_recognition")

# Nothing here has asked for the extension before, so textures of float32 cannot be drawn to.
_NO_FLOAT32 = """
const { getExtension } = WebGL2RenderingContext.prototype;
WebGL2RenderingContext.prototype.getExtension = function (name) {
  return name === "EXT_color_buffer_float" ? null : getExtension.call(this, name);
};
"""

_CHAIN = """
faces = await faceapi.detect_all_faces(
    "photo", faceapi.TinyFaceDetectorOptions(input_size=416)
).with_face_landmarks().with_face_descriptors()
backend = faceapi.pipeline.nets.session._backend
texels = sum(texture.area * texture.layers for texture in backend._pool._textures)
for name, rows in backend._packed_rows.items():
    texels += int(name.removeprefix("pool/packed")) * rows
faceapi.memory() | {
    "faces": [face.descriptor for face in faces],
    "description": await faceapi.describe_backend(),
    "texels": texels,
}
"""


@pytest.fixture(scope="module")
def phone(usual_browser: Browser) -> Iterator[PyfacePage]:
    """On SwiftShader: Mesa cuts off what a half float cannot hold, where that rounds as GPUs do."""
    with pyface_page(usual_browser, MODELS, "WebGL2, float16", _NO_FLOAT32) as page:
        page.add_image("photo", "images/sample3.jpg")
        yield page


def test_it_really_cannot_draw_to_float32(phone: PyfacePage) -> None:
    """Otherwise the other tests would show nothing."""
    raised = phone.run("await outcome(faceapi.set_backend('webgl', precision=32))")
    assert raised["error"] == "BackendError"
    assert "cannot render to float32 textures" in raised["text"]
    status = phone.js("""() => {
      const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
      gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
      gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32F, 1, 1);
      gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
      return gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE;
    }""")
    assert status is False


def test_the_whole_chain_works_and_layers_take_half_the_memory(
    phone: PyfacePage, net_page: PyfacePage
) -> None:
    found = phone.run(_CHAIN)
    assert "float16" in found["description"]
    net_page.add_image("photo", "images/sample3.jpg")
    expected = net_page.run(_CHAIN)
    assert "float32" in expected["description"]
    assert len(found["faces"]) == len(expected["faces"]) == 3
    for mine, theirs in zip(found["faces"], expected["faces"], strict=True):
        assert math.dist(mine, theirs) < 0.02
    assert found["texels"] == expected["texels"]
    assert expected["texture_bytes"] - found["texture_bytes"] == 8 * found["texels"]


def test_the_page_of_ops_offers_what_there_is(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.add_init_script(_NO_FLOAT32)
    page.goto(f"{site}ops/")
    expect(page.locator("#result")).to_have_attribute("aria-busy", "false", timeout=120_000)
    expect(page.locator("[name=way][value='32']")).to_be_disabled()
    expect(page.locator("#alert")).to_be_empty()
    assert 1e-5 < float(page.locator("#relative").text_content() or "nan") < 2e-3
    page.close()
