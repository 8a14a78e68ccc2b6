// Compiles the shaders of nets before Python is up, from lists that build.py wrote.

/**
 * A bridge whose programs are being compiled, and createBridge for Python: it hands that bridge
 * out once. Anything that fails here is left to Python, which compiles what is missing.
 *
 * models: names of the nets' files. find: (address) -> promise of a Response. signal: closes it.
 * seconds: that the GPU may take for each program.
 */
export function prepareShaders(createBridge, base, listing, models, find, signal, seconds) {
  const made = createBridge();
  let bridge = made;
  signal.addEventListener("abort", () => made.close());
  // Nearly every device has 8 targets. To open the GPU takes long, so its answer is not waited for.
  const likely = lists(base, listing, models, 8, find);
  likely.catch(() => {});
  const work = bridge.prepare((targets) => (targets >= 8 ? likely : lists(base, listing, models, 4, find)), seconds);
  work.catch(() => {});
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
    const list = await find(new URL(name, base).href).then((response) => response.json()).catch(() => ({}));
    return list.wheel === wheel ? list.programs : []; // of another version: Python's own are right
  }
}
