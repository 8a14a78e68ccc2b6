// Imports parts of the loader, and Pyodide, only if each file is what hashes.js says.
//
// In a bundle this and what it imports have been packed into another file. The parts are still modules by
// themselves, in the folder that the caller names, and import their own copies of what is packed.
//
// A browser that preloads modules looks at them itself, and has each of them once; elsewhere (in
// workers, in old browsers) a file is fetched and looked at first, and imported then.

import { HASHES, LOADER, NEEDS } from "../hashes.js";
import { homeOf } from "./addresses.js";
import { LoadError } from "./errors.js";
import { INCOMPLETE, ask, asPage, chunksOf, otherContent, refuse, sha256 } from "./network.js";

/** The folder of pyface.js; in a bundle anything. */
export const HERE = homeOf(import.meta.url, "../");

const OWN = ["pyface.js", "hashes.js"]; // what may be old where something is of another version
const canPreload = Boolean(globalThis.document?.createElement("link").relList?.supports?.("modulepreload"));
const preloads = new Map(); // address -> promise

/**
 * A module of the site, by its name such as "load/start.js", when it and all that it needs are right.
 * home: the folder of the site. Throws a LoadError.
 */
export async function importChecked(name, patience, home = HERE) {
  if (!NEEDS[name]) return importFile(home + name, HASHES[name], patience, home);
  const parts = home === HERE ? NEEDS[name] : [...LOADER, ...NEEDS[name]];
  await Promise.all(parts.map((part) => checked(home + part, HASHES[part], patience, home)));
  return imported(home + name, patience);
}

/** A module that needs no other, if it has this SHA-256. */
export async function importFile(url, hash, patience, home = HERE) {
  const { bytes, refused } = await checked(url, hash, patience, home);
  if (!bytes) return imported(url, patience);
  const address = URL.createObjectURL(new Blob(bytes, { type: "text/javascript" }));
  try {
    return await imported(address, patience);
  } catch {
    throw refused; // the page's policy, as it is with files of the wrong type
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Throws a LoadError unless what a part needs, but for that part itself, is right: for a worker's sake. */
export async function checkFor(part, patience) {
  const names = NEEDS[part].filter((name) => !preloads.has(HERE + name));
  await Promise.all(names.map((name) => fetchChecked(HERE + name, HASHES[name], patience)));
}

async function imported(url, patience) {
  const wrong = (got) => new LoadError(url, "a module", got, "load the page again; was dist/ copied whole?");
  const module = import(/* webpackIgnore: true */ /* @vite-ignore */ url);
  module.catch(() => {});
  try {
    return await patience.within(module, () => wrong(`no answer for ${patience.seconds} s`));
  } catch (error) {
    throw error instanceof LoadError ? error : wrong(error.message);
  }
}

// A promise; of { bytes, refused } where the browser does not take the file as it is, and its bytes are right.
function checked(url, hash, patience, home) {
  if (!canPreload) return fetchChecked(url, hash, patience);
  if (!preloads.has(url)) {
    const preload = preloaded(url, hash, patience, home);
    preload.catch(() => preloads.delete(url));
    preloads.set(url, preload);
  }
  return preloads.get(url);
}

async function preloaded(url, hash, patience, home) {
  const late = () => new LoadError(url, "a module", `no answer for ${patience.seconds} s`, "is the network up, and the server?");
  if (await patience.within(linked(url, hash), late)) return {};
  // Was it an old one that the browser had kept? This gets a new one, and says what is wrong with that.
  await Promise.all(OWN.map((name) => fetch(home + name, { cache: "reload" }).catch(() => {})));
  const found = await fetchChecked(url, hash, patience, "reload");
  if (found.bytes || (await patience.within(linked(url, hash), late))) return found;
  throw new LoadError(url, "a module", "one that the browser refuses", "load the page again; does its Content-Security-Policy allow scripts from there?");
}

// Whether the browser has got a module and found it right.
function linked(url, hash) {
  const bytes = String.fromCharCode(...hash.match(/../g).map((digits) => parseInt(digits, 16)));
  const link = Object.assign(document.createElement("link"), { rel: "modulepreload", href: url, integrity: `sha256-${btoa(bytes)}` });
  return new Promise((done) => {
    const end = ({ type }) => {
      link.remove();
      done(type === "load");
    };
    link.addEventListener("load", end);
    link.addEventListener("error", end);
    document.head.append(link);
  });
}

async function fetchChecked(url, hash, patience, cache = "default") {
  const expected = `a module with the SHA-256 ${hash.slice(0, 12)}`;
  const response = await ask(url, expected, { patience, cache });
  refuse(url, expected, response, INCOMPLETE);
  const chunks = chunksOf(url, expected, response, { patience });
  const parts = [];
  for (let chunk; (chunk = await chunks.next()); ) parts.push(chunk);
  const found = await sha256(await new Blob(parts).arrayBuffer());
  if (found && found !== hash) throw asPage(otherContent(url, expected, found, hash), url, expected, response, INCOMPLETE);
  const type = response.headers.get("content-type") ?? "no type";
  if (/javascript|ecmascript/.test(type)) return {};
  const refused = new LoadError(url, expected, `a file of ${type}`, "have the server send .js and .mjs as text/javascript");
  // Many servers do not know .mjs. Those modules import nothing, so they can be had from their bytes.
  if (new URL(url).pathname.endsWith(".mjs")) return { bytes: parts, refused };
  throw refused;
}
