// Makes the pages of this folder work with the network off, after a first visit with it; see sw.js.
//
//   import { workOffline } from "./offline.js";
//   workOffline();
//
// A site that does not want that leaves these two lines out. One that wanted it calls stopOffline().

const HERE = new URL("./", import.meta.url).href;

/** Installs the service worker. Where the browser refuses, pages work as before, with network. */
export async function workOffline() {
  try {
    if (!navigator.serviceWorker) throw new Error("only https and localhost have service workers");
    await navigator.serviceWorker.register(new URL("./sw.js", HERE), { type: "module", updateViaCache: "none" });
  } catch (error) {
    console.info(`The site does not work offline: ${error.message}`);
  }
}

/** Removes the service worker, and all files that were kept. */
export async function stopOffline() {
  const registration = await navigator.serviceWorker?.getRegistration(HERE);
  if (registration?.scope === HERE) await registration.unregister();
  await globalThis.caches?.delete(`pyface_web ${HERE}`);
}
