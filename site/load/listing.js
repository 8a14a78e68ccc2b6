// files.json, the list of the site's files: what it may be. By one that is anything else nothing is
// asked for, kept or removed.

import { fileIn } from "./addresses.js";
import { LISTING as EXPECTED } from "./early.js";
import { LoadError, shown } from "./errors.js";
import { ask, asPage, chunksOf, refuse } from "./network.js";
import { Patience } from "./patience.js";

const FORMAT = 1;
const LONGEST = 8e6; // characters
const MOST = 20000; // files
const LARGEST = 4e9; // bytes of a file
const FOLDER = "https://site.invalid/folder/";
const NUMPY = /^pyodide\/numpy-[^/]+$/;
/** The standard library. */
export const LIBRARY = "pyodide/python_stdlib.zip";
/** What packages Pyodide may load. */
export const LOCK = "pyodide/pyodide-lock.json";
/** What of Python a start without an image needs. */
export const PYTHON = ["pyodide/pyodide.asm.wasm", LIBRARY, LOCK];
/** Files of packages that come later where there is an image, and what decompresses both. */
export const REST = "python.rest";
export const DECODER = "zstd.wasm";

const MODULES = ["pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs"];

/** The name in files.json of NumPy's wheel. */
export const numpyIn = (files) => Object.keys(files).find((name) => NUMPY.test(name));

const WHERE = "is baseURL the folder that build.py made?";
const remedy = "was it made by the build.py that made pyface.js, and was dist/ copied whole?";

/**
 * The listing that a text is: { wheel, image, files: { name: { bytes, sha256 } } }, every name below
 * the listing's folder, and the files there that Python needs. Throws a LoadError that says what is
 * wrong. url: where the text came from.
 */
export function listingOf(text, url) {
  const wrong = (got) => new LoadError(url, `${EXPECTED} in format ${FORMAT}`, got, remedy);
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw wrong("no JSON; was it cut short?");
  }
  const fault = faultOf(found);
  if (fault) throw wrong(fault);
  // Without a prototype, so that only its own names are in it.
  return { ...found, image: found.image ?? null, files: Object.assign(Object.create(null), found.files) };
}

// What is wrong with a listing, in words; undefined if nothing is.
function faultOf(found) {
  if (!isTable(found)) return shown(found);
  if (found.format !== FORMAT) return `format ${shown(found.format)}`;
  if (!isTable(found.files)) return `files: ${shown(found.files)}`;
  const rows = Object.entries(found.files);
  if (rows.length > MOST) return `${rows.length} files, more than ${MOST}`;
  for (const [name, row] of rows) {
    if (!isBelow(name)) return `a file named ${shown(name)}, which is no address below its folder`;
    if (!isTable(row)) return `${name}: ${shown(row)}`;
    const { bytes, sha256 } = row;
    if (!Number.isInteger(bytes) || bytes < 0 || bytes > LARGEST) return `${name} of ${shown(bytes)} bytes`;
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) return `${name} with the SHA-256 ${shown(sha256)}`;
  }
  const { files, wheel, image } = found;
  const has = (name) => typeof name === "string" && Object.hasOwn(files, name);
  if (!has(wheel)) return `wheel: ${shown(wheel)}, which is none of its files`;
  if (image != null && !has(image)) return `image: ${shown(image)}, which is none of its files`;
  const missing = [...PYTHON, ...MODULES, ...(image ? [REST, DECODER] : [])].find((name) => !has(name)) ?? (numpyIn(files) ? undefined : "pyodide/numpy-*.whl");
  return missing && `none with ${missing}`;
}

/** The listing of the site in this folder, as it is now. early: what was asked for already. */
export async function readListing(base, { signal, patience = new Patience(), early } = {}) {
  const { text, response } = await answerOf(base, { signal, patience, early });
  const { href } = fileIn(base, "files.json");
  try {
    return listingOf(text, href);
  } catch (error) {
    throw asPage(error, href, EXPECTED, response, WHERE);
  }
}

/** The text of files.json, not looked at yet. */
export const listingText = async (base, options) => (await answerOf(base, options)).text;

async function answerOf(base, { signal, patience, early }) {
  const { href } = fileIn(base, "files.json");
  const response = await (early?.has(href) ? early.response(href, signal) : ask(href, EXPECTED, { signal, patience, cache: "no-cache" }));
  refuse(href, EXPECTED, response, WHERE);
  const chunks = chunksOf(href, EXPECTED, response, { signal, patience });
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk; (chunk = await chunks.next()); ) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length <= LONGEST) continue;
    chunks.cancel();
    throw new LoadError(href, EXPECTED, `more than ${LONGEST / 1e6} MB`, remedy);
  }
  return { text: text + decoder.decode(), response };
}

const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a name is the address of a file below its folder, and nothing that leads elsewhere. */
function isBelow(name) {
  try {
    const { href } = new URL(name, FOLDER);
    const rest = href.slice(FOLDER.length);
    return /^[^?#]+$/.test(name) && href.startsWith(FOLDER) && decodeURI(rest) === name;
  } catch {
    return false;
  }
}
