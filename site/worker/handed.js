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
    forward(early.response(url, control.signal), port1);
    return [url, port2];
  });
}

async function forward(asked, port) {
  try {
    const { status, headers, body } = await asked;
    port.postMessage({ status, headers: [...headers], hasBody: body !== null });
    const reader = body?.getReader();
    for (let piece; (piece = await reader?.read()) && !piece.done; ) port.postMessage({ chunk: piece.value }, [piece.value.buffer]);
    port.postMessage({ isWhole: true });
  } catch (error) {
    port.postMessage({ error: toSent(error) });
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

  /** A promise of the Response for an address that it has. signal: of whoever wants it. */
  response(url, signal) {
    const port = this.ports.get(url);
    this.ports.delete(url);
    return new Promise((resolve, reject) => {
      let body;
      const end = () => {
        port.onmessage = null;
        leave(port);
      };
      const fail = (error) => {
        end();
        reject(error);
        body.error(error);
      };
      const stream = new ReadableStream({ start: (controller) => void (body = controller), cancel: end });
      signal?.addEventListener("abort", () => fail(signal.reason));
      port.onmessage = ({ data: { status, headers, hasBody, chunk, isWhole, error } }) => {
        if (error) fail(fromSent(error));
        else if (status) resolve(new Response(hasBody ? stream : null, { status, headers }));
        else if (chunk) body.enqueue(chunk);
        else if (isWhole) {
          end();
          body.close();
        }
      };
    });
  }

  forgo() {} // all of it is on its way

  /** Leaves what nobody has taken, and will not. */
  end() {
    this.ports.forEach(leave);
    this.ports.clear();
  }
}

const leave = (port) => port.postMessage("enough");
