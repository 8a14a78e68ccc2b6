// The service worker: after the first visit the pages work with the network off.
//
// It serves the files that files.json lists, and nothing else. Small ones, the shell, are kept when it
// is installed; big ones when a page first uses them, in the loader's own cache (load/cache.js). Each
// navigation asks for files.json first. A new version is taken when its whole shell is here and
// right; a page that is open keeps to the version it began with, so that two are never mixed.
//
// Notes in the cache: "version/ID" is a files.json by its hash, "current" the ID that new pages get,
// "client/CLIENT" the ID that an open page has.

import { FileCache, sha256 } from "./load/cache.js";

const BASE = new URL("./", location.href).href;
const YOUNG = 10000; // milliseconds
const PATIENCE = 4000; // milliseconds that a navigation waits for a new version
const WHEN_USED = /^(models|shaders|wheels)\/|^python\.image$|^pyodide\/(?!.*\.mjs$)/;
const store = FileCache.open(BASE);
const versions = new Map(); // ID -> { id, text, files }
const pins = new Map(); // client -> ID; those of earlier lives of this worker are among the notes
const young = new Map(); // client -> when it was made; the browser does not list it at once

addEventListener("install", (event) => {
  skipWaiting(); // what it knows is in the cache, so a new one goes on where the old one was
  event.waitUntil(refresh());
});
addEventListener("activate", (event) => event.waitUntil(forget()));
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(BASE)) event.respondWith(answer(event));
});

async function answer(event) {
  const { request } = event;
  const version = await versionFor(event).catch(() => null);
  if (!version) return fetch(request);
  const { href, origin, pathname } = new URL(request.url);
  const name = (origin + pathname).slice(BASE.length).replace(/(^|\/)$/, "$1index.html");
  if (name === "files.json") return new Response(version.text, { headers: { "content-type": "application/json" } });
  const file = version.files[name];
  if (!file) return version.files[`${name}/index.html`] ? Response.redirect(href.replace(pathname, `${pathname}/`)) : fetch(request);
  const kept = await (await store).find(file.sha256);
  if (kept) return part(kept, request.headers.get("range"));
  if (request.cache === "no-store") return fetch(request); // by the loader, which checks and keeps it
  try {
    return part(await get(name, file), request.headers.get("range"));
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

// A file from the network, kept if it is what the version has under this name.
async function get(name, { sha256: hash }) {
  const url = new URL(name, BASE).href;
  const response = await fetch(url, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${url}: HTTP status ${response.status}`);
  const bytes = await response.arrayBuffer();
  if ((await sha256(bytes)) !== hash) throw new Error(`${url}: the server has another version; load the page again`);
  const type = response.headers.get("content-type") ?? "";
  await (await store).keep(hash, bytes, type);
  return new Response(bytes, { headers: { "content-type": type } });
}

// --- versions

async function versionFor(event) {
  // Pages and workers are new clients; the worker of a page has the page's version.
  const version = event.request.mode === "navigate" ? await newest(event) : await versionOf(event.clientId);
  if (version && event.resultingClientId) {
    pins.set(event.resultingClientId, version.id);
    young.set(event.resultingClientId, Date.now());
    await (await store).write(`client/${event.resultingClientId}`, version.id);
  }
  return version;
}

async function newest(event) {
  const fresh = refresh();
  event.waitUntil(fresh.catch(() => {}));
  const known = await current();
  if (!known) return fresh;
  return Promise.race([fresh.catch(() => known), new Promise((done) => setTimeout(done, PATIENCE, known))]);
}

async function current() {
  const id = await (await store).read("current");
  return id && version(id);
}

async function versionOf(client) {
  const id = pins.get(client) ?? (await (await store).read(`client/${client}`));
  return (id && (await version(id))) || current();
}

async function version(id) {
  if (!versions.has(id)) {
    const text = await (await store).read(`version/${id}`);
    if (!text) return undefined;
    versions.set(id, { id, text, files: JSON.parse(text).files });
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
  const cache = await store;
  const response = await fetch(new URL("files.json", BASE), { cache: "no-cache" });
  if (!response.ok) throw new Error(`files.json: HTTP status ${response.status}`);
  const text = await response.text();
  const id = await sha256(new TextEncoder().encode(text));
  const known = await current();
  if (known?.id === id) {
    if ((await cache.names("version/")).length > 1) await forget();
    return known;
  }
  const found = { id, text, files: JSON.parse(text).files };
  await cache.write(`version/${id}`, text); // from here on nobody removes its files
  const have = new Set(await cache.names("sha256/"));
  const missing = Object.entries(found.files).filter(([name, file]) => !WHEN_USED.test(name) && !have.has(`sha256/${file.sha256}`));
  await Promise.all(missing.map(([name, file]) => get(name, file)));
  if (!cache.writable) throw new Error("the browser keeps no more files");
  versions.set(id, found);
  await cache.write("current", id);
  await forget();
  return found;
}

// Removes versions that no page has any more, with their files.
async function forget() {
  const cache = await store;
  const open = await clients.matchAll({ includeUncontrolled: true, type: "all" });
  const made = [...young].filter(([, time]) => time > Date.now() - YOUNG);
  const living = new Set([...open.map(({ id }) => id), ...made.map(([id]) => id)]);
  const wanted = new Set([await cache.read("current")]);
  for (const name of await cache.names("client/")) {
    if (living.has(name.slice("client/".length))) wanted.add(await cache.read(name));
    else await cache.remove(name);
  }
  for (const name of await cache.names("version/")) {
    if (!wanted.has(name.slice("version/".length))) await cache.remove(name);
  }
  await cache.prune();
}
