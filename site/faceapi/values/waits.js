// How long anything of the browser is waited for, and what is said when that was not enough, as in
// pyface_web/waits.py.

import { WAITS } from "../../tables.js";
import { PyfaceError } from "./errors.js";
import { givenOptions } from "./given.js";
import { checked } from "./rules.js";

const NAMES = Object.keys(WAITS);
const STEPS = 10; // of a wait: a page that was asleep or blocked meanwhile has waited for one
const now = Object.fromEntries(NAMES.map((name) => [name, WAITS[name].default]));

/** The limits in force, in seconds: { media, camera, network, storage, device, worker }. */
export const getWaits = () => ({ ...now });

/** Changes some of them, for this page or worker; throws an OptionsError, and then none has changed. */
export function changeWaits(given) {
  const wanted = givenOptions("Waits", given, NAMES);
  for (const [name, value] of Object.entries(wanted)) checked(`Waits.${name}`, WAITS[name], value);
  Object.assign(now, wanted);
}

/**
 * What a promise gives, or, where it takes longer than a limit, a PyfaceError of this name. limit: one
 * of getWaits. what: what has not come about. hint: what may be the matter.
 */
export async function within(limit, promise, name, what, hint = "") {
  let timer;
  let steps = 0;
  const late = new Promise((_, reject) => {
    const step = () => ++steps === STEPS && reject(new PyfaceError(name, tooLong(limit, what, hint)));
    timer = setInterval(step, (now[limit] * 1000) / STEPS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearInterval(timer);
  }
}

/** The message of an error for what took longer than a limit. */
export function tooLong(limit, what, hint = "") {
  const seconds = now[limit];
  const longer = Math.min(2 * seconds, WAITS[limit].most);
  const parts = [`${what} within ${seconds} s`, hint, `setWaits({ ${limit}: ${longer} }), or the option waits of loadPyface, waits longer`];
  return parts.filter(Boolean).join("; ");
}

/** The name of the first of some events of a target or what is in it; see within. Nothing stays registered. */
export async function heard(limit, target, names, name, what, hint) {
  const listeners = new AbortController();
  const first = new Promise((resolve) => {
    for (const event of names) {
      target.addEventListener(event, ({ type }) => resolve(type), { capture: true, signal: listeners.signal });
    }
  });
  try {
    return await within(limit, first, name, what, hint);
  } finally {
    listeners.abort();
  }
}
