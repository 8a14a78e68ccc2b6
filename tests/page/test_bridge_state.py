"""bridge.js on a real context: no call counts on what others left; what is not there is refused."""

from __future__ import annotations

import pytest

from tests.pages import PyfacePage
from tools.assets import path_of

_FOREIGN = "http://elsewhere.test/other.jpg"

# A bridge whose only program adds the first four numbers of `ints` to each pixel of the picture.
_GIVEN = """
window.aBridge = async () => {
  const { createBridge } = await import(new URL("bridge.js", document.baseURI));
  const bridge = createBridge();
  bridge.open();
  const source = `#version 300 es
    precision highp float;
    precision highp isampler2D;
    uniform sampler2D source;
    uniform isampler2D filters;
    layout(std140) uniform Sizes { vec4 more; };
    out vec4 y;
    void main() {
      vec4 pixel = round(texelFetch(source, ivec2(gl_FragCoord.xy), 0) * 255.0);
      y = pixel + vec4(texelFetch(filters, ivec2(0), 0)) + more;
    }`;
  const samplers = { source: 4, filters: 1 };
  await bridge.compile(JSON.stringify([{ key: "add", source, samplers }]), 60);
  bridge.upload("out", "tensor32", 2, 1, 0);
  const draw = { program: "add", output: "out", width: 2, rows: 1, top: 0, block: [0.5, 0, 0, 0] };
  const inputs = [[4, "source"], [1, "ints"]];
  bridge.record("net", JSON.stringify([{ ...draw, inputs }]));
  const none = new Float32Array(4);
  return Object.assign(bridge, {
    ints: () => bridge.upload("ints", "int", 1, 1, 0, new Int32Array([1000, 2000, 3000, 4000])),
    show: (pixels = [1, 2, 3, 255, 5, 6, 7, 255]) =>
      bridge.setInput(new ImageData(new Uint8ClampedArray(pixels), 2, 1), 2, 1)[2],
    draw: async (picture) => {
      bridge.run("net", 1, none, none, picture);
      return [...(await bridge.read("out", 2, 1, 60))];
    },
  });
};
window.said = async (call) => {
  try {
    return await call();
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
"""
RIGHT = [1001.5, 2002, 3003, 4255, 1005.5, 2006, 3007, 4255]


@pytest.fixture(scope="module")
def page(bare_page: PyfacePage) -> PyfacePage:
    foreign = path_of("images/sample3.jpg").read_bytes()
    bare_page.page.route(
        _FOREIGN, lambda route: route.fulfill(body=foreign, content_type="image/jpeg")
    )
    bare_page.js(f"() => {{ {_GIVEN} }}")
    return bare_page


def test_a_picture_of_another_origin_leaves_nothing_switched_on(page: PyfacePage) -> None:
    found = page.js(
        """async (address) => {
          const bridge = await aBridge();
          const foreign = Object.assign(new Image(), { src: address });
          await foreign.decode();
          const tainted = new OffscreenCanvas(4, 4);
          tainted.getContext("2d").drawImage(foreign, 0, 0);
          const closed = await createImageBitmap(new ImageData(3, 2));
          closed.close();
          const gone = new ImageData(3, 2);
          structuredClone(gone.data.buffer, { transfer: [gone.data.buffer] });
          const bad = {
            image: [foreign, foreign.naturalWidth, foreign.naturalHeight],
            canvas: [tainted, 4, 4],
            bitmap: [closed, 3, 2],
            pixels: [gone, 3, 2],
            smaller: [new OffscreenCanvas(2, 2), 300, 200],
            empty: [new Image(), 3, 2],
            video: [document.createElement("video"), 3, 2],
            large: [new Image(), 100000, 2],
          };
          const { context: gl } = bridge;
          const found = {};
          for (const [name, given] of Object.entries(bad)) {
            const told = await window.said(() => bridge.setInput(...given));
            const before = gl.getParameter(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL);
            const without = await said(() => bridge.draw(0));
            bridge.ints(); // where it was on, this was the end of the page
            found[name] = [String(told), before, without, await bridge.draw(bridge.show())];
          }
          const { textures } = JSON.parse(bridge.stats());
          bridge.close();
          return { found, textures };
        }""",
        _FOREIGN,
    )
    assert found["textures"] == 3
    for name, (said, is_on, without, right) in found["found"].items():
        print(name, said)
        assert not is_on, name
        assert without.startswith("ContextLost: "), name
        assert right == RIGHT, name
    said = {name: answer[0].partition(":")[0] for name, answer in found["found"].items()}
    assert said["image"] == said["canvas"] == "SecurityError"


