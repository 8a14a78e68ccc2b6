// The way of a message of the JavaScript face to Python in the same thread.

/**
 * { transport, loaded } as createFace takes them. No proxy of a Python object outlives a message.
 * pyodide: the runtime, with pyface_web on its path.
 */
export function transportTo(pyodide) {
  const python = pyodide.pyimport("pyface_web.messages");
  const handle = python.handle.copy(); // lives as long as the thread
  const loaded = values(python.loaded());
  python.destroy();
  const transport = async (message) => {
    const running = handle(message);
    try {
      return values(await running);
    } finally {
      running.destroy();
    }
  };
  return { transport, loaded };
}

function values(proxy) {
  try {
    return proxy.toJs({ dict_converter: Object.fromEntries, create_pyproxies: false });
  } finally {
    proxy.destroy();
  }
}
