// What would tie a Python to its page for ever. Emscripten and Pyodide listen to the window's messages and
// hold a channel, by which they have themselves called soon, and never let go of either; so a Python that
// nobody uses any more could not be collected.

const due = []; // what waits to be called soon
let channel; // the one that calls for all of them
const listening = new WeakMap(); // Pyodide's module -> its listeners: Safari has it called by messages

/**
 * What a function gives that starts Pyodide's module. The page holds on to nothing of it afterwards, but
 * while it waits to be called.
 *
 * All that Pyodide ties it does before the function returns (a promise), so nothing of others is meant.
 */
export function untied(start) {
  const { addEventListener, MessageChannel } = globalThis;
  const isOwn = Object.hasOwn(globalThis, "addEventListener"); // or inherited
  if (typeof MessageChannel !== "function") return start();
  channel ??= opened(new MessageChannel());
  const listeners = []; // must live as long as the module does
  globalThis.addEventListener = (type, listener, ...options) => {
    listeners.push(listener);
    addEventListener.call(globalThis, type, weakly(listener), ...options);
  };
  globalThis.MessageChannel = Soon;
  try {
    return start().then((module) => {
      listening.set(module, listeners);
      return module;
    });
  } finally {
    globalThis.MessageChannel = MessageChannel;
    if (isOwn) globalThis.addEventListener = addEventListener;
    else delete globalThis.addEventListener;
  }
}

function opened(made) {
  made.port1.onmessage = () => due.shift()();
  return made;
}

function weakly(listener) {
  const kept = new WeakRef(listener);
  return (event) => kept.deref()?.(event);
}

// As much of a MessageChannel as Pyodide uses.
class Soon {
  port1 = { onmessage: () => {} };
  port2 = {
    postMessage: (data) => {
      due.push(() => this.port1.onmessage({ data }));
      channel.port2.postMessage(0);
    },
  };
}
