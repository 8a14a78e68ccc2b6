// Asks the network: every wait ends, and what comes instead of a file is said in words.

import { LoadError } from "./errors.js";

const browserFetch = fetch.bind(globalThis); // not what Downloads.lendTo() puts in its place
// What people whose bundler has packed pyface.js have to do.
const COPY = 'copy them there with `npx pyface-web copy public/pyface`, and pass { baseURL: "/pyface/" }';
/** For a module whose own address says nothing of where the rest of dist/ is. */
export const bundled = (address) =>
  new LoadError(address || "pyface_web, at no known address", "the folder of dist/ around it", "none, as it is in a bundle or at blob:", `the files of pyface_web have to be on the server: ${COPY}`);
export const INCOMPLETE = `was dist/ copied whole? A bundler leaves out all but pyface.js: ${COPY}`;
export const OTHER_VERSION = "the server has files of two versions, or the site was updated meanwhile: load the page again, copy dist/ whole (from npm, by `npx pyface-web copy`), empty caches in between";
const remedy = ({ seconds }) => `is the network up, and the server? The option \`waits\` of loadPyface, such as { network: ${2 * seconds} }, waits longer`;

/**
 * The Response for an address, or a LoadError. patience: ends the wait for it, and for its body if
 * that is read by chunksOf. Once the signal is aborted its reason is thrown.
 */
export async function ask(url, expected, { signal, patience, ...init }) {
  const control = new AbortController();
  const end = () => control.abort(signal.reason);
  signal?.addEventListener("abort", end);
  if (signal?.aborted) end();
  const policy = watchPolicy(url);
  const late = () => {
    control.abort();
    return new LoadError(url, expected, `no answer for ${patience.seconds} s`, remedy(patience));
  };
  try {
    return await patience.within(browserFetch(url, { ...init, signal: control.signal }), late);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof LoadError) throw error;
    const { got, remedy: way } = await whyNoAnswer(url, error, policy);
    if (signal?.aborted) throw signal.reason;
    throw new LoadError(url, expected, got, way);
  } finally {
    policy.end();
  }
}

/** Hears of what the page's Content-Security-Policy blocks, until end(). directive: what blocked this address, or "". */
export function watchPolicy(url) {
  const target = globalThis.document ?? globalThis;
  const found = { directive: "", end: () => target.removeEventListener?.("securitypolicyviolation", hear) };
  const hear = ({ blockedURI, effectiveDirective, disposition }) => {
    if (disposition !== "report" && originOf(blockedURI) === originOf(url)) found.directive = effectiveDirective;
  };
  target.addEventListener?.("securitypolicyviolation", hear);
  return found;
}

/**
 * Why fetch gave no answer: { got, remedy }, the likely cause first. Browsers tell scripts nothing, so what can be
 * looked at is: where page and address are, what a policy blocked, and whether the server answers when nobody reads it.
 */
export async function whyNoAnswer(url, error, policy) {
  const said = (got, way) => ({ got: `no answer (${got})`, remedy: way });
  const page = globalThis.location;
  const { protocol, origin, hostname, username } = new URL(url, page?.href);
  if (globalThis.navigator?.onLine === false) return { got: "nothing: this device is offline", remedy: "connect it and load again" };
  if (page?.protocol === "file:" && protocol === "file:") {
    return said("a page that was opened as a file may not read others", "serve its folder, as python3 -m http.server does, and open it from there");
  }
  if (username) return said("browsers ask for no address with a name and a password", "put a token in its query, or use a cookie");
  if (page?.protocol === "https:" && protocol === "http:" && !LOCAL.test(hostname)) {
    return said("a page of https: may not ask for http:, mixed content", "use an address that begins with https:");
  }
  await new Promise((resume) => setTimeout(resume, HEARD)); // the policy's event comes by itself
  if (policy.directive) {
    return said(`the page's Content-Security-Policy does not allow it, by its ${policy.directive}`, `add ${isOwn(origin) ? "'self'" : origin} to ${policy.directive}`);
  }
  if (protocol === "blob:") return said(error.message, "an address of blob: is that of one file, until it is revoked, and never that of a folder");
  if (!/^https?:/.test(protocol)) return said(error.message, `is the file there, and may this page read what is at ${protocol}? From https: and http: every page reads`);
  if (!(await isThere(url))) {
    return said(error.message, `does the server run at ${origin}, and is that its name? An ad blocker or a firewall may stop it, too`);
  }
  return isOwn(origin)
    ? said(error.message, "the server is there; did the connection break, or does it send on to another origin? Load again")
    : said("the server is there, and does not let this page read it: CORS", `have it send Access-Control-Allow-Origin: ${page?.origin}, or put the files on ${page?.origin}`);
}

const LOCAL = /^(localhost|127\..*|\[::1\]|.*\.localhost)$/;
const HEARD = 50; // milliseconds in which an event that is on its way arrives
const LOOKED = 3000; // milliseconds for a look whether a server is there
const isOwn = (origin) => origin === globalThis.location?.origin;

// Whether a server answers anything, which no CORS stands before.
async function isThere(url) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), LOOKED);
  try {
    await browserFetch(url, { mode: "no-cors", method: "HEAD", cache: "no-store", signal: control.signal });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function originOf(url) {
  try {
    return new URL(url, globalThis.location?.href).origin;
  } catch {
    return String(url); // such as "inline"
  }
}

/** Throws a LoadError for an answer without a file. Of what type one is, only its bytes can tell. */
export function refuse(url, expected, response, remedy) {
  if (!response.ok) throw new LoadError(url, expected, `HTTP status ${response.status}`, remedy);
}

/** The error for bytes that proved wrong: another one where the answer's type says what they are. */
export function asPage(error, url, expected, { status, headers }, remedy) {
  if (!headers.get("content-type")?.startsWith("text/html")) return error;
  return new LoadError(url, expected, `an HTML page (status ${status})`, `the server answered with a page: is the path right? ${remedy}`);
}

/**
 * Reads a body as it comes. next() gives the next chunk, or undefined at its end, or throws a
 * LoadError, and then the rest is let go; so it is by cancel().
 */
export function chunksOf(url, expected, response, { signal, patience }) {
  const reader = response.body?.getReader();
  let loaded = 0;
  const only = (why, remedy) => new LoadError(url, expected, `only ${loaded} bytes${why}`, remedy);
  const cancel = (reason) => reader?.cancel(reason).catch(() => {});
  const late = () => only(`, and then nothing for ${patience.seconds} s`, remedy(patience));
  return {
    async next() {
      try {
        const { value } = (await (reader && patience.within(reader.read(), late))) ?? {};
        loaded += value?.byteLength ?? 0;
        return value;
      } catch (error) {
        cancel();
        if (signal?.aborted) throw signal.reason;
        throw error instanceof LoadError ? error : only(` (${error.message})`, "the connection broke; load again");
      }
    },
    cancel,
  };
}

/** SHA-256 of bytes as hex digits; undefined where the browser has none (http that is not localhost). */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A LoadError for content that has another SHA-256 than wanted. */
export const otherContent = (url, expected, found, wanted) =>
  new LoadError(url, expected, `other content (SHA-256 ${found.slice(0, 12)}, not ${wanted.slice(0, 12)})`, OTHER_VERSION);
