// Compiles the shaders of nets before Python is up, from lists that build.py wrote.

import { fileIn } from "./addresses.js";

/**
 * A bridge whose programs are being compiled, and createBridge for Python: it hands that bridge
 * out once. Anything that fails here is left to Python, which compiles what is missing.
 *
 * models: names of the nets' files. find: (address) -> promise of a Response. signal: closes it.
 * seconds: that the GPU may take for each program. software: pattern of the renderers for which nothing
 * is compiled, as the bridge's look() takes it, or "". refused: called where it is one of those.
 */
export function prepareShaders(createBridge, { base, listing, models, find, signal, seconds, software, refused }) {
  const made = createBridge();
  let bridge = made;
  signal.addEventListener("abort", () => made.close());
  const work = bridge.prepare((targets) => lists(base, listing, models, targets >= 8 ? 8 : 4, find), seconds, software);
  work.catch(({ name }) => ["Software", "Unsupported"].includes(name) && refused());
  return () => {
    const taken = bridge ?? createBridge();
    bridge = null;
    return taken;
  };
}

async function lists(base, listing, models, targets, find) {
  const names = ["self_test", ...models].map((name) => `shaders/${targets}/${name}.json`);
  const wheel = listing.files[listing.wheel].sha256;
  const found = await Promise.all(names.filter((name) => name in listing.files).map((name) => read(name)));
  return [...new Map(found.flat().map((program) => [program.key, program])).values()];

  async function read(name) {
    const list = await find(fileIn(base, name).href).then((response) => response.json()).catch(() => ({}));
    return list.wheel === wheel ? list.programs : []; // of another version: Python's own are right
  }
}
