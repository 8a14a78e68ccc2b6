// Counts what each side asks of WebGL, exactly: put into the page before anything else runs.
//
// window.glSide names the side whose contexts are being made, as sides.js names it; window.glCounts(side)
// gives its counters: contexts, calls, draws, programs, readbacks, and bytes of all living textures.
//
// window.longestPictureMs: the longest single call that hands on the pixels of an element, an
// upload to a texture or a drawing to a 2D canvas; whoever measures it sets it to 0 before.
(() => {
  const TEXEL = { 0x8814: 16, 0x881a: 8, 0x8058: 4, 0x8d82: 16, 0x822e: 4, 0x822d: 2, 0x8229: 1, 0x1908: 4, 0x1907: 3 };
  // How often a page looks whether the GPU is done, or there at all, is a matter of time: not counted.
  const LOOKS = ["clientWaitSync", "getSyncParameter", "isContextLost"];
  window.glSide = "page";
  const bySide = {};
  const sideOf = new WeakMap();

  window.glCounts = (side) => (bySide[side] ??= fresh());
  const fresh = () => ({ contexts: 0, calls: 0, draws: 0, programs: 0, readbacks: 0, textureBytes: 0, textures: 0, uploads: 0 });
  window.resetGlCounts = () => {
    for (const counts of Object.values(bySide)) Object.assign(counts, { calls: 0, draws: 0, readbacks: 0, uploads: 0 });
  };

  for (const canvas of [HTMLCanvasElement, OffscreenCanvas]) {
    const getContext = canvas.prototype.getContext;
    canvas.prototype.getContext = function (kind, ...rest) {
      const context = getContext.call(this, kind, ...rest);
      if (context && /webgl/.test(kind) && !sideOf.has(context)) {
        const counts = window.glCounts(window.glSide);
        counts.contexts++;
        sideOf.set(context, { counts, unit: 0, bound: new Map(), bytes: new Map() });
      }
      return context;
    };
  }

  function resize(state, target, bytes) {
    const texture = state.bound.get(`${state.unit}/${target}`);
    if (!texture) return;
    state.counts.textureBytes += bytes - (state.bytes.get(texture) ?? 0);
    state.bytes.set(texture, bytes);
  }

  const watch = {
    drawArrays: ({ counts }) => counts.draws++,
    drawElements: ({ counts }) => counts.draws++,
    linkProgram: ({ counts }) => counts.programs++,
    readPixels: ({ counts }) => counts.readbacks++,
    activeTexture: (state, unit) => (state.unit = unit),
    bindTexture: (state, target, texture) => state.bound.set(`${state.unit}/${target}`, texture),
    texStorage2D: (state, target, levels, format, w, h) => resize(state, target, w * h * (TEXEL[format] ?? 4)),
    texStorage3D: (state, target, levels, format, w, h, d) => resize(state, target, w * h * d * (TEXEL[format] ?? 4)),
    texSubImage2D: ({ counts }) => counts.uploads++,
    texSubImage3D: ({ counts }) => counts.uploads++,
    texImage2D: (state, target, level, format, ...rest) => {
      state.counts.uploads++;
      const source = rest[rest.length - 1];
      const [w, h] = rest.length > 3 ? rest : [source.videoWidth ?? source.naturalWidth ?? source.width, source.videoHeight ?? source.naturalHeight ?? source.height];
      resize(state, target, w * h * (TEXEL[format] ?? 4));
    },
    deleteTexture: (state, texture) => {
      state.counts.textureBytes -= state.bytes.get(texture) ?? 0;
      if (state.bytes.delete(texture)) state.counts.textures--;
    },
    createTexture: ({ counts }) => counts.textures++,
  };

  // A typed array is numbers of the library's own; all else that is uploaded is a picture.
  const isPicture = (source) => typeof source === "object" && source !== null && !ArrayBuffer.isView(source);
  function timed(run) {
    const start = performance.now();
    try {
      return run();
    } finally {
      window.longestPictureMs = Math.max(window.longestPictureMs, performance.now() - start);
    }
  }
  window.longestPictureMs = 0;
  for (const name of ["drawImage", "getImageData"]) {
    for (const { prototype } of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
      const original = prototype[name];
      prototype[name] = function (...args) {
        return timed(() => original.apply(this, args));
      };
    }
  }

  const prototype = WebGL2RenderingContext.prototype;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const original = Object.getOwnPropertyDescriptor(prototype, name).value;
    if (typeof original !== "function" || [...LOOKS, "constructor"].includes(name)) continue;
    const note = watch[name];
    const takesPixels = /^tex(Sub)?Image/.test(name);
    prototype[name] = function (...args) {
      const state = sideOf.get(this);
      if (state) {
        state.counts.calls++;
        note?.(state, ...args);
      }
      if (takesPixels && isPicture(args[args.length - 1])) return timed(() => original.apply(this, args));
      return original.apply(this, args);
    };
  }
})();
