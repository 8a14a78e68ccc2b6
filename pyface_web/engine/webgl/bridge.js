// The only file that touches WebGL. It knows textures, programs and draws, and nothing of nets.
//
// Python asks for: look, open, upload, missing, compile, record, setInput, run, read, release, stats;
// the loader for prepare, before Python is there. Arrays come as PyProxies of NumPy arrays and are
// read in place; results go back as Float32Arrays.

const VERTEX = `#version 300 es
precision highp float;
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

// kind -> [internal format, format, type, bytes of a texel]; "tensor" is chosen by precision
const formats = (gl) => ({
  float: [gl.RGBA32F, gl.RGBA, gl.FLOAT, 16],
  int: [gl.RGBA32I, gl.RGBA_INTEGER, gl.INT, 16],
  pixels: [gl.RGBA32UI, gl.RGBA_INTEGER, gl.UNSIGNED_INT, 16],
  tensor32: [gl.RGBA32F, gl.RGBA, gl.FLOAT, 16],
  tensor16: [gl.RGBA16F, gl.RGBA, gl.FLOAT, 8],
});

// Names that Python knows: ContextLost, also where something else is gone that the call counts on;
// Unsupported, Software, OutOfMemory, Shader, Unreadable (a picture), Failed (draws), Timeout.
class BridgeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

// Errors that calls left behind; a lost context would give them for ever.
function errorsOf(gl) {
  const found = [];
  for (let error; !gl.isContextLost() && (error = gl.getError()); ) found.push(error);
  return found;
}

// A context on a canvas that nobody sees, or null. Safari's engine had WebGL for years on elements only,
// which a page has and a worker has not.
function contextWith(attributes) {
  const canvases = [
    () => typeof OffscreenCanvas !== "undefined" && new OffscreenCanvas(1, 1),
    () => globalThis.document && Object.assign(document.createElement("canvas"), { width: 1, height: 1 }),
  ];
  for (const make of canvases) {
    const context = (make() || null)?.getContext("webgl2", attributes);
    if (context) return context;
  }
  return null;
}

const nothing = () => ({ program: null, framebuffer: null, textures: [] });

// What draws here, as far as anybody has looked: the renderer of the last context, and what look() said
// against it. A context is opened for that once, whoever asks.
const seen = { renderer: undefined, refusal: undefined };

/** What draws here, "" where nothing does. If nobody knows yet a context is opened for a moment. */
export function renderer() {
  if (seen.renderer === undefined) {
    const bridge = createBridge();
    try {
      bridge.open();
    } catch {
      seen.renderer = "";
    } finally {
      bridge.close();
    }
  }
  return seen.renderer;
}

export function createBridge() {
  let gl = null;
  let vertexShader = null;
  let parallel = null;
  let largest = 0; // texels that a side of a texture may have
  let textures = new Map(); // id -> {texture, target, width, height, framebuffer, bytes}
  let programs = new Map(); // key -> {program, items, meanScale, firstItem}
  let records = new Map(); // id -> {draws, uniforms, stride}
  const refused = new WeakMap(); // sources that could not be uploaded as they are, in which size
  let easel = null; // { canvas, context, onCpu } on which pictures were drawn last; frames have one size
  let pictures = 0; // so many were taken over
  let picture = 0; // the number of the one that the texture "source" holds, 0 for none
  let bound = nothing();
  let compiling = new Map(); // key -> promise
  let ahead = ""; // what open() answers for a context that prepare() opened and nobody took yet
  const count = { draws: 0, runs: 0, readbacks: 0, uploads: 0, compiled: 0, ahead: 0 };

  function open() {
    const answer = ahead;
    ahead = "";
    if (answer && !gl.isContextLost()) return answer;
    return begin(false);
  }

  function begin(mustBeFast) {
    close();
    try {
      return start(mustBeFast);
    } catch (error) {
      close(); // browsers allow a page so many contexts, and then take away its oldest
      throw error;
    }
  }

  // Whether a GPU draws here, and not the processor: throws Unsupported or Software if not, and leaves no
  // context then. One that will do is there for open() to take. software: pattern of the renderers that
  // draw on the processor, case ignored.
  function look(software) {
    if (seen.refusal) throw seen.refusal;
    try {
      const { renderer } = JSON.parse(ahead && !gl.isContextLost() ? ahead : (ahead = begin(true)));
      if (new RegExp(software, "i").test(renderer)) throw new BridgeError("Software", `no GPU draws here, the processor does (${renderer})`);
    } catch (error) {
      close();
      if (["Software", "Unsupported"].includes(error.name)) seen.refusal = error;
      throw error;
    }
  }

  function start(mustBeFast) {
    gl = contextWith({
      antialias: false, alpha: false, depth: false, stencil: false, powerPreference: "high-performance",
      failIfMajorPerformanceCaveat: mustBeFast, // where that is heard, no context is made in vain
    });
    if (!gl) throw new BridgeError("Unsupported", `this browser has no WebGL2${mustBeFast ? " on a GPU" : ""}${globalThis.document ? "" : " in a worker"}, or it is switched off`);
    const float32 = Boolean(gl.getExtension("EXT_color_buffer_float"));
    const float16 = float32 || Boolean(gl.getExtension("EXT_color_buffer_half_float"));
    parallel = gl.getExtension("KHR_parallel_shader_compile");
    const debug = gl.getExtension("WEBGL_debug_renderer_info");
    gl.disable(gl.DITHER);
    largest = gl.getParameter(gl.MAX_TEXTURE_SIZE);
    const answer = JSON.stringify({
      renderer: gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER),
      float32,
      float16,
      targets: Math.min(gl.getParameter(gl.MAX_DRAW_BUFFERS), gl.getParameter(gl.MAX_COLOR_ATTACHMENTS)),
      texture_size: largest,
    });
    checkContext(); // one that was lost meanwhile knows nothing, and says so
    seen.renderer = JSON.parse(answer).renderer;
    return answer;
  }

  // Frees the whole context; open() makes a new one. Also the way out of a lost context.
  function close() {
    if (gl) {
      release(JSON.stringify([...textures.keys(), ...records.keys()]));
      for (const { program } of programs.values()) gl.deleteProgram(program);
      if (vertexShader) gl.deleteShader(vertexShader);
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    }
    gl = vertexShader = parallel = null;
    textures = new Map();
    programs = new Map();
    compiling = new Map();
    ahead = "";
    records = new Map();
    picture = 0;
    bound = nothing();
  }

  function checkContext() {
    if (!gl || gl.isContextLost()) throw new BridgeError("ContextLost", "the WebGL context was lost");
  }

  // What the device holds under an id. What is not there must not be passed over: a shader would go
  // on with whatever is bound, or with nothing, and its numbers look like any others.
  function held(entries, id, kind) {
    const entry = entries.get(id);
    if (!entry) throw new BridgeError("ContextLost", `${kind} ${id} is not on the device any more`);
    return entry;
  }

  // The error for what the GPU refused. Where its process has died, nothing says so for a while, and
  // all that is asked of it fails: then it is a loss, after which the call is repeated.
  function failure(name, message) {
    return answers() ? new BridgeError(name, message) : new BridgeError("ContextLost", `the GPU gives no answer; ${message}`);
  }

  function answers() {
    const buffer = gl.createBuffer();
    const found = new Float32Array(1);
    gl.bindBuffer(gl.COPY_READ_BUFFER, buffer);
    gl.bufferData(gl.COPY_READ_BUFFER, new Float32Array([1]), gl.STREAM_READ);
    gl.getBufferSubData(gl.COPY_READ_BUFFER, 0, found);
    gl.deleteBuffer(buffer);
    return found[0] === 1;
  }

  function bindTexture(unit, entry) {
    if (bound.textures[unit] === entry) return;
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(entry.target, entry.texture);
    bound.textures[unit] = entry;
  }

  // Uploads go to the active unit, which a cached binding leaves as it was.
  function bindForUpload(entry) {
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(entry.target, entry.texture);
    bound.textures[0] = entry;
  }

  function createTexture(id, target, width, height, bytes) {
    release(JSON.stringify([id]));
    const entry = { texture: gl.createTexture(), target, width, height, framebuffer: null, bytes };
    textures.set(id, entry);
    bindForUpload(entry);
    for (const name of ["TEXTURE_MIN_FILTER", "TEXTURE_MAG_FILTER"]) gl.texParameteri(target, gl[name], gl.NEAREST);
    for (const name of ["TEXTURE_WRAP_S", "TEXTURE_WRAP_T"]) gl.texParameteri(target, gl[name], gl.CLAMP_TO_EDGE);
    return entry;
  }

  // Makes a texture and fills it: constants are 2D ("float", "int"), tensors arrays of `layers`
  // layers, "packed" a 2D texture that is drawn to and read back; "pixels" of a picture, four a texel,
  // are drawn to as well.
  function upload(id, kind, width, height, layers, data) {
    checkContext();
    forgetErrors();
    try {
      allocate(id, kind, width, height, layers, data);
    } catch (error) {
      discard(id);
      throw error;
    }
  }

  // After an error nobody knows what a texture holds, nor what is bound.
  function discard(id) {
    release(JSON.stringify([id]));
    bound = nothing();
    forgetErrors();
  }

  // An error that an earlier call left behind must not be taken for one of the next call.
  const forgetErrors = () => void errorsOf(gl);

  function allocate(id, kind, width, height, layers, data) {
    const isDrawnTo = kind.startsWith("tensor") || kind === "pixels";
    const array = isDrawnTo && layers > 0;
    const [internal, format, type, texel] = formats(gl)[kind];
    const target = array ? gl.TEXTURE_2D_ARRAY : gl.TEXTURE_2D;
    const entry = createTexture(id, target, width, height, width * height * Math.max(layers, 1) * texel);
    if (array) gl.texStorage3D(target, 1, internal, width, height, layers);
    else gl.texStorage2D(target, 1, internal, width, height);
    if (data) write(id, width, height, layers, format, type, data);
    if (isDrawnTo) {
      entry.framebuffer = gl.createFramebuffer();
      gl.bindFramebuffer(gl.FRAMEBUFFER, entry.framebuffer);
      bound.framebuffer = entry.framebuffer;
      const attachments = [];
      for (let i = 0; i < Math.max(layers, 1); i++) {
        const attachment = gl.COLOR_ATTACHMENT0 + i;
        if (array) gl.framebufferTextureLayer(gl.FRAMEBUFFER, attachment, entry.texture, 0, i);
        else gl.framebufferTexture2D(gl.FRAMEBUFFER, attachment, target, entry.texture, 0);
        attachments.push(attachment);
      }
      gl.drawBuffers(attachments);
      const status = gl.checkFramebufferStatus(gl.FRAMEBUFFER);
      if (status !== gl.FRAMEBUFFER_COMPLETE) {
        throw failure("Unsupported", `cannot draw to a ${kind} texture of ${width}x${height}x${layers} (status ${status})`);
      }
    }
    const error = gl.getError();
    if (error) throw failure("OutOfMemory", `texture ${id} of ${width}x${height}x${layers} failed (GL error ${error})`);
  }

  function write(id, width, height, layers, format, type, data) {
    const entry = held(textures, id, "texture");
    const view = data.getBuffer ? data.getBuffer() : null;
    const values = view ? view.data : data;
    try {
      bindForUpload(entry);
      unpack(false);
      if (entry.target === gl.TEXTURE_2D_ARRAY) gl.texSubImage3D(entry.target, 0, 0, 0, 0, width, height, layers, format, type, values);
      else gl.texSubImage2D(entry.target, 0, 0, 0, width, height, format, type, values);
    } finally {
      view?.release();
    }
  }

  // How pixels are taken out of what is uploaded. Whoever uploads sets all of it: Chromium ends the
  // page where integers are to be multiplied with an alpha.
  function unpack(premultiplied) {
    gl.bindBuffer(gl.PIXEL_UNPACK_BUFFER, null);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, premultiplied);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.BROWSER_DEFAULT_WEBGL);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    for (const name of ["ROW_LENGTH", "IMAGE_HEIGHT", "SKIP_PIXELS", "SKIP_ROWS", "SKIP_IMAGES"]) gl.pixelStorei(gl[`UNPACK_${name}`], 0);
  }

  // Puts values into the corner of a tensor texture (layers, height, width, 4); for tests.
  function fill(id, width, height, layers, data) {
    checkContext();
    write(id, width, height, layers, gl.RGBA, gl.FLOAT, data);
  }

  // Opens the context before Python asks for it; one of a GPU if there is a pattern of what is none, as
  // look() takes it. find(targets): promise of the programs to compile ahead, as compile takes them, with
  // a smallest draw of each: { inputs, output, block }.
  async function prepare(find, seconds, software = "") {
    if (software) look(software);
    ahead = open();
    const context = gl;
    const { float32, targets } = JSON.parse(ahead);
    const list = await find(targets);
    if (gl !== context) return;
    await compile(JSON.stringify(list), seconds);
    if (gl !== context) return;
    count.ahead = count.compiled;
    await warm(list, float32 ? "tensor32" : "tensor16");
  }

  // Draws one pixel with each program: drivers finish a program at its first draw (30 ms each in
  // software). Asks the GPU nothing, so that the page does not wait for it.
  async function warm(list, kind) {
    const context = gl;
    const made = new Map(); // id -> texture as the bridge keeps them, apart from those of nets
    const texture = (type, layers, role = "in") => {
      const id = `warm/${role}/${type}${layers}`;
      if (!made.has(id)) {
        if (type === "picture") {
          createTexture(id, gl.TEXTURE_2D, 1, 1, 4);
          gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, 1, 1);
        } else {
          allocate(id, type, 1, 1, layers);
        }
        made.set(id, textures.get(id));
      }
      return made.get(id);
    };
    try {
      for (const { key, inputs, output, block } of list) {
        if (gl !== context || gl.isContextLost()) return;
        const target = texture(kind, output, "out").framebuffer;
        const entries = inputs.map(([unit, type, layers]) => [unit, texture(type === "tensor" ? kind : type, layers)]);
        const { program } = held(programs, key, "program");
        const uniforms = gl.createBuffer();
        gl.bindBuffer(gl.UNIFORM_BUFFER, uniforms);
        gl.bufferData(gl.UNIFORM_BUFFER, new Float32Array(block), gl.STATIC_DRAW);
        gl.bindBufferBase(gl.UNIFORM_BUFFER, 0, uniforms);
        gl.useProgram((bound.program = program));
        gl.bindFramebuffer(gl.FRAMEBUFFER, (bound.framebuffer = target));
        gl.viewport(0, 0, 1, 1);
        for (const [unit, entry] of entries) bindTexture(unit, entry);
        gl.drawArrays(gl.TRIANGLES, 0, 3);
        gl.deleteBuffer(uniforms);
        gl.flush();
        await pause(0);
      }
    } finally {
      if (gl === context) release(JSON.stringify([...made.keys()]));
    }
  }

  // Those programs that are neither compiled nor being compiled.
  function missing(json) {
    return JSON.stringify(JSON.parse(json).filter((key) => !programs.has(key) && !compiling.has(key)));
  }

  // Compiles what is not compiled yet, in parallel where the browser can; never blocks the page.
  // Programs that are not missing may come without their source; they are waited for. Each may take
  // so many seconds.
  async function compile(json, seconds) {
    checkContext();
    const listed = JSON.parse(json);
    const jobs = listed.filter(({ key }) => !programs.has(key) && !compiling.has(key)).map(link);
    let previous = Promise.resolve();
    for (const job of jobs) {
      const finished = previous.then(() => finish(job, seconds));
      previous = finished.catch(() => {}); // whoever waits for the program gets the error
      compiling.set(job.key, finished);
    }
    await Promise.all(listed.map(({ key }) => compiling.get(key)));
    checkContext();
  }

  // Starts to compile and link; the browser does it while other programs are started.
  function link({ key, source, samplers }) {
    if (!vertexShader) {
      vertexShader = gl.createShader(gl.VERTEX_SHADER);
      gl.shaderSource(vertexShader, VERTEX);
      gl.compileShader(vertexShader);
    }
    const shader = gl.createShader(gl.FRAGMENT_SHADER);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    const program = gl.createProgram();
    gl.attachShader(program, vertexShader);
    gl.attachShader(program, shader);
    gl.linkProgram(program);
    return { context: gl, key, samplers, shader, program };
  }

  async function finish({ context, key, samplers, shader, program }, seconds) {
    const isDone = () => !parallel || gl.isContextLost() || gl.getProgramParameter(program, parallel.COMPLETION_STATUS_KHR);
    try {
      await until(isDone, context, 2, seconds, `compiling ${key}`);
      if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
        checkContext();
        const said = gl.getShaderInfoLog(shader) || gl.getProgramInfoLog(program);
        gl.deleteProgram(program); // not before it is done: Chromium goes on asking for it
        throw failure("Shader", `${key}: ${said}`);
      }
    } finally {
      context.deleteShader(shader);
      if (gl === context) compiling.delete(key);
    }
    gl.useProgram(program);
    bound.program = program;
    for (const [name, unit] of Object.entries(samplers)) {
      const location = gl.getUniformLocation(program, name);
      if (location) gl.uniform1i(location, unit);
    }
    for (const block of ["Sizes", "Spans"]) {
      const index = gl.getUniformBlockIndex(program, block);
      if (index !== gl.INVALID_INDEX) gl.uniformBlockBinding(program, index, 0);
    }
    programs.set(key, {
      program,
      items: gl.getUniformLocation(program, "items"),
      meanScale: gl.getUniformLocation(program, "mean_scale"),
      firstItem: gl.getUniformLocation(program, "first_item"),
    });
    count.compiled++;
  }

  // Keeps a list of draws: [{program, output, width, rows, top, inputs: [[unit, id]], block}].
  function record(id, json) {
    checkContext();
    release(JSON.stringify([id]));
    const list = JSON.parse(json).map((draw) => ({ ...draw, program: held(programs, draw.program, "program") }));
    const align = gl.getParameter(gl.UNIFORM_BUFFER_OFFSET_ALIGNMENT);
    const largest = Math.max(...list.map((draw) => draw.block.length * 4));
    const stride = Math.ceil(largest / align) * align;
    const data = new Float32Array((stride / 4) * list.length);
    list.forEach((draw, i) => data.set(draw.block, (i * stride) / 4));
    const uniforms = gl.createBuffer();
    gl.bindBuffer(gl.UNIFORM_BUFFER, uniforms);
    gl.bufferData(gl.UNIFORM_BUFFER, data, gl.STATIC_DRAW);
    const draws = list.map(({ program, output, width, rows, top, inputs }) => ({ program, output, width, rows, top, inputs }));
    records.set(id, { draws, uniforms, stride, bytes: data.byteLength });
  }

  // Uploads a picture: an element, bitmap or ImageData, or RGBA bytes (PyProxy) with their size.
  // exact: whether it has so many pixels; what has not, or is refused, is drawn on a canvas first.
  // Pictures beyond the texture limit are shrunk. Returns the size it has in the texture, and the
  // number that runs on it have to name.
  function setInput(source, width, height, exact = true) {
    checkContext();
    picture = 0;
    const view = source.getBuffer ? source.getBuffer("u8clamped") : null;
    try {
      const size = place(source, view, width, height, exact);
      checkContext();
      count.uploads++;
      picture = ++pictures;
      return [...size, picture];
    } catch (error) {
      discard("source");
      throw error;
    } finally {
      view?.release();
    }
  }

  function place(source, view, width, height, exact) {
    const scale = Math.min(1, largest / Math.max(width, height));
    const size = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
    let pixels = view ? view.data : source;
    if (scale < 1) pixels = shrunk(view ? new ImageData(view.data.slice(), width, height) : source, size);
    else if (view) pixels = new Uint8Array(view.data.buffer, view.data.byteOffset, view.data.length);
    else if (!exact || refused.get(source) === `${size}`) pixels = shrunk(source, size);
    const last = textures.get("source");
    const isNew = size[0] !== last?.width || size[1] !== last.height;
    if (isNew) {
      forgetErrors(); // what is out of memory then is this texture
      createTexture("source", gl.TEXTURE_2D, ...size, size[0] * size[1] * 4);
      gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, ...size);
    }
    bindForUpload(textures.get("source"));
    // Canvases and bitmaps hold premultiplied colours; to undo that costs up to 150 ms a picture.
    unpack(true);
    const upload = () => gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, ...size, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    try {
      upload();
      // To ask makes the page wait for the GPU, so it is asked only where there may be no room, or what
      // was given may be refused. Of all else read() tells.
      let error = isNew || pixels === source ? gl.getError() : gl.NO_ERROR;
      if (error && !(isNew && error === gl.OUT_OF_MEMORY) && !gl.isContextLost()) {
        forgetErrors(); // it may be one of an earlier call; a second time tells
        const isRefused = error !== gl.OUT_OF_MEMORY && pixels === source;
        if (isRefused) pixels = shrunk(source, size);
        upload();
        error = gl.getError();
        if (isRefused && !error) refused.set(source, `${size}`); // so that the console is told once, not for each frame
      }
      checkContext();
      if (error === gl.OUT_OF_MEMORY) throw failure("OutOfMemory", `there is no room for a picture of ${size[0]}x${size[1]}`);
      if (error) throw failure("Unreadable", `GL error ${error}`);
    } finally {
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    }
    return size;
  }

  function shrunk(source, [width, height]) {
    if (Object.prototype.toString.call(source) === "[object ImageData]") {
      const full = drawable(source.width, source.height);
      full.context.putImageData(source, 0, 0);
      source = full.canvas;
    }
    // A canvas on the GPU would give pixels of a photo that are a little off the decoder's, on some days.
    const onCpu = Object.prototype.toString.call(source) === "[object HTMLImageElement]";
    if (easel?.canvas.width !== width || easel.canvas.height !== height || easel.onCpu !== onCpu) easel = drawable(width, height, onCpu);
    const { canvas: drawn, context } = easel;
    try {
      context.clearRect(0, 0, width, height);
      context.drawImage(source, 0, 0, width, height);
    } catch (error) {
      easel = null;
      throw error;
    }
    return drawn;
  }

  function drawable(width, height, onCpu = false) {
    const made = new OffscreenCanvas(width, height);
    const context = made.getContext("2d", { willReadFrequently: onCpu });
    if (!context) throw new BridgeError("OutOfMemory", `there is no room for a canvas of ${width}x${height}`);
    return { canvas: made, context, onCpu };
  }

  // Runs the draws start ... end - 1 of a record for `batch` items; what they write begins at item
  // `first` of their outputs. items: crop and place of each of these items, for `fit`. number: of the
  // picture that is to be looked at, as setInput gave it.
  function run(id, batch, items, meanScale, number, first = 0, start = 0, end = undefined) {
    checkContext();
    const { draws, uniforms, stride } = held(records, id, "the record of");
    const wanted = draws.slice(start, end);
    wanted.forEach((draw, i) => {
      const { program } = draw;
      const target = held(textures, draw.output, "texture");
      if (draw.width > target.width || draw.top + draw.rows * (first + batch) > target.height) {
        throw new BridgeError("ContextLost", `texture ${draw.output} has no room for ${first + batch} items`);
      }
      const { framebuffer } = target;
      if (bound.program !== program.program) gl.useProgram((bound.program = program.program));
      if (bound.framebuffer !== framebuffer) gl.bindFramebuffer(gl.FRAMEBUFFER, (bound.framebuffer = framebuffer));
      gl.viewport(0, draw.top + draw.rows * first, draw.width, draw.rows * batch);
      gl.bindBufferRange(gl.UNIFORM_BUFFER, 0, uniforms, (start + i) * stride, stride);
      for (const [unit, name] of draw.inputs) {
        if (name === "source" && number !== picture) throw new BridgeError("ContextLost", `picture ${number} is not on the device any more`);
        bindTexture(unit, held(textures, name, "texture"));
      }
      if (program.items) {
        gl.uniform4fv(program.items, floats(items));
        gl.uniform4fv(program.meanScale, floats(meanScale));
      }
      if (program.firstItem) gl.uniform1f(program.firstItem, first);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    });
    count.draws += wanted.length;
    count.runs++;
  }

  function floats(values) {
    if (!values.getBuffer) return values;
    const view = values.getBuffer("f32");
    try {
      return view.data.slice();
    } finally {
      view.release();
    }
  }

  // Reads width x height texels of a 2D tensor texture; the promise resolves when the GPU is done,
  // for which it has so many seconds.
  async function read(id, width, height, seconds) {
    checkContext();
    const context = gl;
    const { framebuffer, ...texture } = held(textures, id, "texture");
    if (width > texture.width || height > texture.height) throw new BridgeError("ContextLost", `texture ${id} is not of ${width}x${height} any more`);
    const size = width * height * 4;
    const result = new Float32Array(size + 1);
    // Where the GPU's process has died, nothing says so yet, and all that is read is 0. What comes
    // back behind the values proves that everything before it was done.
    const proof = new Float32Array([(count.readbacks % 1e6) + 1]);
    const buffer = gl.createBuffer();
    let fence = null;
    try {
      gl.bindFramebuffer(gl.FRAMEBUFFER, (bound.framebuffer = framebuffer));
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
      gl.bufferData(gl.PIXEL_PACK_BUFFER, result.byteLength, gl.STREAM_READ);
      gl.bufferSubData(gl.PIXEL_PACK_BUFFER, size * 4, proof);
      gl.readBuffer(gl.COLOR_ATTACHMENT0);
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, 0);
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
      fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
      gl.flush();
      count.readbacks++;
      const isDone = () => gl.clientWaitSync(fence, 0, 0) !== gl.TIMEOUT_EXPIRED; // nor is it after a loss
      await until(isDone, context, 1, seconds, "drawing");
      // Of a draw that failed, nothing but this tells; the GPU is done, so that it costs no waiting.
      const failures = [gl.INVALID_OPERATION, gl.INVALID_FRAMEBUFFER_OPERATION, gl.OUT_OF_MEMORY];
      const error = errorsOf(gl).find((found) => failures.includes(found));
      if (error) throw failure("Failed", `the draws before a read failed (GL error ${error})`);
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
      gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, result);
      // After a loss every call succeeds and returns garbage.
      checkContext();
      if (result[size] !== proof[0]) throw new BridgeError("ContextLost", "the GPU gave no answer");
      return result.subarray(0, size);
    } finally {
      context.bindBuffer(context.PIXEL_PACK_BUFFER, null);
      context.deleteSync(fence);
      context.deleteBuffer(buffer);
    }
  }

  // Waits until something is done on the device, as it has to be after a loss: for at most so many
  // seconds in which the page had its turn; in the background it may get none for a minute.
  async function until(isDone, context, milliseconds, seconds, what) {
    let waited = 0;
    let last = performance.now();
    while (gl === context && !isDone()) {
      if (waited > seconds * 1000) throw new BridgeError("Timeout", what);
      await pause(milliseconds);
      const now = performance.now();
      waited += Math.min(now - last, 1000);
      last = now;
    }
    if (gl !== context) throw new BridgeError("ContextLost", "the WebGL context was closed");
    checkContext();
  }

  // In the background browsers make a page's timers wait for a second; its messages they do not.
  function pause(ms) {
    return new Promise((resolve) => {
      if (globalThis.document?.visibilityState !== "hidden") {
        setTimeout(resolve, ms);
        return;
      }
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(port1.close());
      port2.postMessage(0);
    });
  }

  // Deletes textures and records by id; unknown ids are fine.
  function release(json) {
    for (const id of JSON.parse(json)) {
      const entry = textures.get(id);
      if (entry) {
        bound.textures = bound.textures.map((other) => (other === entry ? null : other));
        if (entry.framebuffer) {
          if (bound.framebuffer === entry.framebuffer) bound.framebuffer = null;
          gl.deleteFramebuffer(entry.framebuffer);
        }
        gl.deleteTexture(entry.texture);
        textures.delete(id);
      }
      if (id === "source") {
        picture = 0;
        easel = null;
      }
      const recorded = records.get(id);
      if (recorded) {
        gl.deleteBuffer(recorded.uniforms);
        records.delete(id);
      }
    }
  }

  function stats() {
    const sum = (entries) => [...entries].reduce((total, { bytes }) => total + bytes, 0);
    return JSON.stringify({
      textures: textures.size,
      texture_bytes: sum(textures.values()),
      buffers: records.size,
      buffer_bytes: sum(records.values()),
      framebuffers: [...textures.values()].filter((entry) => entry.framebuffer).length,
      programs: programs.size,
      ...count,
    });
  }

  return {
    look, open, close, prepare, upload, fill, missing, compile, record, setInput, run, read, release, stats,
    get context() { return gl; },
  };
}
