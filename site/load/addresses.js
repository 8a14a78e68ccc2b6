// Where files are, by the rules of URLs in every scheme. The query of a folder's address is that of each
// file in it, since a server that wants a token wants it for all of them. The counterpart of
// pyface_web/weights/addresses.py; what both must say is in tests/cases/addresses.json.

import { optionsError, shown, wrongOption } from "./errors.js";

/** Whether a value is a URL, of any window. */
export const isURL = (value) => tagOf(value) === "URL";
/** Whether a value is an object that may have an address for each file. */
export const isTable = (value) => tagOf(value) === "Object";

function tagOf(value) {
  try {
    return Object.prototype.toString.call(value).slice("[object ".length, -1);
  } catch {
    return ""; // a proxy that throws
  }
}

/** The name under which the browser keeps files of the site in this folder. */
export const cacheOf = (folder) => `pyface_web ${folder}`;

/** What relative addresses are relative to now: the page's base, in a worker its own address. */
export const baseURI = () => globalThis.document?.baseURI ?? globalThis.location?.href;

/**
 * The URL of an address that the caller gave, relative to the page as it is now; without a fragment. Throws a
 * TypeError for what is none, and where a relative one has nothing to be relative to, as in pages at blob:.
 */
export function absolute(given) {
  if (typeof given !== "string" && !isURL(given)) throw new TypeError("no address");
  const base = baseURI();
  const url = new URL(given, base);
  url.hash = "";
  // A page that was opened by an address with a name and a password has both in its own, by which no browser
  // fetches. It sends them anyway.
  if (url.username && new URL(base).host === url.host) url.username = url.password = "";
  return url;
}

/** An address of a folder, or of a file in it: one without a path is that of the page's folder, not of the page. */
export const inFolder = (given) => (typeof given === "string" && /^\s*([?#]|$)/.test(given) ? `./${given.trim()}` : given);

/** The URL of a folder, whose path ends with a slash; throws as `absolute` does, and for what has no folders. */
export function folderAt(given) {
  const url = absolute(inFolder(given));
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  fileIn(url, "."); // such as data: has none
  return url;
}

/**
 * The address of the folder of a module, whose own address is import.meta.url; up: "../" for the one around it.
 * undefined where that has no folder, as at blob:, or where a bundler has left nothing of it, or put
 * there where the file was on the machine that made the bundle.
 */
export function homeOf(address, up = "./") {
  try {
    const url = new URL(up, address);
    return url.protocol === "file:" && globalThis.location?.protocol !== "file:" ? undefined : folderAt(url).href;
  } catch {
    return undefined;
  }
}

/** The URL of a file below a folder; the folder's query goes with it. folder: as folderAt gives it, or its text. */
export function fileIn(folder, name) {
  const url = new URL(folder);
  const { search } = url;
  url.search = url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return Object.assign(new URL(name, url), { search });
}

/** The name of a file below a folder, by which fileIn would find it; undefined for what is not below. */
export function nameIn(folder, address) {
  const start = Object.assign(fileIn(folder, "."), { search: "" }).href;
  const url = new URL(address);
  url.search = url.hash = "";
  if (!url.href.startsWith(start)) return undefined;
  try {
    return decodeURI(url.href.slice(start.length));
  } catch {
    return undefined; // what follows a % is no text
  }
}

/** The address of the folder, or { name: address } of files, that an option names; each absolute. An OptionsError otherwise. */
export function placeOf(option, given) {
  const wrong = (value) => optionsError(option, "the address of a folder, or an object with the address of each file by its name", value);
  const resolved = (value, resolve) => {
    try {
      return resolve(value).href;
    } catch {
      throw wrong(typeof value === "string" || isURL(value) ? String(value) : value);
    }
  };
  if (!isTable(given)) return resolved(given, modelFolder);
  const entries = Object.entries(given);
  if (!entries.length) throw wrong(given);
  return Object.fromEntries(entries.map(([name, value]) => [name, resolved(value, absolute)]));
}

// Who names a manifest means the folder that it is in.
function modelFolder(given) {
  const url = absolute(inFolder(given));
  return folderAt(url.pathname.endsWith(".json") ? fileIn(url, "..") : url);
}

/** The URL of a model's file by its name. place: as placeOf gives it. */
export function fileOf(place, name) {
  if (typeof place === "string") return fileIn(place, name);
  if (Object.hasOwn(place, name)) return new URL(place[name]);
  const known = Object.keys(place).slice(0, 4).map(shown).join(", ");
  throw wrongOption("modelsURL", `an address of ${shown(name)} among those of the files of models`, `those of ${known}`);
}
