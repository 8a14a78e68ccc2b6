// The service worker: after the first visit the pages work with the network off.
//
// It serves the files that files.json lists, and nothing else. Small ones, the shell, are kept when it
// is installed; big ones when a page first uses them, in the loader's own cache (load/cache.js). Each
// navigation asks for files.json first. A new version is taken when its whole shell is here and
// right; a page that is open keeps to the version it began with, so that two are never mixed.
//
// Notes in the cache: "version/ID" is a files.json by its hash, "current" the ID that new pages get,
// "client/CLIENT" the ID that an open page has.

import { FileCache } from "./load/cache.js";
import { listingOf, listingText } from "./load/listing.js";
import { ask, chunksOf, refuse, sha256 } from "./load/network.js";
import { Patience } from "./load/patience.js";

const BASE = new URL("./", location.href).href;
const YOUNG = 10000; // milliseconds
const PATIENCE = 4000; // milliseconds that a navigation waits for a new version
const WHEN_USED = /^(models|shaders|wheels)\/|^python\.(image|rest)$|^pyodide\/(?!.*\.mjs$)|\.d\.ts$/;
const LISTING = new URL("files.json", BASE).href;
const opened = FileCache.open(BASE);
const patience = new Patience(); // with the network
const versions = new Map(); // ID -> { id, text, files }
const pins = new Map(); // client -> ID; those of earlier lives of this worker are among the notes
const young = new Map(); // client -> when it was made; the browser does not list it at once

addEventListener("install", (event) => {
  skipWaiting(); // what it knows is in the cache, so a new one goes on where the old one was
  event.waitUntil(refresh());
});
addEventListener("activate", (event) => event.waitUntil(forget().catch(() => {})));
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(BASE)) event.respondWith(answer(event));
});

async function answer(event) {
  const { request } = event;
  const version = await versionFor(event).catch(() => undefined);
  if (!version) return fetch(request);
  const { href, origin, pathname } = new URL(request.url);
  const name = (origin + pathname).slice(BASE.length).replace(/(^|\/)$/, "$1index.html");
  if (name === "files.json") return new Response(version.text, { headers: { "content-type": "application/json" } });
  const file = version.files[name];
  if (!file) return version.files[`${name}/index.html`] ? Response.redirect(href.replace(pathname, `${pathname}/`)) : fetch(request);
  const cache = await store();
  const kept = await cache.find(file.sha256);
  if (kept) return part(kept, request.headers.get("range"));
  if (request.cache === "no-store") return fetch(request); // by the loader, which checks and keeps it
  try {
    const { bytes, type } = await get(name, file);
    event.waitUntil(cache.keep(file.sha256, bytes, type));
    return part(new Response(bytes, { headers: { "content-type": type } }), request.headers.get("range"));
  } catch (error) {
    return new Response(`${error.message}\n`, { status: 504, statusText: "Not kept, and not to be had" });
  }
}

// What of a file a video element asked for.
async function part(response, range) {
  const [, from, to] = range?.match(/^bytes=(\d+)-(\d*)$/) ?? [];
  if (!from) return response;
  const bytes = await response.arrayBuffer();
  const end = Math.min(to ? Number(to) + 1 : bytes.byteLength, bytes.byteLength);
  const headers = new Headers(response.headers);
  headers.set("content-range", `bytes ${from}-${end - 1}/${bytes.byteLength}`);
  return new Response(bytes.slice(from, end), { status: 206, headers });
}

// A file from the network, if it is what the version has under this name.
async function get(name, { bytes: size, sha256: hash }) {
  const url = new URL(name, BASE).href;
  const what = `a file of ${size} bytes`;
  const response = await ask(url, what, { patience, cache: "no-cache" });
  if (!response.ok) refuse(url, what, response, "load the page again");
  const chunks = chunksOf(url, what, response, { patience });
  const parts = [];
  for (let chunk, came = 0; came <= size && (chunk = await chunks.next()); came += chunk.byteLength) parts.push(chunk);
  chunks.cancel(); // of a file that is longer
  const bytes = await new Blob(parts).arrayBuffer();
  if ((await sha256(bytes)) !== hash) throw new Error(`${url}: the server has another version; load the page again`);
  return { bytes, type: response.headers.get("content-type") ?? "" };
}

async function store() {
  const cache = await opened;
  if (!cache) throw new Error("the browser keeps no files");
  return cache;
}

// --- versions

async function versionFor(event) {
  // Pages and workers are new clients; the worker of a page has the page's version.
  const version = event.request.mode === "navigate" ? await newest(event) : await versionOf(event.clientId);
  if (version && event.resultingClientId) {
    pins.set(event.resultingClientId, version.id);
    young.set(event.resultingClientId, Date.now());
    const noted = store().then((cache) => cache.write(`client/${event.resultingClientId}`, version.id));
    event.waitUntil(noted.catch(() => {})); // for another life of this worker; this one knows
  }
  return version;
}

async function newest(event) {
  const fresh = refresh();
  event.waitUntil(fresh.catch(() => {}));
  const known = await current();
  const late = new Promise((done) => setTimeout(done, PATIENCE, known));
  return Promise.race([fresh.catch(() => known), late]);
}

async function current() {
  const id = await (await store()).read("current");
  return id && version(id);
}

async function versionOf(client) {
  const id = pins.get(client) ?? (await (await store()).read(`client/${client}`));
  return (id && (await version(id))) || current();
}

async function version(id) {
  if (!versions.has(id)) {
    const text = await (await store()).read(`version/${id}`);
    if (!text) return undefined;
    versions.set(id, { id, text, files: listingOf(text, LISTING).files });
  }
  return versions.get(id);
}

let refreshing;

// The server's version, with its whole shell kept. One look at a time.
function refresh() {
  refreshing ??= look().finally(() => (refreshing = undefined));
  return refreshing;
}

async function look() {
  const cache = await store();
  const text = await listingText(BASE, { patience });
  const id = await sha256(new TextEncoder().encode(text));
  const known = await current().catch(() => undefined);
  if (known?.id === id) {
    if ((await cache.names("version/")).length > 1) await forget();
    return known;
  }
  const found = { id, text, files: listingOf(text, LISTING).files };
  await cache.write(`version/${id}`, text); // from here on nobody removes its files
  const have = new Set(await cache.names("sha256/"));
  const missing = Object.entries(found.files).filter(([name, file]) => !WHEN_USED.test(name) && !have.has(`sha256/${file.sha256}`));
  await Promise.all(missing.map(async ([name, file]) => {
    const { bytes, type } = await get(name, file);
    await cache.keep(file.sha256, bytes, type);
  }));
  if (!cache.writable) throw new Error("the browser keeps no more files");
  versions.set(id, found);
  await cache.write("current", id);
  await forget();
  return found;
}

// Removes versions that no page has any more, with their files.
async function forget() {
  const cache = await store();
  const open = await clients.matchAll({ includeUncontrolled: true, type: "all" });
  const made = [...young].filter(([, time]) => time > Date.now() - YOUNG);
  const living = new Set([...open.map(({ id }) => id), ...made.map(([id]) => id)]);
  for (const client of pins.keys()) if (!living.has(client)) pins.delete(client);
  const wanted = new Set([await cache.read("current"), ...pins.values()]);
  for (const name of await cache.names("client/")) {
    if (living.has(name.slice("client/".length))) wanted.add(await cache.read(name));
    else await cache.remove(name);
  }
  for (const name of await cache.names("version/")) {
    if (!wanted.has(name.slice("version/".length))) await cache.remove(name);
  }
  await cache.prune();
}
