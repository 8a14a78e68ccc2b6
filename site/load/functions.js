// Safari's engine has two objects for a function that a WebAssembly module both exports and has in its
// table, where all others have one. Pyodide looks by identity whether an export is in the table already, so
// there it adds 12,000 anew, one by one: that takes seconds, and moves what an image of memory counts on.

// (module (table (export "t") 1 funcref) (func (export "f")) (elem (i32.const 0) 0))
const PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 4, 4, 1, 112, 0, 1, 7, 9, 2, 1, 116, 1, 0, 1, 102, 0, 0,
  9, 7, 1, 0, 65, 0, 11, 1, 0, 10, 4, 1, 2, 0, 11,
];

/** Has what is instantiated from now on export the objects that its table has; returns what undoes it. */
export function unifyFunctions() {
  const { Instance, instantiate, instantiateStreaming } = WebAssembly;
  if (isOneObject()) return () => {};
  WebAssembly.Instance = function (module, imports) {
    return unified(module, new Instance(module, imports), imports);
  };
  WebAssembly.Instance.prototype = Instance.prototype;
  const mended = (method) => async (source, imports) => {
    const made = await method.call(WebAssembly, source, imports);
    return made instanceof Instance ? unified(source, made, imports) : { ...made, instance: unified(made.module, made.instance, imports) };
  };
  WebAssembly.instantiate = mended(instantiate);
  WebAssembly.instantiateStreaming = mended(instantiateStreaming);
  return () => void Object.assign(WebAssembly, { Instance, instantiate, instantiateStreaming });
}

function isOneObject() {
  try {
    const { t, f } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(PROBE))).exports;
    return t.get(0) === f;
  } catch {
    return true; // where a page may not run any, Pyodide says so
  }
}

// A program's table is its own, what is linked to it has a part of that: behind it are others, whose functions may
// have the same names, as the name of a function is its number in its module.
function unified(module, instance, imports) {
  const { exports } = instance;
  const own = exports.__indirect_function_table;
  const table = own ?? imports?.env?.__indirect_function_table;
  const base = own ? 0 : imports?.env?.__table_base;
  if (!(table instanceof WebAssembly.Table) || !(own || base > 0)) return instance;
  const places = new Map();
  const end = own ? table.length : Math.min(base + tableSizeOf(module), table.length);
  for (let i = base; i < end; i++) {
    const found = table.get(i);
    if (found && !places.has(found.name)) places.set(found.name, found);
  }
  const changed = Object.entries(exports).map(([name, value]) => [name, (typeof value === "function" && places.get(value.name)) || value]);
  return Object.create(instance, { exports: { value: Object.fromEntries(changed) } });
}

// How many places a module that is linked asks for: the third number of the part 1 of its section "dylink.0".
function tableSizeOf(module) {
  const [section] = WebAssembly.Module.customSections(module, "dylink.0");
  if (!section) return 0;
  const bytes = new Uint8Array(section);
  let at = 0;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (!(byte & 128)) return value;
    }
  };
  while (at < bytes.length) {
    const part = number();
    const next = number() + at;
    if (part === 1) return [number(), number(), number()][2];
    at = next;
  }
  return 0;
}
