// Makes the pages of this folder work with the network off, after a first visit with it; see sw.js.
//
//   import { workOffline } from "./offline.js";
//   workOffline();
//
// A site that does not want that leaves these two lines out. One that wanted it calls stopOffline().

import { WAITS } from "./tables.js";
import { folderAt, homeOf } from "./load/addresses.js";
import { LoadError } from "./load/errors.js";
import { bundled } from "./load/network.js";
import { Patience } from "./load/patience.js";

/**
 * Installs the service worker. Where the browser refuses, pages work as before, with network.
 *
 * baseURL: the folder with sw.js and the pages for which it is; by default that of this file, but in a bundle.
 * waits: { worker }, how many seconds the browser may take.
 */
export async function workOffline({ baseURL, waits } = {}) {
  try {
    const home = folder(baseURL);
    if (!navigator.serviceWorker) throw new Error("only https and localhost have service workers");
    const options = { type: "module", updateViaCache: "none" };
    await answer(home, "worker", waits, "a service worker", () => navigator.serviceWorker.register(new URL("./sw.js", home), options));
  } catch (error) {
    console.info(`The site does not work offline: ${error.message}`);
  }
}

/**
 * Removes the service worker, and all files that were kept. Throws a LoadError where the browser does
 * not do that.
 *
 * baseURL: as workOffline was given it. waits: { worker, storage }, how many seconds it may take to remove either.
 */
export async function stopOffline({ baseURL, waits } = {}) {
  const home = folder(baseURL);
  const registration = await answer(home, "worker", waits, "its service worker", () => navigator.serviceWorker?.getRegistration(home));
  if (registration?.scope === home) await answer(home, "worker", waits, "its service worker to go", () => registration.unregister());
  await answer(home, "storage", waits, "its kept files to go", () => globalThis.caches?.delete(`pyface_web ${home}`));
}

function folder(given = homeOf(import.meta.url)) {
  if (given !== undefined) return new URL("./", folderAt(given)).href;
  throw bundled(import.meta.url);
}

async function answer(home, limit, waits, expected, call) {
  const patience = new Patience(() => waits?.[limit] ?? WAITS[limit].default);
  const wrong = (got) => new LoadError(home, expected, got, "does the browser let this site keep anything? Remove the site's data in its settings");
  try {
    return await patience.within((async () => call())(), () => wrong(`no answer for ${patience.seconds} s`));
  } catch (error) {
    throw error instanceof LoadError ? error : wrong(`${error.name}: ${error.message}`);
  }
}
