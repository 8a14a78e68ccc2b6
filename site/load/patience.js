// Waits that end. What is limited is silence, not how long something takes: a slow line, or a server
// that sends one file after the other, is no error.

import { WAITS } from "../tables.js";

const STEP = 1; // seconds; a page that was blocked or asleep for long has waited for one step only

/** For what somebody else ends. */
export const ENDLESS = { within: (promise) => promise };

/**
 * Several waits that hear of each other.
 *
 * limit: a function that gives for how many seconds nothing at all may be heard while one of them lasts.
 */
export class Patience {
  constructor(limit = () => WAITS.network.default) {
    this.limit = limit;
    this.waits = new Set(); // { quiet, end }: seconds of silence so far, and what ends the wait
    this.timer = undefined;
  }

  get seconds() {
    return this.limit();
  }

  /** Something came, so whoever waits goes on waiting. */
  heard() {
    for (const wait of this.waits) wait.quiet = 0;
  }

  /** The value of a promise, which also is something heard; or the error that `late` makes. */
  async within(promise, late) {
    const wait = { quiet: 0 };
    const end = new Promise((_, reject) => (wait.end = () => reject(late())));
    this.waits.add(wait);
    if (!this.timer) this.sleep();
    try {
      return await Promise.race([promise.finally(() => this.heard()), end]);
    } finally {
      this.waits.delete(wait);
      if (!this.waits.size) {
        clearTimeout(this.timer);
        this.timer = undefined;
      }
    }
  }

  sleep() {
    const step = Math.min(STEP, this.seconds / 10);
    this.timer = setTimeout(() => {
      for (const wait of this.waits) {
        wait.quiet += step;
        if (wait.quiet >= this.seconds) wait.end();
      }
      this.sleep();
    }, step * 1000);
  }
}