def test_uploads_set_all_that_they_need(page: PyfacePage) -> None:
    found = page.js(
        """async () => {
          const bridge = await aBridge();
          const { context: gl } = bridge;
          const spoil = () => {
            const other = {
              FLIP_Y_WEBGL: true, PREMULTIPLY_ALPHA_WEBGL: true, ALIGNMENT: 8, ROW_LENGTH: 7,
              IMAGE_HEIGHT: 7, SKIP_PIXELS: 1, SKIP_ROWS: 1, SKIP_IMAGES: 1,
            };
            for (const [name, value] of Object.entries(other)) {
              gl.pixelStorei(gl[`UNPACK_${name}`], value);
            }
            gl.bindBuffer(gl.PIXEL_UNPACK_BUFFER, gl.createBuffer());
            gl.activeTexture(gl.TEXTURE7);
          };
          spoil();
          bridge.ints();
          spoil();
          const first = await bridge.draw(bridge.show());
          // translucent colours become what they are over black
          const second = await bridge.draw(bridge.show([255, 255, 255, 0, 5, 6, 7, 255]));
          bridge.close();
          return [first, second];
        }"""
    )
    assert found == [RIGHT, [1000.5, 2000, 3000, 4000, *RIGHT[4:]]]


def test_what_is_not_on_the_device_is_refused(page: PyfacePage) -> None:
    """Nothing else is looked at in its place; and the next call finds everything."""
    found = page.js(
        """async () => {
          const bridge = await aBridge();
          const none = new Float32Array(4);
          bridge.ints();
          const first = bridge.show();
          const right = await bridge.draw(first);
          const said = {};
          const refused = async (name, call) => { said[name] = await window.said(call); };
          await refused("other picture", () => bridge.draw(first + 1));
          const second = bridge.show();
          await refused("last picture", () => bridge.draw(first));
          bridge.release(JSON.stringify(["ints"]));
          await refused("texture", () => bridge.draw(second));
          bridge.ints();
          await refused("record", () => bridge.run("other", 1, none, none, second));
          await refused("room", () => bridge.run("net", 2, none, none, second));
          await refused("read", () => bridge.read("nobody", 1, 1, 60));
          await refused("large read", () => bridge.read("out", 2, 2, 60));
          await refused("fill", () => bridge.fill("nobody", 1, 1, 0, none));
          const draw = { program: "nobody", output: "out", block: [0], inputs: [] };
          await refused("program", () => bridge.record("else", JSON.stringify([draw])));
          bridge.release(JSON.stringify(["source"]));
          await refused("released picture", () => bridge.draw(second));
          const again = await bridge.draw(bridge.show());
          bridge.close();
          await refused("closed", () => bridge.draw(second));
          return { right, again, said };
        }"""
    )
    assert found["right"] == found["again"] == RIGHT
    assert len(found["said"]) == 11
    for name, answer in found["said"].items():
        assert str(answer).startswith("ContextLost: "), (name, answer)


def test_draws_that_fail_give_no_numbers(page: PyfacePage) -> None:
    found = page.js(
        """async () => {
          const bridge = await aBridge();
          const { context: gl } = bridge;
          bridge.ints();
          const picture = bridge.show();
          gl.endTransformFeedback(); // an error of GL, as a draw may have; only getError tells
          const failed = await said(() => bridge.draw(picture));
          const right = await bridge.draw(picture);
          bridge.close();
          return [failed, right];
        }"""
    )
    assert found == ["Failed: the draws before a read failed (GL error 1282)", RIGHT]


