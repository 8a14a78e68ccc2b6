// What face-api.js says of its surroundings, and the little of its `tf` that has a meaning here.

import { defineReplaced, replaced } from "./replaced.js";

/** The classes and functions of the browser that pictures are read and drawn with. */
function createBrowserEnv() {
  return {
    Canvas: HTMLCanvasElement,
    CanvasRenderingContext2D,
    Image: HTMLImageElement,
    ImageData,
    Video: HTMLVideoElement,
    createCanvasElement: () => document.createElement("canvas"),
    createImageElement: () => document.createElement("img"),
    fetch: (...args) => fetch(...args),
    readFile() {
      throw replaced("env.createFileSystem()");
    },
  };
}

/** `faceapi.env`: this is always a browser, and nothing of it can be exchanged. */
export const env = Object.freeze(
  defineReplaced(
    { getEnv: createBrowserEnv, createBrowserEnv, initialize() {}, isBrowser: () => true, isNodejs: () => false },
    "env.",
  ),
);

const BACKENDS = new Map([["cpu", "reference"]]); // of another name than here

/** `faceapi.tf` with what pages call before they start; any other name of it throws. */
export function createTf({ setBackend, getBackend }) {
  const known = {
    ready: async () => void (await getBackend()),
    setBackend: async (name) => {
      await setBackend(BACKENDS.get(name) ?? name);
      return true;
    },
  };
  return new Proxy(Object.freeze(known), {
    get(target, name) {
      // Whoever looks whether this is a promise, or prints it, looks for these.
      if (name in target || typeof name === "symbol" || name === "then") return target[name];
      throw replaced("tf.*");
    },
  });
}
