// Files from an address: images, JSON, weights, as face-api.js fetches them.

import { inputError, PyfaceError, text } from "../values/errors.js";
import { copyOf, numbersKind, part } from "../values/given.js";
import { is } from "../values/kinds.js";
import { asRemedy, pictureFor } from "../values/likely.js";
import { within } from "../values/waits.js";
import { absolute, baseURI } from "../../load/addresses.js";
import { watchPolicy, whyNoAnswer } from "../../load/network.js";
import { imageOf, unreadable } from "./blobs.js";
import { loaded } from "./loading.js";

const fetchError = (message) => new PyfaceError("FetchError", message);

/** The browser's Response of a status below 400; init: the options of fetch(). */
export async function fetchOrThrow(url, init) {
  if (typeof url !== "string" && !is(url, "URL") && !is(url, "Request")) {
    throw fetchError(`expected an address as text or URL, got ${text(url)}`);
  }
  const options = copyOf(init, "fetchOrThrow: init");
  const control = new AbortController(); // so that nothing goes on after the limit
  const given = is(options.signal, "AbortSignal") ? options.signal : undefined;
  const signal = given && AbortSignal.any ? AbortSignal.any([given, control.signal]) : (given ?? control.signal);
  const hint = "is the network up, and the server?";
  const isRequest = is(url, "Request");
  const address = isRequest ? url.url : addressOf(url);
  const policy = watchPolicy(address);
  let response;
  try {
    response = await within("network", fetch(isRequest ? url : address, { ...options, signal }), "FetchError", `${url}: no answer`, hint);
  } catch (error) {
    control.abort();
    if (given?.aborted) throw given.reason;
    if (error instanceof PyfaceError) throw error;
    const { got, remedy } = await whyNoAnswer(address, error, policy).catch(() => ({ got: `no answer (${text(part(error, "message"))})`, remedy: "is that an address?" }));
    throw fetchError(`${address}: expected an answer, got ${got}; ${remedy}`);
  } finally {
    policy.end();
  }
  if (response.status < 400) return response;
  response.body?.cancel();
  throw fetchError(`${url}: expected a file, got HTTP status ${response.status}; is the address right?`);
}

function addressOf(url) {
  try {
    return absolute(url).href;
  } catch {
    throw fetchError(`${text(url)}: expected an address, got none by the rules of URLs at ${baseURI().slice(0, 100)}; is a whole one needed?`);
  }
}

// The bytes of an answer, as a Blob. Each part of them has to come in time.
async function body(uri, response) {
  const reader = response.body?.getReader();
  const parts = [];
  try {
    for (let part = {}; reader && !part.done; ) {
      part = await within("network", reader.read(), "FetchError", `${uri}: the next part of the answer did not come`, "is the network up?");
      if (part.value) parts.push(part.value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof PyfaceError) throw error;
    throw fetchError(`${uri}: an answer that broke off (${error.message}); try again`);
  }
  return new Blob(parts, { type: response.headers.get("content-type") ?? "" });
}

/** An img element that has loaded, from an address. */
export async function fetchImage(uri) {
  const found = await body(uri, await fetchOrThrow(uri));
  const image = await imageOf(found);
  if (image) return image;
  throw otherThan("an image", uri, found);
}

/** A video element that plays a file from an address, muted, and shows its first frame. Its bytes are wholly loaded. */
export async function fetchVideo(uri) {
  const found = await body(uri, await fetchOrThrow(uri));
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, autoplay: true });
  video.src = URL.createObjectURL(found);
  try {
    await loaded(video);
    return video;
  } catch (error) {
    URL.revokeObjectURL(video.src);
    throw video.error ? otherThan("a video", uri, found) : error;
  }
}

const otherThan = (kind, uri, { size, type }) =>
  fetchError(`${uri}: expected ${kind} that the browser can read, got ${size} bytes of ${type || "no content type"}; is the address right?`);

/** The values of a JSON file. */
export async function fetchJson(uri) {
  const content = await (await body(uri, await fetchOrThrow(uri))).text();
  try {
    return JSON.parse(content);
  } catch (error) {
    throw fetchError(`${uri}: expected JSON, got ${text(content.slice(0, 40))} (${error.message}); is the address right?`);
  }
}

/** Uncompressed weights, as a net's `load` takes them. */
export async function fetchNetWeights(uri) {
  const bytes = await (await body(uri, await fetchOrThrow(uri))).arrayBuffer();
  if (bytes.byteLength % 4 || !bytes.byteLength) {
    throw new PyfaceError(
      "WeightsError",
      `${uri}: expected float32 values, got ${bytes.byteLength} bytes, which is not a multiple of 4 above 0; is it the .weights file of a net?`,
    );
  }
  return new Float32Array(bytes);
}

/** A loaded img element from a Blob or File, as an image picker gives it, or from the bytes of a file. */
export async function bufferToImage(buf) {
  const isBytes = is(buf, "ArrayBuffer") || numbersKind(buf) === "Uint8Array";
  const blob = isBytes ? new Blob([buf]) : buf;
  if (!is(blob, "Blob")) {
    throw inputError(`bufferToImage: expected a Blob or File, or the bytes of a file, got ${text(buf)}${asRemedy(pictureFor(buf))}`);
  }
  const image = await imageOf(blob); // its address lives as long as the element may be shown again elsewhere by its src
  if (!image) throw unreadable(blob);
  return image;
}
