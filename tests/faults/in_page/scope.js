// Watches and spoils what a page, or a worker, has of WebGL: run in either, before what is tried.
//
// `faults` counts contexts and calls of WebGL, loses a context at its k-th call, gives no context
// for a while, and tells the page of a worker when its k-th call has come.
(() => {
  if (globalThis.faults) return;
  const gl = WebGL2RenderingContext.prototype;
  const contexts = []; // WeakRef each
  const kinds = ["Texture", "Buffer", "Framebuffer", "Program", "Shader", "Sync"];
  const objects = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  let calls = 0;
  let loseAt = [];
  let none = 0; // how many contexts are refused
  let refused = 0;
  let tellAt = []; // calls of which the page wants to know

  function lose(context) {
    context.getExtension("WEBGL_lose_context")?.loseContext();
  }

  function tick(context) {
    calls++;
    if (loseAt.length && calls >= loseAt[0]) {
      loseAt.shift();
      lose(context);
    }
    while (tellAt.length && calls >= tellAt[0]) postMessage({ due: tellAt.shift() });
  }

  const COUNTED = [
    "texStorage2D", "texStorage3D", "texSubImage2D", "texSubImage3D", "framebufferTextureLayer",
    "checkFramebufferStatus", "compileShader", "linkProgram", "useProgram", "bufferData", "drawArrays",
    "readPixels", "getBufferSubData", "clientWaitSync", "getProgramParameter", "getError",
  ];
  for (const name of COUNTED) {
    const original = gl[name];
    gl[name] = function (...given) {
      tick(this);
      return original.apply(this, given);
    };
  }
  for (const kind of kinds) {
    const [make, free] = [kind === "Sync" ? "fenceSync" : `create${kind}`, `delete${kind}`];
    const [create, remove] = [gl[make], gl[free]];
    gl[make] = function (...given) {
      objects[kind]++;
      tick(this);
      return create.apply(this, given);
    };
    gl[free] = function (entry) {
      if (entry) objects[kind]--;
      return remove.call(this, entry);
    };
  }
  for (const name of ["HTMLCanvasElement", "OffscreenCanvas"]) {
    if (!globalThis[name]) continue;
    const { getContext } = globalThis[name].prototype;
    globalThis[name].prototype.getContext = function (kind, ...given) {
      if (kind !== "webgl2") return getContext.call(this, kind, ...given);
      if (none > 0) {
        none--;
        refused++;
        return null;
      }
      const context = getContext.call(this, kind, ...given);
      if (context && !contexts.some((known) => known.deref() === context)) contexts.push(new WeakRef(context));
      return context;
    };
  }

  globalThis.faults = {
    /** Lose the context at these calls from now on, tell of others; refuse the next `none` contexts. */
    arm(spec = {}) {
      calls = refused = 0;
      loseAt = [...(spec.loseAt ?? [])];
      tellAt = [...(spec.tellAt ?? [])];
      none = spec.none ?? 0;
    },
    /** Nothing is spoilt any more; gives what happened since `arm`: { calls, pending, refused }. */
    disarm() {
      const happened = { calls, pending: loseAt.length, refused };
      loseAt = [];
      none = 0;
      return happened;
    },
    /** Contexts that live, not counting those that were there before this. */
    contexts: () => contexts.filter((known) => known.deref() && !known.deref().isContextLost()).length,
    /** A context of a picture, which is not the product's. */
    forget(context) {
      contexts.splice(contexts.findIndex((known) => known.deref() === context), 1);
    },
    objects: () => ({ ...objects }),
    count: () => calls,
  };
})();
