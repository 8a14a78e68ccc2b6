// What will compute, as far as that can be known before Python is up, and what is got ready for it.

import { createBridge, renderer } from "../bridge.js";
import { SOFTWARE_RENDERERS } from "../tables.js";
import { prepareShaders } from "./shaders.js";

const NOTE = "measured/backends";

/**
 * createBridge for Python. Shaders are compiled ahead only where they will run, but for the few browsers
 * that know of no SIMD and draw on the processor: there Python compiles them.
 *
 * wanted: the option `backend`. ahead: what prepareShaders is given. loadHost: gets what WebAssembly needs.
 * winner: name of the backend that was the fastest the last time, where that is wanted and known.
 */
export function prepareBackend(wanted, { loadHost, winner, ...ahead }) {
  const host = () => void loadHost().catch(() => {}); // Python asks again, and hears why
  const chosen = wanted === "fastest" ? winner : wanted;
  if (chosen === "wasm") host();
  // Without models nothing is known to be asked for.
  if (chosen === "wasm" || chosen === "reference" || !ahead.models.length) return createBridge;
  if (wanted === "fastest" && !winner) host();
  return prepareShaders(createBridge, { ...ahead, software: wanted ? "" : SOFTWARE_RENDERERS, refused: host });
}

/**
 * What was measured of backends in earlier visits, for Python, and for this file. It stays in the browser.
 *
 * store: FileCache or null. version: of the package; what another one measured counts for nothing.
 */
export function measuredBefore(store, version) {
  const read = async () => {
    try {
      const { measured, of } = JSON.parse(await store.read(NOTE));
      return of === version ? measured : undefined;
    } catch {
      return undefined; // there is none, no store, or it does not answer
    }
  };
  const keep = async (measured) => {
    try {
      await store?.write(NOTE, JSON.stringify({ measured, of: version }));
    } catch (error) {
      console.info(`Which backend is the fastest is measured again in the next visit: ${error.message}`);
    }
  };
  return { read, keep };
}

/** Name of the fastest backend for these nets, if that is known of this renderer; else undefined. */
export async function fastestOf({ read }, nets) {
  try {
    const { winner, renderer: measuredOn, nets: measured } = JSON.parse(await read());
    return nets.every((name) => measured.includes(name)) && renderer() === measuredOn ? winner : undefined;
  } catch {
    return undefined;
  }
}
