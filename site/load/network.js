// Asks the network: every wait ends, and what comes instead of a file is said in words.

import { LoadError } from "./errors.js";

const browserFetch = fetch.bind(globalThis); // not what Downloads.lendTo() puts in its place
export const INCOMPLETE = "was dist/ copied whole?";
export const OTHER_VERSION = "the server has files of two versions, or the site was updated meanwhile: load the page again, copy dist/ whole, empty caches in between";
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
  const late = () => {
    control.abort();
    return new LoadError(url, expected, `no answer for ${patience.seconds} s`, remedy(patience));
  };
  try {
    return await patience.within(browserFetch(url, { ...init, signal: control.signal }), late);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof LoadError) throw error;
    const offline = globalThis.navigator?.onLine === false;
    if (offline) throw new LoadError(url, expected, "nothing: this device is offline", "connect it and load again");
    throw new LoadError(url, expected, `no answer (${error.message})`, "is the network up, and the server?");
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
        throw error instanceof LoadError ? error : only(` (${error.message})`, "load again; is the network up?");
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
