// Reads two files that come later, as one from an address of the site, in a worker. Answers with the size that
// was known before, their contents, and what was kept.

onmessage = async ({ data: site }) => {
  const { Later } = await import(`${site}load/later.js`);
  const nodes = new Map();
  const FS = {
    mkdirTree() {},
    writeFile: (path) => nodes.set(path, {}),
    lookupPath: (path) => ({ node: nodes.get(path) }),
  };
  const url = `${site}favicon.svg`;
  const size = (await (await fetch(url)).arrayBuffer()).byteLength;
  const kept = [];
  const files = [["/a", 4], ["/b", size - 4]];
  new Later({ url, size, files, unpack: (bytes) => bytes, keep: (bytes) => kept.push(bytes.length) }).place(FS);
  const text = (path) => new TextDecoder().decode(nodes.get(path).contents);
  postMessage([nodes.get("/b").usedBytes, text("/b"), text("/a"), text("/a"), kept]);
};
