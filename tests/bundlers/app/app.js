// What a page has that is made by a bundler: it imports the package by its name. Tests call `app`.

import { loadPyface, LoadError } from "pyface-web";
import { stopOffline, workOffline } from "pyface-web/offline";

const NETS = { models: ["tiny_face_detector"], backend: "wasm" };

globalThis.app = {
  // Faces in the picture, found with these options of loadPyface.
  async count(options) {
    const { faceapi, terminate } = await loadPyface({ ...NETS, ...options });
    const photo = Object.assign(new Image(), { src: "/images/sample1.jpg" });
    await photo.decode();
    const faces = await faceapi.detectAllFaces(photo, new faceapi.TinyFaceDetectorOptions());
    if (options.worker) terminate(); // else the next bundle has the same Python
    return faces.length;
  },
  // Scopes of the page's service workers: with that of this folder, and after that.
  async offline(options) {
    const scopes = async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope);
    await workOffline(options);
    const installed = await scopes();
    await stopOffline(options);
    return [installed, await scopes()];
  },
  // [whether it is the class that the package exports, message] of what loadPyface throws.
  refusal: (options) => loadPyface({ ...NETS, ...options }).then(() => [], (error) => [error instanceof LoadError, error.message]),
};
