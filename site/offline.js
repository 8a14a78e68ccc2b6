// Makes the pages of this folder work with the network off, after a first visit with it; see sw.js.
//
//   import { workOffline } from "./offline.js";
//   workOffline();
//
// A site that does not want that leaves these two lines out. One that wanted it calls stopOffline().

import { WAITS } from "./tables.js";
import { LoadError } from "./load/errors.js";
import { Patience } from "./load/patience.js";

const HERE = new URL("./", import.meta.url).href;

/**
 * Installs the service worker. Where the browser refuses, pages work as before, with network.
 *
 * waits: { worker }, how many seconds the browser may take.
 */
export async function workOffline({ waits } = {}) {
  try {
    if (!navigator.serviceWorker) throw new Error("only https and localhost have service workers");
    const options = { type: "module", updateViaCache: "none" };
    await answer("worker", waits, "a service worker", () => navigator.serviceWorker.register(new URL("./sw.js", HERE), options));
  } catch (error) {
    console.info(`The site does not work offline: ${error.message}`);
  }
}

/**
 * Removes the service worker, and all files that were kept. Throws a LoadError where the browser does
 * not do that.
 *
 * waits: { worker, storage }, how many seconds it may take to remove either.
 */
export async function stopOffline({ waits } = {}) {
  const registration = await answer("worker", waits, "its service worker", () => navigator.serviceWorker?.getRegistration(HERE));
  if (registration?.scope === HERE) await answer("worker", waits, "its service worker to go", () => registration.unregister());
  await answer("storage", waits, "its kept files to go", () => globalThis.caches?.delete(`pyface_web ${HERE}`));
}

async function answer(limit, waits, expected, call) {
  const patience = new Patience(() => waits?.[limit] ?? WAITS[limit].default);
  const wrong = (got) => new LoadError(HERE, expected, got, "does the browser let this site keep anything? Remove the site's data in its settings");
  try {
    return await patience.within((async () => call())(), () => wrong(`no answer for ${patience.seconds} s`));
  } catch (error) {
    throw error instanceof LoadError ? error : wrong(`${error.name}: ${error.message}`);
  }
}
