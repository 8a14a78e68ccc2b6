// How long anything of the browser is waited for, and what is said when that was not enough, as in
// pyface_web/waits.py.

import { WAITS } from "../../tables.js";
import { PyfaceError } from "./errors.js";
import { givenOptions } from "./given.js";
import { checked } from "./rules.js";

const NAMES = Object.keys(WAITS);
const STEPS = 10; // of a wait: a page that was asleep or blocked meanwhile has waited for one
const LOOK = 250; // milliseconds between two looks at what no event tells of
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
 * What a promise gives, or work(signal), whose signal is aborted once nobody waits; where that takes longer
 * than a limit, a PyfaceError of this name. limit: one of getWaits. what: what has not come about. hint: what
 * may be the matter. Both may be functions, which are asked when it is late.
 */
export async function within(limit, work, name, what, hint = "") {
  const over = new AbortController();
  let timer;
  let steps = 0;
  const said = (words) => (typeof words === "function" ? words() : words);
  const late = new Promise((_, reject) => {
    const step = () => ++steps === STEPS && reject(new PyfaceError(name, tooLong(limit, said(what), said(hint))));
    timer = setInterval(step, (now[limit] * 1000) / STEPS);
  });
  try {
    return await Promise.race([typeof work === "function" ? work(over.signal) : work, late]);
  } finally {
    clearInterval(timer);
    over.abort();
  }
}

/**
 * Waits until something holds of a target: looks at it at once, after any of these events of it or of what is
 * in it, and every 0.25 s, since an event may have come before, come for another reason, or never come.
 * Rejects with what holds() throws. Nothing stays registered once it has settled or the signal is aborted.
 */
export function until(holds, target, events, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const done = new AbortController();
    const end = (settle, value) => {
      done.abort();
      settle(value);
    };
    const look = () => {
      try {
        if (holds()) end(resolve);
      } catch (error) {
        end(reject, error);
      }
    };
    signal.addEventListener("abort", () => end(reject, signal.reason), { signal: done.signal });
    for (const event of events) target.addEventListener(event, look, { capture: true, signal: done.signal });
    const timer = setInterval(look, LOOK);
    done.signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    look();
  });
}

/** The message of an error for what took longer than a limit. */
export function tooLong(limit, what, hint = "") {
  const seconds = now[limit];
  const longer = Math.min(2 * seconds, WAITS[limit].most);
  const parts = [`${what} within ${seconds} s`, hint, `setWaits({ ${limit}: ${longer} }), or the option waits of loadPyface, waits longer`];
  return parts.filter(Boolean).join("; ");
}
