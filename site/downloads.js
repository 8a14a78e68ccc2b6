// The loader's downloads: what is asked for ahead of need, counted, and handed to whoever asks next.

/** A file that could not be had: its address, what was expected, what came, what can be done. */
export class LoadError extends Error {
  constructor(url, expected, got, remedy) {
    super(`${url}: expected ${expected}, got ${got}; ${remedy}`);
    this.name = "LoadError";
    Object.assign(this, { url, expected, got, remedy });
  }
}

/** The values of a JSON file of the site. */
export async function json(url) {
  const response = await get(url.href);
  if (!response.ok) throw new LoadError(url.href, "the list of files", `HTTP status ${response.status}`, "was the folder built with build.py?");
  try {
    return await response.json();
  } catch {
    throw new LoadError(url.href, "JSON", "something else", "does the server answer unknown addresses with a page?");
  }
}

async function get(url) {
  try {
    return await fetch(url);
  } catch (error) {
    throw new LoadError(url, "a file", `no answer (${error.message})`, "is the network up?");
  }
}

/** Files that were asked for ahead of need, and how many of their bytes are here. */
export class Downloads {
  constructor(onProgress) {
    this.onProgress = onProgress ?? (() => {});
    this.pending = new Map(); // address -> promise of a Response whose body is counted
    this.loaded = new Map();
    this.total = 0;
    this.stage = "download";
  }

  start(url, bytes = 0) {
    this.total += bytes;
    const promise = get(url.href).then((response) => this.counted(url, response));
    promise.catch(() => {}); // whoever takes it gets the error
    this.pending.set(url.href, promise);
  }

  // Sizes of what was started before they were known.
  expect({ files }, base) {
    for (const [name, { bytes }] of Object.entries(files)) {
      if (this.pending.has(new URL(name, base).href)) this.total += bytes;
    }
  }

  counted(url, response) {
    const file = url.pathname.split("/").pop();
    const count = new TransformStream({
      transform: (chunk, controller) => {
        this.loaded.set(url.href, (this.loaded.get(url.href) ?? 0) + chunk.byteLength);
        this.report(file);
        controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body?.pipeThrough(count) ?? null, { status, statusText, headers });
  }

  report(file) {
    const loadedBytes = [...this.loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
    const started = this.stage === "download" && loadedBytes >= this.total;
    this.onProgress({ loadedBytes, totalBytes: this.total, file, stage: started ? "start" : this.stage });
  }

  // Answers fetches of files on their way with those; returns the function that undoes it.
  lendTo(scope) {
    const original = scope.fetch;
    scope.fetch = (input, init) => {
      const url = new URL(typeof input === "string" || input instanceof URL ? input : input.url, location.href).href;
      return this.pending.has(url) ? this.response(url) : original.call(scope, input, init);
    };
    return () => {
      scope.fetch = original;
    };
  }

  // Has a Response ready for whoever asks for a file next.
  lend(url, response) {
    this.pending.set(url, Promise.resolve(response));
  }

  // The Response of a file, asked for ahead or now.
  response(url) {
    const pending = this.pending.get(url) ?? get(url);
    this.pending.delete(url);
    return pending;
  }

  // { status, type, bytes } of a file that was asked for ahead, else undefined.
  async take(url) {
    const pending = this.pending.get(url);
    if (!pending) return undefined;
    this.pending.delete(url);
    const response = await pending;
    return {
      status: response.status,
      type: response.headers.get("content-type") ?? "",
      bytes: new Uint8Array(await response.arrayBuffer()),
    };
  }
}
