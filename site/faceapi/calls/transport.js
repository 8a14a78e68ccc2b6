// The way of a message of the JavaScript face to Python in the same thread.

import { deathOr, lifeOf } from "../../load/life.js";

const transports = new WeakMap(); // runtime -> what transportTo gave

/**
 * { transport, loaded, life } as createFace takes them, the same for all who ask for one runtime; loaded is
 * kept up to date. No proxy of a Python object outlives a message.
 * pyodide: the runtime, with pyface_web on its path.
 */
export function transportTo(pyodide) {
  if (!transports.has(pyodide)) transports.set(pyodide, made(pyodide));
  return transports.get(pyodide);
}

function made(pyodide) {
  const python = pyodide.pyimport("pyface_web.messages");
  const handle = python.handle.copy(); // lives as long as Python
  const loaded = new Set(values(python.loaded()));
  python.destroy();
  const transport = async (message) => {
    try {
      const running = handle(message);
      const answer = values(await running);
      running.destroy();
      loaded.clear();
      for (const name of answer.loaded) loaded.add(name);
      return answer;
    } catch (error) {
      throw deathOr(error, pyodide); // handle itself never raises
    }
  };
  return { transport, loaded, life: lifeOf(pyodide) };
}

function values(proxy) {
  try {
    return proxy.toJs({ dict_converter: Object.fromEntries, create_pyproxies: false });
  } finally {
    proxy.destroy();
  }
}
