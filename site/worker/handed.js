// What a page has asked for early, on its way to its worker, piece by piece as it comes: not every browser
// hands over streams.
//
// To the worker: { status, headers, hasBody }, then { chunk } for each piece, { isWhole }, or { error } instead of any.
// To the page: anything, when the worker wants no more of it; that closes the port.

import { fromSent, toSent } from "./errors.js";

/** [address, MessagePort] of all that `early` has, for a Handed. signal: of the worker's life. */
export function handOver(early, signal) {
  return early.addresses().map((url) => {
    const { port1, port2 } = new MessageChannel();
    const control = new AbortController();
    const end = () => control.abort(signal.reason);
    signal.addEventListener("abort", end);
    port1.onmessage = () => {
      signal.removeEventListener("abort", end);
      end();
      port1.close();
    };
    forward(early.response(url, control.signal), port1, control.signal);
    return [url, port2];
  });
}

async function forward(asked, port, signal) {
  try {
    const { status, headers, body } = await asked;
    port.postMessage({ status, headers: [...headers], hasBody: body !== null });
    const reader = body?.getReader();
    for (let piece; (piece = await reader?.read()) && !piece.done; ) port.postMessage({ chunk: piece.value }, [piece.value.buffer]);
    port.postMessage({ isWhole: true });
  } catch (error) {
    if (!signal.aborted) port.postMessage({ error: toSent(error) });
  }
}

/** The worker's end: what Early is to a page. */
export class Handed {
  /** given: as handOver returns it. */
  constructor(given = []) {
    this.ports = new Map(given);
  }

  has(url) {
    return this.ports.has(url);
  }

  /**
   * What a loader reads of the Response for an address that it has: { ok, status, headers, body }. A Response can
   * be of no status that it likes, and forgets what it has where it ends with an error. signal: of whoever wants it.
   */
  async response(url, signal) {
    const port = this.ports.get(url);
    this.ports.delete(url);
    const next = messagesOf(port, signal);
    const { status, headers, hasBody } = await next();
    let done = false;
    const cancel = async () => {
      done = true;
      leave(port);
    };
    const read = async () => {
      const { chunk, isWhole } = done ? {} : await next();
      if (isWhole) cancel();
      return { value: chunk, done };
    };
    const reader = { read, cancel };
    return { ok: status >= 200 && status < 300, status, headers: new Headers(headers), body: hasBody ? { getReader: () => reader } : null };
  }

  forgo() {} // all of it is on its way

  /** Leaves what nobody has taken, and will not. */
  end() {
    this.ports.forEach(leave);
    this.ports.clear();
  }
}

const leave = (port) => port.postMessage("enough");

// A function that gives a promise of the next message; one of an error, and the end of the signal, rejects it.
function messagesOf(port, signal) {
  const here = [];
  let heard = () => {};
  port.onmessage = ({ data }) => {
    here.push(data);
    heard();
  };
  signal?.addEventListener("abort", () => {
    leave(port);
    heard();
  });
  return async () => {
    while (!here.length && !signal?.aborted) await new Promise((resolve) => (heard = resolve));
    signal?.throwIfAborted();
    const { error, ...message } = here.shift();
    if (error) throw fromSent(error);
    return message;
  };
}
