// A clock that goes on while the page is in the background, where browsers hold back a page's own timers, to
// one tick a second or fewer, and tell it of no frame. The timers of workers they let be. This file is both
// ends: what a page imports, and the worker.

const NAME = "pyface_web clock";

const ticking = () => {
  self.onmessage = ({ data }) => setInterval(() => self.postMessage(0), data);
};

if (typeof WorkerGlobalScope === "function" && globalThis.name === NAME) ticking();

const fromFile = () => {
  if (new URL(import.meta.url).origin !== location.origin) throw new TypeError("browsers start no worker of another origin");
  return new Worker(import.meta.url, { type: "module", name: NAME });
};

const fromText = () => {
  const url = URL.createObjectURL(new Blob([`(${ticking})()`], { type: "text/javascript" }));
  const worker = new Worker(url, { name: NAME });
  worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return worker;
};

/**
 * Calls tick() every so many milliseconds; close() of what it returns ends that. The worker is this file,
 * which pages with a strict policy allow, or a text, where this file is of another origin or has none. Where
 * a page allows neither its own timer ticks.
 */
export function createClock(milliseconds, tick) {
  const ways = [fromFile, fromText];
  let worker;
  let timer;

  function begin() {
    const open = ways.shift();
    if (!open) {
      timer = setInterval(tick, milliseconds);
      return;
    }
    try {
      worker = open();
    } catch {
      begin();
      return;
    }
    worker.onmessage = () => tick();
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      begin();
    };
    worker.postMessage(milliseconds);
  }

  begin();
  return {
    close() {
      ways.length = 0;
      worker?.terminate();
      clearInterval(timer);
    },
  };
}