def test_waiting_for_the_gpu_has_an_end(page: PyfacePage) -> None:
    """Sixty seconds in which the page had its turn; on this fast clock each turn counts one."""
    found = page.js(
        """async () => {
          const bridge = await aBridge();
          const { context: gl } = bridge;
          bridge.ints();
          const picture = bridge.show();
          const now = performance.now;
          let hours = 0;
          performance.now = () => now.call(performance) + 3600_000 * hours++;
          let polls = 0;
          gl.clientWaitSync = () => { polls++; return gl.TIMEOUT_EXPIRED; };
          const drawing = await said(() => bridge.draw(picture));
          delete gl.clientWaitSync;
          gl.getProgramParameter = () => false;
          const source = "#version 300 es\\nvoid main() {}";
          const slow = JSON.stringify([{ key: "slow", source, samplers: {} }]);
          const compiling = await said(() => bridge.compile(slow, 60));
          delete gl.getProgramParameter;
          delete performance.now;
          const missing = bridge.missing(JSON.stringify(["slow", "add"]));
          const right = await bridge.draw(picture);
          bridge.close();
          return { drawing, compiling, polls, missing, right };
        }"""
    )
    assert (found["drawing"], found["compiling"]) == ("Timeout: drawing", "Timeout: compiling slow")
    assert found["polls"] > 60
    assert (found["missing"], found["right"]) == ('["slow"]', RIGHT)


def test_an_element_is_drawn_on_where_an_offscreen_canvas_has_no_webgl(page: PyfacePage) -> None:
    """As in Safari before 17, and in WebKitGTK."""
    found = page.js("""async () => {
      const { createBridge } = await import(new URL("bridge.js", document.baseURI));
      const { getContext } = OffscreenCanvas.prototype;
      OffscreenCanvas.prototype.getContext = () => null;
      const bridge = createBridge();
      try {
        bridge.open();
        return bridge.context.canvas.constructor.name;
      } finally {
        OffscreenCanvas.prototype.getContext = getContext;
        bridge.close();
      }
    }""")
    assert found == "HTMLCanvasElement"


def test_a_context_that_cannot_be_used_is_given_back(page: PyfacePage) -> None:
    found = page.js(
        """async () => {
          const { createBridge } = await import(new URL("bridge.js", document.baseURI));
          const { getContext } = OffscreenCanvas.prototype;
          const { getExtension } = WebGL2RenderingContext.prototype;
          const contexts = [];
          OffscreenCanvas.prototype.getContext = function (...given) {
            const made = getContext.apply(this, given);
            if (given[0] === "webgl2") contexts.push(made);
            return made;
          };
          const said = [];
          const bridge = createBridge();
          try {
            WebGL2RenderingContext.prototype.getExtension = function (name) {
              if (name === "KHR_parallel_shader_compile") throw new RangeError("half way");
              return getExtension.call(this, name);
            };
            said.push(await window.said(() => bridge.open()));
            WebGL2RenderingContext.prototype.getExtension = function (name) {
              const lose = () => getExtension.call(this, "WEBGL_lose_context").loseContext();
              if (name === "KHR_parallel_shader_compile") lose();
              return getExtension.call(this, name);
            };
            said.push(await window.said(() => bridge.open()));
          } finally {
            WebGL2RenderingContext.prototype.getExtension = getExtension;
            OffscreenCanvas.prototype.getContext = getContext;
          }
          bridge.open();
          bridge.close();
          return [said, contexts.map((gl) => gl.isContextLost())];
        }"""
    )
    said = ["RangeError: half way", "ContextLost: the WebGL context was lost"]
    assert found == [said, [True, True]]


def test_a_gpu_whose_process_has_died_is_lost_before_the_browser_says_so(page: PyfacePage) -> None:
    """Then everything that is asked of it fails or reads as 0."""
    found = page.js("""async () => {
      const bridge = await aBridge();
      bridge.ints();
      const picture = bridge.show();
      const gl = bridge.context;
      const dead = { getBufferSubData: () => {} };
      const unfinished = { checkFramebufferStatus: () => 0x8cdd };
      const upload = () => bridge.upload("more", "tensor32", 2, 1, 0);
      const found = [];
      for (const [changed, call] of [
        [dead, () => bridge.draw(picture)],
        [{ ...dead, ...unfinished }, upload],
        [unfinished, upload], // a GPU that lives and cannot do it
      ]) {
        Object.assign(gl, changed);
        found.push(await said(call));
        for (const name of Object.keys(changed)) delete gl[name];
      }
      found.push(await bridge.draw(picture));
      bridge.close();
      return found;
    }""")
    read, lost, refused, right = found
    assert read == "ContextLost: the GPU gave no answer"
    assert lost.startswith(
        "ContextLost: the GPU gives no answer; cannot draw to a tensor32 texture"
    )
    assert refused.startswith("Unsupported: cannot draw to a tensor32 texture")
    assert right == RIGHT
