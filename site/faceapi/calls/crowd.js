// Calls that ask the same of a video or a canvas faster than they are answered, as in
// pyface_web/pipeline/crowd.py: some run, and all others wait together for one run.

import { LIVE, MOST_CALLS } from "../../tables.js";
import { is } from "../values/kinds.js";
import { optionsError, text } from "../values/errors.js";

/** post(message): promise of an answer, { value | error, loaded }. */
export function createCrowd(post) {
  const asked = new WeakMap(); // element -> question -> { running, next }
  let most = MOST_CALLS;
  let isTold = false;

  /** As post; messages that wait for the same get one answer, of what the element shows when it is its turn. */
  async function ask(message) {
    const { input, ...question } = message;
    const kind = LIVE.find((name) => is(input, name));
    if (!kind || question.faces || question.tracker !== undefined) return post(message); // nobody else can ask the same
    const key = JSON.stringify(question);
    if (!asked.has(input)) asked.set(input, new Map());
    const questions = asked.get(input);
    if (!questions.has(key)) questions.set(key, { running: 0 });
    const crowd = questions.get(key);
    if (crowd.running < most) return run(message, crowd, () => questions.delete(key));
    if (most > 1 && !isTold) {
      isTold = true;
      console.warn(tooFast(kind));
    }
    crowd.next ??= deferred();
    return structuredClone(await crowd.next.promise);
  }

  async function run(message, crowd, leave) {
    crowd.running++;
    let answer;
    try {
      answer = await post(message);
      return answer;
    } finally {
      crowd.running--;
      const { next } = crowd;
      crowd.next = undefined;
      // What was asked before all was disposed of must not start it again.
      if (next) next.resolve(answer?.error?.name === "DisposedError" ? answer : run(message, crowd, leave));
      else if (!crowd.running) leave();
    }
  }

  return {
    ask,
    /**
     * Whether all calls that wait for a video, or a canvas, get the faces of its latest frame, from one run.
     * Otherwise eight that ask the same of a video run one after the other, of frames that are old by then, and
     * only those beyond wait for one run together, which the console tells once. For the Python of this face, too.
     */
    async setLatestFrame(latestFrame = true) {
      if (typeof latestFrame !== "boolean") throw optionsError(`setLatestFrame: expected true or false, got ${text(latestFrame)}`);
      most = latestFrame ? 1 : MOST_CALLS;
      await post({ call: "set_latest_frame", latest_frame: latestFrame });
    },
  };
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}

const tooFast = (kind) =>
  `pyface_web: calls that ask the same of one ${kind} come faster than they are done, so those beyond ${MOST_CALLS} are ` +
  "answered together, by what it shows when their turn comes. Await each before the next, follow the faces of a video " +
  "with faceapi.track(video), or have loadPyface({ latestFrame: true }) give the latest frame to all that wait. Of a " +
  "canvas that shows something else for each call, pass a copy, such as await createImageBitmap(canvas).";
