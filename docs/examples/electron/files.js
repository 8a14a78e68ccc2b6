// What answers for an address of the app: a file of this folder, as what it is. Plain Node.

import { readFile } from "node:fs/promises";
import { dirname, extname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** The Response for an address such as app://faces/pyface_web/pyface.js?v=1. */
export async function answer(url) {
  try {
    const file = resolve(FOLDER, `.${decodeURIComponent(new URL(url).pathname)}`);
    if (!file.startsWith(FOLDER + sep)) return new Response("not of this app", { status: 403 });
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    return new Response(await readFile(file), { headers: { "content-type": type } });
  } catch (error) {
    return new Response(error.message, { status: 404 });
  }
}
